"""Other values for what a policy reads, and the estates that hold them."""

from typing import Any

import pytest

from jurat.judge.judgement import Bench
from jurat.languages import Outcome
from jurat.languages.contract import Traits
from jurat.model import (
    ABSENT,
    Estate,
    Policy,
    Reference,
    Resource,
    Scope,
    Sensitive,
    Severity,
    Unknown,
    Verdict,
)
from jurat.testing.mutation.inputs import Look, changed, names, not_known, others
from jurat.testing.mutation.trial import Said, hear


def _others(value: Any, *constants: str | float) -> list[Any]:
    return list(others(value, constants))


def test_a_boolean_is_flipped_or_removed() -> None:
    assert _others(True) == [False, ABSENT]


def test_a_number_crosses_its_neighbours_and_the_limits_of_the_policy() -> None:
    assert _others(5, 90) == [4, 6, 0, 89, 90, 91, ABSENT]


def test_a_text_is_changed_in_case_widened_and_swapped() -> None:
    found = _others("Enabled", "Suspended", 3)
    assert found[:4] == ["Enabled~", "eNABLED", "", "Enabled*"]
    assert {"*", "0.0.0.0/0", "::/0", "Suspended"} <= set(map(str, found))
    assert found[-1] is ABSENT


@pytest.mark.parametrize(
    ("value", "other"),
    [("Allow", "Deny"), ("Deny", "Allow"), ("s3:*", "s3:x"), ("10.0.0.0/8", "0.0.0.0/0")],
)
def test_patterns_effects_and_ranges(value: str, other: str) -> None:
    assert other in _others(value)


def test_a_container_is_removed_emptied_and_changed_inside() -> None:
    found = _others({"A": [True]})
    assert found == [ABSENT, {}, {"A": [False]}, {"A": []}]
    assert _others([]) == [ABSENT]


@pytest.mark.parametrize("value", [ABSENT, Unknown("apply"), Reference("b", "Arn")])
def test_what_is_not_there_becomes_something(value: Any) -> None:
    assert {True, "anything", "x"} <= {item for item in _others(value, "x") if _hashable(item)}


def _hashable(value: Any) -> bool:
    return not isinstance(value, dict | list)


def test_a_secret_stays_one() -> None:
    assert all(item is ABSENT or isinstance(item, Sensitive) for item in _others(Sensitive("a")))


def test_no_value_comes_twice_and_true_is_not_one() -> None:
    assert 1 in _others(0, 1, 1)
    found = _others(1, 0, 2)
    assert len(found) == len({(type(item), str(item)) for item in found})


def _estate(properties: dict[str, Any]) -> Estate:
    scope = Scope("1", "eu-west-1")
    resource = Resource("a", "A::B::C", properties, scope, "f", defaults=frozenset({("D",)}))
    return Estate(resources=(resource,))


@pytest.mark.parametrize(
    ("path", "value", "after"),
    [
        (("A", 0, "B"), 2, {"A": [{"B": 2}], "D": 1}),
        (("A", 0), ABSENT, {"A": [], "D": 1}),
        (("A",), ABSENT, {"D": 1}),
        (("X", "Y"), True, {"A": [{"B": 1}], "D": 1, "X": {"Y": True}}),
        ((), ABSENT, {}),
    ],
)
def test_a_changed_estate(path: tuple[str | int, ...], value: Any, after: dict[str, Any]) -> None:
    before = _estate({"A": [{"B": 1}], "D": 1})
    found = changed(before, Look("x", 0, path, None), value)
    assert found.resources[0].properties == after
    assert before.resources[0].properties == {"A": [{"B": 1}], "D": 1}


def test_a_changed_default_is_none_any_more() -> None:
    found = changed(_estate({"D": 1}), Look("D", 0, ("D",), 1), 2)
    assert found.resources[0].defaults == frozenset()


def test_inside_a_secret() -> None:
    found = changed(_estate({"A": Sensitive({"B": 1})}), Look("A.B", 0, ("A", "B"), 1), 2)
    assert found.resources[0].properties["A"] == Sensitive({"B": 2})


def test_a_region_elsewhere_and_nowhere() -> None:
    look = Look("scope.region", 0, ("scope", "region"), "eu-west-1")
    assert changed(_estate({}), look, "x").resources[0].scope.region == "xx-elsewhere-1"
    assert changed(_estate({}), look, Unknown("x")).resources[0].scope.region is None


def test_of_nested_names_the_innermost_count() -> None:
    found = [Look(name, 0, (), None) for name in ("Tags", "Tags[].Key", "Tags[].Key", "TagsToo")]
    assert names(found) == ["Tags[].Key", "TagsToo"]


@pytest.mark.parametrize(
    ("value", "kind"),
    [(True, "boolean"), (1, "number"), ("a", "string"), ([], "array"), ({}, "object")],
)
def test_an_unknown_keeps_the_kind(value: Any, kind: str) -> None:
    assert not_known(value).kind == kind


class _Breaking:
    traits = Traits()

    def evaluate(self, document: dict[str, Any]) -> Outcome:
        raise KeyError(str(document))


def test_what_makes_jurat_break_is_an_error_of_one_verdict() -> None:
    policy = Policy("a/b", "T", "D", Severity.LOW, ("A::B::C",), "R", file="b.py")
    said = hear(policy, _Breaking(), Bench(_estate({"A": 1})))
    assert said == Said(Verdict.ERROR, frozenset())
