from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from jurat.model import Estate, Reference, Sensitive, Unknown, Value
from jurat.readers.cloudformation.conditions import conjunction, disjunction, equal, negation

Read = Callable[..., Estate]
Resolve = Callable[..., Value]

AB = Unknown("parameter P has no value", oneof=("a", "b"))
BOTH = Unknown("parameter Q has no value", oneof=("c", "d"))
OPEN = Unknown("parameter R has no value")

TRUTHS = (True, False, None)
AND = {
    (True, True): True,
    (True, False): False,
    (True, None): None,
    (False, False): False,
    (False, None): False,
    (None, None): None,
}
OR = {
    (True, True): True,
    (True, False): True,
    (True, None): True,
    (False, False): False,
    (False, None): None,
    (None, None): None,
}


@pytest.mark.parametrize(("pair", "result"), AND.items())
def test_and(pair: Any, result: Any) -> None:
    assert conjunction(pair) is result
    assert conjunction(reversed(pair)) is result


@pytest.mark.parametrize(("pair", "result"), OR.items())
def test_or(pair: Any, result: Any) -> None:
    assert disjunction(pair) is result
    assert disjunction(reversed(pair)) is result


def test_not() -> None:
    assert [negation([truth]) for truth in TRUTHS] == [False, True, None]


@pytest.mark.parametrize("truths", list(product(TRUTHS, repeat=3)))
def test_de_morgan(truths: Any) -> None:
    opposite = [negation([truth]) for truth in truths]
    assert negation([conjunction(truths)]) is disjunction(opposite)


@pytest.mark.parametrize(
    ("one", "other", "result"),
    [
        ("a", "a", True),
        ("a", "b", False),
        (True, "true", True),
        (False, "False", False),
        (1, "1", True),
        ("1.0", 1, False),
        (Sensitive("a"), "a", True),
        (AB, "c", False),
        ("c", AB, False),
        (AB, "a", None),
        (AB, AB, True),
        (AB, BOTH, False),
        (Unknown("x", oneof=(True,)), "true", True),
        (OPEN, "a", None),
        (OPEN, OPEN, None),
        (Reference("A", "Ref"), "a", None),
        ([], "a", None),
        (None, "a", None),
    ],
)
def test_equals(one: Any, other: Any, result: Any) -> None:
    assert equal((one, other)) is result


SECTIONS = """
Parameters:
  P: {Type: String}
  Env: {Type: String, Default: prod, AllowedValues: [prod, dev]}
Conditions:
  Yes: !Equals [a, a]
  No: !Equals [a, b]
  Open: !Equals [!Ref P, x]
  IsProd: !Equals [!Ref Env, prod]
  Other: !Equals [!Ref Env, staging]
  Combined: !And [!Condition Yes, !Not [!Condition No], !Or [!Condition No, {Condition: IsProd}]]
  Closed: !And [!Condition Open, !Condition No]
  Loop: !Not [!Condition Loop]
  Flag: !Equals [!Equals [a, a], "true"]
  Odd: !Frobnicate [a]
  Deep: !If [Yes, a, b]
"""


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("Yes", 1),
        ("No", 2),
        ("IsProd", 1),
        ("Other", 2),
        ("Combined", 1),
        ("Closed", 2),
        ("Flag", 1),
    ],
)
def test_a_decided_condition_chooses_a_branch(value: Resolve, name: str, result: Any) -> None:
    assert value(f"!If [{name}, 1, 2]", SECTIONS) == result


@pytest.mark.parametrize("name", ["Open", "Loop", "Odd", "Deep", "Missing"])
def test_an_undecided_condition_keeps_both_branches(value: Resolve, name: str) -> None:
    assert value(f"!If [{name}, 1, 2]", SECTIONS) == Unknown(
        f"condition {name} is not decided", oneof=(1, 2), condition=name
    )


def test_without_defaults_allowed_values_decide_what_they_can(value: Resolve) -> None:
    assert value("!If [Other, 1, 2]", SECTIONS, assume_defaults=False) == 2
    found = value("!If [IsProd, 1, 2]", SECTIONS, assume_defaults=False)
    assert (found.oneof, found.condition) == ((1, 2), "IsProd")


@pytest.mark.parametrize("name", ["Odd", "Deep", "Missing"])
def test_a_condition_that_is_not_understood_is_noted(read: Read, name: str) -> None:
    text = f"{SECTIONS}\nResources: {{A: {{Type: Custom::A, Condition: {name}}}}}"
    estate = read(text)
    why = f"condition {name} is not decided"
    assert estate.resources[0].exists == Unknown(why, condition=name)
    (note,) = estate.notes
    assert note.text in {
        "Fn::Frobnicate is not understood in a condition",
        "Fn::If is not understood in a condition",
        "condition Missing is not defined",
    }


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("!Equals [a, a]", True),
        ("!Condition No", False),
        ("!Not [!Condition Yes]", False),
        ("{Condition: Unheard}", {"Condition": "Unheard"}),
    ],
)
def test_conditions_as_values(value: Resolve, expression: str, result: Any) -> None:
    assert value(expression, SECTIONS) == result


def test_an_undecided_condition_as_a_value_is_a_boolean(value: Resolve) -> None:
    assert value("!Condition Open", SECTIONS) == Unknown(
        "condition is not decided", kind="boolean", oneof=(True, False), condition="Open"
    )


@pytest.mark.parametrize(
    ("default", "literal", "decided"),
    [
        ("yes", "yes", True),
        ("'yes'", "yes", False),
        ("'yes'", "'yes'", True),
        ("True", "true", True),
    ],
)
def test_a_word_that_may_be_a_boolean_is_compared_in_both_readings(
    value: Resolve, default: str, literal: str, decided: Any
) -> None:
    sections = f"""
Parameters: {{P: {{Type: String, Default: {default}}}}}
Conditions: {{C: !Equals [!Ref P, {literal}]}}
"""
    assert (value("!If [C, 1, 2]", sections) == 1) is decided
