"""JUnit XML for build servers: control = suite, policy and resource = case.

A suite begins with the status of its control, so that nothing undetermined looks green.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from jurat.model.assessment import Assessment
from jurat.model.control import ControlResult, Outcome
from jurat.model.finding import Finding, Verdict
from jurat.model.resource import Location
from jurat.reporters.qualified import breaks, qualify
from jurat.reporters.style import Style

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST = 2000

_TAGS = {
    Outcome.FAIL: "failure",
    Outcome.EXCEPTION: "skipped",
    Outcome.UNDETERMINED: "skipped",
    Outcome.EXCLUDED: "skipped",
}


@dataclass(frozen=True, slots=True)
class _Case:
    """One test case: ``tag`` says what became of it, ``None`` that it passed."""

    name: str
    tag: str | None = None
    message: str = ""
    location: Location | None = None


Cases = Mapping[str, tuple[_Case, ...]]


def render(assessment: Assessment, _style: Style | None = None) -> str:
    """Write the assessment as JUnit XML; it looks the same in every style."""
    cases = _cases(assessment.findings)
    root = ET.Element("testsuites", name="jurat")
    _suite(root, "jurat", _run(assessment))
    linked: set[str] = set()
    for framework in assessment.frameworks:
        for result in framework.controls:
            policies = dict.fromkeys(e.link.policy for e in result.links if breaks(e.link))
            linked.update(policies)
            _control(root, result, policies, cases)
    rest = [case for policy, group in cases.items() if policy not in linked for case in group]
    if rest:
        _suite(root, "policies without a control", rest)
    _count(root, root.iter("testcase"))
    ET.indent(root)
    text: str = ET.tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _run(assessment: Assessment) -> Iterator[_Case]:
    """Yield what the whole run says about itself: how much was judged, and what was not used."""
    coverage = assessment.coverage
    name = f"judged {coverage.judged} of {coverage.resources} resources"
    yield _Case(name) if coverage.judged else _Case(name, "error", "nothing was judged")
    for each in assessment.inputs:
        if each.incomplete is not None:
            yield _Case(f"{each.path} is complete", "skipped", each.incomplete)
    for error in assessment.errors:
        yield _Case(f"{error.kind} error: {error.message}", "error", error.message)


def _cases(findings: Iterable[Finding]) -> dict[str, tuple[_Case, ...]]:
    """Return one case for each policy and resource, by policy."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        key = (finding.policy, finding.subject.file, finding.subject.address)
        groups.setdefault(key, []).append(finding)
    cases: dict[str, list[_Case]] = {}
    for (policy, _, _), group in groups.items():
        cases.setdefault(policy, []).append(_case(group))
    return {policy: tuple(group) for policy, group in cases.items()}


def _case(group: list[Finding]) -> _Case:
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
            return _Case(name, tag, text, worst[0].location or subject.location)
    if all(finding.verdict is Verdict.NOT_APPLICABLE for finding in group):
        return _Case(name, "skipped", "not applicable", subject.location)
    return _Case(name, location=subject.location)


def _message(finding: Finding) -> str:
    """Return the message with whatever a reader needs in order to act on it."""
    gaps = "; ".join(f"{gap.path}: {gap.why}" for gap in finding.gaps)
    waiver = finding.waiver
    until = f"waived by {waiver.approver} until {waiver.expires}: {waiver.reason}" if waiver else ""
    fix = finding.remediation if finding.verdict is Verdict.FAIL and not waiver else ""
    head = f"{finding.severity} {finding.verdict}: {finding.message}"
    at = f"at {finding.at}" if finding.at else ""
    return ". ".join(part.rstrip(".") for part in (head, at, gaps, until, fix) if part)


def _control(
    root: ET.Element, result: ControlResult, policies: Iterable[str], cases: Cases
) -> None:
    control = result.control
    reasons = "; ".join(result.reasons) or str(result.status)
    tag = _TAGS.get(result.outcome)
    status = _Case(f"status {result.status}", tag, f"{result.outcome}: {reasons}" if tag else "")
    suite = _suite(
        root,
        f"{qualify(control.framework, control.id)} {control.name}",
        [status, *(case for policy in policies for case in cases.get(policy, ()))],
    )
    properties = ET.Element("properties")
    suite.insert(0, properties)
    for name in ("outcome", "status", "technical", "attested", "assurance"):
        ET.SubElement(properties, "property", name=name, value=_clean(getattr(result, name)))


def _suite(root: ET.Element, name: str, cases: Iterable[_Case]) -> ET.Element:
    suite = ET.SubElement(root, "testsuite", name=_clean(name))
    group = name.split(" ", 1)[0]
    for case in cases:
        element = ET.SubElement(suite, "testcase", classname=_clean(group), name=_clean(case.name))
        if case.location:
            element.set("file", _clean(case.location.file))
            if case.location.line is not None:
                element.set("line", str(case.location.line))
        if case.tag:
            text = _clean(case.message)
            ET.SubElement(element, case.tag, message=text.split("\n", 1)[0]).text = text
    _count(suite, suite)
    return suite


def _count(element: ET.Element, cases: Iterable[ET.Element]) -> None:
    tags = Counter(child.tag for case in cases for child in [case, *case])
    element.set("tests", str(tags["testcase"]))
    element.set("failures", str(tags["failure"]))
    element.set("errors", str(tags["error"]))
    element.set("skipped", str(tags["skipped"]))


def _clean(text: str) -> str:
    """Return ``text`` trimmed and without the characters that XML forbids."""
    trimmed = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return _ILLEGAL.sub("\ufffd", trimmed)
