"""Reasons name what keeps a control from a better status."""

from collections.abc import Sequence

import pytest

from jurat.controls.reasons import part_reasons, row_reasons, unit_reasons
from jurat.controls.status import attested, outcome, owner_slot, technical
from jurat.model import (
    Attested,
    Control,
    ControlResult,
    Evidence,
    Link,
    LinkResult,
    PolicyResult,
    Relationship,
    Role,
    Severity,
    Status,
    Technical,
)

PASS, FAIL = PolicyResult.PASS, PolicyResult.FAIL
OPEN, NOTHING, WAIVED = (
    PolicyResult.NOT_EVALUATED,
    PolicyResult.NOT_APPLICABLE,
    PolicyResult.WAIVED,
)
AUTOMATED, PARTIAL, MANUAL = Evidence.AUTOMATED, Evidence.PARTIAL, Evidence.MANUAL


def control(evidence: Evidence) -> Control:
    return Control("f", "A", "A", "", evidence, "customer", "point", "g", None, unit=True)


def linked(
    policy: str,
    result: PolicyResult,
    reason: str = "",
    *,
    role: Role = Role.PRIMARY,
    severity: Severity = Severity.HIGH,
    attest: bool = False,
) -> LinkResult:
    overlap = role is Role.SUPPORTING
    relationship = Relationship.INTERSECTS_WITH if overlap else Relationship.SUBSET_OF
    return LinkResult(
        Link(policy, "f", "A", relationship, role, "r", attest), result, severity, reason
    )


def why(evidence: Evidence, *links: LinkResult) -> list[str]:
    axis = technical(links)
    record = owner_slot(evidence, attested(links))
    return list(unit_reasons(control(evidence), axis, record, links, Severity.MEDIUM))


@pytest.mark.parametrize(
    ("evidence", "links", "reasons"),
    [
        (AUTOMATED, [linked("s3/x", PASS)], []),
        (AUTOMATED, [], ["no policy is linked"]),
        (
            AUTOMATED,
            [linked("s3/x", PASS, role=Role.SUPPORTING)],
            ["only overlapping policies are linked"],
        ),
        (AUTOMATED, [linked("s3/x", NOTHING)], ["no linked policy has anything to judge"]),
        (
            AUTOMATED,
            [linked("s3/x", PASS, role=Role.CONTRIBUTING)],
            ["contributing policies pass, but no primary policy does"],
        ),
        (
            AUTOMATED,
            [
                linked("s3/x", FAIL, "2 of 2 findings failed"),
                linked("s3/y", FAIL, severity=Severity.LOW),
                linked("s3/z", WAIVED, "every failure is waived"),
                linked("s3/w", OPEN, "policy not selected"),
            ],
            [
                "fails: s3/x (2 of 2 findings failed)",
                "fails, too mild to decide: s3/y",
                "waived: s3/z (every failure is waived)",
                "not evaluated: s3/w (policy not selected)",
            ],
        ),
        (
            PARTIAL,
            [linked("s3/x", PASS)],
            ["no attestation on record; the technical part passes"],
        ),
        (PARTIAL, [linked("s3/x", OPEN)], ["not evaluated: s3/x", "no attestation on record"]),
        (MANUAL, [], ["no attestation on record; no machine can evidence this control"]),
        (
            MANUAL,
            [
                linked("att/x", FAIL, "expired", attest=True),
                linked("s3/x", FAIL, role=Role.SUPPORTING),
            ],
            ["rejected attestation: att/x (expired)", "to review, only overlaps: s3/x"],
        ),
    ],
)
def test_a_unit_is_told_in_words(
    evidence: Evidence, links: Sequence[LinkResult], reasons: list[str]
) -> None:
    assert why(evidence, *links) == reasons


def test_long_lists_are_cut_and_counted() -> None:
    links = [linked(f"s3/{letter}", OPEN) for letter in "abcde"]
    assert why(AUTOMATED, *links) == ["not evaluated: s3/a, s3/b, s3/c and 2 more"]


def test_rows_without_parts_say_why_they_have_no_status() -> None:
    assert list(row_reasons(control(Evidence.NONE), [], parts=False)) == ["no duty of the operator"]
    assert list(row_reasons(control(PARTIAL), [], parts=False)) == [
        "no unit: gets no status of its own"
    ]
    failed = linked("s3/x", FAIL)
    assert list(row_reasons(control(PARTIAL), [failed], parts=True)) == [
        "fails on the row itself: s3/x"
    ]


def test_parts_are_named_worst_first() -> None:
    def part(name: str, status: Status) -> ControlResult:
        row = Control("f", name, name, "", PARTIAL, "customer", "point", "g", None, unit=True)
        return ControlResult(row, Technical.NONE, Attested.NONE, status, outcome(status), "none")

    parts = [
        part("a", Status.PASS),
        part("b", Status.WAIVED),
        part("c", Status.NOT_EVALUATED),
        part("d", Status.PARTIAL),
        part("e", Status.FAIL),
        part("f", Status.FAIL),
    ]
    assert list(part_reasons(parts)) == [
        "fails by roll-up: e, f",
        "partial by roll-up: d",
        "not evaluated by roll-up: c",
        "waived by roll-up: b",
    ]
