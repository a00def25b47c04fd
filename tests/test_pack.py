"""Laws of the pack: what every policy, fixture and link must keep."""

import re
from pathlib import Path

import pytest

from jurat.model import Policy, Quantifier, Relationship, Verdict
from jurat.pack import Pack, load_pack
from jurat.testing import fixtures

ROOT = Path(__file__).resolve().parent.parent
POLICIES = load_pack().policies
FIXTURES = list(fixtures(ROOT / "fixtures"))
FORMATS = (".tfplan.json", ".cfn.yaml", ".cfn.json", ".iam.json")


def _verdicts(policy: Policy) -> set[Verdict]:
    return {fixture.expected for fixture in FIXTURES if fixture.policy == policy.id}


@pytest.mark.parametrize("policy", POLICIES, ids=lambda p: p.id)
def test_a_policy_has_a_passing_and_a_failing_fixture(policy: Policy) -> None:
    assert {Verdict.PASS, Verdict.FAIL} <= _verdicts(policy)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda p: p.id)
def test_a_policy_explains_itself(policy: Policy) -> None:
    assert len(policy.description) > len(policy.title) / 2
    assert policy.references, "name the AWS documentation the policy rests on"
    assert all(reference.startswith("https://") for reference in policy.references)
    assert policy.title[0].isupper()
    assert not policy.title.endswith(".")


@pytest.mark.parametrize("policy", POLICIES, ids=lambda p: p.id)
def test_a_policy_is_linked_or_says_why_not(policy: Policy, pack: Pack) -> None:
    linked = any(link.policy == policy.id for item in pack.frameworks for link in item.links)
    assert linked != bool(policy.unlinked)


def test_ids_are_paths_in_snake_case() -> None:
    for policy in POLICIES:
        assert re.fullmatch(r"[a-z][a-z0-9_]*/[a-z0-9][a-z0-9_]*", policy.id)
        assert policy.file.endswith(tuple(f"{policy.id}{suffix}" for suffix in (".rego", ".py")))


def test_every_fixture_has_its_policy_and_a_known_format() -> None:
    ids = {policy.id for policy in POLICIES}
    for fixture in FIXTURES:
        assert fixture.policy in ids, fixture.file
        assert fixture.file.name.endswith(FORMATS), fixture.file


def test_every_file_under_fixtures_is_a_fixture_or_has_a_home_of_its_own() -> None:
    known = {fixture.file for fixture in FIXTURES}
    for file in (ROOT / "fixtures").rglob("*"):
        inside = file.relative_to(ROOT / "fixtures").parts[0]
        assert file.is_dir() or file in known or inside in {"conftest", "estates"}, file


def test_both_languages_are_at_home() -> None:
    languages = [policy.language for policy in POLICIES]
    assert languages.count("rego") >= 20
    assert languages.count("python") >= 12
    assert len(POLICIES) >= 40


def test_links_to_controls_only_people_can_meet_claim_nothing(pack: Pack) -> None:
    for framework in pack.frameworks:
        manual = {c.id for c in framework.controls if c.evidence == "manual"}
        for link in framework.links:
            if link.control in manual and not link.attest:
                assert link.relationship is Relationship.INTERSECTS_WITH, link


def test_policies_decided_by_records_are_none_of_the_judge() -> None:
    records = {Quantifier.EVIDENCE, Quantifier.ATTEST}
    assert not any(policy.quantifier in records for policy in POLICIES)
