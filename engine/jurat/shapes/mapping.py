"""Apply an entry's rules: move values from the source's tree into the canonical one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jurat.model import ABSENT, Path, Reference, Sensitive, Unknown, Value
from jurat.shapes.table import Entry, Rule, Steps
from jurat.shapes.transforms import transform


@dataclass(slots=True)
class Mapped:
    """Canonical properties, and for each path put there the source path it came from."""

    properties: dict[str, Value] = field(default_factory=dict)
    sources: dict[Path, str] = field(default_factory=dict)


def apply(entry: Entry, values: Mapping[str, Value]) -> Mapped:
    """Return what ``entry`` makes of a source's ``values``; empty and null values are absent."""
    mapped = Mapped()
    for rule in entry.rules:
        if rule.source and _is_empty(values.get(rule.source[0])):
            continue
        for target, value, source in _moves(rule, values):
            put(mapped.properties, target, value)
            mapped.sources[_path(mapped.properties, target)] = source
    for target, value in entry.constants:
        put(mapped.properties, target, value)
    return mapped


def _moves(rule: Rule, values: Mapping[str, Value]) -> Iterator[tuple[Steps, Value, str]]:
    """Yield concrete targets with their values and the source attribute's name."""
    if not rule.source:
        yield rule.target, transform(dict(values), rule.via), ""
        return
    for indices, value, name in _walk(values, rule, rule.source, (), ""):
        if isinstance(value, Unknown) and len(indices) < rule.source.count("[]"):
            yield _truncated(rule.target, indices), _open(value), name
            continue
        result = value if rule.via is None else transform(value, rule.via)
        if not _is_empty(result) or (rule.via == "block" and result == {}):
            yield _numbered(rule.target, indices), result, name


def _walk(
    value: Value, rule: Rule, path: Steps, indices: tuple[int, ...], name: str
) -> Iterator[tuple[tuple[int, ...], Value, str]]:
    """Follow a source path; a block that stands once is stepped into without saying so."""
    if isinstance(value, Unknown) and path:
        yield indices, value, name
    elif not path:
        if not _is_empty(value) or (rule.via == "block" and value == {}):
            yield indices, value, name
    elif path[0] == "[]":
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            yield from _walk(item, rule, path[1:], (*indices, index), f"{name}[{index}]")
    elif isinstance(value, list):
        if len(value) > 1:
            yield indices, Unknown(f"several {name} blocks"), name
        for item in value[:1]:
            yield from _walk(item, rule, path, indices, name)
    elif isinstance(value, dict) and path[0] in value:
        inner = f"{name}.{path[0]}" if name else path[0]
        last = rule.when is not None and not [step for step in path[1:] if step != "[]"]
        yield from _walk(
            _conditional(value, path[0], rule) if last else value[path[0]],
            rule,
            path[1:],
            indices,
            inner,
        )


def _conditional(block: Mapping[str, Value], name: str, rule: Rule) -> Value:
    """Return a value that counts only if its neighbour is as the rule wants it."""
    sibling, wanted = rule.when or ("", None)
    switch = block.get(sibling)
    switch = switch.value if isinstance(switch, Sensitive) else switch
    if isinstance(switch, Unknown):
        value = block[name]
        return value if _is_empty(value) else Unknown(switch.why, oneof=(value, ABSENT))
    return block[name] if switch == wanted else None


def _is_empty(value: Value) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def _open(value: Unknown) -> Value:
    """Make an unknown block an unknown of no certain kind, whatever was mapped from inside it."""
    return Unknown(value.why, references=value.references)


def _truncated(target: Steps, indices: tuple[int, ...]) -> Steps:
    """Cut a target before the first list whose positions are not known."""
    result: list[str] = []
    left = list(indices)
    for step in target:
        if step == "[]":
            if not left:
                break
            result.append(f"[{left.pop(0)}]")
        else:
            result.append(step)
    return tuple(result)


def _numbered(target: Steps, indices: tuple[int, ...]) -> Steps:
    """Put positions in for ``[]``; a list the source does not have gets one element."""
    left = list(indices)
    return tuple(f"[{left.pop(0) if left else 0}]" if step == "[]" else step for step in target)


def put(tree: dict[str, Value], target: Steps, value: Value) -> None:
    """Store ``value`` at ``target``, making objects and lists on the way."""
    here: Any = tree
    for step, following in zip(target, (*target[1:], None), strict=True):
        here = _enter(here, step, following, value)
        if here is None:
            return


def _enter(here: Any, step: str, following: str | None, value: Value) -> Any:
    """Go one step down; at the end store the value. ``None`` ends the walk."""
    fresh: Any = [] if following is not None and following.startswith("[") else {}
    if isinstance(here, Unknown | Reference | Sensitive):
        return None
    if step.startswith("["):
        index = _position(here, step)
        while len(here) <= index:
            here.append({})
        if following is None:
            here[index] = value
        elif not isinstance(here[index], dict | list) or (not here[index] and fresh == []):
            here[index] = fresh
        return here[index]
    if following is None:
        here[step] = value
    return here.setdefault(step, fresh)


def _position(items: list[Value], step: str) -> int:
    """Return the position a list step means; ``[Key=x]`` is found or appended."""
    inside = step[1:-1]
    if "=" not in inside:
        return int(inside)
    key, _, wanted = inside.partition("=")
    for index, item in enumerate(items):
        if isinstance(item, dict) and item.get(key) == wanted:
            return index
    items.append({key: wanted})
    return len(items) - 1


def _path(tree: dict[str, Value], target: Steps) -> Path:
    """Return a stored target as a path with positions."""
    path: list[str | int] = []
    here: Any = tree
    for step in target:
        key: str | int = _position(here, step) if step.startswith("[") else step
        path.append(key)
        try:
            here = here[key]
        except (KeyError, IndexError, TypeError):
            break
    return tuple(path)
