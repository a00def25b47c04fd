"""Rules on types and properties: that some source can fill what a policy reads.

There is no schema of CloudFormation's own types here, so of these only a spelling that is almost
one of a table is told. Types of our own (``Ext::…``) have all their properties in their table.
"""

from collections.abc import Iterable
from functools import cache
from typing import Final

from jurat.lint.fault import Fault, Faults, quote
from jurat.lint.metadata import types_of
from jurat.lint.reads import RESOURCE, Property, Reads
from jurat.lint.source import Source
from jurat.shapes import names, shape, types
from jurat.shapes.table import part_entries

Path = tuple[str, ...]

_OURS: Final = "Ext::"
# What the reader of IAM documents makes of a policy whose owner nothing tells.
_WITHOUT_TABLE: Final = {"Ext::IAM::ResourcePolicy": frozenset({("PolicyDocument",)})}
_LONG: Final = 12
_SHORT: Final = 4


@cache
def known_types() -> frozenset[str]:
    """Return the canonical types of all tables."""
    return types() | _WITHOUT_TABLE.keys()


@cache
def known_paths(kind: str) -> frozenset[Path]:
    """Return the property paths that the table of a type speaks of."""
    table = shape(kind)
    found = set(table.covered()) | set(_WITHOUT_TABLE.get(kind, ()))
    lists = (table.absent, table.boolean, table.number, table.text, table.json, table.sensitive)
    found |= {names(steps) for each in lists for steps in each}
    found |= {(name,) for name in table.attach}
    for entries in table.parts.values():
        found |= {names(rule.target) for entry in entries for rule in entry.rules}
    return frozenset(path for path in found if path)


def type_faults(source: Source) -> Faults:
    """Yield types that no source ever gives, or that are misspelt."""
    for field, kind in dict.fromkeys(types_of(source)):
        if kind in known_types() or kind == "*":
            continue
        place = source.at(field)
        near = _nearest(kind, known_types())
        hint = f": do you mean {near}?" if near else ""
        if kind.startswith(_OURS):
            message = f"no table has the type {quote(kind)}{hint}"
            yield Fault("shape/unknown-type", place, message)
        elif part_entries(kind):
            whole = part_entries(kind)[0].type
            message = f"{quote(kind)} is folded into {whole}, so it is never judged itself"
            yield Fault("shape/folded-type", place, message)
        elif near:
            yield Fault("shape/type-spelling", place, f"no table has {quote(kind)}{hint}")


def property_faults(source: Source, reads: Reads) -> Faults:
    """Yield properties that are read and that no type read of has."""
    for read in reads.properties:
        kinds = _types(source, read.owner)
        if kinds and "*" not in kinds:
            yield from _property(read, kinds)


def _types(source: Source, owner: str) -> list[str]:
    if owner == RESOURCE:
        return source.texts("applies_to")
    relation = source.mapping("related").get(owner)
    types = relation.get("types") if isinstance(relation, dict) else None
    listed = types if isinstance(types, list | tuple) else ()
    return [kind for kind in listed if isinstance(kind, str)]


def _property(read: Property, kinds: list[str]) -> Faults:
    if any(_has(kind, read.path) for kind in kinds):
        return
    shown = quote(".".join(read.path))
    if all(kind.startswith(_OURS) and kind in known_types() for kind in kinds):
        message = f"{shown} is no property of {' or '.join(kinds)}"
        yield Fault("shape/unknown-property", read.place, message)
        return
    for kind in kinds:
        near = _respelled(kind, read.path)
        if near is not None:
            message = f"{shown} is almost {quote('.'.join(near))} of {kind}"
            yield Fault("shape/property-spelling", read.place, message)
            return


def _has(kind: str, path: Path) -> bool:
    """Tell whether a table speaks of a path, of what is above it, or of what is below it."""
    return any(
        known[: len(path)] == path or path[: len(known)] == known for known in known_paths(kind)
    )


def _respelled(kind: str, path: Path) -> Path | None:
    """Return the path of a table from which the first unknown name differs by a slip."""
    for depth in range(len(path)):
        if not _has(kind, path[: depth + 1]):
            above = path[:depth]
            beside = {k[depth] for k in known_paths(kind) if k[:depth] == above and len(k) > depth}
            near = _nearest(path[depth], beside)
            return None if near is None else (*above, near)
    return None


def _nearest(word: str, known: Iterable[str]) -> str | None:
    """Return a known word that differs by a slip of the keyboard."""
    slips = 2 if len(word) >= _LONG else 1
    for other in sorted(known):
        if word != other and (
            word.lower() == other.lower()
            or (len(word) >= _SHORT and _distance(word, other, slips) <= slips)
        ):
            return other
    return None


def _distance(one: str, other: str, most: int) -> int:
    """Count the letters to change, add or take away; more than ``most`` is any larger number."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        above, row[0] = row[0], number
        for column, wanted in enumerate(other, 1):
            above, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, above + (letter != wanted)),
            )
    return row[-1]
