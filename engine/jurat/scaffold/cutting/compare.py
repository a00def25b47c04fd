"""Whether a resource that was cut out is still the one that it was."""

from collections.abc import Callable, Iterator
from typing import Any

from jurat.model import Reference, Resource, Sensitive, Unknown, Value

_ACCOUNT_DIGITS = 12


def difference(before: Resource, after: Resource) -> str | None:
    """Return the first thing in which two resources differ, or ``None``."""
    return _first(before, after, lambda value: value)


def outline_difference(before: Resource, after: Resource) -> str | None:
    """Return the first thing in which two resources differ by more than their texts."""
    return _first(before, after, _outline)


def _first(before: Resource, after: Resource, seen: Callable[[Any], Any]) -> str | None:
    parts = zip(_parts(before), _parts(after), strict=True)
    other = next((name for (name, one), (_, two) in parts if seen(one) != seen(two)), None)
    if other is not None:
        return other
    if before.properties.keys() != after.properties.keys():
        return "properties"
    pairs = ((name, value, after.properties[name]) for name, value in before.properties.items())
    return next((name for name, one, two in pairs if seen(one) != seen(two)), None)


def _parts(resource: Resource) -> Iterator[tuple[str, Any]]:
    scope = resource.scope
    yield "type", (resource.type, resource.change)
    yield "account", scope.account
    yield "region", (scope.region, scope.partition, scope.tier)
    yield "existence", resource.exists
    yield "coverage", resource.covered
    yield "defaults", len(resource.defaults)


def _outline(value: Value) -> Any:
    """Return the build of a value: everything but what its texts and account ids say."""
    match value:
        case dict():
            return [(_outline(name), _outline(item)) for name, item in value.items()]
        case list() | tuple():
            return [_outline(item) for item in value]
        case str():
            return str
        case Sensitive():
            return Sensitive
        case Reference():
            return Reference, value.attribute
        case Unknown():
            # An account id that can be read as an octal number becomes another number.
            oneof = [int if type(item) is int else _outline(item) for item in value.oneof]
            return Unknown, value.kind, oneof, _outline(value.parts)
        case int() if not isinstance(value, bool) and len(str(value)) == _ACCOUNT_DIGITS:
            return int
    return value
