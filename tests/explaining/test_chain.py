"""Controls: every status explained by the rules that gave it, and what a pass takes."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from jurat.assess import Options, assess
from jurat.explaining import Question, explain
from jurat.explaining.chain import explain_control
from jurat.explaining.explanation import ControlExplained
from jurat.explaining.needed import needed, out_of_reach
from jurat.model import (
    Assessment,
    Attested,
    Control,
    ControlResult,
    Evidence,
    Framework,
    Link,
    LinkResult,
    Outcome,
    PolicyResult,
    Relationship,
    Role,
    Severity,
    Status,
    Technical,
)
from jurat.pack import Pack
from jurat.readers import read
from jurat.reporters.qualified import qualify

MERIDIAN = "fixtures/estates/meridian"


@pytest.fixture(scope="module")
def assessment(root: Path, pack: Pack) -> Assessment:
    reading = read([str(root / MERIDIAN / "plan.json")], BytesIO())
    return assess(reading, pack, Options())


def test_every_status_is_the_result_of_the_steps_told(assessment: Assessment) -> None:
    explained = 0
    for framework in assessment.frameworks:
        for result in framework.controls:
            found = explain_control(assessment, result.control.id, framework, Severity.MEDIUM)
            steps = {step.rule: step.result for step in found.steps}
            assert steps["technical"] == result.technical
            assert steps["attested"] == result.attested
            assert steps["outcome"] == result.outcome
            assert found.steps[-2].result == result.status
            assert all(step.because and step.given for step in found.steps)
            explained += 1
    assert explained > 600


def test_what_is_not_a_pass_says_what_it_takes_or_why_it_cannot(assessment: Assessment) -> None:
    for framework in assessment.frameworks:
        for result in framework.controls:
            found = explain_control(assessment, result.control.id, framework, Severity.MEDIUM)
            passes = result.outcome is Outcome.PASS
            assert (passes, bool(found.needed), bool(found.out_of_reach)).count(True) == 1, (
                result.control.id
            )


@pytest.mark.parametrize(
    "name",
    ["GDPR:Art.25(2)", "NIS2-IR:6.7.2(c)", "ISO27001:2022:A.8.24", "NIST-AI-RMF:MAP-4.2"],
)
def test_the_chain_of_a_control_of_each_framework(root: Path, pack: Pack, name: str) -> None:
    reading = read([str(root / MERIDIAN / "plan.json")], BytesIO())
    (found,) = explain(reading, pack, Question(name)).controls
    control = found.result.control
    assert qualify(control.framework, control.id) == name
    assert found.links
    links = {
        (link.policy, link.relationship, link.role, link.rationale)
        for framework in pack.frameworks
        if framework.id == control.framework
        for link in framework.links
        if link.control == control.id
    }
    told = {(each.policy, each.relationship, each.role, each.rationale) for each in found.links}
    assert links <= told
    for link in found.links:
        verdicts = {finding.verdict for finding in link.findings}
        assert {finding.policy for finding in link.findings} <= {link.policy}
        assert (link.result == "fail") == ("fail" in verdicts)
        assert link.effect
        assert link.title


def test_the_status_is_the_same_as_a_check_gives(
    root: Path, pack: Pack, assessment: Assessment
) -> None:
    """Though only the policies are asked that can touch it."""
    reading = read([str(root / MERIDIAN / "plan.json")], BytesIO())
    for name in ("GDPR:Art.32(1)(a)", "ISO27001:2022:A.5.1"):
        (found,) = explain(reading, pack, Question(name)).controls
        (checked,) = (
            result
            for framework in assessment.frameworks
            for result in framework.controls
            if qualify(result.control.framework, result.control.id) == name
        )
        assert found.result == checked


def test_findings_are_of_the_resource_asked_about(root: Path, pack: Pack) -> None:
    reading = read([str(root / MERIDIAN / "plan.json")], BytesIO())
    address = "aws_s3_bucket.customer_exports"
    (found,) = explain(reading, pack, Question("GDPR:Art.25(2)", address)).controls
    shown = [finding.subject.address for link in found.links for finding in link.findings]
    assert shown
    assert set(shown) == {address}


# On controls made up for the purpose


def control(evidence: Evidence, *, unit: bool = True) -> Control:
    return Control(
        framework="own",
        id="C1",
        title="One",
        summary="",
        evidence=evidence,
        responsibility="customer",
        level="control",
        group="All",
        parent=None,
        unit=unit,
    )


def linked(
    name: str,
    result: PolicyResult,
    role: Role = Role.PRIMARY,
    relationship: Relationship = Relationship.SUBSET_OF,
    *,
    attest: bool = False,
) -> LinkResult:
    link = Link(name, "own", "C1", relationship, role, "because", attest)
    return LinkResult(link, result, Severity.HIGH, f"{name} says {result}")


def part(name: str, status: Status) -> ControlResult:
    return ControlResult(
        control=replace(control(Evidence.PARTIAL), id=name),
        technical=Technical.NONE,
        attested=Attested.NONE,
        status=status,
        outcome=Outcome.UNDETERMINED,
        assurance="none",
    )


FAIL, PASS, OPEN = PolicyResult.FAIL, PolicyResult.PASS, PolicyResult.NOT_EVALUATED
NOTHING = PolicyResult.NOT_APPLICABLE
OWNER = "attestation of the owner"


@pytest.mark.parametrize(
    ("evidence", "links", "parts", "wanted"),
    [
        (Evidence.AUTOMATED, [linked("a/x", PASS)], [], []),
        (Evidence.AUTOMATED, [linked("a/x", FAIL), linked("a/y", PASS)], [], ["policy a/x"]),
        (
            Evidence.AUTOMATED,
            [linked("a/x", OPEN), linked("a/y", FAIL)],
            [],
            ["policy a/x", "policy a/y"],
        ),
        # An equal link that passes carries the control: what else is open need not be settled.
        (
            Evidence.AUTOMATED,
            [linked("a/x", OPEN), linked("a/y", OPEN, relationship=Relationship.EQUAL)],
            [],
            ["policy a/y"],
        ),
        (Evidence.PARTIAL, [linked("a/x", PASS)], [], [OWNER]),
        (Evidence.PARTIAL, [linked("a/x", FAIL)], [], [OWNER, "policy a/x"]),
        (Evidence.PARTIAL, [linked("a/x", NOTHING)], [], [OWNER]),
        (Evidence.MANUAL, [], [], [OWNER]),
        (
            Evidence.MANUAL,
            [linked("a/x", OPEN, attest=True)],
            [],
            ["attestation a/x"],
        ),
        (Evidence.AUTOMATED, [linked("a/x", PASS)], [part("C2", Status.FAIL)], ["part C2"]),
        (
            Evidence.PARTIAL,
            [linked("a/x", FAIL, Role.SUPPORTING, Relationship.INTERSECTS_WITH)],
            [],
            None,
        ),
        (Evidence.AUTOMATED, [], [], None),
        (Evidence.AUTOMATED, [linked("a/x", FAIL, Role.CONTRIBUTING)], [], None),
        (Evidence.AUTOMATED, [linked("a/x", NOTHING)], [], None),
    ],
)
def test_what_is_needed_is_enough_and_no_more(
    evidence: Evidence,
    links: list[LinkResult],
    parts: list[ControlResult],
    wanted: list[str] | None,
) -> None:
    about = (control(evidence), links, parts, Severity.MEDIUM)
    assert [each.what for each in needed(*about)] == (wanted or [])
    assert bool(out_of_reach(*about)) is (wanted is None)


def test_why_a_pass_is_out_of_reach() -> None:
    def why(row: Control, *links: LinkResult) -> str:
        return out_of_reach(row, links, [], Severity.MEDIUM)

    automated = control(Evidence.AUTOMATED)
    assert "no policy is linked" in why(automated)
    assert "primary" in why(automated, linked("a/x", PASS, Role.CONTRIBUTING))
    assert "nothing that its policies judge" in why(automated, linked("a/x", NOTHING))
    assert "no unit" in why(control(Evidence.PARTIAL, unit=False))


def test_a_fix_of_what_is_needed_makes_the_control_pass(tmp_path: Path, pack: Pack) -> None:
    """Not only by the rules: on an input that was mended."""
    framework = Framework(
        id="own",
        title="Own",
        edition="1",
        source="us",
        licence="own",
        draft=False,
        controls=(control(Evidence.AUTOMATED),),
        links=(linked("kms/cmk_rotation", PASS).link,),
        rollups=(),
    )
    own = replace(pack, frameworks=(framework,))
    found: dict[bool, ControlExplained] = {}
    for rotated in (False, True):
        file = tmp_path / f"{rotated}.json"
        key = {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": rotated}}
        file.write_text(json.dumps({"Resources": {"Key": key}}))
        reading = read([str(file)], BytesIO())
        (found[rotated],) = explain(reading, own, Question("OWN:C1")).controls
    assert [each.what for each in found[False].needed] == ["policy kms/cmk_rotation"]
    assert found[True].result.outcome is Outcome.PASS
    assert found[True].needed == ()
