"""The shipped mappings keep more than the rules that lint has for every pack."""

from functools import cache
from pathlib import Path

import pytest

from jurat.controls import evaluate, load_framework
from jurat.model import (
    Evidence,
    Framework,
    Outcome,
    Policy,
    Severity,
    Status,
)

MAPPINGS = Path(__file__).parents[1] / "mappings"
IDS = ("gdpr", "iso27001-2022", "nis2", "nist-ai-rmf")


@cache
def load(name: str) -> Framework:
    return load_framework(MAPPINGS / name)


@pytest.fixture(params=IDS)
def framework(request: pytest.FixtureRequest) -> Framework:
    return load(request.param)


def test_the_homes_are_the_four_frameworks() -> None:
    assert sorted(path.name for path in MAPPINGS.iterdir() if path.is_dir()) == list(IDS)


@pytest.mark.parametrize(
    ("name", "rows", "units"),
    [
        ("gdpr", 193, 91),
        ("nis2", 527, 362),
        ("nist-ai-rmf", 95, 72),
        ("iso27001-2022", 138, 123),
    ],
)
def test_the_catalogues_are_whole(name: str, rows: int, units: int) -> None:
    controls = load(name).controls
    assert (len(controls), sum(control.unit for control in controls)) == (rows, units)


@pytest.mark.parametrize(
    ("name", "automated", "partial"),
    [("gdpr", 0, 21), ("nis2", 10, 124), ("nist-ai-rmf", 0, 13), ("iso27001-2022", 1, 48)],
)
def test_few_units_can_be_evidenced_by_a_machine(name: str, automated: int, partial: int) -> None:
    classes = [control.evidence for control in load(name).controls if control.unit]
    assert classes.count(Evidence.AUTOMATED) == automated
    assert classes.count(Evidence.PARTIAL) == partial
    assert Evidence.NONE not in classes


@pytest.mark.parametrize(
    ("name", "prefix", "count"),
    [
        ("gdpr", "Art.", 99),
        ("nis2", "Art.", 46),
        ("nis2", "IR.Art.", 16),
        ("iso27001-2022", "A.5.", 37),
        ("iso27001-2022", "A.6.", 8),
        ("iso27001-2022", "A.7.", 14),
        ("iso27001-2022", "A.8.", 34),
        ("nist-ai-rmf", "GOVERN ", 6),
    ],
)
def test_numbering_has_no_gap(name: str, prefix: str, count: int) -> None:
    tails = {control.id.removeprefix(prefix) for control in load(name).controls}
    assert sorted(int(tail) for tail in tails if tail.isdigit()) == list(range(1, count + 1))


def test_every_framework_is_a_draft_with_its_source(framework: Framework) -> None:
    assert framework.draft
    assert framework.source.startswith("https://")
    assert framework.licence


def test_every_control_with_a_link_has_its_few_words(framework: Framework) -> None:
    hooks = {control.id: control.hook for control in framework.controls}
    assert all(hooks[link.control] for link in framework.links)


def test_every_rationale_is_a_fragment_people_can_read(framework: Framework) -> None:
    for link in framework.links:
        assert " / " not in link.rationale
        assert link.rationale == link.rationale.strip().rstrip(".")
        assert "the duty to" in link.rationale or "the aim to" in link.rationale


def test_every_unit_below_a_numbered_row_rolls_up_to_it(framework: Framework) -> None:
    edges = {(edge.child, edge.parent) for edge in framework.rollups}
    assert {(c.id, c.parent) for c in framework.controls if c.parent is not None} <= edges


def test_every_control_can_be_named(framework: Framework) -> None:
    for control in framework.controls:
        assert control.title or control.summary
        assert control.hook or not control.unit or framework.id == "nis2"


def test_iso_texts_are_titles_and_a_few_words_of_our_own() -> None:
    controls = load("iso27001-2022").controls
    assert all(len(control.summary) <= 60 for control in controls)
    assert all("shall" not in control.summary.split() for control in controls)


def test_without_evidence_no_control_passes_or_fails(framework: Framework) -> None:
    policies = {
        link.policy: Policy(link.policy, "t", "d", Severity.HIGH, ("*",), "r")
        for link in framework.links
    }
    result = evaluate(framework, policies, [], inventory_complete=False)
    assert {item.outcome for item in result.controls} <= {Outcome.UNDETERMINED, Outcome.EXCLUDED}
    assert {item.status for item in result.controls if item.control.unit} == {Status.NOT_EVALUATED}
    assert result.numbers.evaluated == 0.0
    assert (result.numbers.conformity_low, result.numbers.conformity_high) == (0.0, 100.0)
