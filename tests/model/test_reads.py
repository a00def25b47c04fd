"""Read sets: what they touch, what they keep of a document, what they show."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.model import ABSENT, Unknown
from jurat.model.reads import ANY, ReadSet, Touch

DOCUMENT = {"a": {"b": 1, "c": [10, {"d": 2}]}, "e": "x"}


def reading(*paths: Any, shapes: tuple[Any, ...] = ()) -> ReadSet:
    reads = ReadSet()
    for path in paths:
        reads.add(path)
    for path in shapes:
        reads.add_shape(path)
    return reads


@pytest.mark.parametrize(
    ("reads", "path", "touch"),
    [
        (reading(("a", "b")), ("a", "b"), Touch.WHOLE),
        (reading(("a", "b")), ("a",), Touch.INTO),
        (reading(("a", "b")), ("a", "c"), Touch.NOT),
        (reading(("a",)), ("a", "b", "z"), Touch.WHOLE),
        (reading(("a", ANY, "d")), ("a", 3, "d"), Touch.WHOLE),
        (reading(("a", ANY, "d")), ("a", 3), Touch.INTO),
        (reading(shapes=(("a",),)), ("a",), Touch.INTO),
        (reading(shapes=(("a",),)), ("a", 0), Touch.WHOLE),
        (reading(shapes=(("a",),)), ("a", 0, "deep"), Touch.NOT),
        (reading(), ("a",), Touch.NOT),
        (reading(()), ("a", "b"), Touch.WHOLE),
    ],
)
def test_touch(reads: ReadSet, path: Any, touch: Touch) -> None:
    assert reads.touch(path) is touch


def test_asking_whether_something_is_there_is_a_read() -> None:
    reads = ReadSet()
    reads.reach(("a",))
    assert reads.touch(("a",)) is Touch.WHOLE


@pytest.mark.parametrize(
    ("reads", "kept"),
    [
        (reading(("a", "b")), {"a": {"b": 1}}),
        (reading(("a", "c", ANY, "d")), {"a": {"c": [10, {"d": 2}]}}),
        (reading(("a", "c", 1)), {"a": {"c": [None, {"d": 2}]}}),
        (reading(("a", "z")), {"a": {}}),
        (reading(shapes=(("a",),)), {"a": {"b": None, "c": None}}),
        (reading(()), DOCUMENT),
    ],
)
def test_project(reads: ReadSet, kept: Any) -> None:
    assert reads.project(DOCUMENT) == kept


@pytest.mark.parametrize(
    "reads", [reading(shapes=((),)), reading((1,)), reading((1,), shapes=((),))]
)
def test_an_unread_element_that_may_be_missing_keeps_its_place(reads: ReadSet) -> None:
    unknown = Unknown("later", oneof=(1, ABSENT))
    kept = reads.project([unknown, 2, unknown])
    assert kept[0] is unknown
    assert kept[2] is unknown


def test_found_names_what_is_missing_too() -> None:
    reads = reading(("a", "b"), ("a", "z"), ("a", "c", ANY))
    assert dict(reads.found(DOCUMENT)) == {
        ("a", "b"): 1,
        ("a", "z"): ABSENT,
        ("a", "c", 0): 10,
        ("a", "c", 1): {"d": 2},
    }


STEPS = st.one_of(st.sampled_from("abc"), st.integers(0, 2), st.just(ANY))
PATHS = st.lists(STEPS, max_size=4).map(tuple)
VALUES = st.recursive(
    st.integers(0, 3),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=12,
)


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return value


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(PATHS, max_size=4), VALUES)
def test_a_projection_holds_everything_that_is_read(paths: list[Any], value: Any) -> None:
    reads = reading(*paths)
    kept = reads.project(value)
    for path in paths:
        if ANY not in path:
            assert _at(kept, path) == _at(value, path)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(PATHS, max_size=4), st.lists(PATHS, max_size=4), PATHS)
def test_merging_never_forgets(one: list[Any], other: list[Any], path: Any) -> None:
    both = reading(*one)
    grew = both.merge(reading(*other))
    for part in (reading(*one), reading(*other)):
        if part.touch(path) is not Touch.NOT:
            assert both.touch(path) is not Touch.NOT
    assert both.merge(reading(*other)) is False
    assert grew or both.touch(path) is reading(*one).touch(path)
