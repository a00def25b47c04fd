"""Fixtures in few workers: what breaks costs its own fixture, and nothing it says is secret."""

from pathlib import Path

import pytest
from tests.testing.conftest import bucket, write

from jurat.errors import PackError
from jurat.judge import Limits
from jurat.model import Verdict
from jurat.pack import load_pack
from jurat.testing import Fixture, Trial, fixtures, measure_fixtures, run_fixture, run_fixtures

MISBEHAVES = '''"""Misbehaves by name."""

import os

from jurat.policy import Failure, policy


@policy(title="T", severity="low", applies_to=["AWS::S3::Bucket"], remediation="R")
def bad(subject):
    """D."""
    name = subject.resource.properties.get("BucketName")
    while name == "loop":
        pass
    if name == "crash":
        os.abort()
    if name == "exit":
        raise SystemExit(0)
    if name == "memory":
        bytearray(1 << 40)
    if name == "raise":
        raise ValueError("hunter2")
    yield Failure("it works")
'''
NAMES = ("loop", "crash", "exit", "memory", "raise", "works")


@pytest.fixture
def bad(own: Path) -> Path:
    write(own, "policies/own/bad.py", MISBEHAVES)
    for name in NAMES:
        verdict = "fail" if name == "works" else "error"
        write(own, f"fixtures/own/bad/{verdict}-{name}.cfn.yaml", bucket(BucketName=name))
    return own


def run(root: Path, limits: Limits | None = None) -> dict[str, Trial]:
    found = run_fixtures(load_pack([root]), fixtures(root / "fixtures"), limits)
    return {trial.fixture.file.name: trial for trial in found}


def test_what_breaks_costs_its_own_fixture(bad: Path) -> None:
    found = run(bad, limits=Limits(seconds=1))
    assert len(found) == 5 + len(NAMES)
    assert [name for name, trial in found.items() if not trial.kept] == []
    said = found["error-loop.cfn.yaml"].findings[0].message
    assert "did not finish within 1 s" in said
    assert "policies/own/bad.py" in said
    assert not any("hunter2" in f.message for t in found.values() for f in t.findings)


def test_trials_come_in_the_order_of_the_fixtures(own: Path) -> None:
    mixed = sorted(fixtures(own / "fixtures"), key=lambda each: each.file.name)
    found = run_fixtures(load_pack([own]), mixed)
    assert [trial.fixture for trial in found] == mixed


def test_a_fixture_in_which_nothing_is_judged_is_not_kept(own: Path) -> None:
    write(own, "fixtures/own/named/pass-queue.cfn.yaml", "Resources: {Q: {Type: AWS::SQS::Queue}}")
    trial = run(own)["pass-queue.cfn.yaml"]
    assert trial.found is None
    assert not trial.kept
    assert trial.unusable is None


@pytest.mark.parametrize("text", ["", "{", "{}", "just text", "a: [1", "\x00", "Resources: 3"])
def test_a_fixture_that_cannot_be_read_says_so(own: Path, text: str) -> None:
    file = write(own, "fixtures/own/named/fail-odd.cfn.yaml", text)
    trial = run(own)["fail-odd.cfn.yaml"]
    assert not trial.kept
    assert (trial.unusable or "").startswith(f"{file}:")
    assert "\n" not in (trial.unusable or "")


def test_a_policy_that_cannot_be_loaded_stops_the_run(own: Path) -> None:
    write(own, "policies/own/keyed.py", KEYED_AGAIN)
    with pytest.raises(PackError, match=r"own/keyed\.py:3: the policy raised ModuleNotFound"):
        run(own)


KEYED_AGAIN = '''"""D."""

import nothing_of_that_name
from jurat.policy import policy


@policy(title="T", severity="low", applies_to=["X"], remediation="R")
def keyed(subject):
    """D."""
    yield from ()
'''


def test_a_fixture_of_no_policy_is_an_error(own: Path) -> None:
    lost = Fixture("own/lost", own / "x.json", Verdict.PASS)
    with pytest.raises(PackError, match="there is no policy own/lost"):
        run_fixtures(load_pack([own]), [lost])


def test_no_fixtures_are_no_trials(own: Path) -> None:
    assert run_fixtures(load_pack([own]), []) == ()


def test_secrets_of_a_fixture_are_in_no_finding(own: Path) -> None:
    key = "AKIA" + "ABCDEFGHIJKLMNOP"
    write(own, "fixtures/own/named/pass-secret.cfn.yaml", bucket(BucketName=key))
    pack = load_pack([own])
    (fixture,) = (f for f in fixtures(own / "fixtures") if "secret" in f.file.name)
    policy = next(each for each in pack.policies if each.id == "own/named")
    for trial in (run(own)["pass-secret.cfn.yaml"], run_fixture(pack, policy, fixture)):
        assert trial.kept
        assert key not in repr(trial.findings)
        assert "(sensitive)" in repr(trial.findings)


def test_raw_rego_has_fixtures_too(own: Path) -> None:
    write(
        own,
        "conftest/buckets.rego",
        "package buckets\n\nimport rego.v1\n\ndeny contains msg if {\n"
        '\tsome name, r in input.Resources\n\tr.Type == "AWS::S3::Bucket"\n'
        '\tnot r.Properties.BucketName\n\tmsg := sprintf("%s has no name", [name])\n}\n',
    )
    write(own, "fixtures/buckets/deny/fail-raw.cfn.yaml", bucket(Tags="[]"))
    write(own, "fixtures/buckets/deny/pass-raw.cfn.yaml", bucket(BucketName="orders"))
    found = run(own)
    assert found["fail-raw.cfn.yaml"].kept
    assert found["pass-raw.cfn.yaml"].kept
    assert {t.fixture.policy for t in found.values()} == {"own/named", "own/keyed", "buckets/deny"}


def test_measuring_changes_no_verdict(bad: Path) -> None:
    pack, all_ = load_pack([bad]), list(fixtures(bad / "fixtures"))
    plain = run_fixtures(pack, all_, Limits(seconds=1))
    measured, seen = measure_fixtures(pack, all_, Limits(seconds=1))
    assert measured == plain
    assert seen["own/named"].executed
    assert seen["own/keyed"].arcs
