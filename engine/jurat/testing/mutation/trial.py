"""What a policy says about its fixtures: two policies that say the same cannot be told apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from jurat.judge.judgement import Bench, broken
from jurat.judge.quantify import by_scope
from jurat.languages import Evaluator
from jurat.model import Estate, Finding, Policy, Resource, Verdict
from jurat.testing.trials import Fixture, worst


@dataclass(frozen=True, slots=True)
class Staged:
    """A fixture and what was read from it."""

    fixture: Fixture
    estate: Estate

    def bench(self, estate: Estate | None = None) -> Bench:
        """Return what is needed to judge it, or another estate in its place."""
        params = {self.fixture.policy: self.fixture.params}
        return Bench(estate or self.estate, params, evidence_of_passes=False)


@dataclass(frozen=True, slots=True)
class Said:
    """The worst verdict on a fixture, and what fails there: address, place and message."""

    verdict: Verdict | None
    failures: frozenset[tuple[str, str, str]]


def judged(policy: Policy, resources: Sequence[Resource]) -> list[Resource]:
    """Return the resources of the types that a policy applies to."""
    return [resource for resource in resources if policy.judges(resource.type)]


def hear(policy: Policy, evaluator: Evaluator, bench: Bench) -> Said:
    """Return what a policy says about the estate on a bench."""
    case = bench.case(policy, evaluator)
    findings: list[Finding] = []
    for resource in judged(policy, bench.estate.resources):
        try:
            findings += case.findings(resource) or [bench.bare_pass(policy, resource)]
        except Exception as error:  # noqa: BLE001 - as the judge: a defect costs one verdict
            findings.append(broken(policy, resource, type(error).__name__))
    if policy.quantifier.by_scope:
        findings = list(by_scope(policy, findings))
    return Said(
        worst(findings),
        frozenset(
            (finding.subject.address, finding.at or "", finding.message)
            for finding in findings
            if finding.verdict is Verdict.FAIL
        ),
    )
