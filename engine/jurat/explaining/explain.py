"""Answer a question about a name: a policy, a finding's fingerprint, or a control."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from jurat import __version__
from jurat.assess import Options, assess
from jurat.errors import UsageError
from jurat.explaining.case import explain_case
from jurat.explaining.chain import explain_control
from jurat.explaining.explanation import CaseExplained, ControlExplained, Explanation, redacted
from jurat.explaining.names import find_controls, find_policy, is_fingerprint, names, near
from jurat.judge import Settings
from jurat.model import (
    Assessment,
    Control,
    Estate,
    Finding,
    Framework,
    Policy,
    Resource,
    Subject,
    Verdict,
)
from jurat.pack import Pack
from jurat.readers import Reading
from jurat.redact import redactor
from jurat.reporters.qualified import controls_of

_WORST_FIRST = tuple(Verdict)
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a name, and the address of the resource if it is about one.

    ``name`` is the id or alias of a policy, the id of a control, bare or qualified, or a finding's
    fingerprint.
    """

    name: str
    resource: str | None = None
    options: Options = field(default_factory=Options)


def explain(reading: Reading, pack: Pack, question: Question) -> Explanation:
    """Explain what the inputs make of a name; nothing in the answer is secret.

    Raises ``UsageError``, with what was perhaps meant, if there is no such policy, control, finding
    or resource, or if the policy does not judge the resource.
    """
    explanation = _Inquiry(reading, pack, question).answer()
    return redacted(explanation, redactor(reading.estate.secrets).text)


@dataclass(frozen=True, slots=True)
class _Inquiry:
    """A question about what was read, by the pack that is to answer it."""

    reading: Reading
    pack: Pack
    question: Question

    def answer(self) -> Explanation:
        """Find out what the name is, and explain it."""
        name, address = self.question.name, self.question.resource
        if address is not None:
            _numbers(self.reading.estate, address)  # a slip is told before anything is judged
        policy = find_policy(self.pack, name)
        if policy is not None:
            return self._of_policy(policy)
        controls = find_controls(self.pack, name)
        if controls:
            return self._explanation(controls=tuple(self._control(*each) for each in controls))
        owner = find_policy(self.pack, name.partition(":")[0])
        if is_fingerprint(name) or owner is not None:
            return self._of_fingerprint(owner)
        hint = near(name, names(self.pack))
        raise UsageError(f"{name}: no such policy, control or finding{hint}")

    def _explanation(
        self,
        cases: Sequence[CaseExplained] = (),
        others: Sequence[Finding] = (),
        controls: tuple[ControlExplained, ...] = (),
    ) -> Explanation:
        worst_first = sorted(cases, key=lambda case: _WORST_FIRST.index(case.verdict))
        return Explanation(
            name=self.question.name,
            version=__version__,
            inputs=self.reading.estate.inputs,
            cases=tuple(worst_first),
            others=tuple(others),
            controls=controls,
        )

    def _assess(self, policies: Sequence[str], frameworks: Sequence[str] = ()) -> Assessment:
        options = replace(
            self.question.options, policies=tuple(policies), frameworks=tuple(frameworks)
        )
        return assess(self.reading, self.pack, options)

    # A policy or a finding

    def _of_policy(self, policy: Policy) -> Explanation:
        address = self.question.resource
        if address is not None and policy.id not in self.pack.sets:
            judged = self._judged(policy, address)
            assessment = self._assess([policy.id])
            return self._explanation([self._case(assessment, policy, n) for n in judged])
        assessment = self._assess([policy.id])
        findings = [each for each in assessment.findings if self._is_about(each)]
        if not findings:
            wanted = address or ", ".join(policy.applies_to)
            raise UsageError(f"{policy.id}: the inputs hold nothing that it judges: {wanted}")
        worst, *_ = findings = sorted(findings, key=_badness)
        others = [each for each in findings if each.subject != worst.subject]
        return self._explanation([self._case_of(assessment, policy, worst)], others)

    def _judged(self, policy: Policy, address: str) -> list[int]:
        """Return the positions of the resources at an address that a policy judges."""
        resources = self.reading.estate.resources
        found = _numbers(self.reading.estate, address)
        judged = [number for number in found if _judges(policy, resources[number])]
        if not judged:
            kind, wanted = resources[found[0]].type, ", ".join(policy.applies_to)
            raise UsageError(f"{address}: {policy.id} does not judge {kind}; it judges {wanted}")
        return judged

    def _is_about(self, finding: Finding) -> bool:
        return self.question.resource in {None, finding.subject.address}

    def _of_fingerprint(self, owner: Policy | None) -> Explanation:
        name = self.question.name
        assessment = self._assess([] if owner is None else [owner.id])
        found = [each for each in assessment.findings if each.fingerprint == name]
        if not found:
            hint = near(name, [each.fingerprint for each in assessment.findings])
            raise UsageError(f"{name}: no finding of these inputs has this fingerprint{hint}")
        by_id = {policy.id: policy for policy in self.pack.policies}
        cases = [
            replace(self._case_of(assessment, by_id[each.policy], each), findings=(each,))
            for each in found
            if self._is_about(each)
        ]
        if not cases:
            about = ", ".join(each.subject.address for each in found)
            raise UsageError(f"{name}: is about {about}, not about {self.question.resource}")
        return self._explanation(cases)

    def _case_of(self, assessment: Assessment, policy: Policy, finding: Finding) -> CaseExplained:
        """Explain the case behind a finding; a whole scope or input has no resource to show."""
        about = finding.subject
        if policy.id in self.pack.sets:
            note = "a raw rule is judged on the whole input; no trace is made of it"
            return CaseExplained(policy, about, finding.verdict, (finding,), note=note)
        for number, resource in enumerate(self.reading.estate.resources):
            place = (resource.file, resource.address, resource.type)
            if place == (about.file, about.address, about.type):
                return self._case(assessment, policy, number)
        note = _of_scope(policy, assessment)
        return CaseExplained(policy, about, finding.verdict, (finding,), note=note)

    def _case(self, assessment: Assessment, policy: Policy, number: int) -> CaseExplained:
        """Explain one policy on one resource, with the findings that a check would report."""
        settings = Settings(
            params=assessment.params,
            library=self.pack.library,
            limits=self.question.options.limits,
        )
        case = explain_case(self.reading.estate, policy, number, settings)
        reported = tuple(
            each
            for each in assessment.findings
            if each.policy == policy.id and _same(each.subject, case.subject)
        )
        return replace(
            case,
            findings=reported or case.findings,
            note=_of_scope(policy, assessment),
            controls=controls_of(assessment).get(policy.id, ()),
        )

    # A control

    def _control(self, framework: Framework, control: Control) -> ControlExplained:
        """Explain a control; only policies that can touch its status are asked."""
        rows = _rows_that_matter(framework, control)
        linked = {link.policy for link in framework.links if link.control in rows}
        # No policy chosen would mean all of them.
        asked = sorted(linked) or [self.pack.policies[0].id]
        assessment = self._assess(asked, [framework.id])
        threshold = self.question.options.threshold
        (result,) = assessment.frameworks
        explained = explain_control(assessment, control.id, result, threshold)
        links = tuple(
            replace(link, findings=tuple(filter(self._is_about, link.findings)))
            for link in explained.links
        )
        return replace(explained, links=links)


def _numbers(estate: Estate, address: str) -> list[int]:
    """Return the positions of the resources at an address; several inputs may have one each."""
    found = [n for n, each in enumerate(estate.resources) if each.address == address]
    if not found:
        known = list(dict.fromkeys(each.address for each in estate.resources))
        raise UsageError(f"{address}: no such resource in the inputs{near(address, known)}")
    return found


def _judges(policy: Policy, resource: Resource) -> bool:
    return "*" in policy.applies_to or resource.type in policy.applies_to


def _same(one: Subject, other: Subject) -> bool:
    return (one.file, one.address, one.type) == (other.file, other.address, other.type)


def _of_scope(policy: Policy, assessment: Assessment) -> str:
    """Say what a policy that asks for one resource in order says over the whole scope."""
    if not policy.quantifier.by_scope:
        return ""
    scope = policy.quantifier.removeprefix("exists-")
    found = [
        f"{each.verdict} by {each.subject.address}"
        for each in sorted(assessment.findings, key=_badness)
        if each.policy == policy.id
    ]
    said = "; ".join(found[:_NEAR]) or "nothing"
    return f"one resource in order suffices for the whole {scope}; what counts there: {said}"


def _badness(finding: Finding) -> tuple[int, str, str, str, str]:
    about = finding.subject
    order = _WORST_FIRST.index(finding.verdict)
    return order, about.file, about.address, finding.at or "", finding.message


def _rows_that_matter(framework: Framework, control: Control) -> set[str]:
    """Return the rows whose links a status takes in: the control, its parts, and as context more.

    What is linked to a row above that is no unit is context below it.
    """
    units = {each.id for each in framework.controls if each.unit}
    above = set(_reach(framework, control.id, up=True)) - units
    return {control.id, *_reach(framework, control.id, up=False), *above}


def _reach(framework: Framework, name: str, *, up: bool) -> Iterator[str]:
    """Yield the rows above or below a row."""
    for item in framework.rollups:
        start, end = (item.child, item.parent) if up else (item.parent, item.child)
        if start == name:
            yield end
            yield from _reach(framework, end, up=up)
