"""The figures of a framework, each by its definition."""

from jurat.controls.numbers import numbers
from jurat.controls.status import outcome
from jurat.model import (
    Attested,
    Control,
    ControlResult,
    Evidence,
    Framework,
    Link,
    Numbers,
    Relationship,
    Role,
    Status,
    Technical,
)


def result(
    name: str, status: Status, evidence: Evidence = Evidence.PARTIAL, *, unit: bool = True
) -> ControlResult:
    control = Control("f", name, name, "", evidence, "customer", "point", "g", None, unit)
    return ControlResult(control, Technical.NONE, Attested.NONE, status, outcome(status), "none")


def framework(*links: Link) -> Framework:
    return Framework("f", "F", "1", "s", "l", True, (), links, ())


def link(to: str, relationship: Relationship, *, attest: bool = False) -> Link:
    return Link("s3/x", "f", to, relationship, Role.PRIMARY, "r", attest)


def test_every_figure_follows_its_definition() -> None:
    results = [
        result("A", Status.PASS, Evidence.AUTOMATED),
        result("B", Status.MANUAL_ATTESTED, Evidence.MANUAL),
        result("C", Status.FAIL),
        result("D", Status.WAIVED),
        result("E", Status.PARTIAL),
        result("F", Status.NOT_EVALUATED, Evidence.MANUAL),
        result("G", Status.NOT_EVALUATED),
        result("H", Status.NOT_APPLICABLE),
        result("I", Status.MANUAL_ATTESTED),
        result("row", Status.FAIL, unit=False),
    ]
    links = [
        link("A", Relationship.SUBSET_OF),
        link("C", Relationship.EQUAL),
        link("D", Relationship.INTERSECTS_WITH),
        link("E", Relationship.SUBSET_OF, attest=True),
        link("H", Relationship.SUBSET_OF),
        link("row", Relationship.SUBSET_OF),
    ]
    assert numbers(framework(*links), results) == Numbers(
        units=9,
        applicable=8,
        passed=3,
        failed=1,
        exception=1,
        undetermined=3,
        excluded=1,
        evaluated=75.0,
        conformity_low=37.5,
        conformity_high=75.0,
        automatable=75.0,
        automatable_pass=16.7,
        policy_coverage=33.3,
    )


def test_nothing_applicable_has_no_percentages() -> None:
    figures = numbers(framework(), [result("A", Status.NOT_APPLICABLE)])
    assert (figures.units, figures.applicable, figures.excluded) == (1, 0, 1)
    assert figures.evaluated is None
    assert figures.conformity_low is figures.conformity_high is None
    assert figures.automatable is figures.automatable_pass is None
    assert figures.policy_coverage == 0.0
    assert numbers(framework(), []).policy_coverage is None
