"""Resources in canonical form and the estate that holds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from jurat.model.value import Path, Unknown, Value


@lru_cache(maxsize=1 << 16)
def covers(covered: frozenset[tuple[str, ...]] | None, path: tuple[str, ...]) -> bool:
    """Tell whether a table fills ``path``, something above it or something below it."""
    return covered is None or any(
        target[: len(path)] == path or path[: len(target)] == target for target in covered
    )


class Tier(StrEnum):
    """Where a resource was seen: as it is about to be, or as it is."""

    PLAN = "plan"
    TEMPLATE = "template"
    LIVE = "live"


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """Where a resource lives, as far as known: 12-digit account, region, partition, source tier."""

    account: str | None = None
    region: str | None = None
    partition: str | None = None
    tier: Tier = Tier.PLAN


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a source file; line and column count from 1."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a canonical value comes from: source address, the source's own attribute, place."""

    address: str
    attribute: str | None = None
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource in canonical shape, companions folded in.

    ``type`` and ``properties`` follow the CloudFormation resource schema (or an ``Ext::`` schema of
    ours). ``address`` is the source's own name and unique within ``file``, the input's path.
    ``origins`` traces canonical paths; a path without an entry belongs to its nearest ancestor, the
    empty path to the resource itself. ``defaults`` holds the paths whose value is a default nobody
    wrote. ``covered`` holds the canonical paths (list positions left out) that the source's table
    can fill; ``None`` means all of them. ``identities`` maps canonical return values (``Ref``,
    ``Arn`` …) to the known strings by which others point here. ``exists`` is an ``Unknown`` when
    the source does not say whether the resource will be there. ``change`` is the source's own word
    for what happens to it (``create``, ``update``, ``no-op`` …). ``input`` is the input within
    which addresses are unique, if that is another file (the parent of a nested template).
    """

    address: str
    type: str
    properties: Mapping[str, Value]
    scope: Scope
    file: str
    origins: Mapping[Path, Origin] = field(default_factory=dict)
    defaults: frozenset[Path] = frozenset()
    covered: frozenset[tuple[str, ...]] | None = None
    identities: Mapping[str, str] = field(default_factory=dict)
    exists: Unknown | None = None
    change: str | None = None
    input: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells this resource from every other: input and address."""
        return self.input or self.file, self.address

    def origin(self, path: Path) -> Origin:
        """Return the origin of ``path`` or of its nearest ancestor that has one."""
        for length in range(len(path), -1, -1):
            found = self.origins.get(path[:length])
            if found is not None:
                return found
        return Origin(self.address, None, Location(self.file))


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Something the source holds and no table covers: a whole type, or one attribute."""

    file: str
    address: str
    type: str
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader could not do, said to the user: a place and one sentence."""

    location: Location
    text: str


@dataclass(frozen=True, slots=True)
class Input:
    """One file that was read. ``incomplete`` says why it does not show everything it stands for."""

    path: str
    format: str
    sha256: str
    incomplete: str | None = None


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything that was read: resources to judge, and what could not be covered.

    ``drift`` holds resources as a plan found them changed outside; it is never judged as the plan's
    result. ``secrets`` are known strings that no output may contain.
    """

    inputs: tuple[Input, ...] = ()
    resources: tuple[Resource, ...] = ()
    uncovered: tuple[Uncovered, ...] = ()
    notes: tuple[Note, ...] = ()
    drift: tuple[Resource, ...] = ()
    secrets: frozenset[str] = frozenset()
