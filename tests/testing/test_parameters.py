"""``params.yaml`` beside fixtures: by patterns of names, and hard to misuse."""

from pathlib import Path
from typing import Any

import pytest
from tests.testing.conftest import encrypted, write

from jurat.errors import PackError
from jurat.pack import load_pack
from jurat.testing import Fixture, Trial, fixtures, run_fixture, run_fixtures
from jurat.testing.parameters import PARAMETERS


def params(own: Path, text: str) -> dict[str, Any]:
    write(own, f"fixtures/own/keyed/{PARAMETERS}", text)
    return {each.file.name: each.params for each in fixtures(own / "fixtures")}


def trial(own: Path, name: str) -> Trial:
    fixture = next(each for each in fixtures(own / "fixtures") if each.file.name == name)
    return run_fixtures(load_pack([own]), [fixture])[0]


def test_a_pattern_gives_its_values_to_the_fixtures_it_fits(own: Path) -> None:
    found = params(own, "fail-*: {algorithms: [a]}\n'*.cfn.yaml': {other: 1}\n")
    assert found["fail-other.cfn.yaml"] == {"algorithms": ["a"], "other": 1}
    assert found["pass-kms.cfn.yaml"] == {"other": 1}
    assert found["pass-named.cfn.yaml"] == {}


def test_the_policy_is_judged_with_them(own: Path) -> None:
    write(own, "fixtures/own/keyed/pass-lax.cfn.yaml", encrypted("AES256"))
    assert not trial(own, "pass-lax.cfn.yaml").kept
    params(own, "pass-lax.*: {algorithms: [AES256]}\n")
    assert trial(own, "pass-lax.cfn.yaml").kept
    assert trial(own, "fail-other.cfn.yaml").kept


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("- a\n", 1, "a mapping of patterns"),
        ("fail-*: [1]\n", 1, "a mapping of parameters"),
        ("\nfail-x*: {algorithms: [a]}\n", 2, "'fail-x*' fits no fixture"),
        ("fail-*: {a: 1}\n'*': {a: 2}\n", 2, "fail-other.cfn.yaml has another value of `a`"),
        ("fail-*: {a: 1}\n'*': {a: true}\n", 2, "another value"),
        ("fail-*: {a: 1}\nfail-*: {a: 1}\n", 2, "stands once"),
        ("fail-*: {a: 1, a: 2}\n", 1, "stands once"),
        ("fail-*: {1: 2}\n", 1, "is a text"),
        ("[a]: {a: 2}\n", 1, "must be a text"),
        ("fail-*: {? [a] : 2}\n", 1, "JSON"),
        ("fail-*: {a: 2020-01-01}\n", 1, "JSON"),
        ("fail-*: {a: .nan}\n", 1, "JSON"),
        ("fail-*: {a: !!python/name:os.system x}\n", 1, "JSON"),
        ("a: &a [1]\nb: [*a, *a]\n", 1, "aliases"),
        ("fail-*: {a\n", 2, "not YAML"),
        ("fail-*: {a: " + "[" * 5000, 1, "not YAML"),
    ],
)
def test_a_mistake_is_an_error_with_its_line(own: Path, text: str, line: int, why: str) -> None:
    with pytest.raises(PackError) as caught:
        params(own, text)
    said = str(caught.value)
    assert f"fixtures/own/keyed/{PARAMETERS}:{line}: " in said
    assert why in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("fail-*: {algorithm: [a]}\n", "own/keyed has no parameter `algorithm`"),
        ("fail-*: {algorithms: a}\n", "`algorithms` must be a list"),
        ("fail-*: {algorithms: }\n", "`algorithms` must be a list"),
    ],
)
def test_what_does_not_fit_the_policy_makes_the_fixture_unusable(
    own: Path, text: str, why: str
) -> None:
    params(own, text)
    found = trial(own, "fail-other.cfn.yaml")
    assert why in (found.unusable or "")
    assert not found.kept
    pack = load_pack([own])
    policy = next(each for each in pack.policies if each.id == "own/keyed")
    with pytest.raises(PackError, match="algorithm"):
        run_fixture(pack, policy, found.fixture)


def test_a_truth_value_is_no_number(own: Path) -> None:
    write(own, "policies/own/keyed.py", KEYED_BY_NUMBER)
    params(own, "fail-*: {algorithms: true}\n")
    assert "must be a number" in (trial(own, "fail-other.cfn.yaml").unusable or "")


KEYED_BY_NUMBER = '''"""D."""

from jurat.policy import Failure, policy


@policy(
    title="T",
    severity="low",
    applies_to=["AWS::S3::Bucket"],
    params={"algorithms": 1},
    remediation="R",
)
def keyed(subject):
    """D."""
    yield Failure("f")
'''


def test_a_fixture_with_parameters_can_be_in_a_set(own: Path) -> None:
    params(own, "fail-*: {algorithms: [a]}\n")
    found = set(fixtures(own / "fixtures"))
    assert all(isinstance(each, Fixture) for each in found)
    assert len(found) == 5
