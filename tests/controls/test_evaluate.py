"""Findings become statuses: rows, parts, context, assurance, and the laws over a framework."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.controls import evaluate
from jurat.model import (
    Attested,
    Control,
    ControlResult,
    Evidence,
    Finding,
    Framework,
    FrameworkResult,
    Link,
    Outcome,
    Policy,
    PolicyResult,
    Quantifier,
    Relationship,
    Role,
    Rollup,
    Scope,
    Severity,
    Status,
    Subject,
    Technical,
    Tier,
    Verdict,
)

AUTOMATED, PARTIAL = Evidence.AUTOMATED, Evidence.PARTIAL
MANUAL, NONE = Evidence.MANUAL, Evidence.NONE
BETTER = {Outcome.FAIL: 0, Outcome.UNDETERMINED: 1, Outcome.EXCEPTION: 2, Outcome.PASS: 3}
laws = settings(max_examples=60, deadline=None, derandomize=True)


def control(name: str, evidence: Evidence = AUTOMATED, *, unit: bool = True) -> Control:
    return Control("f", name, name, "", evidence, "customer", "point", "g", None, unit)


def link(
    policy: str,
    to: str,
    relationship: Relationship = Relationship.SUBSET_OF,
    role: Role = Role.PRIMARY,
    *,
    attest: bool = False,
) -> Link:
    return Link(policy, "f", to, relationship, role, "because", attest)


def framework(
    controls: Sequence[Control], links: Sequence[Link] = (), rollups: Sequence[str] = ()
) -> Framework:
    """Make a framework; a roll-up is written ``child<parent``."""
    edges = tuple(Rollup("f", *edge.split("<")) for edge in rollups)
    return Framework("f", "F", "1", "s", "l", True, tuple(controls), tuple(links), edges)


def policy(name: str, severity: Severity = Severity.HIGH) -> Policy:
    attest = name.startswith("att/")
    quantifier = Quantifier.ATTEST if attest else Quantifier.EACH
    return Policy(name, "t", "d", severity, ("AWS::S3::Bucket",), "r", quantifier)


def found(policy_id: str, verdict: Verdict, tier: Tier = Tier.PLAN) -> Finding:
    subject = Subject("a", "AWS::S3::Bucket", Scope(tier=tier), "plan.json")
    return Finding(policy_id, verdict, Severity.HIGH, subject, "m")


def run(
    of: Framework,
    verdicts: Mapping[str, Verdict],
    *,
    tier: Tier = Tier.PLAN,
    incomplete: str | None = None,
) -> FrameworkResult:
    """Evaluate with every linked policy selected and one finding a policy."""
    policies = {item.policy: policy(item.policy) for item in of.links}
    findings = [found(name, verdict, tier) for name, verdict in verdicts.items()]
    return evaluate(of, policies, findings, inventory_complete=False, incomplete=incomplete)


def by_id(result: FrameworkResult) -> dict[str, ControlResult]:
    return {item.control.id: item for item in result.controls}


P, F, U, N = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


def test_every_row_gets_a_result_in_the_catalogues_order() -> None:
    of = framework(
        [control("Z", NONE, unit=False), control("A", unit=False), control("A.1")],
        [link("s3/x", "A.1")],
        ["A.1<A"],
    )
    got = run(of, {"s3/x": P})
    assert [(item.control.id, item.status) for item in got.controls] == [
        ("Z", Status.NOT_APPLICABLE),
        ("A", Status.PASS),
        ("A.1", Status.PASS),
    ]
    assert got.framework is of


def test_a_unit_shows_both_axes_and_what_they_rest_on() -> None:
    of = framework([control("A", PARTIAL)], [link("s3/x", "A")])
    (got,) = run(of, {"s3/x": P}).controls
    assert (got.technical, got.attested) == (Technical.PASS, Attested.MISSING)
    assert (got.status, got.outcome) == (Status.PARTIAL, Outcome.UNDETERMINED)
    assert got.assurance == "design"
    assert got.reasons == ("no attestation on record; the technical part passes",)
    (brought,) = got.links
    assert (brought.result, brought.severity, brought.findings) == (
        PolicyResult.PASS,
        Severity.HIGH,
        1,
    )


def test_an_attestation_completes_a_partial_control() -> None:
    of = framework([control("A", PARTIAL)], [link("s3/x", "A"), link("att/y", "A", attest=True)])
    (got,) = run(of, {"s3/x": P, "att/y": P}).controls
    assert (got.status, got.assurance, got.reasons) == (Status.PASS, "design", ())
    (rejected,) = run(of, {"s3/x": P, "att/y": F}).controls
    assert (rejected.status, rejected.attested) == (Status.FAIL, Attested.REJECTED)
    assert rejected.reasons == ("rejected attestation: att/y (1 of 1 findings failed)",)


def test_an_attestation_alone_carries_a_manual_control() -> None:
    of = framework([control("A", MANUAL)], [link("att/y", "A", attest=True)])
    (got,) = run(of, {"att/y": P}).controls
    assert (got.status, got.assurance) == (Status.MANUAL_ATTESTED, "attested")


def test_live_evidence_is_operating_and_any_plan_makes_it_design() -> None:
    of = framework([control("A"), control("B")], [link("s3/x", "A"), link("s3/x", "B")])
    assert {item.assurance for item in run(of, {"s3/x": P}, tier=Tier.LIVE).controls} == {
        "operating"
    }
    assert {item.assurance for item in run(of, {"s3/x": U}, tier=Tier.LIVE).controls} == {"none"}
    overlap = link("s3/x", "A", Relationship.INTERSECTS_WITH, Role.SUPPORTING)
    assert run(framework([control("A")], [overlap]), {"s3/x": P}).controls[0].assurance == "none"
    mixed = framework([control("A")], [link("s3/x", "A"), link("s3/y", "A")])
    findings = [found("s3/x", P, Tier.LIVE), found("s3/y", P, Tier.TEMPLATE)]
    policies = {name: policy(name) for name in ("s3/x", "s3/y")}
    (got,) = evaluate(mixed, policies, findings, inventory_complete=False).controls
    assert got.assurance == "design"


def test_the_threshold_decides_what_fails_a_control() -> None:
    of = framework([control("A")], [link("s3/x", "A")])
    low = {"s3/x": policy("s3/x", Severity.LOW)}
    findings = [found("s3/x", F)]
    (mild,) = evaluate(of, low, findings, inventory_complete=False).controls
    assert mild.status is Status.PARTIAL
    assert mild.reasons == ("fails, too mild to decide: s3/x (1 of 1 findings failed)",)
    (strict,) = evaluate(
        of, low, findings, inventory_complete=False, threshold=Severity.LOW
    ).controls
    assert strict.status is Status.FAIL


def test_a_policy_not_selected_leaves_its_controls_open() -> None:
    of = framework([control("A")], [link("s3/x", "A"), link("s3/gone", "A")])
    (got,) = evaluate(
        of, {"s3/x": policy("s3/x")}, [found("s3/x", P)], inventory_complete=True
    ).controls
    assert got.status is Status.PARTIAL
    assert got.reasons == ("not evaluated: s3/gone (policy not selected)",)


def test_without_findings_nothing_passes() -> None:
    of = framework([control("A")], [link("s3/x", "A")])
    (got,) = run(of, {}).controls
    assert (got.status, got.assurance) == (Status.NOT_EVALUATED, "none")
    assert got.reasons == ("not evaluated: s3/x (no AWS::S3::Bucket was read)",)


def test_of_an_incomplete_input_only_failures_count() -> None:
    of = framework([control("A"), control("B")], [link("s3/x", "A"), link("s3/y", "B")])
    got = by_id(run(of, {"s3/x": P, "s3/y": F}, incomplete="the plan errored"))
    assert (got["A"].status, got["B"].status) == (Status.NOT_EVALUATED, Status.FAIL)
    assert got["A"].links[0].reason == "input incomplete: the plan errored"


# --- rows with parts -----------------------------------------------------------------------------


def test_a_row_that_is_no_unit_takes_its_parts_status_through_every_level() -> None:
    of = framework(
        [
            control("A", MANUAL, unit=False),
            control("A.1", PARTIAL, unit=False),
            control("A.1.a"),
            control("A.1.b"),
        ],
        [link("s3/x", "A.1.a"), link("s3/y", "A.1.b")],
        ["A.1<A", "A.1.a<A.1", "A.1.b<A.1"],
    )
    passed = by_id(run(of, {"s3/x": P, "s3/y": P}))
    assert (passed["A"].status, passed["A"].assurance) == (Status.PASS, "design")
    failed = by_id(run(of, {"s3/x": P, "s3/y": F}))
    assert failed["A"].status is failed["A.1"].status is Status.FAIL
    assert failed["A.1"].reasons == ("fails by roll-up: A.1.b",)
    half = by_id(run(of, {"s3/x": P}))
    assert half["A"].status is Status.PARTIAL
    assert half["A.1"].reasons == ("not evaluated by roll-up: A.1.b",)


def test_a_part_of_two_wholes_fails_both() -> None:
    of = framework(
        [control("A", unit=False), control("B", unit=False), control("C")],
        [link("s3/x", "C")],
        ["C<A", "C<B"],
    )
    got = by_id(run(of, {"s3/x": F}))
    assert got["A"].status is got["B"].status is Status.FAIL


@pytest.mark.parametrize(
    ("own", "part", "expected"),
    [
        (P, P, Status.PASS),
        (P, F, Status.FAIL),
        (F, P, Status.FAIL),
        (P, U, Status.PARTIAL),
        (U, P, Status.PARTIAL),
        (U, U, Status.NOT_EVALUATED),
    ],
)
def test_a_unit_with_parts_is_no_better_than_either(
    own: Verdict, part: Verdict, expected: Status
) -> None:
    of = framework(
        [control("A"), control("A.1")], [link("s3/x", "A"), link("s3/y", "A.1")], ["A.1<A"]
    )
    assert by_id(run(of, {"s3/x": own, "s3/y": part}))["A"].status is expected


def test_parts_do_not_stand_in_for_a_units_own_attestation() -> None:
    of = framework([control("A", PARTIAL), control("A.1")], [link("s3/x", "A.1")], ["A.1<A"])
    got = by_id(run(of, {"s3/x": P}))["A"]
    assert (got.status, got.attested) == (Status.PARTIAL, Attested.MISSING)
    assert got.reasons == ("no policy is linked", "no attestation on record")


def test_a_row_without_unit_and_parts_counts_nowhere() -> None:
    of = framework(
        [control("A", unit=False), control("A.1"), control("A.2", unit=False)],
        [link("s3/x", "A.1")],
        ["A.1<A", "A.2<A"],
    )
    got = by_id(run(of, {"s3/x": P}))
    assert got["A"].status is Status.PASS
    assert got["A.2"].status is Status.NOT_APPLICABLE
    assert got["A.2"].reasons == ("no unit: gets no status of its own",)


# --- links to rows that are no units -------------------------------------------------------------


def wide(*links: Link) -> Framework:
    """Make a row that is no unit, with links of its own, over a unit that passes by ``s3/x``."""
    return framework(
        [control("A", PARTIAL, unit=False), control("A.1", unit=False), control("A.1.a")],
        [link("s3/x", "A.1.a"), *links],
        ["A.1<A", "A.1.a<A.1"],
    )


def test_a_link_to_a_row_is_context_for_each_unit_below() -> None:
    got = by_id(run(wide(link("s3/wide", "A")), {"s3/x": P, "s3/wide": F}))
    own, context = got["A.1.a"].links
    assert got["A.1.a"].status is Status.PASS
    assert got["A.1"].links == ()
    assert (own.link.policy, own.link.role) == ("s3/x", Role.PRIMARY)
    assert context.link == link("s3/wide", "A", Relationship.INTERSECTS_WITH, Role.SUPPORTING)
    assert context.result is PolicyResult.FAIL


def test_a_failed_link_to_a_row_fails_the_row_and_what_it_is_part_of() -> None:
    got = by_id(run(wide(link("s3/wide", "A.1")), {"s3/x": P, "s3/wide": F}))
    assert [got[name].status for name in ("A", "A.1", "A.1.a")] == [
        Status.FAIL,
        Status.FAIL,
        Status.PASS,
    ]
    assert got["A.1"].reasons == ("fails on the row itself: s3/wide (1 of 1 findings failed)",)


@pytest.mark.parametrize("verdict", [P, U, N])
def test_any_other_link_to_a_row_changes_nothing(verdict: Verdict) -> None:
    plain = {name: item.status for name, item in by_id(run(wide(), {"s3/x": U})).items()}
    links = [link("s3/wide", "A"), link("att/y", "A.1", attest=True)]
    got = by_id(run(wide(*links), {"s3/x": U, "s3/wide": verdict, "att/y": verdict}))
    assert {name: item.status for name, item in got.items()} == plain
    assert got["A.1.a"].attested is Attested.NONE


def test_a_rejected_attestation_of_a_row_fails_it() -> None:
    got = by_id(run(wide(link("att/y", "A", attest=True)), {"s3/x": P, "att/y": F}))
    assert (got["A"].status, got["A.1"].status) == (Status.FAIL, Status.PASS)


def test_an_overlap_with_a_row_never_fails_it() -> None:
    overlap = link("s3/wide", "A", Relationship.INTERSECTS_WITH, Role.SUPPORTING)
    got = by_id(run(wide(overlap), {"s3/x": P, "s3/wide": F}))
    assert got["A"].status is Status.PASS


# --- laws ----------------------------------------------------------------------------------------

NAMES = ("top", "row", "whole", "one", "two", "lone")
POLICIES = ("s3/a", "s3/b", "s3/c")
EDGES = ("row<top", "whole<top", "one<row", "two<row", "one<whole", "two<whole")


@st.composite
def frameworks(draw: st.DrawFn) -> Framework:
    """Make a framework of fixed shape with any evidence classes and technical links."""
    classes = st.sampled_from([AUTOMATED, PARTIAL, MANUAL])
    controls = [control(name, draw(classes), unit=name not in {"top", "row"}) for name in NAMES]
    pairs = st.tuples(st.sampled_from(POLICIES), st.sampled_from(NAMES))
    relations = st.sampled_from(Relationship)
    roles = st.sampled_from([Role.PRIMARY, Role.CONTRIBUTING])
    links = [
        link(name, to, draw(relations), draw(roles))
        for name, to in sorted(draw(st.sets(pairs, max_size=8)))
    ]
    return framework(controls, links, EDGES)


some_verdicts = st.dictionaries(st.sampled_from(POLICIES), st.sampled_from(Verdict))


@laws
@given(frameworks(), some_verdicts)
def test_technical_evidence_alone_passes_no_unit_that_is_partial_or_manual(
    of: Framework, verdicts: dict[str, Verdict]
) -> None:
    for item in run(of, verdicts).controls:
        if item.control.unit and item.control.evidence is not AUTOMATED:
            assert item.outcome is not Outcome.PASS


@laws
@given(frameworks(), some_verdicts, st.sampled_from(POLICIES))
def test_one_more_failure_makes_no_control_read_better(
    of: Framework, verdicts: dict[str, Verdict], name: str
) -> None:
    before = by_id(run(of, verdicts))
    for control_id, item in by_id(run(of, {**verdicts, name: F})).items():
        if before[control_id].outcome is not Outcome.EXCLUDED:
            assert BETTER[item.outcome] <= BETTER[before[control_id].outcome]


@laws
@given(frameworks(), some_verdicts, st.sampled_from(NAMES))
def test_one_more_overlap_moves_no_status(
    of: Framework, verdicts: dict[str, Verdict], name: str
) -> None:
    overlap = link("s3/a", name, Relationship.INTERSECTS_WITH, Role.SUPPORTING)
    wider = replace(of, links=(*of.links, overlap))
    assert [item.status for item in run(wider, verdicts).controls] == [
        item.status for item in run(of, verdicts).controls
    ]


@laws
@given(frameworks(), some_verdicts)
def test_an_incomplete_input_passes_nothing(of: Framework, verdicts: dict[str, Verdict]) -> None:
    for item in run(of, verdicts, incomplete="errored").controls:
        assert item.outcome is not Outcome.PASS


@laws
@given(frameworks(), some_verdicts)
def test_the_figures_are_in_order(of: Framework, verdicts: dict[str, Verdict]) -> None:
    figures = run(of, verdicts).numbers
    assert figures.conformity_low is not None
    assert figures.conformity_high is not None
    assert figures.evaluated is not None
    assert 0 <= figures.conformity_low <= figures.conformity_high <= 100
    assert figures.conformity_low <= figures.evaluated


def test_forty_thousand_findings_are_a_matter_of_a_moment() -> None:
    names = [f"s3/p{n}" for n in range(60)]
    controls = [control(f"C{n}", PARTIAL) for n in range(500)]
    links = [link(name, f"C{n}") for n in range(0, 500, 5) for name in names[n % 60 : n % 60 + 10]]
    findings = [found(name, P) for name in names] * 670
    policies = {name: policy(name) for name in names}
    start = time.perf_counter()
    got = evaluate(framework(controls, links), policies, findings, inventory_complete=False)
    assert time.perf_counter() - start < 2
    assert got.numbers.undetermined == 500
