"""JUnit XML for build servers: control = suite, policy and resource = case.

A suite begins with the status of its control, so that nothing undetermined looks green.
"""

from collections.abc import Iterable, Iterator, Mapping

from jurat.model.assessment import Assessment
from jurat.model.control import ControlResult, Outcome
from jurat.model.finding import Finding, Verdict
from jurat.reporters.junit_xml import Case, Suite, write
from jurat.reporters.qualified import breaks, qualify
from jurat.reporters.style import Style

_TAGS = {
    Outcome.FAIL: "failure",
    Outcome.EXCEPTION: "skipped",
    Outcome.UNDETERMINED: "skipped",
    Outcome.EXCLUDED: "skipped",
}
_PROPERTIES = ("outcome", "status", "technical", "attested", "assurance")

Cases = Mapping[str, tuple[Case, ...]]


def render(assessment: Assessment, _style: Style | None = None) -> str:
    """Write the assessment as JUnit XML; it looks the same in every style."""
    return write(_suites(assessment))


def _suites(assessment: Assessment) -> Iterator[Suite]:
    cases = _cases(assessment.findings)
    yield Suite("jurat", tuple(_run(assessment)))
    linked: set[str] = set()
    for framework in assessment.frameworks:
        for result in framework.controls:
            policies = dict.fromkeys(e.link.policy for e in result.links if breaks(e.link))
            linked.update(policies)
            yield _control(result, policies, cases)
    rest = [case for policy, group in cases.items() if policy not in linked for case in group]
    if rest:
        yield Suite("policies without a control", tuple(rest))


def _run(assessment: Assessment) -> Iterator[Case]:
    """Yield what the whole run says about itself: how much was judged, and what was not used."""
    coverage = assessment.coverage
    name = f"judged {coverage.judged} of {coverage.resources} resources"
    yield Case(name, "error", "nothing was judged") if assessment.judged_nothing else Case(name)
    for each in assessment.inputs:
        if each.incomplete is not None:
            yield Case(f"{each.path} is complete", "skipped", each.incomplete)
    for error in assessment.errors:
        yield Case(f"{error.kind} error: {error.message}", "error", error.message)


def _cases(findings: Iterable[Finding]) -> dict[str, tuple[Case, ...]]:
    """Return one case for each policy and resource, by policy."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        key = (finding.policy, finding.subject.file, finding.subject.address)
        groups.setdefault(key, []).append(finding)
    cases: dict[str, list[Case]] = {}
    for (policy, _, _), group in groups.items():
        cases.setdefault(policy, []).append(_case(group))
    return {policy: tuple(group) for policy, group in cases.items()}


def _case(group: list[Finding]) -> Case:
    """Return the worst of what one policy found on one resource; waived is better than open."""
    subject = group[0].subject
    name = f"{group[0].policy} on {subject.address}"
    for verdict, waived, tag in (
        (Verdict.FAIL, False, "failure"),
        (Verdict.ERROR, None, "error"),
        (Verdict.UNKNOWN, None, "skipped"),
        (Verdict.FAIL, True, "skipped"),
    ):
        worst = [f for f in group if f.verdict is verdict and waived in {None, bool(f.waiver)}]
        if worst:
            text = "\n".join(map(_message, worst))
            return Case(name, tag, text, worst[0].location or subject.location)
    if all(finding.verdict is Verdict.NOT_APPLICABLE for finding in group):
        return Case(name, "skipped", "not applicable", subject.location)
    return Case(name, location=subject.location)


def _message(finding: Finding) -> str:
    """Return the message with whatever a reader needs in order to act on it."""
    gaps = "; ".join(f"{gap.path}: {gap.why}" for gap in finding.gaps)
    waiver = finding.waiver
    until = f"waived by {waiver.approver} until {waiver.expires}: {waiver.reason}" if waiver else ""
    fix = finding.remediation if finding.verdict is Verdict.FAIL and not waiver else ""
    head = f"{finding.severity} {finding.verdict}: {finding.message}"
    at = f"at {finding.at}" if finding.at else ""
    return ". ".join(part.rstrip(".") for part in (head, at, gaps, until, fix) if part)


def _control(result: ControlResult, policies: Iterable[str], cases: Cases) -> Suite:
    control = result.control
    reasons = "; ".join(result.reasons) or str(result.status)
    tag = _TAGS.get(result.outcome)
    status = Case(f"status {result.status}", tag, f"{result.outcome}: {reasons}" if tag else "")
    return Suite(
        f"{qualify(control.framework, control.id)} {control.name}",
        (status, *(case for policy in policies for case in cases.get(policy, ()))),
        {name: str(getattr(result, name)) for name in _PROPERTIES},
    )
