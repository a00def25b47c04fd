"""The status rules, against the truth table, case by case and by their laws."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.controls import status
from jurat.model import (
    Attested,
    Evidence,
    Finding,
    Link,
    LinkResult,
    Outcome,
    PolicyResult,
    Quantifier,
    Relationship,
    Role,
    Scope,
    Severity,
    Status,
    Subject,
    Technical,
    Verdict,
    WaiverMark,
)

TABLE = Path(__file__).parent / "data" / "status-truth-table.csv"
WAIVER = WaiverMark(reason="r", owner="o", approver="a", expires="2030-01-01")
BETTER = {
    Status.FAIL: 0,
    Status.NOT_EVALUATED: 1,
    Status.PARTIAL: 2,
    Status.WAIVED: 3,
    Status.MANUAL_ATTESTED: 4,
    Status.PASS: 4,
}
BETTER_OUTCOME = {
    Outcome.FAIL: 0,
    Outcome.UNDETERMINED: 1,
    Outcome.EXCEPTION: 2,
    Outcome.PASS: 3,
}
PASS, FAIL, WAIVED = PolicyResult.PASS, PolicyResult.FAIL, PolicyResult.WAIVED
OPEN, NOTHING = PolicyResult.NOT_EVALUATED, PolicyResult.NOT_APPLICABLE
SUBSET, EQUAL = Relationship.SUBSET_OF, Relationship.EQUAL
SUPERSET, OVERLAP = Relationship.SUPERSET_OF, Relationship.INTERSECTS_WITH

laws = settings(max_examples=200, deadline=None, derandomize=True)


def found(verdict: Verdict, *, waived: bool = False, address: str = "a") -> Finding:
    return Finding(
        policy="p/q",
        verdict=verdict,
        severity=Severity.HIGH,
        subject=Subject(address, "AWS::S3::Bucket", Scope(), "plan.json"),
        message="m",
        waiver=WAIVER if waived else None,
    )


def linked(
    result: PolicyResult,
    relationship: Relationship = SUBSET,
    role: Role = Role.PRIMARY,
    severity: Severity = Severity.HIGH,
    *,
    attest: bool = False,
) -> LinkResult:
    link = Link("p/q", "f", "c", relationship, role, "because", attest)
    return LinkResult(link, result, severity)


def decide(evidence: Evidence, results: Sequence[LinkResult]) -> Status:
    return status.control_status(evidence, status.technical(results), status.attested(results))


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


# --- findings to policy result -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([Verdict.PASS], PASS),
        ([Verdict.PASS, Verdict.PASS], PASS),
        ([Verdict.PASS, Verdict.FAIL], FAIL),
        ([Verdict.FAIL, Verdict.UNKNOWN, Verdict.ERROR], FAIL),
        ([Verdict.PASS, Verdict.UNKNOWN], OPEN),
        ([Verdict.PASS, Verdict.ERROR], OPEN),
        ([Verdict.PASS, Verdict.NOT_APPLICABLE], PASS),
        ([Verdict.NOT_APPLICABLE], OPEN),
        ([], OPEN),
    ],
)
def test_findings_make_a_policy_result(verdicts: list[Verdict], expected: PolicyResult) -> None:
    findings = [found(verdict) for verdict in verdicts]
    got = status.policy_result(findings, Quantifier.EACH, inventory_complete=False)
    assert got is expected


def test_a_waived_failure_is_waived_unless_another_fails_or_is_open() -> None:
    def judge(*others: Finding) -> PolicyResult:
        findings = [found(Verdict.FAIL, waived=True), *others]
        return status.policy_result(findings, Quantifier.EACH, inventory_complete=True)

    assert judge() is WAIVED
    assert judge(found(Verdict.PASS)) is WAIVED
    assert judge(found(Verdict.UNKNOWN)) is OPEN
    assert judge(found(Verdict.FAIL)) is FAIL


@pytest.mark.parametrize("verdicts", [[], [Verdict.NOT_APPLICABLE]])
@pytest.mark.parametrize(
    ("quantifier", "expected"),
    [
        (Quantifier.EACH, NOTHING),
        (Quantifier.RELATION, NOTHING),
        (Quantifier.EXISTS_PER, NOTHING),
        (Quantifier.EXISTS_ACCOUNT, FAIL),
        (Quantifier.EXISTS_REGION, FAIL),
        (Quantifier.EXISTS_ORG, FAIL),
        (Quantifier.EVIDENCE, OPEN),
        (Quantifier.ATTEST, OPEN),
    ],
)
def test_absence_proves_something_only_in_a_complete_inventory(
    verdicts: list[Verdict], quantifier: Quantifier, expected: PolicyResult
) -> None:
    findings = [found(verdict) for verdict in verdicts]
    assert status.policy_result(findings, quantifier, inventory_complete=True) is expected
    assert status.policy_result(findings, quantifier, inventory_complete=False) is OPEN


def test_stale_findings_never_count() -> None:
    old = found(Verdict.PASS, address="old")
    new = found(Verdict.PASS, address="new")
    renewed = found(Verdict.FAIL, address="new")

    def judge(findings: list[Finding], stale: list[Finding]) -> PolicyResult:
        return status.policy_result(
            findings,
            Quantifier.EACH,
            inventory_complete=True,
            fresh=lambda item: item not in stale,
        )

    assert judge([old], [old]) is OPEN
    assert judge([new, old], [old]) is OPEN
    assert judge([new, renewed], [renewed]) is PASS
    assert judge([new, old], []) is PASS


@laws
@given(
    st.lists(st.builds(found, st.sampled_from(Verdict), waived=st.booleans()), max_size=5),
    st.sampled_from(Quantifier),
    st.booleans(),
    st.booleans(),
)
def test_a_pass_needs_a_pass_and_nothing_else(
    findings: list[Finding],
    quantifier: Quantifier,
    complete: bool,
    fresh: bool,
) -> None:
    got = status.policy_result(
        findings, quantifier, inventory_complete=complete, fresh=lambda _: fresh
    )
    verdicts = {item.verdict for item in findings}
    if got is PASS:
        assert fresh
        assert Verdict.PASS in verdicts
        assert verdicts <= {Verdict.PASS, Verdict.NOT_APPLICABLE}
    if not complete:
        assert got is not NOTHING


# --- links to axes -------------------------------------------------------------------------------

CONTRIBUTING = Role.CONTRIBUTING
LOW, MEDIUM = Severity.LOW, Severity.MEDIUM


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([], Technical.NONE),
        ([linked(FAIL, OVERLAP, Role.SUPPORTING)], Technical.NONE),
        ([linked(PASS, attest=True)], Technical.NONE),
        ([linked(FAIL)], Technical.FAIL),
        ([linked(FAIL, EQUAL)], Technical.FAIL),
        ([linked(FAIL, severity=MEDIUM), linked(PASS)], Technical.FAIL),
        ([linked(FAIL, severity=LOW)], Technical.PARTIAL),
        ([linked(FAIL, severity=LOW), linked(PASS)], Technical.PARTIAL),
        ([linked(FAIL, SUPERSET)], Technical.NOT_EVALUATED),
        ([linked(FAIL, SUPERSET), linked(PASS)], Technical.PARTIAL),
        ([linked(PASS, EQUAL), linked(OPEN)], Technical.PASS),
        ([linked(PASS, SUPERSET, CONTRIBUTING), linked(OPEN)], Technical.PASS),
        ([linked(PASS, EQUAL), linked(FAIL, severity=LOW)], Technical.PARTIAL),
        ([linked(PASS, EQUAL), linked(WAIVED)], Technical.WAIVED),
        ([linked(NOTHING), linked(NOTHING)], Technical.NOT_APPLICABLE),
        ([linked(OPEN), linked(NOTHING)], Technical.NOT_EVALUATED),
        ([linked(PASS), linked(OPEN)], Technical.PARTIAL),
        ([linked(PASS, role=CONTRIBUTING)], Technical.CONTRIBUTING_PASS),
        ([linked(PASS, role=CONTRIBUTING), linked(NOTHING)], Technical.CONTRIBUTING_PASS),
        ([linked(WAIVED, role=CONTRIBUTING)], Technical.PARTIAL),
        ([linked(PASS), linked(WAIVED, role=CONTRIBUTING)], Technical.WAIVED),
        ([linked(PASS), linked(PASS, role=CONTRIBUTING)], Technical.PASS),
    ],
)
def test_links_make_the_technical_axis(results: list[LinkResult], expected: Technical) -> None:
    assert status.technical(results) is expected


def test_the_threshold_moves_what_fails_a_control() -> None:
    results = [linked(FAIL, severity=Severity.HIGH), linked(PASS)]
    assert status.technical(results, Severity.HIGH) is Technical.FAIL
    assert status.technical(results, Severity.CRITICAL) is Technical.PARTIAL


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([], Attested.NONE),
        ([linked(PASS)], Attested.NONE),
        ([linked(PASS, OVERLAP, Role.SUPPORTING, attest=True)], Attested.NONE),
        ([linked(NOTHING, attest=True)], Attested.NONE),
        ([linked(PASS, attest=True)], Attested.VALID),
        ([linked(OPEN, attest=True)], Attested.MISSING),
        ([linked(WAIVED, attest=True)], Attested.MISSING),
        ([linked(FAIL, attest=True), linked(PASS, attest=True)], Attested.REJECTED),
        ([linked(FAIL, SUPERSET, attest=True)], Attested.MISSING),
        (
            [linked(PASS, attest=True), linked(OPEN, role=CONTRIBUTING, attest=True)],
            Attested.VALID,
        ),
        ([linked(OPEN, role=CONTRIBUTING, attest=True)], Attested.MISSING),
        ([linked(PASS, role=CONTRIBUTING, attest=True)], Attested.VALID),
    ],
)
def test_links_make_the_attested_axis(results: list[LinkResult], expected: Attested) -> None:
    assert status.attested(results) is expected


@pytest.mark.parametrize("evidence", [Evidence.PARTIAL, Evidence.MANUAL])
def test_an_owner_slot_opens_where_an_attestation_is_due(evidence: Evidence) -> None:
    assert status.owner_slot(evidence, Attested.NONE) is Attested.MISSING
    assert status.owner_slot(evidence, Attested.VALID) is Attested.VALID
    assert status.owner_slot(Evidence.AUTOMATED, Attested.NONE) is Attested.NONE


# --- axes to status ------------------------------------------------------------------------------


def test_the_table_is_whole() -> None:
    combinations = {(r["evidence_class"], r["technical"], r["attestation"]) for r in rows()}
    automated_or_partial, manual = 2 * len(Technical) * len(Attested), len(Attested)
    assert len(combinations) == len(rows()) == automated_or_partial + manual


@pytest.mark.parametrize(
    "row",
    rows(),
    ids=lambda row: f"{row['evidence_class']}-{row['technical']}-{row['attestation']}",
)
def test_every_row_of_the_truth_table(row: dict[str, str]) -> None:
    got = status.control_status(
        Evidence(row["evidence_class"]), Technical(row["technical"]), Attested(row["attestation"])
    )
    assert got == row["status"]
    assert status.outcome(got) == row["verdict"]


@pytest.mark.parametrize("axis", [axis for axis in Technical if axis is not Technical.FAIL])
@pytest.mark.parametrize("record", Attested)
def test_technical_evidence_leaves_a_manual_control_where_attestation_puts_it(
    axis: Technical, record: Attested
) -> None:
    alone = status.control_status(Evidence.MANUAL, Technical.NONE, record)
    assert status.control_status(Evidence.MANUAL, axis, record) is alone


def test_a_row_without_duty_is_not_applicable() -> None:
    got = status.control_status(Evidence.NONE, Technical.NONE, Attested.NONE)
    assert got is Status.NOT_APPLICABLE
    assert status.outcome(got) is Outcome.EXCLUDED


# --- roll-up -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ("", Status.NOT_APPLICABLE),
        ("not-applicable", Status.NOT_APPLICABLE),
        ("pass fail not-evaluated", Status.FAIL),
        ("not-evaluated not-evaluated not-applicable", Status.NOT_EVALUATED),
        ("pass not-evaluated", Status.PARTIAL),
        ("waived not-evaluated", Status.PARTIAL),
        ("pass partial", Status.PARTIAL),
        ("pass waived manual-attested", Status.WAIVED),
        ("manual-attested manual-attested", Status.MANUAL_ATTESTED),
        ("manual-attested pass", Status.PASS),
        ("pass not-applicable", Status.PASS),
    ],
)
def test_parts_roll_up(parts: str, expected: Status) -> None:
    assert status.rollup(map(Status, parts.split())) is expected


@pytest.mark.parametrize(
    ("own", "rolled", "expected"),
    [
        (Status.PASS, Status.FAIL, Status.FAIL),
        (Status.FAIL, Status.PASS, Status.FAIL),
        (Status.FAIL, Status.NOT_EVALUATED, Status.FAIL),
        (Status.NOT_EVALUATED, Status.PASS, Status.PARTIAL),
        (Status.PASS, Status.NOT_EVALUATED, Status.PARTIAL),
        (Status.NOT_EVALUATED, Status.NOT_EVALUATED, Status.NOT_EVALUATED),
        (Status.MANUAL_ATTESTED, Status.PASS, Status.MANUAL_ATTESTED),
        (Status.PASS, Status.MANUAL_ATTESTED, Status.MANUAL_ATTESTED),
        (Status.PASS, Status.WAIVED, Status.WAIVED),
        (Status.WAIVED, Status.PARTIAL, Status.PARTIAL),
        (Status.PASS, Status.NOT_APPLICABLE, Status.PASS),
        (Status.NOT_EVALUATED, Status.NOT_APPLICABLE, Status.NOT_EVALUATED),
    ],
)
def test_a_unit_with_parts_takes_the_worse_of_both(
    own: Status, rolled: Status, expected: Status
) -> None:
    assert status.unit_with_parts(own, rolled) is expected


def test_links_of_a_row_that_is_no_unit_can_only_fail_it() -> None:
    for rolled in Status:
        assert status.row_with_parts(rolled, Technical.PASS, Attested.VALID) is rolled
        assert status.row_with_parts(rolled, Technical.FAIL, Attested.NONE) is Status.FAIL
        assert status.row_with_parts(rolled, Technical.NONE, Attested.REJECTED) is Status.FAIL


# --- laws ----------------------------------------------------------------------------------------

relations = st.sampled_from(Relationship)
roles = st.sampled_from([Role.PRIMARY, Role.CONTRIBUTING])
results = st.sampled_from(PolicyResult)
severities = st.sampled_from(Severity)
some_links = st.lists(
    st.builds(linked, results, relations, roles, severities, attest=st.booleans()), max_size=6
)
evidences = st.sampled_from([Evidence.AUTOMATED, Evidence.PARTIAL, Evidence.MANUAL])
real = st.sampled_from(list(BETTER))


@laws
@given(evidences, some_links)
def test_technical_evidence_alone_never_passes_a_partial_or_manual_control(
    evidence: Evidence, links: list[LinkResult]
) -> None:
    got = decide(evidence, [item for item in links if not item.link.attest])
    if evidence is not Evidence.AUTOMATED:
        assert status.outcome(got) is not Outcome.PASS


@laws
@given(evidences, some_links)
def test_an_overlap_never_moves_a_status(evidence: Evidence, links: list[LinkResult]) -> None:
    deciding = [item for item in links if item.link.relationship is not OVERLAP]
    assert decide(evidence, links) is decide(evidence, deciding)


@laws
@given(evidences, some_links, relations, roles, severities)
def test_an_extra_failure_never_helps(
    evidence: Evidence,
    links: list[LinkResult],
    relation: Relationship,
    role: Role,
    severity: Severity,
) -> None:
    before = decide(evidence, links)
    after = decide(evidence, [*links, linked(FAIL, relation, role, severity)])
    assert BETTER_OUTCOME[status.outcome(after)] <= BETTER_OUTCOME[status.outcome(before)]
    if severity is not LOW:
        assert BETTER[after] <= BETTER[before]


def changed(
    links: list[LinkResult],
    data: st.DataObject,
    choose: Callable[[LinkResult], bool],
    result: PolicyResult,
) -> list[LinkResult] | None:
    """Give one of the chosen links another result, if there is one."""
    places = [n for n, item in enumerate(links) if choose(item)]
    if not places:
        return None
    n = data.draw(st.sampled_from(places))
    return [*links[:n], replace(links[n], result=result), *links[n + 1 :]]


@laws
@given(evidences, some_links, st.data(), st.sampled_from([OPEN, FAIL]))
def test_losing_a_pass_never_helps(
    evidence: Evidence, links: list[LinkResult], data: st.DataObject, instead: PolicyResult
) -> None:
    after = changed(links, data, lambda item: item.result is PASS, instead)
    if after is not None:
        assert BETTER[decide(evidence, after)] <= BETTER[decide(evidence, links)]


@laws
@given(evidences, some_links, st.data())
def test_a_waiver_never_gives_a_pass(
    evidence: Evidence, links: list[LinkResult], data: st.DataObject
) -> None:
    def failed(item: LinkResult) -> bool:
        deciding = item.link.relationship is not OVERLAP
        return item.result is FAIL and deciding and not item.link.attest

    after = changed(links, data, failed, WAIVED)
    if after is not None:
        got = decide(evidence, after)
        assert got is not Status.PASS
        if evidence is not Evidence.MANUAL:
            assert status.outcome(got) is not Outcome.PASS


@laws
@given(evidences, some_links)
def test_without_a_pass_nothing_passes(evidence: Evidence, links: list[LinkResult]) -> None:
    idle = [item for item in links if item.result is not PASS]
    assert status.outcome(decide(evidence, idle)) is not Outcome.PASS


@laws
@given(st.lists(real, max_size=5), real, real)
def test_a_worse_part_never_helps(parts: list[Status], one: Status, other: Status) -> None:
    worse, better = sorted((one, other), key=BETTER.__getitem__)
    low, high = status.rollup([*parts, worse]), status.rollup([*parts, better])
    assert BETTER[low] <= BETTER[high]


@laws
@given(st.lists(st.sampled_from(Status), min_size=1, max_size=6))
def test_a_roll_up_passes_only_if_every_applicable_part_does(parts: list[Status]) -> None:
    got = status.outcome(status.rollup(parts))
    told = {status.outcome(part) for part in parts} - {Outcome.EXCLUDED}
    if got is Outcome.PASS:
        assert told == {Outcome.PASS}
    if Outcome.FAIL in told:
        assert got is Outcome.FAIL


@laws
@given(real, real, real)
def test_a_unit_with_parts_is_monotone_and_no_better_than_either(
    own: Status, one: Status, other: Status
) -> None:
    worse, better = sorted((one, other), key=BETTER.__getitem__)
    low, high = status.unit_with_parts(own, worse), status.unit_with_parts(own, better)
    assert BETTER[low] <= BETTER[high]
    least = min(BETTER_OUTCOME[status.outcome(item)] for item in (own, better))
    assert BETTER_OUTCOME[status.outcome(high)] == least
