"""The last steps to the normal form, the same for every source.

Companions are folded; values written as text get the type that the schema has; absence gets its
meaning; what must not be shown is hidden.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from jurat.model import Origin, Path, Reference, Resource, Tier, Unknown, Value, covers, hide
from jurat.shapes.fold import Part, fold
from jurat.shapes.mapping import apply
from jurat.shapes.table import Entry, Steps, names, part_entries, shape
from jurat.shapes.transforms import transform

_TRUTH = {"true": True, "false": False}


def normal_form(resources: Sequence[Resource], parts: Sequence[Part] = ()) -> tuple[Resource, ...]:
    """Fold, coerce, fill defaults and hide, for resources of one or more inputs."""
    standing = [resource for resource in resources if not part_entries(resource.type)]
    companions = [
        part for resource in resources for part in (*_companion(resource), *_attachments(resource))
    ]
    folded = fold(standing, (*companions, *parts))
    return tuple(_finished(resource) for resource in folded)


def _attachments(resource: Resource) -> Iterator[Part]:
    """Write what a resource attaches itself to into those others too, if the input holds them."""
    for name, (kind, target) in _attach_rules(resource.type):
        others = resource.properties.get(name)
        for other in others if isinstance(others, list) else []:
            if isinstance(other, Reference | str):
                properties = {target: [Reference(resource.address, "Ref")]}
                yield Part(
                    other,
                    replace(resource, type=kind, properties=properties, identities={}),
                    attached=True,
                )


def _attach_rules(kind: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for name, rule in shape(kind).attach.items():
        yield name, (rule["type"], rule["list"])


def _companion(resource: Resource) -> Iterator[Part]:
    """Make the parts that a canonical companion is: one for each kind of whole that it names.

    One that names none may belong to any: nothing must look unprotected, or safe, for its loss.
    """
    entries = part_entries(resource.type)
    named = [entry for entry in entries if resource.properties.get(entry.part_of or "") is not None]
    for entry in named or entries:
        whole = resource.properties.get(entry.part_of or "", Unknown("it is not stated"))
        yield _part(resource, entry, whole)


def _part(resource: Resource, entry: Entry, whole: Value) -> Part:
    mapped = apply(entry, resource.properties)
    origins: dict[Path, Origin] = {(): resource.origin(())}
    for path, source in mapped.sources.items():
        origins[path] = resource.origin(_source_path(source))
    targets = frozenset(names(rule.target) for rule in entry.rules)
    properties = mapped.properties
    if resource.covered is not None and not resource.covered:
        # Its properties are unknown as a whole.
        properties = {path[0]: Unknown(f"{resource.address} is not known") for path in targets}
    fragment = replace(
        resource,
        type=entry.type,
        properties=properties,
        origins=origins,
        covered=targets,
        identities={},
    )
    return Part(whole, fragment)


def _source_path(source: str) -> Path:
    steps = source.replace("[", ".").replace("]", "").split(".")
    return tuple(int(step) if step.isdigit() else step for step in steps if step)


def _finished(resource: Resource) -> Resource:
    properties: Value = resource.properties
    for path, change in _coercions(resource.type):
        if path[0] in properties:
            properties = _change(properties, path, change)
    defaults = set(resource.defaults)
    for path, value in _absences(resource.type, resource.covered, resource.scope.tier):
        properties = _default(properties, path, value, (), defaults)
    for path in shape(resource.type).sensitive:
        if path[0] in properties:
            properties = _change(properties, path, hide)
    if properties is resource.properties:
        return resource
    return replace(resource, properties=properties, defaults=frozenset(defaults))


@cache
def _coercions(kind: str) -> tuple[tuple[Steps, Callable[[Value], Value]], ...]:
    """Return which values of a type get another form, and how."""
    table = shape(kind)
    changes = (
        (table.boolean, _boolean),
        (table.number, _number),
        (table.text, _text),
        (table.json, _document),
    )
    return tuple((path, change) for paths, change in changes for path in paths)


@lru_cache(maxsize=1 << 12)
def _absences(
    kind: str, covered: frozenset[tuple[str, ...]] | None, tier: Tier
) -> tuple[tuple[Steps, Value], ...]:
    """Return what absence means for a resource's source, where that source can say it at all."""
    said = [item for item in shape(kind).absent.items() if covers(covered, names(item[0]))]
    return tuple(
        (path, meaning[str(tier)] if isinstance(meaning, dict) else meaning)
        for path, meaning in said
        if not isinstance(meaning, dict) or str(tier) in meaning
    )


def _boolean(value: Value) -> Value:
    return _TRUTH.get(value.lower(), value) if isinstance(value, str) else _typed(value, "boolean")


def _number(value: Value) -> Value:
    if not isinstance(value, str):
        return _typed(value, "number")
    try:
        return int(value)
    except ValueError:
        return value


def _text(value: Value) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else _typed(value, "string")


def _document(value: Value) -> Value:
    """Read a document that is written as text."""
    if isinstance(value, Unknown):
        return replace(value, oneof=tuple(_document(choice) for choice in value.oneof))
    return transform(value, "json") if isinstance(value, str) else value


def _typed(value: Value, kind: str) -> Value:
    """Give an unknown the type that the schema has, and coerce what it may be."""
    if isinstance(value, Unknown):
        change = {"boolean": _boolean, "number": _number, "string": _text}[kind]
        return replace(value, kind=kind, oneof=tuple(change(item) for item in value.oneof))
    return value


def _change(value: Value, path: Steps, change: Callable[[Value], Value]) -> Value:
    """Return ``value`` with ``change`` applied at ``path``; ``*`` stands for every name."""
    if isinstance(value, Unknown) and path and value.oneof:
        return replace(value, oneof=tuple(_change(item, path, change) for item in value.oneof))
    if not path:
        return change(value)
    step, rest = path[0], path[1:]
    if step == "[]" and isinstance(value, list):
        return [_change(item, rest, change) for item in value]
    if not isinstance(value, dict):
        return value
    if step == "*":
        return {key: _change(item, rest, change) for key, item in value.items()}
    if step not in value:
        return value
    changed = _change(value[step], rest, change)
    # Most values are as the schema has them, so that nothing need be copied.
    return value if changed is value[step] else {**value, step: changed}


def _default(value: Value, path: Steps, default: Value, here: Path, marks: set[Path]) -> Value:
    """Return ``value`` with ``default`` where ``path`` is absent and its parent is there."""
    step, rest = path[0], path[1:]
    if step == "[]" and isinstance(value, list):
        return [
            _default(item, rest, default, (*here, index), marks) for index, item in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    if not rest and step not in value:
        marks.add((*here, step))
        return {**value, step: default}
    if rest and step in value:
        return {**value, step: _default(value[step], rest, default, (*here, step), marks)}
    return value
