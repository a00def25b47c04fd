"""``jurat test --mutate`` as its users meet it."""

from pathlib import Path

import pytest
from tests.cli.conftest import Jurat, jurat
from tests.testing.conftest import own, write

__all__ = ["jurat", "own"]

NAMELESS = "Resources: {B: {Type: 'AWS::S3::Bucket'}}"


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        ([], 1),
        (["--min-score", "1"], 0),
        (["--only", "inputs", "--policy", "own/named"], 0),
        (["--budget", "0"], 3),
        (["--only", "outputs"], 2),
        (["--min-score", "101"], 2),
    ],
)
def test_the_status_says_what_was_noticed(
    jurat: Jurat, own: Path, flags: list[str], status: int
) -> None:
    ran = jurat("test", str(own), "--mutate", *flags)
    assert ran.status == status, ran.out + ran.err
    assert "Traceback" not in ran.err


def test_the_missing_fixture_is_named_with_file_and_line(jurat: Jurat, own: Path) -> None:
    ran = jurat("test", ".", "--mutate", cwd=own)
    assert "NOT NOTICED  own/named, " in ran.out
    assert "policies/own/named.rego:7\n    params prefix: 'tmp-' becomes another text\n" in ran.out
    assert "missing: a fixture in which parameter prefix decides" in ran.out


def test_an_explanation_that_explains_nothing_is_stale(jurat: Jurat, own: Path) -> None:
    entry = "- {policy: own/named, mutants: [gone], reason: because}\n"
    write(own, "fixtures/mutants.yaml", entry)
    ran = jurat("test", str(own), "--mutate", "--min-score", "0")
    assert ran.status == 1
    assert "own/named has no mutant 'gone' any more" in ran.out


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("fixtures/mutants.yaml", "x", "mutants.yaml: a list is expected"),
        ("fixtures/own/named/pass-not.cfn.yaml", NAMELESS, "pass promised, fail found"),
        ("policies/own/keyed.py", "import os\nos.abort()\n", "keyed.py"),
    ],
)
def test_what_keeps_it_from_running_is_one_line(
    jurat: Jurat, own: Path, name: str, text: str, said: str
) -> None:
    file = own / name
    write(own, name, (file.read_text() if file.suffix == ".py" else "") + text)
    ran = jurat("test", str(own), "--mutate")
    assert ran.status == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1
