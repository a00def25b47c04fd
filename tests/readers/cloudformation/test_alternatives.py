from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.model import ABSENT, Reference, Sensitive, Unknown, Value
from jurat.readers.cloudformation.alternatives import (
    alternatives,
    choices,
    distinct,
    lift,
    one_of,
    same,
)

AB = Unknown("parameter P has no value", oneof=("a", "b"))
XY = Unknown("parameter Q has no value", oneof=("x", "y"))
PROD = Unknown("condition Prod is not decided", oneof=("p", "d"), condition="Prod")
PROD_TOO = Unknown("condition Prod is not decided", oneof=(1, 2), condition="Prod")
OPEN = Unknown("nobody says")
LINK = Reference("Key", "Arn")


def joined(arguments: Any) -> Value:
    if all(isinstance(argument, str) for argument in arguments):
        return "".join(arguments)
    return Unknown("best effort", parts=arguments)


def test_independent_values_are_combined() -> None:
    assert alternatives((AB, XY)) == [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]


def test_one_value_in_two_places_is_chosen_once() -> None:
    assert alternatives((AB, [AB])) == [("a", ["a"]), ("b", ["b"])]


def test_values_of_one_condition_are_chosen_together() -> None:
    assert alternatives((PROD, {"k": PROD_TOO})) == [("p", {"k": 1}), ("d", {"k": 2})]


def test_absent_items_and_members_vanish() -> None:
    maybe = Unknown("condition C is not decided", oneof=("a", ABSENT), condition="C")
    assert alternatives((["z", maybe], {"k": maybe})) == [(["z", "a"], {"k": "a"}), (["z"], {})]


@pytest.mark.parametrize(
    "arguments",
    [
        (OPEN,),
        (AB, OPEN),
        (Unknown("nested", oneof=("a", OPEN)),),
        (Unknown("absent argument", oneof=("a", ABSENT)),),
        (Unknown("too many", oneof=tuple(range(17))),),
        tuple(Unknown(str(number), oneof=(number,)) for number in range(9)),
    ],
)
def test_what_is_not_finite_or_too_much_has_no_alternatives(arguments: Any) -> None:
    assert alternatives(arguments) == []


def test_known_arguments_are_their_only_alternative() -> None:
    assert alternatives(("a", LINK)) == [("a", LINK)]


def test_lift_gives_every_result() -> None:
    assert lift(joined, ("a", "b")) == "ab"
    assert lift(joined, (AB, "-")).oneof == ("a-", "b-")
    assert lift(joined, (AB, XY)).oneof == ("ax", "ay", "bx", "by")


def test_lift_keeps_the_condition_that_decides() -> None:
    found = lift(joined, (PROD, "-"))
    assert (found.oneof, found.condition) == (("p-", "d-"), "Prod")
    assert lift(joined, (PROD, AB)).condition is None


def test_lift_is_known_if_all_results_agree() -> None:
    assert lift(lambda _: 7, (AB, XY)) == 7


def test_lift_leaves_open_arguments_to_the_function() -> None:
    assert lift(joined, (AB, OPEN)).parts == (AB, OPEN)
    assert lift(joined, (AB, LINK)).parts == (AB, LINK)


def test_one_of_lists_values_only_if_they_are_all() -> None:
    assert one_of("w", ["a", ABSENT], "C").oneof == ("a", ABSENT)
    assert one_of("w", ["a", OPEN], "C").oneof == ()
    assert one_of("w", ["a", LINK]) == Unknown("w", oneof=("a", LINK), references=("Key",))


def test_one_of_flattens_and_then_names_no_condition() -> None:
    found = one_of("w", ["a", AB], "C")
    assert (found.oneof, found.condition) == (("a", "b"), None)


def test_one_of_a_condition_keeps_both_sides() -> None:
    assert one_of("w", ["a", "a"], "C").oneof == ("a", "a")
    assert one_of("w", ["a", "a"]).oneof == ("a",)


def test_secrets_stay_secret() -> None:
    secret = Unknown("w", oneof=("a", ABSENT), sensitive=True)
    assert choices(secret) == (Sensitive("a"), ABSENT)
    assert one_of("w", [Sensitive("a"), "b"]).sensitive
    assert one_of("w", [{"k": Sensitive("a")}, "b"]).sensitive


def test_same_tells_types_apart() -> None:
    assert same({"a": 1}, {"a": 1})
    assert not same(1, True)
    assert distinct([1, True, 1, "1"]) == [1, True, "1"]


@given(st.lists(st.sampled_from([AB, XY, PROD, "k"]), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_lift_finds_exactly_the_results_that_can_be(arguments: Any) -> None:
    groups = [one for one in (AB, XY, PROD) if one in arguments]
    expected = set()
    for chosen in product(*(group.oneof for group in groups)):
        values = dict(zip([group.why for group in groups], chosen, strict=True))
        texts = [one if isinstance(one, str) else values[one.why] for one in arguments]
        expected.add("".join(texts))
    found = lift(joined, tuple(arguments))
    assert {*found.oneof} == expected if isinstance(found, Unknown) else {found} == expected
