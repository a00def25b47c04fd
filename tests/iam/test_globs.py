"""Patterns: matching against a naive reference, covering and overlapping against enumeration."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.iam.globs import (
    ComplexityError,
    action_glob,
    arn_globs,
    arn_readings,
    covers,
    matches,
    overlap,
    remains,
    text_glob,
)

LETTERS = "ab"
PATTERNS = st.text(alphabet=LETTERS + "*?", max_size=5)
TEXTS = [
    "".join(letters) for size in range(8) for letters in itertools.product(LETTERS, repeat=size)
]
LONGER = ["".join(t) for n in range(7) for t in itertools.product("abc", repeat=n)]
LAWS = settings(max_examples=150, deadline=None, derandomize=True)


def reference(pattern: str, text: str) -> bool:
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def matched(pattern: str) -> set[str]:
    return {text for text in TEXTS if reference(pattern, text)}


@LAWS
@given(PATTERNS, st.text(alphabet=LETTERS, max_size=8))
def test_matching_agrees_with_a_regular_expression(pattern: str, text: str) -> None:
    assert matches(pattern, text) is reference(pattern, text)


@LAWS
@given(PATTERNS, st.lists(PATTERNS, max_size=3))
def test_covering_never_contradicts_enumeration(pattern: str, others: list[str]) -> None:
    # A third letter stands for all that the patterns do not mention.
    texts = [t.replace("b", "c") for t in TEXTS] + TEXTS
    inside = {t for t in texts if reference(pattern, t)}
    outside = {t for t in texts if any(reference(other, t) for other in others)}
    if covers([text_glob(o) for o in others], [text_glob(pattern)]):
        assert inside <= outside
    elif len(pattern) + max(map(len, others), default=0) <= 5:
        assert any(
            reference(pattern, t) and not any(reference(o, t) for o in others) for t in LONGER
        )


@LAWS
@given(PATTERNS, PATTERNS)
def test_overlap_agrees_with_enumeration(one: str, other: str) -> None:
    shared = matched(one) & matched(other)
    found = overlap(((text_glob(one),), (text_glob(other),)))
    if shared:
        assert found
    elif len(one) + len(other) <= 7:
        assert not found


@LAWS
@given(PATTERNS, PATTERNS, PATTERNS)
def test_both_ways_to_decide_what_remains_agree(one: str, other: str, without: str) -> None:
    shared = {t for t in matched(one) & matched(other) if not reference(without, t)}
    found = remains((text_glob(one), text_glob(other)), (text_glob(without),))
    if shared:
        assert found


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        (["a*b*c"], ["a*c"], True),
        (["aba"], ["ab*"], True),
        (["*"], ["a*", "*b"], False),
        (["x*"], ["x?*"], False),
        (["x*"], ["x", "x?*"], True),
        (["s3:Get*"], ["s3:GetObject", "s3:GetObjectAcl"], False),
        (["*?*"], ["?*"], True),
        ([""], ["*"], True),
        (["a"], [], False),
    ],
)
def test_covering_by_the_table_of_cases(
    narrow: list[str], wide: list[str], expected: object
) -> None:
    assert covers(list(map(text_glob, wide)), list(map(text_glob, narrow))) is expected


def test_actions_are_compared_without_case() -> None:
    assert covers([action_glob("s3:GetObject")], [action_glob("S3:GETOBJECT")])
    assert action_glob("s3:Get?bject").matches("s3:getobject")


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        ("*", "arn:aws:s3:::b/k", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/deep/k:with:colons", True),
        ("arn:aws:s3:::B/*", "arn:aws:s3:::b/k", False),
        ("arn:aws:iam::*:role/x", "arn:aws:iam::123456789012:role/x", True),
        ("arn:aws:iam:*:role/x", "arn:aws:iam::123456789012:role/x", True),
        ("arn:aws:*:key/1:*:*:x", "arn:aws:kms:key/1:a:b:x", True),
        ("arn:*:s3:::b", "arn:aws:iam:s3:::b", False),
        ("arn:aws:sns:*:1111:t", "arn:aws:sns:eu:extra:1111:t", False),
        ("arn:aws:s3*", "arn:aws:s3:::b/k", True),
        ("arn:aws:s3:*/*", "arn:aws:s3:::b/k", True),
        ("arn:aws:s3:?:1:b", "arn:aws:s3:::1:b", False),
        ("bucket", "arn:aws:s3:::bucket", False),
        ("arn:aws:s3", "arn:aws:s3:::b", False),
        ("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/k", False),
    ],
)
def test_resources_are_matched_segment_by_segment(pattern: str, arn: str, expected: object) -> None:
    assert any(glob.matches(arn) for glob in arn_globs(pattern)) is expected


def test_a_pattern_that_names_no_arn_matches_none() -> None:
    assert arn_globs("not-an-arn") == ()
    assert arn_readings("arn:aws:s3*") == ("arn:aws:s3*:*:*:*",)
    assert not overlap((arn_globs("not-an-arn"), arn_globs("*")))


def test_hostile_patterns_are_matched_in_time_and_refused_where_that_is_not_possible() -> None:
    assert not matches("a*" * 200 + "b", "a" * 400)
    with pytest.raises(ComplexityError):
        arn_readings("*a" * 40)
    many = [text_glob(f"*{n}*") for n in range(400)]
    with pytest.raises(ComplexityError):
        overlap((many, many))
