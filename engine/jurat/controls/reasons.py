"""Why a control has no better status, in words."""

from collections.abc import Iterator, Mapping, Sequence

from jurat.controls.status import decides, fails
from jurat.model import (
    Attested,
    Control,
    ControlResult,
    Evidence,
    LinkResult,
    PolicyResult,
    Severity,
    Status,
    Technical,
)

_NAMED = 3
_ROLLED_WORDS = {
    Status.FAIL: "fails",
    Status.PARTIAL: "partial",
    Status.NOT_EVALUATED: "not evaluated",
    Status.WAIVED: "waived",
}


def unit_reasons(
    control: Control,
    axis: Technical,
    record: Attested,
    links: Sequence[LinkResult],
    threshold: Severity,
) -> Iterator[str]:
    """Say what keeps a unit's own links from a better status."""
    yield from _technical_reasons(control, axis, links, threshold)
    if record is Attested.REJECTED:
        yield from _listed("rejected attestation", [r for r in links if _is_rejected(r)])
    if record is Attested.MISSING:
        yield _missing(control, axis)
    yield from _listed("to review, only overlaps", [r for r in links if _to_review(r)])


def row_reasons(control: Control, links: Sequence[LinkResult], *, parts: bool) -> Iterator[str]:
    """Say what a row that is no unit can be told apart from its parts."""
    if not parts:
        duty = control.evidence is not Evidence.NONE
        yield "no unit: gets no status of its own" if duty else "no duty of the operator"
    yield from _listed(
        "fails on the row itself",
        [r for r in links if decides(r.link) and r.result is PolicyResult.FAIL],
    )


def part_reasons(parts: Sequence[ControlResult]) -> Iterator[str]:
    """Say which parts keep a row from a better status."""
    for status, word in _ROLLED_WORDS.items():
        yield from _named(f"{word} by roll-up", [p.control.id for p in parts if p.status is status])


def _technical_reasons(
    control: Control, axis: Technical, links: Sequence[LinkResult], threshold: Severity
) -> Iterator[str]:
    deciding = [item for item in links if decides(item.link) and not item.link.attest]
    by_result: Mapping[PolicyResult, list[LinkResult]] = {
        result: [item for item in deciding if item.result is result] for result in PolicyResult
    }
    failed = by_result[PolicyResult.FAIL]
    yield from _listed("fails", [item for item in failed if fails(item, threshold)])
    yield from _listed("fails, too mild to decide", [r for r in failed if not fails(r, threshold)])
    yield from _listed("waived", by_result[PolicyResult.WAIVED])
    yield from _listed("not evaluated", by_result[PolicyResult.NOT_EVALUATED])
    if axis is Technical.CONTRIBUTING_PASS:
        yield "contributing policies pass, but no primary policy does"
    if axis is Technical.NOT_APPLICABLE:
        yield "no linked policy has anything to judge"
    if axis is Technical.NONE and control.evidence is not Evidence.MANUAL:
        yield "only overlapping policies are linked" if links else "no policy is linked"


def _missing(control: Control, axis: Technical) -> str:
    if axis is Technical.PASS:
        return "no attestation on record; the technical part passes"
    if control.evidence is Evidence.MANUAL:
        return "no attestation on record; no machine can evidence this control"
    return "no attestation on record"


def _is_rejected(result: LinkResult) -> bool:
    return result.link.attest and decides(result.link) and result.result is PolicyResult.FAIL


def _to_review(result: LinkResult) -> bool:
    return not decides(result.link) and result.result is PolicyResult.FAIL


def _listed(what: str, results: Sequence[LinkResult]) -> Iterator[str]:
    """Name the first policies with their cause, and count the rest."""
    named = [f"{r.link.policy} ({r.reason})" if r.reason else r.link.policy for r in results]
    return _named(what, named)


def _named(what: str, names: Sequence[str]) -> Iterator[str]:
    more = len(names) - _NAMED
    tail = f" and {more} more" if more > 0 else ""
    if names:
        yield f"{what}: {', '.join(names[:_NAMED])}{tail}"
