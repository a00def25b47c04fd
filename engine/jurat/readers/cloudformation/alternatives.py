"""Functions of values of which finitely many are possible."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod
from typing import Final

from jurat.model import ABSENT, Unknown, Value, hide, is_known, markers
from jurat.readers.cloudformation.text import addresses, is_sensitive

LIMIT: Final = 16
MAX_GROUPS: Final = 4

Arguments = tuple[Value, ...]


def lift(function: Callable[[Arguments], Value], arguments: Arguments) -> Value:
    """Apply a function to every combination of possible arguments.

    If some result would not be known, the function itself makes the best of the unknowns.
    """
    groups = _groups(arguments)
    combinations = alternatives(arguments) if groups else []
    results = [function(combination) for combination in combinations]
    if not results or not all(map(is_known, results)):
        return function(arguments)
    if all(same(result, results[0]) for result in results):
        return results[0]
    condition = groups[0].condition if len(groups) == 1 else None
    return one_of(groups[0].why, results, condition)


def one_of(why: str, values: Sequence[Value], condition: str | None = None) -> Unknown:
    """Return a value that is one of several.

    They are listed only if none is itself open, else there are not finitely many; and they belong
    to the two sides of a condition only as long as there is one value for each.
    """
    flat = [one for value in values for one in _possible(value)]
    is_finite = not any(isinstance(one, Unknown) for one in flat)
    aligned = condition is not None and len(flat) == len(values)
    listed = flat if aligned else distinct(flat)
    return Unknown(
        why,
        oneof=tuple(listed) if is_finite else (),
        references=tuple(addresses(values)),
        condition=condition if aligned else None,
        sensitive=any(is_sensitive(marker) for one in values for _, marker in markers(one)),
    )


def alternatives(arguments: Arguments) -> list[Arguments]:
    """List what arguments can be; nothing if that is not finite or too much."""
    groups = _groups(arguments)
    if len(groups) > MAX_GROUPS or not all(map(_finite, groups)):
        return []
    if prod(len(group.oneof) for group in groups) > LIMIT:
        return []
    combinations = [
        tuple(_chosen(argument, groups, choice) for argument in arguments)
        for choice in product(*(range(len(group.oneof)) for group in groups))
    ]
    return [] if any(ABSENT in combination for combination in combinations) else combinations


def same(one: Value, other: Value) -> bool:
    """Tell whether two values are equal in type, too: ``1`` is not ``true``."""
    return bool(one == other) and repr(one) == repr(other)


def distinct(values: list[Value]) -> list[Value]:
    """Return values without repetition."""
    kept: dict[str, Value] = {}
    for value in values:
        kept.setdefault(repr(value), value)
    return list(kept.values())


def choices(unknown: Unknown) -> tuple[Value, ...]:
    """Return the values an unknown may take, each as secret as the whole."""
    if not unknown.sensitive:
        return unknown.oneof
    return tuple(one if one is ABSENT else hide(one) for one in unknown.oneof)


def unknowns(value: Value) -> Iterator[Unknown]:
    """Yield every ``Unknown`` in a value."""
    return (marker for _, marker in markers(value) if isinstance(marker, Unknown))


def _groups(arguments: Arguments) -> list[Unknown]:
    """Return one ``Unknown`` for all that are decided together; stop where they are too many."""
    groups: list[Unknown] = []
    for argument in arguments:
        for unknown in unknowns(argument):
            if _position(unknown, groups) is None:
                groups.append(unknown)
            if len(groups) > MAX_GROUPS:
                return groups
    return groups


def _position(unknown: Unknown, groups: list[Unknown]) -> int | None:
    for position, group in enumerate(groups):
        if unknown.condition is None and unknown == group:
            return position
        together = unknown.condition is not None and unknown.condition == group.condition
        if together and len(unknown.oneof) == len(group.oneof):
            return position
    return None


def _possible(value: Value) -> tuple[Value, ...]:
    return choices(value) if isinstance(value, Unknown) and value.oneof else (value,)


def _finite(unknown: Unknown) -> bool:
    return bool(unknown.oneof) and all(map(is_known, unknown.oneof))


def _chosen(value: Value, groups: list[Unknown], choice: tuple[int, ...]) -> Value:
    if isinstance(value, Unknown):
        position = _position(value, groups)
        return value if position is None else choices(value)[choice[position]]
    if isinstance(value, dict):
        items = ((key, _chosen(item, groups, choice)) for key, item in value.items())
        return {key: item for key, item in items if item is not ABSENT}
    if isinstance(value, list):
        items_ = (_chosen(item, groups, choice) for item in value)
        return [item for item in items_ if item is not ABSENT]
    return value
