"""Laws of the pack: lint has the rules for every pack; a few more hold for the bundled one."""

from jurat.lint import lint
from jurat.model import Quantifier
from jurat.pack import bundled, load_pack

POLICIES = load_pack().policies


def test_lint_finds_nothing() -> None:
    report = lint([bundled()])
    assert [(str(f.place), f.rule, f.message) for f in report.faults] == []
    assert report.policies == len(POLICIES)


def test_policies_decided_by_records_are_none_of_the_judge() -> None:
    records = {Quantifier.EVIDENCE, Quantifier.ATTEST}
    assert not any(policy.quantifier in records for policy in POLICIES)


def test_both_languages_are_at_home() -> None:
    languages = [policy.language for policy in POLICIES]
    assert languages.count("rego") >= 20
    assert languages.count("python") >= 12
    assert len(POLICIES) >= 40
