"""What a linked policy says, and the cause it gives."""

import pytest

from jurat.controls.linked import link_result, statements
from jurat.model import (
    Finding,
    Gap,
    Link,
    LinkResult,
    Policy,
    PolicyResult,
    Quantifier,
    Relationship,
    Role,
    Scope,
    Severity,
    Subject,
    Tier,
    Verdict,
    WaiverMark,
)

PASS, FAIL = Verdict.PASS, Verdict.FAIL
UNKNOWN, ERROR, NOTHING = Verdict.UNKNOWN, Verdict.ERROR, Verdict.NOT_APPLICABLE


def policy(
    quantifier: Quantifier = Quantifier.EACH,
    applies_to: tuple[str, ...] = ("AWS::S3::Bucket",),
    deprecated: str | None = None,
) -> Policy:
    return Policy(
        id="s3/x",
        title="t",
        description="d",
        severity=Severity.HIGH,
        applies_to=applies_to,
        remediation="r",
        quantifier=quantifier,
        deprecated=deprecated,
    )


def found(
    verdict: Verdict,
    *,
    tier: Tier = Tier.PLAN,
    message: str = "m",
    gap: Gap | None = None,
    waived: bool = False,
) -> Finding:
    return Finding(
        policy="s3/x",
        verdict=verdict,
        severity=Severity.CRITICAL,
        subject=Subject("a", "AWS::S3::Bucket", Scope(tier=tier), "plan.json"),
        message=message,
        gaps=() if gap is None else (gap,),
        waiver=WaiverMark("r", "o", "a", "2030-01-01") if waived else None,
    )


def say(
    findings: list[Finding],
    judged_by: Policy | None = None,
    *,
    complete: bool = False,
    incomplete: str | None = None,
    attest: bool = False,
) -> LinkResult:
    link = Link("s3/x", "f", "c", Relationship.SUBSET_OF, Role.PRIMARY, "r", attest)
    said = statements(
        {"s3/x"},
        {"s3/x": judged_by or policy()},
        findings,
        inventory_complete=complete,
        incomplete=incomplete,
    )
    return link_result(link, said)


def test_a_pass_needs_no_reason() -> None:
    got = say([found(PASS), found(NOTHING)])
    assert (got.result, got.reason, got.findings) == (PolicyResult.PASS, "", 2)


def test_severity_is_the_policys() -> None:
    assert say([found(FAIL)]).severity is Severity.HIGH


GAP = Gap("BucketEncryption", "known after apply")


@pytest.mark.parametrize(
    ("findings", "reason"),
    [
        ([], "no AWS::S3::Bucket was read"),
        ([found(NOTHING)], "nothing was read that the policy applies to"),
        (
            [found(PASS), found(UNKNOWN, gap=GAP)],
            "unknown value (1 of 2 findings): BucketEncryption is not known: known after apply",
        ),
        ([found(UNKNOWN, message="cannot say")], "unknown value (1 of 1 findings): cannot say"),
        (
            [found(UNKNOWN, gap=GAP), found(ERROR, message="took too long")],
            "policy error (2 of 2 findings): took too long",
        ),
    ],
)
def test_an_open_result_names_its_cause(findings: list[Finding], reason: str) -> None:
    got = say(findings)
    assert (got.result, got.reason) == (PolicyResult.NOT_EVALUATED, reason)


def test_other_results_name_their_cause() -> None:
    failed = say([found(FAIL), found(FAIL, waived=True), found(PASS)])
    assert (failed.result, failed.reason) == (PolicyResult.FAIL, "1 of 3 findings failed")
    waived = say([found(FAIL, waived=True), found(PASS)])
    assert (waived.result, waived.reason) == (PolicyResult.WAIVED, "every failure is waived")
    absent = say([], complete=True)
    assert absent.result is PolicyResult.NOT_APPLICABLE
    assert absent.reason == "no AWS::S3::Bucket exists in the scope"
    missing = say([], policy(Quantifier.EXISTS_ACCOUNT), complete=True)
    assert missing.result is PolicyResult.FAIL
    assert missing.reason == "no AWS::S3::Bucket exists in the scope"


def test_records_are_not_resources() -> None:
    got = say([], policy(Quantifier.EVIDENCE), complete=True)
    assert (got.result, got.reason) == (PolicyResult.NOT_EVALUATED, "no record was read")


@pytest.mark.parametrize(
    ("types", "named"),
    [
        (("*",), "no resource was read"),
        (("A", "B"), "no A or B was read"),
        (("A", "B", "C", "D", "E"), "no A or B or C or 2 other types was read"),
    ],
)
def test_types_are_named_shortly(types: tuple[str, ...], named: str) -> None:
    assert say([], policy(applies_to=types)).reason == named


@pytest.mark.parametrize("findings", [[], [found(PASS)], [found(FAIL, waived=True)]])
def test_of_an_incomplete_input_only_a_failure_stands(findings: list[Finding]) -> None:
    got = say(findings, complete=True, incomplete="the plan errored")
    assert got.result is PolicyResult.NOT_EVALUATED
    assert got.reason == "input incomplete: the plan errored"
    failed = say([*findings, found(FAIL)], complete=True, incomplete="the plan errored")
    assert failed.result is PolicyResult.FAIL
    broken = say([*findings, found(ERROR)], complete=True, incomplete="the plan errored")
    assert broken.result is PolicyResult.NOT_EVALUATED
    assert broken.reason.startswith("policy error")


def test_absence_in_an_incomplete_input_fails_nothing() -> None:
    account = policy(Quantifier.EXISTS_ACCOUNT)
    got = say([], account, complete=True, incomplete="the plan errored")
    assert got.result is PolicyResult.NOT_EVALUATED


def test_a_deprecated_policy_can_fail_a_control_but_not_speak_for_it() -> None:
    old = policy(deprecated="use s3/y")
    passed = say([found(PASS)], old)
    assert passed.result is PolicyResult.NOT_EVALUATED
    assert passed.reason == "policy deprecated: use s3/y"
    assert say([found(PASS), found(FAIL)], old).result is PolicyResult.FAIL


def test_a_policy_that_took_no_part_says_nothing_but_a_failure() -> None:
    link = Link("s3/x", "f", "c", Relationship.SUBSET_OF, Role.PRIMARY, "r")

    def say_unselected(*findings: Finding) -> LinkResult:
        said = statements({"s3/x"}, {}, findings, inventory_complete=True, incomplete=None)
        return link_result(link, said)

    for findings in ([], [found(PASS)], [found(FAIL, waived=True)]):
        got = say_unselected(*findings)
        assert got.result is PolicyResult.NOT_EVALUATED
        assert got.reason == "policy not selected"
    failed = say_unselected(found(FAIL))
    assert (failed.result, failed.severity) == (PolicyResult.FAIL, Severity.CRITICAL)


@pytest.mark.parametrize(
    ("quantifier", "attest"), [(Quantifier.EACH, True), (Quantifier.ATTEST, False)]
)
def test_a_link_that_mistakes_what_the_policy_is_brings_only_failures(
    quantifier: Quantifier, attest: bool
) -> None:
    got = say([found(PASS)], policy(quantifier), attest=attest)
    assert got.result is PolicyResult.NOT_EVALUATED
    assert got.reason == "link and policy disagree on whether it is an attestation"
    assert say([found(FAIL)], policy(quantifier), attest=attest).result is PolicyResult.FAIL


def test_an_attestation_passes_through_a_link_that_knows_it() -> None:
    got = say([found(PASS)], policy(Quantifier.ATTEST), attest=True)
    assert got.result is PolicyResult.PASS


@pytest.mark.parametrize(
    ("tiers", "quantifier", "assurance"),
    [
        ([], Quantifier.EACH, "none"),
        ([Tier.LIVE, Tier.LIVE], Quantifier.EACH, "operating"),
        ([Tier.LIVE, Tier.TEMPLATE], Quantifier.EACH, "design"),
        ([Tier.PLAN], Quantifier.EACH, "design"),
        ([Tier.PLAN], Quantifier.ATTEST, "attested"),
    ],
)
def test_assurance_is_that_of_the_weakest_finding(
    tiers: list[Tier], quantifier: Quantifier, assurance: str
) -> None:
    said = statements(
        {"s3/x"},
        {"s3/x": policy(quantifier)},
        [found(PASS, tier=tier) for tier in tiers],
        inventory_complete=False,
        incomplete=None,
    )
    assert said["s3/x"].assurance == assurance
