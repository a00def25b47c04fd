from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.paths import at

from jurat.model import Sensitive, Unknown, markers, reveal
from jurat.readers.terraform.overlay import conceal, marked, overlay

LAW = settings(max_examples=100, deadline=None, derandomize=True)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=12,
)
MARKS = st.recursive(
    st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcd"), inner),
    max_leaves=12,
)


def true_paths(marks: Any, path: Any = ()) -> Iterator[Any]:
    """Every path at which ``marks`` says true."""
    if marks is True:
        yield path
    elif isinstance(marks, dict):
        for key, item in marks.items():
            yield from true_paths(item, (*path, key))
    elif isinstance(marks, list):
        for index, item in enumerate(marks):
            yield from true_paths(item, (*path, index))


def leaves(value: Any, path: Any = ()) -> Iterator[Any]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path, value


@st.composite
def marked_values(draw: Any) -> Any:
    """A value and marks of its own shape, in which keys and elements may be missing or added."""

    def marks_for(value: Any) -> Any:
        if isinstance(value, dict):
            marks = {key: marks_for(value[key]) for key in value if draw(st.booleans())}
            return marks | ({"z": True} if draw(st.booleans()) else {})
        if isinstance(value, list):
            kept = [marks_for(item) for item in value][: draw(st.integers(0, len(value) + 1))]
            return kept + ([True] if draw(st.booleans()) else [])
        return draw(st.booleans())

    value = draw(VALUES)
    return value, marks_for(value)


@LAW
@given(VALUES, MARKS, MARKS)
def test_nothing_unknown_is_lost(after: Any, unknown: Any, sensitive: Any) -> None:
    result = overlay(after, unknown, sensitive)
    for path in true_paths(unknown):
        assert isinstance(at(result, path), Unknown)


@LAW
@given(marked_values())
def test_known_leaves_stay_as_they_are(case: Any) -> None:
    after, unknown = case
    result = overlay(after, unknown, False)
    hidden = set(true_paths(unknown))
    for path, value in leaves(after):
        if not any(path[:length] in hidden for length in range(len(path) + 1)):
            assert at(result, path) == value or value in ([], {})


@LAW
@given(marked_values())
def test_what_is_sensitive_is_flagged(case: Any) -> None:
    value, sensitive = case
    result = overlay(value, None, sensitive)
    marks = set(true_paths(sensitive))
    assert reveal(result) == value
    for path, leaf in leaves(value):
        if any(path[:length] in marks for length in range(len(path) + 1)):
            kept = leaf is None or leaf in ([], {})
            assert at(result, path) == (leaf if kept else Sensitive(leaf))


@LAW
@given(VALUES, MARKS)
def test_unknown_wins_and_keeps_the_flag(after: Any, unknown: Any) -> None:
    for _, marker in markers(overlay(after, unknown, True)):
        assert isinstance(marker, Sensitive) or (isinstance(marker, Unknown) and marker.sensitive)


@LAW
@given(VALUES)
def test_noise_changes_nothing(after: Any) -> None:
    assert overlay(after, {"a": False, "b": [], "c": {"d": [False]}}, False) is after
    assert conceal(after, [{}, False]) is after


def test_an_unknown_map_key_is_added() -> None:
    assert overlay({"a": 1}, {"b": True}, {}) == {"a": 1, "b": Unknown("known after apply")}


def test_an_unknown_list_element_replaces_null() -> None:
    assert overlay([None, "y"], [True, False], [False, False]) == [
        Unknown("known after apply"),
        "y",
    ]


def test_an_unknown_tail_is_kept() -> None:
    result = overlay([{"a": 1}], [{}, {"a": True}], [])
    assert result == [{"a": 1}, {"a": Unknown("known after apply")}]


def test_the_type_shows_in_the_marks_of_sensitivity() -> None:
    result = overlay({}, {"x": True, "y": True, "z": True}, {"x": [], "y": {}})
    assert [result[name].kind for name in "xyz"] == ["array", "object", None]


def test_shapes_that_contradict_each_other_leave_nothing_known() -> None:
    assert overlay("text", {"a": True}, False) == Unknown("known after apply")
    assert overlay(["x"], {"a": True}, False) == Unknown("known after apply")


def test_blocks_under_a_mark_keep_their_shape() -> None:
    assert conceal([{"name": "a", "port": 1, "none": None}], True) == [
        {"name": Sensitive("a"), "port": Sensitive(1), "none": None}
    ]


def test_marked_looks_for_true_alone() -> None:
    assert marked({"a": [{"b": True}]})
    assert not marked({"a": [{"b": 1}], "c": "true"})
