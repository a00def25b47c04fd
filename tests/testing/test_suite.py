"""What the user's paths lead to: packs, areas, policies, fixtures, or a clear error."""

import os
import shutil
from pathlib import Path

import pytest
from tests.testing.conftest import bucket, write

from jurat.errors import PackError, UsageError
from jurat.testing.suite import Suite, gather

ROOT = Path(__file__).resolve().parents[2]
NAMED = {"pass-named.cfn.yaml", "fail-nameless.cfn.yaml", "unknown-open.cfn.yaml"}
KEYED = {"pass-kms.cfn.yaml", "fail-other.cfn.yaml"}


def names(suite: Suite) -> set[str]:
    return {fixture.file.name for fixture in suite.fixtures}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", NAMED | KEYED),
        ("policies", NAMED | KEYED),
        ("policies/own", NAMED | KEYED),
        ("policies/own/named.rego", NAMED),
        ("policies/own/keyed.py", KEYED),
        ("fixtures", NAMED | KEYED),
        ("fixtures/own/named", NAMED),
        ("fixtures/own/keyed/pass-kms.cfn.yaml", {"pass-kms.cfn.yaml"}),
    ],
)
def test_a_path_names_a_part_of_a_pack(
    own: Path, monkeypatch: pytest.MonkeyPatch, path: str, expected: set[str]
) -> None:
    for folder, given in ((own.parent, own / path), (own, path or "."), (own.parent, str(own))):
        monkeypatch.chdir(folder)
        if given == str(own) and path:
            continue
        suite = gather([given])
        assert names(suite) == expected
        assert not suite.untested
        assert not suite.problems
        assert all(fixture.file.exists() for fixture in suite.fixtures)
        assert not any(fixture.file.is_absolute() for fixture in suite.fixtures)


def test_paths_add_up_and_count_once(own: Path) -> None:
    one, other = own / "fixtures/own/keyed", own / "policies/own/named.rego"
    assert names(gather([one, other, one])) == NAMED | KEYED
    assert len(gather([one, own]).fixtures) == len(NAMED | KEYED)


def test_without_paths_the_pack_here_is_tested(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own)
    assert names(gather()) == NAMED | KEYED
    monkeypatch.chdir(own.parent)
    assert gather().roots == (ROOT,)
    assert names(gather([], packs=[own])) == NAMED | KEYED


def test_policies_are_chosen_by_id_and_area(own: Path) -> None:
    assert names(gather([own], policies=["own/named"])) == NAMED
    assert names(gather([own], policies=["own/"])) == NAMED | KEYED
    assert names(gather([own], policies=["s3/"])) == set()
    with pytest.raises(UsageError, match="own/lost: no such policy"):
        gather([own], policies=["own/lost"])


def test_a_pack_that_is_only_loaded_is_not_tested(own: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other, "fixtures/own/named/fail-other.cfn.yaml", bucket(Tags="[]"))
    write(other, "policies/lib/none.rego", "package jurat.lib.none\n")
    assert names(gather([other], packs=[own])) == {"fail-other.cfn.yaml"}


def test_a_policy_without_fixtures_is_named(own: Path) -> None:
    shutil.rmtree(own / "fixtures/own/named")
    suite = gather([own])
    assert [policy.id for policy in suite.untested] == ["own/named"]
    assert not gather([own / "fixtures"]).untested
    assert not gather([own], policies=["own/keyed"]).untested


def test_a_fixture_of_no_policy_is_a_problem(own: Path) -> None:
    file = write(own, "fixtures/own/nmaed/fail-a.cfn.yaml", bucket(Tags="[]"))
    for given in (own, own / "fixtures", file):
        suite = gather([given])
        assert list(suite.problems.values()) == [f"{file}: there is no policy own/nmaed"]
        assert file not in {fixture.file for fixture in suite.fixtures}
    assert gather([own], policies=["own/keyed"]).problems == {}


def test_a_name_without_a_promise_is_a_problem(own: Path) -> None:
    file = write(own, "fixtures/own/named/fial-a.cfn.yaml", bucket(Tags="[]"))
    write(own, "fixtures/own/named/parts/child.yaml", bucket(Tags="[]"))
    write(own, "fixtures/own/named/README.md", "About.")
    write(own, "fixtures/estates/shop/plan.json", "{}")
    (problem,) = gather([own]).problems.values()
    assert problem.startswith(f"{file}: no fixture")
    assert gather([own], policies=["own/keyed"]).problems == {}
    assert gather([own / "fixtures/own/keyed"]).problems == {}
    with pytest.raises(UsageError, match="no fixture"):
        gather([file])


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("nowhere", "no such file or folder"),
        ("outside", "neither a pack nor in one"),
        ("own-pack/mappings", "neither a pack nor in one"),
        ("own-pack/policies/lib", "no policy is written there"),
        ("own-pack/fixtures/own/keyed/params.yaml", "no fixture"),
    ],
)
def test_a_path_that_leads_to_nothing_is_an_error(own: Path, path: str, why: str) -> None:
    (own.parent / "outside").mkdir()
    (own / "mappings").mkdir()
    (own / "policies/lib").mkdir()
    write(own, "fixtures/own/keyed/params.yaml", "fail-*: {algorithms: [a]}")
    with pytest.raises(UsageError, match=why):
        gather([own.parent / path])


def test_a_broken_pack_is_an_error(own: Path) -> None:
    write(own, "policies/own/named.rego", "package jurat.policies.own.named\n")
    with pytest.raises(PackError, match=r"own/named\.rego"):
        gather([own])


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="the platform has no links")
def test_a_link_is_what_its_name_says(own: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(own)
    real = write(tmp_path, "real.yaml", bucket(Tags="[]"))
    (own / "fixtures/own/named/fail-linked.cfn.yaml").symlink_to(real)
    assert names(gather([link])) == NAMED | KEYED | {"fail-linked.cfn.yaml"}
    assert "fail-linked.cfn.yaml" in names(gather([link / "fixtures/own/named"]))
