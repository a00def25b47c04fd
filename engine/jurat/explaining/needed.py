"""What it would take for a control to pass: tried out on the status rules themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jurat.controls import status as rules
from jurat.explaining.explanation import Needed
from jurat.model import (
    Attested,
    Control,
    ControlResult,
    Evidence,
    LinkResult,
    Outcome,
    PolicyResult,
    Severity,
    Status,
    Technical,
)

_SETTLED = {PolicyResult.PASS, PolicyResult.NOT_APPLICABLE}


@dataclass(frozen=True, slots=True)
class _World:
    """A control as it is, or as it would be: its links, its owner's attestation, its parts."""

    control: Control
    links: tuple[LinkResult, ...]
    parts: tuple[ControlResult, ...]
    threshold: Severity
    attested: bool = False

    def passes(self) -> bool:
        """Apply the status rules."""
        axis = rules.technical(self.links, self.threshold)
        record = rules.attested(self.links)
        rolled = rules.rollup(part.status for part in self.parts)
        if not self.control.unit:
            return _is_pass(rules.row_with_parts(rolled, axis, record))
        record = rules.owner_slot(self.control.evidence, record)
        if self.attested and record is Attested.MISSING:
            record = Attested.VALID
        own = rules.control_status(self.control.evidence, axis, record)
        return _is_pass(rules.unit_with_parts(own, rolled))


def _is_pass(status: Status) -> bool:
    return rules.outcome(status) is Outcome.PASS


@dataclass(frozen=True, slots=True)
class _Change:
    """One thing that could become better: a link, a part, or the attestation (neither)."""

    link: LinkResult | None = None
    part: ControlResult | None = None

    def apply(self, world: _World) -> _World:
        """Return the world in which it is so."""
        if self.link is not None:
            better = replace(self.link, result=PolicyResult.PASS)
            links = tuple(better if each is self.link else each for each in world.links)
            return replace(world, links=links)
        if self.part is not None:
            passed = replace(self.part, status=Status.PASS)
            parts = tuple(passed if each is self.part else each for each in world.parts)
            return replace(world, parts=parts)
        return replace(world, attested=True)

    def describe(self) -> Needed:
        """Say what has to become what."""
        if self.link is not None:
            link = self.link
            kind = "attestation" if link.link.attest else "policy"
            return Needed(f"{kind} {link.link.policy}", str(link.result), "pass", link.reason)
        if self.part is not None:
            part = self.part
            reason = "; ".join(part.reasons)
            return Needed(f"part {part.control.id}", str(part.status), "pass", reason)
        return Needed("attestation of the owner", "missing", "valid", "none is on record")


def needed(
    control: Control,
    own: Sequence[LinkResult],
    parts: Sequence[ControlResult],
    threshold: Severity,
) -> Iterator[Needed]:
    """Yield a least set of changes after which the control passes; nothing if none does."""
    world = _World(control, tuple(own), tuple(parts), threshold)
    if world.passes():
        return
    chosen = _changes(world)
    if not _with(world, chosen).passes():
        return
    for change in list(chosen):
        fewer = [each for each in chosen if each is not change]
        if _with(world, fewer).passes():
            chosen = fewer
    yield from (change.describe() for change in chosen)


def out_of_reach(
    control: Control,
    own: Sequence[LinkResult],
    parts: Sequence[ControlResult],
    threshold: Severity,
) -> str:
    """Say why no change of what is linked makes the control pass; empty if one does."""
    world = _World(control, tuple(own), tuple(parts), threshold)
    best = _with(world, _changes(world))
    if best.passes():
        return ""
    if not control.unit and not parts:
        return "the row is no unit and has no parts: it gets no status of its own"
    if rules.technical(best.links, threshold) is Technical.NOT_APPLICABLE:
        return "the inputs hold nothing that its policies judge"
    if control.evidence is Evidence.NONE:
        return "it asks nothing of the operator that could be evidenced"
    if rules.technical(best.links, threshold) is Technical.NONE:
        return "no policy is linked that may speak for it: a policy and a link have to be written"
    if rules.technical(best.links, threshold) is Technical.CONTRIBUTING_PASS:
        return "only contributing policies are linked: it takes a primary one"
    return "its parts do not apply here, and nothing else may speak for it"


def _changes(world: _World) -> list[_Change]:
    """Return everything that could become better."""
    links = [
        _Change(link=link)
        for link in world.links
        if rules.decides(link.link) and link.result not in _SETTLED
    ]
    parts = [_Change(part=part) for part in world.parts if not _is_settled(part)]
    return [_Change(), *parts, *links]


def _is_settled(part: ControlResult) -> bool:
    return _is_pass(part.status) or part.status is Status.NOT_APPLICABLE


def _with(world: _World, changes: Sequence[_Change]) -> _World:
    for change in changes:
        world = change.apply(world)
    return world
