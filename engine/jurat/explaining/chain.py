"""The chain from resources to the status of a control, each rule of the status module in turn."""

from collections.abc import Iterator, Sequence

from jurat.controls import status as rules
from jurat.explaining.explanation import ControlExplained, LinkExplained, Step
from jurat.explaining.needed import needed, out_of_reach
from jurat.model import (
    Assessment,
    Attested,
    Control,
    ControlResult,
    Evidence,
    Framework,
    FrameworkResult,
    LinkResult,
    PolicyResult,
    Relationship,
    Role,
    Severity,
    Status,
    Technical,
    Verdict,
)

_WORST_FIRST = tuple(Verdict)
_RESULTS_WORST_FIRST = (
    PolicyResult.FAIL,
    PolicyResult.NOT_EVALUATED,
    PolicyResult.WAIVED,
    PolicyResult.PASS,
    PolicyResult.NOT_APPLICABLE,
)

_TECHNICAL = {
    Technical.NONE: "no technical policy is linked by more than an overlap",
    Technical.FAIL: "a policy fails that asks for part of the control or for all of it",
    Technical.PASS: "every policy that counts passes, a primary one among them",
    Technical.NOT_APPLICABLE: "no policy that counts has anything to judge",
    Technical.NOT_EVALUATED: "no policy that counts could say anything",
    Technical.PARTIAL: "some policies that count say nothing, or fail too mildly to decide",
    Technical.WAIVED: "what fails is waived, and all else passes",
    Technical.CONTRIBUTING_PASS: "policies pass that contribute, but none that is primary",
}
_ATTESTED = {
    Attested.NONE: "no attestation is linked, and none is due",
    Attested.MISSING: "an attestation is due, and no valid one is on record",
    Attested.VALID: "the attestations that count are on record and valid",
    Attested.REJECTED: "an attestation on record says no",
}


def explain_control(
    assessment: Assessment, name: str, framework: FrameworkResult, threshold: Severity
) -> ControlExplained:
    """Explain the status of the control ``name``; findings come with each link, worst first."""
    by_id = {result.control.id: result for result in framework.controls}
    result = by_id[name]
    parts = [by_id[r.child] for r in framework.framework.rollups if r.parent == name]
    own = own_links(framework.framework, result)
    links = sorted(result.links, key=_badness)
    return ControlExplained(
        framework=framework.framework,
        result=result,
        links=tuple(_link(assessment, link, own, threshold) for link in links),
        parts=tuple((p.control.id, p.control.name, str(p.status)) for p in parts),
        steps=tuple(_steps(result.control, own, parts, threshold)),
        needed=tuple(needed(result.control, own, parts, threshold)),
        out_of_reach=out_of_reach(result.control, own, parts, threshold),
    )


def own_links(framework: Framework, result: ControlResult) -> list[LinkResult]:
    """Return the links to the row itself, without those that are context from rows above."""
    count = sum(link.control == result.control.id for link in framework.links)
    return list(result.links[:count])


def _badness(link: LinkResult) -> tuple[bool, int, int, str]:
    order = _RESULTS_WORST_FIRST.index(link.result)
    return (not rules.decides(link.link), order, -link.severity.rank, link.link.policy)


def _link(
    assessment: Assessment, result: LinkResult, own: Sequence[LinkResult], threshold: Severity
) -> LinkExplained:
    link = result.link
    findings = sorted(
        (f for f in assessment.findings if f.policy == link.policy),
        key=lambda f: (_WORST_FIRST.index(f.verdict), f.subject.file, f.subject.address),
    )
    titles = {policy.id: policy.title for policy in assessment.policies}
    return LinkExplained(
        policy=link.policy,
        title=titles.get(link.policy, ""),
        severity=str(result.severity),
        relationship=str(link.relationship),
        role=str(link.role),
        attest=link.attest,
        rationale=link.rationale,
        result=str(result.result),
        reason=result.reason,
        effect=_effect(result, threshold, is_own=any(result is each for each in own)),
        findings=tuple(findings),
    )


def _effect(result: LinkResult, threshold: Severity, *, is_own: bool) -> str:
    """Say what a link does to the status of its control."""
    link, said = result.link, result.result
    if not is_own:
        return "context only: it is linked to a row above"
    if not rules.decides(link):
        return "context only: it overlaps, which never moves a status"
    if rules.fails(result, threshold):
        return "fails the control"
    if said is PolicyResult.FAIL and link.relationship is Relationship.SUPERSET_OF:
        return "says nothing: it asks for more than the control, so its failure may be elsewhere"
    if said is PolicyResult.FAIL:
        return f"too mild to fail the control: {result.severity} is below {threshold}"
    if said is PolicyResult.NOT_EVALUATED:
        return "keeps the control from passing"
    if said is PolicyResult.WAIVED:
        return "lets the control pass at most as an exception"
    if said is PolicyResult.NOT_APPLICABLE:
        return "does not count: nothing to judge"
    return _effect_of_pass(result)


def _effect_of_pass(result: LinkResult) -> str:
    if result.link.attest:
        return "attests the control"
    if result.link.role is Role.PRIMARY:
        return "speaks for the control"
    return "contributes, and alone never suffices"


def _steps(
    control: Control, own: Sequence[LinkResult], parts: Sequence[ControlResult], threshold: Severity
) -> Iterator[Step]:
    """Apply the status rules one after the other, as the evaluation does."""
    axis = rules.technical(own, threshold)
    yield Step("technical", _counted(own, attest=False), str(axis), _TECHNICAL[axis])
    record = rules.attested(own)
    if control.unit:
        record = rules.owner_slot(control.evidence, record)
    yield Step("attested", _counted(own, attest=True), str(record), _ATTESTED[record])
    rolled = rules.rollup(part.status for part in parts)
    if not control.unit:
        status = rules.row_with_parts(rolled, axis, record)
        yield Step("rollup", _statuses(parts), str(rolled), _of_rollup(rolled))
        given = f"parts {rolled}, technical {axis}, attested {record}"
        yield Step("row_with_parts", given, str(status), _of_row(status, rolled))
    else:
        alone = rules.control_status(control.evidence, axis, record)
        given = f"evidence {control.evidence}, technical {axis}, attested {record}"
        yield Step("control_status", given, str(alone), _of_status(control, axis, record, alone))
        status = rules.unit_with_parts(alone, rolled)
        if parts:
            yield Step("rollup", _statuses(parts), str(rolled), _of_rollup(rolled))
            because = "the worse of its own status and that of its parts"
            yield Step("unit_with_parts", f"own {alone}, parts {rolled}", str(status), because)
    because = "the status as people are told it"
    yield Step("outcome", str(status), str(rules.outcome(status)), because)


def _counted(own: Sequence[LinkResult], *, attest: bool) -> str:
    """Say how the links of one axis that may move a status came out."""
    found: dict[str, int] = {}
    for item in own:
        if rules.decides(item.link) and item.link.attest is attest:
            found[item.result] = found.get(item.result, 0) + 1
    listed = [f"{found[r]} {r}" for r in _RESULTS_WORST_FIRST if r in found]
    return f"links: {', '.join(listed)}" if listed else "no link that counts"


def _statuses(parts: Sequence[ControlResult]) -> str:
    found: dict[Status, int] = {}
    for part in parts:
        found[part.status] = found.get(part.status, 0) + 1
    return (
        f"parts: {', '.join(f'{n} {status}' for status, n in found.items())}"
        if found
        else "no parts"
    )


def _of_rollup(rolled: Status) -> str:
    return {
        Status.NOT_APPLICABLE: "no part applies",
        Status.FAIL: "a part fails",
        Status.NOT_EVALUATED: "no part was evaluated",
        Status.PARTIAL: "a part is not settled",
        Status.WAIVED: "a part is an exception, all others pass",
        Status.MANUAL_ATTESTED: "all parts are attested",
        Status.PASS: "all parts pass",
    }[rolled]


def _of_row(status: Status, rolled: Status) -> str:
    if status is Status.FAIL and rolled is not Status.FAIL:
        return "a link to the row itself fails it"
    return "the row is no unit: it says what its parts say"


def _of_status(control: Control, axis: Technical, record: Attested, status: Status) -> str:
    """Say which line of the status rule applies, and what caps the status."""
    if status is Status.NOT_APPLICABLE:
        return "the catalogue says that there is nothing to evidence"
    if status is Status.FAIL:
        return "either axis alone fails a control"
    if status in {Status.PASS, Status.WAIVED}:
        return "both axes are settled" if record is Attested.VALID else "the technical axis decides"
    if status is Status.MANUAL_ATTESTED:
        return "a valid attestation carries what no machine shows"
    if control.evidence is Evidence.MANUAL:
        return "capped: only people can evidence a manual control, by an attestation"
    if record is Attested.MISSING and axis in {Technical.PASS, Technical.CONTRIBUTING_PASS}:
        return (
            "capped: technical evidence alone never passes a control that is only partly technical"
        )
    if record is Attested.MISSING and control.evidence is Evidence.PARTIAL:
        return "capped twice: the technical axis is not settled, and no attestation is on record"
    if axis is Technical.CONTRIBUTING_PASS:
        return "capped: contributing policies never pass a control without a primary one"
    if status is Status.PARTIAL:
        return "something was looked at, but not all of it is settled"
    return "nothing that counts could be looked at"
