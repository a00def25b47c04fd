"""Mutation testing of a small pack of two policies, one in each language."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from jurat.errors import PackError
from jurat.judge import Limits
from jurat.pack import load_pack
from jurat.reporters.style import Style
from jurat.testing import fixtures
from jurat.testing.mutation import (
    Explained,
    Outcome,
    Report,
    Settings,
    explanations,
    mutate_pack,
    render,
)

REGO = """# METADATA
# title: Tables are protected
# description: Deleted data are gone, whoever deletes them.
# custom:
#   severity: high
#   applies_to: ["AWS::DynamoDB::Table"]
#   remediation: Protect them.
package jurat.policies.mine.protected

deny contains finding if {
	not input.resource.properties.DeletionProtectionEnabled == true
	finding := {"message": "it can be deleted", "at": ["DeletionProtectionEnabled"]}
}
"""

PYTHON = '''"""Retention."""

from collections.abc import Iterator

from jurat.policy import Failure, Subject, policy


@policy(
    title="Logs are kept",
    severity="low",
    applies_to=["AWS::Logs::LogGroup"],
    params={"days": 30},
    remediation="Keep them.",
)
def kept(subject: Subject) -> Iterator[Failure]:
    """Nobody can look at logs that are gone."""
    days = subject.resource.properties.get("RetentionInDays")
    if days is not None and days < subject.params["days"]:
        yield Failure("not kept long enough", at=("RetentionInDays",))
'''

Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to(name: str, text: str) -> None:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    to("policies/mine/protected.rego", REGO)
    to("policies/mine/kept.py", PYTHON)
    to("fixtures/mine/protected/pass-on.cfn.yaml", _table(True))
    to("fixtures/mine/protected/fail-off.cfn.yaml", _table(False))
    to("fixtures/mine/kept/pass-a_year.cfn.yaml", _group(365))
    to("fixtures/mine/kept/fail-a_week.cfn.yaml", _group(7))
    return to


def _template(kind: str, properties: dict[str, object]) -> str:
    return json.dumps({"Resources": {"It": {"Type": kind, "Properties": properties}}})


def _table(protected: object) -> str:
    return _template("AWS::DynamoDB::Table", {"DeletionProtectionEnabled": protected})


def _group(days: object) -> str:
    return _template("AWS::Logs::LogGroup", {"RetentionInDays": days})


def _mutate(root: Path, settings: Settings | None = None, **given: object) -> Report:
    pack = load_pack([root])
    mine = [policy for policy in pack.policies if policy.id.startswith("mine/")]
    settings = settings or Settings(workers=1, **given)  # type: ignore[arg-type]
    found = list(fixtures(root / "fixtures"))
    return mutate_pack(pack, mine, found, explanations([root]), settings)


def _outcomes(report: Report, policy: str) -> dict[str, Outcome]:
    return {
        result.mutant.key: result.ruling.outcome
        for score in report.scores
        if score.policy == policy
        for result in score.results
    }


def test_a_policy_whose_fixtures_notice_everything(tmp_path: Path, write: Write) -> None:
    del write
    found = _outcomes(_mutate(tmp_path), "mine/protected")
    assert any(key.startswith("deny: without `not input.resource.properties.") for key in found)
    assert "deny: true becomes false" in found
    assert found["reads DeletionProtectionEnabled"] is Outcome.VERDICT
    assert set(found.values()) == {Outcome.VERDICT}


def test_what_no_fixture_notices_is_named_with_the_fixture_that_is_missing(
    tmp_path: Path, write: Write
) -> None:
    report = _mutate(tmp_path)
    lines = {r.mutant.key: (r.mutant.place, r.mutant.missing) for r in report.survivors}
    key = 'kept: `days < subject.params["days"]` with `<=`'
    assert set(lines) == {
        key,
        "params days: 30 becomes 29",
        "params days: 30 becomes 31",
        'kept: `days is not None and days < subject.params["days"]` without `days is not None`',
    }
    assert lines[key] == (
        f"{tmp_path}/policies/mine/kept.py:18",
        'in which `days < subject.params["days"]` decides',
    )
    write("fixtures/mine/kept/pass-at_the_limit.cfn.yaml", _group(30))
    write("fixtures/mine/kept/fail-a_day_short.cfn.yaml", _group(29))
    write("fixtures/mine/kept/pass-for_ever.cfn.yaml", _template("AWS::Logs::LogGroup", {}))
    assert _mutate(tmp_path).percent == 100


def test_the_report_says_what_is_missing_and_the_scores(tmp_path: Path, write: Write) -> None:
    del write
    report = _mutate(tmp_path)
    text = render(report, Style(colour=False, width=100, verbose=False))
    assert "NOT NOTICED  mine/kept, 4 mistakes" in text
    assert "missing: a fixture at the limit of parameter days, 30" in text
    killed = sum(score.killed for score in report.scores)
    assert f"{killed} of {killed + 4} mistakes noticed" in text


def test_the_same_run_gives_the_same_report(tmp_path: Path, write: Write) -> None:
    del write
    one, two = _mutate(tmp_path), _mutate(tmp_path, Settings(workers=2))
    assert one == two
    assert [score.policy for score in one.scores] == ["mine/kept", "mine/protected"]


@pytest.mark.parametrize(("kind", "reads"), [("inputs", True), ("policy", False)])
def test_one_kind_alone(tmp_path: Path, write: Write, kind: str, *, reads: bool) -> None:
    del write
    report = _mutate(tmp_path, kinds=frozenset([kind]))
    results = [result for score in report.scores for result in score.results]
    assert {result.mutant.edit is None for result in results} == {reads}


def test_without_time_nothing_is_tried_and_nothing_counts(tmp_path: Path, write: Write) -> None:
    del write
    report = _mutate(tmp_path, budget=0.0)
    assert report.untried > 0
    assert report.counted == 0


def test_with_time_enough_a_sample_is_all(tmp_path: Path, write: Write) -> None:
    del write
    whole = _mutate(tmp_path)
    for seed in (0, 1):
        assert _mutate(tmp_path, budget=600.0, seed=seed) == whole


def test_mistakes_of_words_and_place_are_noticed_where_it_fails(
    tmp_path: Path, write: Write
) -> None:
    two = 'yield Failure("a" if days > 5 else "b")'
    write(
        "policies/mine/kept.py",
        PYTHON.replace('yield Failure("not', f'{two}\n        yield Failure("not'),
    )
    found = _outcomes(_mutate(tmp_path), "mine/kept")
    assert found["kept: `days > 5` with `<=`"] is Outcome.FAILURES


def test_a_mutant_that_does_not_end_or_crashes_is_stopped(tmp_path: Path, write: Write) -> None:
    loop = (
        "    while days is None:\n        pass\n"
        "    import os\n    if days == 365000:\n        os.abort()\n"
    )
    write("policies/mine/kept.py", PYTHON.replace("    if days", loop + "    if days"))
    found = _outcomes(_mutate(tmp_path, limits=Limits(seconds=0.5)), "mine/kept")
    assert found["kept: `days is None` with `is not`"] is Outcome.STOPPED
    assert found["kept: `days == 365000` with `!=`"] is Outcome.STOPPED
    assert found["params days: 30 becomes 29"] is Outcome.SURVIVED


def test_what_breaks_everywhere_says_nothing_about_fixtures(tmp_path: Path, write: Write) -> None:
    write("policies/mine/kept.py", PYTHON.replace('["days"]:', '["days"] + len(["x"][0]):'))
    assert "kept: 0 becomes 1" not in _outcomes(_mutate(tmp_path), "mine/kept")


def test_what_breaks_on_one_fixture_is_noticed(tmp_path: Path, write: Write) -> None:
    write("fixtures/mine/kept/pass-for_ever.cfn.yaml", _template("AWS::Logs::LogGroup", {}))
    found = _outcomes(_mutate(tmp_path), "mine/kept")
    shown = '`days is not None and days < subject.params["days"]` without `days is not None`'
    assert found[f"kept: {shown}"] is Outcome.VERDICT


def test_an_explained_survivor_asks_for_nothing(tmp_path: Path, write: Write) -> None:
    write(
        "fixtures/mutants.yaml",
        "- policy: mine/kept\n  mutants: ['params days: 30 becomes 29']\n  reason: as said\n",
    )
    report = _mutate(tmp_path)
    (kept, _) = report.scores
    assert kept.explained == 1
    assert len(kept.survivors) == 3
    assert [r.explained for r in kept.results if r.explained] == [
        Explained("as said", f"{tmp_path}/fixtures/mutants.yaml:1")
    ]
    assert report.stale == ()


@pytest.mark.parametrize(
    ("policy", "key", "said"),
    [
        ("mine/kept", "no such mutant", "mine/kept has no mutant 'no such mutant' any more"),
        ("mine/protected", "deny: true becomes false", "is killed by a fixture"),
    ],
)
def test_a_stale_explanation_is_named(
    tmp_path: Path, write: Write, policy: str, key: str, said: str
) -> None:
    write("fixtures/mutants.yaml", f"- policy: {policy}\n  mutants: ['{key}']\n  reason: x\n")
    (stale,) = _mutate(tmp_path).stale
    assert stale.startswith(f"{tmp_path}/fixtures/mutants.yaml:1: ")
    assert said in stale


def test_a_fixture_that_breaks_its_promise_stops_the_run(tmp_path: Path, write: Write) -> None:
    write("fixtures/mine/kept/pass-wrong.cfn.yaml", _group(7))
    with pytest.raises(PackError, match=r"pass-wrong\.cfn\.yaml: pass promised, fail found"):
        _mutate(tmp_path)


@pytest.mark.parametrize("code", ["import os\nos.abort()\n", "while True:\n    pass\n"])
def test_a_hostile_policy_ends_in_one_error(tmp_path: Path, write: Write, code: str) -> None:
    write("policies/mine/kept.py", PYTHON + code)
    with pytest.raises(PackError) as error:
        _mutate(tmp_path, limits=Limits(seconds=0.5))
    assert "\n" not in str(error.value)


def test_the_pack_on_disk_stays_as_it_is(tmp_path: Path, write: Write) -> None:
    del write
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    _mutate(tmp_path)
    after = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert after == before


def test_a_policy_without_fixtures_notices_nothing(tmp_path: Path, write: Write) -> None:
    del write
    for file in (tmp_path / "fixtures/mine/kept").iterdir():
        file.unlink()
    score = _mutate(tmp_path).scores[0]
    assert (score.fixtures, score.killed) == (0, 0)
    assert score.survivors


def test_parameters_of_fixtures_count(tmp_path: Path, write: Write) -> None:
    write("fixtures/mine/kept/params.yaml", "fail-a_week.cfn.yaml: {days: 8}\n")
    found = _outcomes(_mutate(tmp_path), "mine/kept")
    assert found['kept: `days < subject.params["days"]` with `<=`'] is Outcome.SURVIVED
    write(
        "fixtures/mine/kept/params.yaml", "fail-a_week.cfn.yaml: {days: 8}\npass-*: {days: 365}\n"
    )
    found = _outcomes(_mutate(tmp_path), "mine/kept")
    assert found['kept: `days < subject.params["days"]` with `<=`'] is Outcome.VERDICT
