"""Apply an entry's rules: move values from the source's tree into the canonical one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from jurat.model import ABSENT, Path, Sensitive, Unknown, Value, hide
from jurat.shapes.table import Entry, Rule, Steps
from jurat.shapes.transforms import transform


@dataclass(frozen=True, slots=True)
class Element:
    """A list element met on the way along a source path."""

    source: str
    index: int
    length: int


_ONLY = Element("", 0, 1)
"""The one element of a target list that the source does not have."""


@dataclass(slots=True)
class Mapped:
    """Canonical properties, and for each path put there the source path it came from."""

    properties: dict[str, Value] = field(default_factory=dict)
    sources: dict[Path, str] = field(default_factory=dict)


def apply(entry: Entry, values: Mapping[str, Value]) -> Mapped:
    """Return what ``entry`` makes of a source's ``values``; empty and null values are absent."""
    mapped = Mapped()
    for target, value in entry.constants:
        put(mapped.properties, target, value)
    places = Places()
    present = {name for name, value in values.items() if not _is_empty(value)}
    present.add("")  # where the whole of the values is meant
    for rule in [rule for rule in entry.rules if rule.attribute in present]:
        if rule.direct:
            value = values[rule.attribute]
            if rule.via is not None or rule.constant is not None:
                value = _result(rule, value)
                if not _counts(rule, value):
                    continue
            mapped.sources[put(mapped.properties, rule.target, value)] = rule.attribute
            continue
        for target, value, source in _moves(rule, values, places):
            mapped.sources[put(mapped.properties, target, value)] = source
    return mapped


@dataclass(slots=True)
class Places:
    """Where source lists begin in target lists: what comes from two lists stands one by one."""

    starts: dict[tuple[Steps, str], int] = field(default_factory=dict)
    lengths: dict[Steps, int] = field(default_factory=dict)

    def position(self, target: Steps, element: Element) -> int:
        """Return the position in the list at ``target`` of an element of a source list."""
        start = self.starts.get((target, element.source))
        if start is None:
            start = self.starts[target, element.source] = self.lengths.get(target, 0)
            self.lengths[target] = start + element.length
        return start + element.index


def _moves(
    rule: Rule, values: Mapping[str, Value], places: Places
) -> Iterator[tuple[Steps, Value, str]]:
    """Yield concrete targets with their values and the source attribute's name."""
    if not rule.source:
        yield rule.target, transform(dict(values), rule.via), ""
        return
    for elements, value, name, whole in _walk(values, rule, rule.source, (), ""):
        if isinstance(value, Unknown) and len(elements) < rule.source.count("[]"):
            yield _numbered(rule.target, elements, places, cut=True), _open(value), name
            continue
        result = _result(rule, value) if whole else _open(value)
        if _counts(rule, result):
            yield _numbered(rule.target, elements, places), result, name


def _result(rule: Rule, value: Value) -> Value:
    if rule.constant is not None:
        if isinstance(value, Unknown):
            return Unknown(value.why, oneof=(ABSENT, rule.constant))
        return rule.constant
    return value if rule.via is None else transform(value, rule.via)


def _walk(
    value: Value, rule: Rule, path: Steps, elements: tuple[Element, ...], name: str
) -> Iterator[tuple[tuple[Element, ...], Value, str, bool]]:
    """Follow a source path; a block that stands once is stepped into without saying so.

    The last of what is yielded tells whether the path's end was reached.
    """
    while path and isinstance(value, dict) and path[0] != "[]":
        if path[0] not in value:
            return
        last = rule.when is not None and not [step for step in path[1:] if step != "[]"]
        name = f"{name}.{path[0]}" if name else path[0]
        value = _conditional(value, path[0], rule) if last else value[path[0]]
        path = path[1:]
    if isinstance(value, Unknown) and path:
        yield elements, value, name, False
    elif isinstance(value, Sensitive) and path:
        for inside, item, inner, whole in _walk(value.value, rule, path, elements, name):
            yield inside, hide(item), inner, whole
    elif not path:
        if _counts(rule, value):
            yield elements, value, name, True
    elif path[0] == "[]":
        items = value if isinstance(value, list) else [value]
        for index, item in enumerate(items):
            inside = (*elements, Element(name, index, len(items)))
            yield from _walk(item, rule, path[1:], inside, f"{name}[{index}]")
    elif isinstance(value, list):
        if len(value) > 1:
            yield elements, Unknown(f"several {name} blocks"), name, False
        for item in value[:1]:
            yield from _walk(item, rule, path, elements, name)


def _conditional(block: Mapping[str, Value], name: str, rule: Rule) -> Value:
    """Return a value that counts only if its neighbour is as the rule wants it."""
    sibling, wanted = rule.when or ("", None)
    switch = block.get(sibling)
    switch = switch.value if isinstance(switch, Sensitive) else switch
    if isinstance(switch, Unknown):
        value = block[name]
        return value if _is_empty(value) else Unknown(switch.why, oneof=(value, ABSENT))
    return block[name] if switch == wanted else None


def _counts(rule: Rule, value: Value) -> bool:
    """Tell whether a value says something: an empty one does if the block's presence is meant."""
    return not _is_empty(value) or (rule.via == "block" and value == {})


def _is_empty(value: Value) -> bool:
    return not value and (value is None or isinstance(value, str | list | dict))


def _open(value: Unknown) -> Value:
    """Make an unknown block an unknown of no certain kind, whatever was mapped from inside it."""
    return replace(value, kind=None, oneof=(), parts=())


def _numbered(
    target: Steps, elements: tuple[Element, ...], places: Places, *, cut: bool = False
) -> Steps:
    """Put positions in for ``[]``; a list the source does not have gets one element.

    With ``cut``, end before the first list whose positions are not known.
    """
    result: list[str] = []
    left = list(elements)
    for step in target:
        if step != "[]":
            result.append(step)
        elif cut and not left:
            break
        else:
            place = places.position(tuple(result), left.pop(0) if left else _ONLY)
            result.append(f"[{place}]")
    return tuple(result)


def put(tree: dict[str, Value], target: Steps, value: Value) -> Path:
    """Store ``value`` at ``target``, making objects and lists on the way; return its path.

    What is unknown on the way stays so: then the path ends there.
    """
    if len(target) == 1:
        tree[target[0]] = value
        return target
    here: Any = tree
    path: list[str | int] = []
    for step, following in zip(target, (*target[1:], None), strict=True):
        listed = step.startswith("[")
        if not isinstance(here, list if listed else dict):
            break
        key: str | int = _position(cast("list[Value]", here), step) if listed else step
        path.append(key)
        here = _enter(here, key, following, value)
    return tuple(path)


def _enter(here: Any, key: str | int, following: str | None, value: Value) -> Any:
    """Go one step down, or store the value at the end."""
    if isinstance(key, int):
        while len(here) <= key:
            here.append({})
    if following is None:
        here[key] = value
        return value
    fresh: Any = [] if following.startswith("[") else {}
    if isinstance(key, str):
        return here.setdefault(key, fresh)
    if not isinstance(here[key], dict | list) or (not here[key] and fresh == []):
        here[key] = fresh
    return here[key]


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
