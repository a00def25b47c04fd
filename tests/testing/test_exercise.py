"""What fixtures leave out of a policy: lines, branches, parameters, messages, relations."""

from pathlib import Path

import pytest
from tests.testing.conftest import KEYED, NAMED, bucket, encrypted, write

from jurat.errors import PackError, UsageError
from jurat.model import Policy, Severity
from jurat.pack import load_pack
from jurat.testing import fixtures, measure_fixtures
from jurat.testing.exercise import Exercise, exercises
from jurat.testing.measuring import Seen, require_coverage


def measure(own: Path) -> dict[str, Exercise]:
    pack = load_pack([own])
    trials, seen = measure_fixtures(pack, fixtures(own / "fixtures"))
    mine = [policy for policy in pack.policies if policy.id.startswith("own/")]
    return {each.policy: each for each in exercises(mine, trials, seen)}


def line(text: str, part: str) -> int:
    return 1 + text[: text.index(part)].count("\n")


def test_lines_of_rego_that_no_fixture_reaches(own: Path) -> None:
    found = measure(own)["own/named"]
    assert found.lines == (line(NAMED, 'deny contains {"message": sprintf'),)
    assert found.percent is not None
    assert 50 < found.percent < 100
    assert found.unsaid == ("the name begins with …",)
    assert found.unchanged == ("prefix",)
    assert not found.unread
    assert not found.complete


def test_lines_and_branches_of_python_that_no_fixture_reaches(own: Path) -> None:
    found = measure(own)["own/keyed"]
    assert found.lines == (line(KEYED, 'yield Failure("nothing is encrypted"'),)
    assert found.branches == (line(KEYED, "if not rules"),)
    assert found.unsaid == ("nothing is encrypted",)
    assert found.unrelated == ("keys",)
    assert found.unchanged == ("algorithms",)


def test_fixtures_that_reach_everything_leave_nothing_out(own: Path) -> None:
    home = own / "fixtures/own"
    key = "\n  Key:\n    Type: AWS::KMS::Key\n    Properties: {KeyPolicy: {}}\n"
    write(home, "named/fail-prefix.cfn.yaml", bucket(BucketName="x-orders"))
    write(home, "named/params.yaml", "fail-prefix.*: {prefix: x-}")
    write(home, "keyed/fail-none.cfn.yaml", bucket(Tags="[]") + key)
    write(home, "keyed/pass-lax.cfn.yaml", encrypted("AES256"))
    write(home, "keyed/params.yaml", "pass-lax.*: {algorithms: [AES256]}")
    assert {each.percent for each in measure(own).values()} == {100.0}
    assert all(each.complete for each in measure(own).values())


def test_a_parameter_that_is_never_read(own: Path) -> None:
    unread = NAMED.replace("input.params.prefix", '"tmp-"')
    write(own, "policies/own/named.rego", unread)
    write(
        own, "policies/own/keyed.py", KEYED.replace('subject.params["algorithms"]', '("aws:kms",)')
    )
    found = measure(own)
    assert found["own/named"].unread == ("prefix",)
    assert found["own/keyed"].unread == ("algorithms",)
    assert not found["own/keyed"].unchanged


def test_a_policy_without_fixtures_is_not_exercised_at_all(own: Path) -> None:
    for file in (own / "fixtures/own").glob("*/*"):
        file.unlink()
    found = measure(own)
    assert found["own/named"].percent == 0.0
    assert found["own/keyed"].percent == 0.0
    assert found["own/keyed"].unsaid == ("nothing is encrypted", "rule … has another algorithm")


def test_a_message_said_only_of_what_is_unknown_is_unsaid(own: Path) -> None:
    # Its line is run to try out what the value may be; no finding says it.
    (own / "fixtures/own/named/fail-nameless.cfn.yaml").unlink()
    found = measure(own)["own/named"]
    assert line(NAMED, "the bucket has no name") not in found.lines
    assert "the bucket has no name" in found.unsaid


@pytest.mark.parametrize(
    ("language", "text", "unsaid"),
    [
        ("python", 'yield Failure("a" if x else f"b {y}")', ("a", "b …")),
        ("python", 'yield Failure(message="a", at="b")', ("a",)),
        ("python", 'yield Undecided("c"); yield NotApplicable("d")', ("c", "d")),
        ("python", "yield Failure(MESSAGE)", ()),
        ("python", 'print("x"); Failure()', ()),
        ("rego", 'deny contains {"message": "a \\"b\\""} if true', ('a "b"',)),
        ("rego", 'deny contains {"message": sprintf("%d of %s", [1, x])} if true', ("… of …",)),
        ("rego", 'deny contains {"at": [], "message": `raw`} if true', ("raw",)),
        ("rego", '# {"message": "a"}', ()),
        ("rego", 'deny contains {"message": text} if true', ()),
        ("conftest", 'deny contains {"message": "a"} if true', ()),
    ],
)
def test_messages_are_found_in_the_text(
    tmp_path: Path, language: str, text: str, unsaid: tuple[str, ...]
) -> None:
    head = "def f(x, y):\n    " if language == "python" else "package x\n"
    file = write(tmp_path, "policy", head + text + "\n")
    policy = Policy("a/b", "T", "D", Severity.LOW, ("X",), "R", language=language, file=str(file))
    (found,) = exercises([policy], [], {})
    assert found.unsaid == unsaid


def test_what_was_seen_adds_up() -> None:
    one = Seen(frozenset({1, 2}), frozenset({1}), read=frozenset("a"))
    other = Seen(frozenset({1, 2}), frozenset({2}), related=frozenset("r"))
    both = one | other
    assert both == Seen(one.lines, frozenset({1, 2}), read=one.read, related=other.related)


def test_a_configuration_nearby_changes_nothing(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = measure(own)
    write(
        own, ".coveragerc", "[run]\nplugins = nothing_of_that_name\n[report]\nexclude_also = .*\n"
    )
    monkeypatch.chdir(own)
    assert measure(own) == before


def test_a_folder_with_signs_of_patterns_in_its_name_is_measured(tmp_path: Path, own: Path) -> None:
    odd = own.rename(tmp_path / "a[b]*?")
    assert measure(odd)["own/keyed"].percent not in {None, 0.0}


def test_python_is_measured_by_a_package_that_may_be_missing(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies = {policy.id: policy for policy in load_pack([own]).policies}
    require_coverage(policies.values())
    monkeypatch.setattr("jurat.testing.measuring.find_spec", lambda _: None)
    require_coverage([policies["own/named"]])
    with pytest.raises(UsageError, match=r"pip install 'jurat\[dev\]'"):
        require_coverage([policies["own/keyed"]])


def test_a_module_that_vanished_is_an_error(own: Path) -> None:
    pack = load_pack([own])
    (own / "policies/own/keyed.py").unlink()
    keyed = [policy for policy in pack.policies if policy.id == "own/keyed"]
    with pytest.raises(PackError, match=r"own/keyed\.py: cannot be measured"):
        exercises(keyed, [], {})
