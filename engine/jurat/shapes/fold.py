"""Fold companions into the resource they configure, for every source alike.

A companion whose whole cannot be told makes the property unknown on every resource it may belong
to: otherwise the bucket it protects would look unprotected. A companion of something outside the
input stays as a fragment of that type, on which only its own properties are known.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jurat.model import (
    ABSENT,
    Origin,
    Path,
    Reference,
    Resource,
    Sensitive,
    Unknown,
    Value,
)
from jurat.shapes.table import Entry


@dataclass(frozen=True, slots=True)
class Part:
    """A companion: some properties of the resource that ``whole`` names.

    ``attached`` says that it is no resource of its own: without its whole it is nothing.
    ``fragment`` has the whole's type, the companion's own address, and only those properties.
    """

    whole: Value
    fragment: Resource
    attached: bool = False


def whole_of(entry: Entry, values: Mapping[str, Value]) -> Value:
    """Return what names the whole: a value, or properties that it must have; ``None`` if unsaid."""
    if entry.like:
        return {
            name: values.get(attribute) or Unknown("it is not stated")
            for attribute, name in entry.like.items()
        }
    return values.get(entry.part_of or "")


def fold(resources: Sequence[Resource], parts: Sequence[Part]) -> tuple[Resource, ...]:
    """Return the resources with every part folded in, and the fragments that found no whole."""
    wholes = _Wholes(resources)
    left_over: list[Resource] = []
    # What is certain goes in first, so that what is not is laid over the result.
    for part in sorted(parts, key=_is_open):
        named = False
        for value in part.whole if isinstance(part.whole, list) else [part.whole]:
            named |= wholes.take(part.fragment, value)
        if not named and part.fragment.properties:
            left_over.append(part.fragment)
    return (*wholes.resources(), *left_over)


def _is_open(part: Part) -> bool:
    values = part.whole if isinstance(part.whole, list) else [part.whole]
    return part.fragment.exists is not None or any(isinstance(v, Unknown) for v in values)


class _Wholes:
    """The resources that parts are folded into, by address and by known identity."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._order = [resource.key for resource in resources]
        self._by_key = dict(zip(self._order, resources, strict=True))
        self._by_name: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self._by_type: dict[str, list[tuple[str, str]]] = {}
        for key, resource in zip(self._order, resources, strict=True):
            self._by_type.setdefault(resource.type, []).append(key)
            for name in set(resource.identities.values()):
                self._by_name.setdefault((resource.type, name), []).append(key)

    def resources(self) -> Iterator[Resource]:
        """Yield the resources, in the order they came."""
        return (self._by_key[key] for key in self._order)

    def take(self, fragment: Resource, whole: Value) -> bool:
        """Fold ``fragment`` into what ``whole`` names; tell whether that is in the estate."""
        if isinstance(whole, Sensitive):
            whole = whole.value
        if isinstance(whole, Unknown):
            self._take_open(fragment, whole)
            return False
        if isinstance(whole, dict):
            return self._take_like(fragment, whole)
        keys = self._keys(fragment, whole)
        for key in keys:
            self._by_key[key] = merge(self._by_key[key], fragment)
        return bool(keys)

    def _keys(self, fragment: Resource, whole: Value) -> list[tuple[str, str]]:
        if isinstance(whole, Reference):
            key = (fragment.key[0], whole.address)
            found = self._by_key.get(key)
            return [key] if found is not None and found.type == fragment.type else []
        if isinstance(whole, str):
            named = self._by_name.get((fragment.type, whole), [])
            # One name may stand for several things, one in each account and region.
            near = [key for key in named if _near(fragment, self._by_key[key])]
            return near or named
        return []

    def _take_like(self, fragment: Resource, wanted: Mapping[str, Value]) -> bool:
        """Fold into the resource that has the wanted properties; doubtfully where none can tell."""
        certain: list[Resource] = []
        possible: list[Resource] = []
        for key in self._by_type.get(fragment.type, ()):
            whole = self._by_key[key]
            answers = [_same(whole, whole.properties.get(name), v) for name, v in wanted.items()]
            if key[0] == fragment.key[0] and False not in answers:
                (certain if all(answers) else possible).append(whole)
        for whole in certain:
            self._by_key[whole.key] = merge(whole, fragment)
        for whole in possible if not certain else ():
            why = f"{fragment.address} may configure it"
            self._by_key[whole.key] = _maybe(whole, fragment, why)
        return bool(certain)

    def _take_open(self, fragment: Resource, whole: Unknown) -> None:
        why = f"{fragment.address} may configure it: {whole.why}"
        for key in self._by_type.get(fragment.type, ()):
            if key[0] == fragment.key[0]:
                self._by_key[key] = _maybe(self._by_key[key], fragment, why)


def _near(fragment: Resource, whole: Resource) -> bool:
    """Tell whether two resources of one input may stand in the same account and region."""
    ours, theirs = fragment.scope, whole.scope
    return fragment.key[0] == whole.key[0] and all(
        one is None or other is None or one == other
        for one, other in ((ours.account, theirs.account), (ours.region, theirs.region))
    )


def _same(whole: Resource, one: Value, other: Value) -> bool | None:
    """Compare a property with what it must be; ``None`` if that cannot be told."""
    if isinstance(other, Reference) and other.address == whole.address:
        return True
    if isinstance(one, Reference) and isinstance(other, Reference):
        return one.address == other.address
    if isinstance(one, Unknown | Reference) or isinstance(other, Unknown | Reference):
        return None
    return bool(one == other)


def merge(whole: Resource, fragment: Resource) -> Resource:
    """Return ``whole`` with the fragment's properties: objects merge, lists are appended."""
    origins = dict(whole.origins)
    properties = _merged(whole.properties, fragment.properties, (), origins, fragment)
    exists = whole.exists
    if fragment.exists is not None:
        return _maybe(whole, replace(fragment, exists=None), fragment.exists.why)
    return replace(
        whole,
        properties=properties,
        origins=origins,
        exists=exists,
        defaults=whole.defaults - {path for path in whole.defaults if path[:1] in _tops(fragment)},
    )


def _tops(fragment: Resource) -> set[Path]:
    return {(name,) for name in fragment.properties}


def _merged(
    old: Mapping[str, Value],
    new: Mapping[str, Value],
    path: Path,
    origins: dict[Path, Origin],
    fragment: Resource,
) -> dict[str, Value]:
    result = dict(old)
    for key, value in new.items():
        here = (*path, key)
        before = result.get(key, ABSENT)
        if isinstance(before, dict) and isinstance(value, dict):
            result[key] = _merged(before, value, here, origins, fragment)
        else:
            shift = len(before) if isinstance(before, list) else 0
            _trace(origins, fragment, here, (*here, shift) if shift else here, shift=shift)
            result[key] = _joined(before, value)
    return result


def _joined(before: Value, value: Value) -> Value:
    """Put a companion's value beside what is there already; a list is continued."""
    if isinstance(before, Unknown) and before.oneof:
        return replace(before, oneof=tuple(_joined(choice, value) for choice in before.oneof))
    if isinstance(value, list) and isinstance(before, list | Unknown):
        return [*(before if isinstance(before, list) else [before]), *value]
    if isinstance(value, Unknown) and isinstance(before, list):
        return [*before, value]
    if isinstance(before, Unknown) and isinstance(value, dict):
        return before
    return value


def _trace(
    origins: dict[Path, Origin], fragment: Resource, old: Path, new: Path, shift: int = 0
) -> None:
    """Copy the fragment's origins at and below ``old`` to where its values now stand."""
    origins[new] = fragment.origin(old)
    for path, origin in fragment.origins.items():
        if path[: len(old)] == old and len(path) > len(old):
            rest = path[len(old) :]
            if shift and isinstance(rest[0], int):
                rest = (rest[0] + shift, *rest[1:])
            origins[(*old, *rest)] = origin


def _maybe(whole: Resource, fragment: Resource, why: str) -> Resource:
    """Return ``whole`` with each property of the fragment as it is, or as it would be merged."""
    merged = merge(whole, fragment)
    properties = dict(whole.properties)
    for name in fragment.properties:
        now = whole.properties.get(name, ABSENT)
        properties[name] = Unknown(why, oneof=_alternatives(now, merged.properties[name]))
    origins = {**merged.origins, **whole.origins}
    return replace(whole, properties=properties, origins=origins)


def _alternatives(now: Value, then: Value) -> tuple[Value, ...]:
    """List what a property may be: all it may be now, and all it may be with the companion."""
    choices = [choice for value in (now, then) for choice in _choices(value)]
    return tuple(c for n, c in enumerate(choices) if c not in choices[:n])


def _choices(value: Value) -> tuple[Value, ...]:
    return value.oneof if isinstance(value, Unknown) and value.oneof else (value,)
