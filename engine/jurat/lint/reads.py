"""What a policy reads, told by either language and judged by the same rules."""

from collections.abc import Mapping
from dataclasses import dataclass

from jurat.lint.fault import Fault, Faults, quote
from jurat.lint.source import Source
from jurat.model.resource import Location

RESOURCE = ""
"""The owner of a property that is read of the judged resource itself."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property that is read: of the resource or of a relation's, by names from the top."""

    owner: str
    path: tuple[str, ...]
    place: Location


@dataclass(frozen=True, slots=True)
class Reads:
    """What is read by name, and where.

    ``params`` and ``relations`` are surely read, ``maybe`` are names that may be read: what is in
    neither is not. ``maybe`` is ``None`` if any name may be.
    """

    params: Mapping[str, Location]
    relations: Mapping[str, Location]
    properties: tuple[Property, ...]
    maybe_params: frozenset[str] | None
    maybe_relations: frozenset[str] | None


def declaration_faults(source: Source, reads: Reads) -> Faults:
    """Yield parameters and relations that are declared and not read, or read and not declared."""
    params, related = source.mapping("params"), source.mapping("related")
    for name, place in reads.params.items():
        if name not in params:
            message = f"the parameter {quote(name)} is read and not declared"
            yield Fault("metadata/undeclared-param", place, message)
    for name, place in reads.relations.items():
        if name not in related:
            message = f"the relation {quote(name)} is read and not declared"
            yield Fault("metadata/undeclared-relation", place, message)
    for name in _unread(params, reads.params, reads.maybe_params):
        message = f"the parameter {quote(name)} is declared and never read"
        yield Fault("metadata/unread-param", source.at("params"), message)
    for name in _unread(related, reads.relations, reads.maybe_relations):
        message = f"the relation {quote(name)} is declared and never read"
        yield Fault("metadata/unread-relation", source.at("related"), message)


def _unread(
    declared: Mapping[str, object], read: Mapping[str, Location], maybe: frozenset[str] | None
) -> list[str]:
    if maybe is None:
        return []
    return [str(name) for name in declared if name not in read and name not in maybe]
