"""``expected.json``: every finding pinned, and a difference that can be read."""

import json
from pathlib import Path

import pytest
from tests.testing.conftest import NAMED, bucket, write

from jurat.errors import PackError
from jurat.pack import load_pack
from jurat.testing import Trial, fixtures, run_fixtures
from jurat.testing.snapshots import SNAPSHOTS, compare, stale, update

PLACE = f"fixtures/own/named/{SNAPSHOTS}"


def run(own: Path) -> tuple[Trial, ...]:
    found = (each for each in fixtures(own / "fixtures") if each.policy == "own/named")
    return run_fixtures(load_pack([own]), found)


def differences(own: Path) -> dict[str, tuple[str, ...]]:
    return {trial.fixture.file.name: trial.differences for trial in compare(run(own))}


def test_without_a_file_nothing_is_pinned(own: Path) -> None:
    assert set(differences(own).values()) == {()}


def test_what_is_pinned_is_what_was_found(own: Path) -> None:
    assert update(run(own)) == (own / PLACE,)
    assert json.loads((own / PLACE).read_text()) == {
        "fail-nameless.cfn.yaml": [
            {
                "resource": "Bucket",
                "verdict": "fail",
                "message": "the bucket has no name",
                "at": "BucketName",
                "read": ["BucketName"],
            }
        ],
        "pass-named.cfn.yaml": [
            {
                "resource": "Bucket",
                "verdict": "pass",
                "message": "Buckets have a name of their own",
                "read": ["BucketName"],
            }
        ],
        "unknown-open.cfn.yaml": [
            {
                "resource": "Bucket",
                "verdict": "unknown",
                "message": "not decided: BucketName not known",
                "read": ["BucketName"],
                "unknown": ["BucketName: parameter Name has no value"],
            }
        ],
    }
    assert set(differences(own).values()) == {()}
    assert update(run(own)) == ()


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (
            "the bucket has no name",
            "nobody named it",
            {"-Bucket: fail: the bucket has no name", "+Bucket: fail: nobody named it"},
        ),
        ('"at": ["BucketName"]', '"at": ["Tags"]', {"-  at BucketName", "+  at Tags"}),
        (
            "\tnot input.resource.properties.BucketName\n",
            "\tnot input.resource.properties.BucketName\n\tcount(input.resource.properties.Tags)"
            " == 0\n",
            {"+  read Tags"},
        ),
    ],
)
def test_another_message_place_or_read_is_a_broken_promise(
    own: Path, old: str, new: str, lines: set[str]
) -> None:
    update(run(own))
    write(own, "policies/own/named.rego", NAMED.replace(old, new))
    trial = next(t for t in compare(run(own)) if t.fixture.file.name == "fail-nameless.cfn.yaml")
    assert trial.found is trial.fixture.expected
    assert not trial.kept
    assert {line for line in trial.differences if line[0] in "+-"} == lines


def test_a_new_fixture_beside_pinned_ones_must_be_pinned(own: Path) -> None:
    update(run(own))
    write(own, "fixtures/own/named/pass-new.cfn.yaml", bucket(BucketName="new"))
    (text,) = differences(own)["pass-new.cfn.yaml"]
    assert "--update adds it" in text
    update(run(own))
    assert differences(own)["pass-new.cfn.yaml"] == ()


def test_a_pin_of_a_fixture_that_is_gone_is_stale(own: Path) -> None:
    update(run(own))
    (own / "fixtures/own/named/pass-named.cfn.yaml").unlink()
    trials = run(own)
    (text,) = stale(trial.fixture for trial in trials)
    assert "'pass-named.cfn.yaml', which does not exist" in text
    update(trials)
    assert list(stale(trial.fixture for trial in trials)) == []


def test_a_broken_promise_is_never_pinned(own: Path) -> None:
    update(run(own))
    before = json.loads((own / PLACE).read_text())
    write(own, "fixtures/own/named/pass-named.cfn.yaml", bucket(Tags="[]"))
    write(own, "fixtures/own/named/fail-odd.cfn.yaml", "{")
    update(run(own))
    assert json.loads((own / PLACE).read_text()) == before


def test_one_fixture_alone_leaves_the_pins_of_others(own: Path) -> None:
    update(run(own))
    before = (own / PLACE).read_text()
    update(trial for trial in run(own) if trial.fixture.file.name == "pass-named.cfn.yaml")
    assert (own / PLACE).read_text() == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"a": 1}',
        '{"a": [1]}',
        '{"a": [{"message": 1}]}',
        '{"a": [{"read": [1]}]}',
        '{"a": [{"surprise": "1"}]}',
        "[" * 10_000,
    ],
)
def test_a_file_nobody_wrote_like_that_is_an_error(own: Path, text: str) -> None:
    write(own, PLACE, text)
    trials = run(own)
    for use in (compare, update):
        with pytest.raises(PackError, match=r"expected\.json: ") as caught:
            use(trials)
        assert "\n" not in str(caught.value)
    assert (own / PLACE).read_text() == text


def test_a_file_that_is_not_text_is_an_error(own: Path) -> None:
    (own / PLACE).write_bytes(b"\xff\xfe")
    with pytest.raises(PackError, match=r"expected\.json: cannot be read as JSON"):
        compare(run(own))


def test_fixtures_in_a_deeper_folder_are_pinned_in_the_same_file(own: Path) -> None:
    write(own, "fixtures/own/named/deep/pass-deep.cfn.yaml", bucket(BucketName="deep"))
    assert update(run(own)) == (own / PLACE,)
    assert "deep/pass-deep.cfn.yaml" in json.loads((own / PLACE).read_text())
    assert set(differences(own).values()) == {()}
