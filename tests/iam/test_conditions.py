"""Clauses of condition blocks, and whether they hold for a request known in part."""

from typing import Any

import pytest

from jurat.iam.conditions import hold, read_clauses

KEY = "aws:PrincipalTag/team"


def result(condition: Any, *values: str, key: str = KEY) -> bool | None:
    return hold(read_clauses(condition), {key.lower(): values})


@pytest.mark.parametrize(
    ("operator", "pattern", "present", "absent"),
    [
        ("StringEquals", "a", True, False),
        ("stringequals", "b", False, False),
        ("StringEquals", "A", False, False),
        ("StringEqualsIgnoreCase", "A", True, False),
        ("StringNotEquals", "a", False, True),
        ("StringNotEquals", "b", True, True),
        ("StringLike", "?", True, False),
        ("StringNotLike", "*", False, True),
        ("StringEqualsIfExists", "b", False, True),
        ("ForAnyValue:StringEquals", "a", True, False),
        ("ForAllValues:StringEquals", "b", False, True),
        ("ForAnyValue:StringNotEquals", "b", True, False),
        ("Null", "true", False, True),
        ("Null", False, True, False),
    ],
)
def test_operators_on_a_present_and_an_absent_key(
    operator: str, pattern: Any, present: object, absent: object
) -> None:
    assert result({operator: {KEY: pattern}}, "a") is present
    assert result({operator: {KEY: pattern}}) is absent


def test_values_are_alternatives_and_clauses_add_up() -> None:
    assert result({"StringEquals": {KEY: ["x", "a"]}}, "a") is True
    assert result({"StringNotEquals": {KEY: ["a", "b"]}}, "a") is False
    assert result({"StringEquals": {KEY: "a"}, "StringLike": {KEY: "b*"}}, "a") is False


def test_sets_of_values() -> None:
    assert result({"ForAllValues:StringEquals": {KEY: ["a", "b"]}}, "a", "c") is False
    assert result({"ForAllValues:StringEquals": {KEY: ["a", "b"]}}, "a", "b") is True
    assert result({"ForAnyValue:StringEquals": {KEY: ["a", "b"]}}, "a", "c") is True


def test_arns_are_compared_by_segments() -> None:
    arn = "arn:aws:iam::123456789012:role/x"
    key = "aws:PrincipalArn"
    assert result({"ArnEquals": {key: "arn:aws:iam::*:role/?"}}, arn, key=key) is True
    assert result({"ArnNotLike": {key: "arn:*:role/x"}}, arn, key=key) is False
    assert result({"ArnLike": {key: "arn:aws:*:role/y"}}, arn, key=key) is False


def test_booleans_in_every_spelling() -> None:
    for value in (True, "true", "TRUE", ["true"]):
        assert (
            result(
                {"Bool": {"aws:MultiFactorAuthPresent": value}},
                "true",
                key=("aws:MultiFactorAuthPresent"),
            )
            is True
        )


def test_an_unknown_key_decides_nothing_unless_another_clause_does() -> None:
    one = read_clauses({"StringEquals": {"aws:SourceVpce": "vpce-1"}})
    assert hold(one, {}) is None
    both = read_clauses({"StringEquals": {"aws:SourceVpce": "vpce-1", KEY: "a"}})
    assert hold(both, {KEY.lower(): ("b",)}) is False
    assert hold(both, {KEY.lower(): ("a",)}) is None
    assert hold((), {}) is True


def test_policy_variables_are_filled_from_the_request() -> None:
    (clause,) = read_clauses({"StringEquals": {KEY: "${aws:username}"}})
    context = {KEY.lower(): ("a",)}
    assert hold((clause,), context) is None
    assert hold((clause,), {**context, "aws:username": ("a",)}) is True
    assert hold((clause,), {**context, "aws:username": ("b",)}) is False


def test_a_default_stands_in_for_an_absent_variable() -> None:
    clauses = read_clauses({"StringEquals": {KEY: "${aws:username, 'a'}"}})
    assert hold(clauses, {KEY.lower(): ("a",), "aws:username": ()}) is True


@pytest.mark.parametrize(
    "condition",
    [
        "x",
        5,
        [],
        {"StringEquals": "x"},
        {"StringEquals": {KEY: {"x": 1}}},
        {"StringEquals": {KEY: []}},
        {"StringEquals": {KEY: ["a", None]}},
        {"Weird": {KEY: "a"}},
        {"ForSomeValue:StringEquals": {KEY: "a"}},
    ],
)
def test_what_cannot_be_read_is_a_clause_that_decides_nothing(condition: Any) -> None:
    clauses = read_clauses(condition)
    assert len(clauses) == 1
    assert clauses[0].operator == ""
    assert hold(clauses, {KEY.lower(): ("a",)}) is None


def test_numbers_dates_and_addresses_are_not_evaluated() -> None:
    for operator in ("NumericLessThan", "DateGreaterThan", "IpAddress"):
        assert result({operator: {KEY: "1"}}, "1") is None
    assert read_clauses(None) == ()
