"""Which changes concern which fixtures."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.testing.conftest import bucket, write

from jurat.model import Verdict
from jurat.testing import Trial
from jurat.testing.suite import gather
from jurat.testing.watch import changes, concerned, state

NAMED = {"pass-named.cfn.yaml", "fail-nameless.cfn.yaml", "unknown-open.cfn.yaml"}
KEYED = {"pass-kms.cfn.yaml", "fail-other.cfn.yaml"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("policies/own/named.rego", NAMED),
        ("policies/own/keyed.py", KEYED),
        ("policies/lib/shared.rego", NAMED | KEYED),
        ("policies/own/new.rego", NAMED | KEYED),
        ("mappings/x/links.csv", NAMED | KEYED),
        ("fixtures/own/named/pass-named.cfn.yaml", {"pass-named.cfn.yaml"}),
        ("fixtures/own/keyed/params.yaml", KEYED),
        ("fixtures/own/keyed/expected.json", KEYED),
        ("fixtures/own/keyed/README.md", set()),
        ("fixtures/estates/shop/plan.json", set()),
    ],
)
def test_a_change_concerns(own: Path, name: str, expected: set[str]) -> None:
    suite = gather([own])
    kept = [Trial(fixture, fixture.expected, ()) for fixture in suite.fixtures]
    again = concerned(suite, {own / name}, kept)
    assert {fixture.file.name for fixture in again} == expected


def test_what_was_broken_or_never_tried_is_tried_again(own: Path) -> None:
    suite = gather([own])
    one, two, *rest = (Trial(each, each.expected, ()) for each in suite.fixtures)
    broken = replace(one, found=Verdict.ERROR)
    assert concerned(suite, (), [broken, *rest]) == (one.fixture, two.fixture)


def test_changes_are_waited_for_and_named(own: Path) -> None:
    changed = own / "fixtures/own/named/pass-named.cfn.yaml"
    added = own / "fixtures/own/named/deep/pass-new.cfn.yaml"
    removed = own / "policies/own/keyed.py"
    steps: Iterator[Callable[[], object]] = iter(
        [
            lambda: None,
            lambda: write(own, changed.relative_to(own).as_posix(), bucket(BucketName="longer")),
            lambda: write(own, added.relative_to(own).as_posix(), bucket(BucketName="new")),
            removed.unlink,
            lambda: write(own, "policies/own/__pycache__/x.pyc", ""),
            lambda: None,
        ]
    )

    def pause(_seconds: float) -> None:
        next(steps)()

    before = state([own])
    after, found = changes([own], before, pause)
    assert found == {changed, added, removed}
    assert after == state([own])


def test_a_pack_that_vanishes_is_a_change(own: Path) -> None:
    before = state([own])
    shutil.rmtree(own)
    after, found = changes([own], before, lambda _: None)
    assert after == {}
    assert len(found) == len(before)
