from typing import Any

import pytest

from jurat.model import ABSENT, Reference, Unknown, Value
from jurat.readers.cloudformation.functions import FUNCTIONS, dependent
from jurat.readers.cloudformation.misuse import Misuse
from jurat.readers.cloudformation.text import assemble

ARN = Reference("Key", "Arn")
OPEN = Unknown("parameter P has no value", kind="string")
LIST = Unknown("parameter L has no value", kind="array")
MAYBE = Unknown("condition C is not decided", oneof=("a", ABSENT), condition="C")


def call(name: str, *arguments: Any) -> Value:
    return FUNCTIONS[f"Fn::{name}"](arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("Join", ("-", ["a", 1, True]), "a-1-true"),
        ("Join", ("", []), ""),
        ("Join", (",", [ARN]), ARN),
        ("Split", (",", "a,b,"), ["a", "b", ""]),
        ("Split", ("::", "a::b"), ["a", "b"]),
        ("Select", (1, ["a", "b"]), "b"),
        ("Select", ("0", [ARN]), ARN),
        ("Select", ("0", ["a", MAYBE]), "a"),
        ("Base64", ("#!/bin/sh",), "#!/bin/sh"),
        ("Length", ([1, OPEN],), 2),
        ("ToJsonString", ({"a": [1, True, None], "b": "é"},), '{"a":[1,true,null],"b":"é"}'),
        ("Cidr", ("10.0.0.0/16", 2, 8), ["10.0.0.0/24", "10.0.1.0/24"]),
        ("Cidr", ("10.0.0.0/24", "3", "5"), ["10.0.0.0/27", "10.0.0.32/27", "10.0.0.64/27"]),
        ("Cidr", ("10.0.0.0/24", "1"), ["10.0.0.0/24"]),
        ("Cidr", ("2001:db8::/56", 1, 64), ["2001:db8::/64"]),
    ],
)
def test_known_arguments_give_a_known_result(name: str, arguments: Any, result: Any) -> None:
    assert call(name, *arguments) == result


def test_join_keeps_parts_in_order() -> None:
    assert call("Join", "/", ["a", ARN, "b"]).parts == ("a/", ARN, "/b")


@pytest.mark.parametrize(
    ("name", "arguments", "kind"),
    [
        ("Join", (",", LIST), "string"),
        ("Join", (OPEN, ["a", "b"]), "string"),
        ("Join", (",", ["z", MAYBE]), "string"),
        ("Split", (",", OPEN), "array"),
        ("Split", ("/", assemble(["a/", ARN])), "array"),
        ("Split", ("/", ARN), "array"),
        ("Select", (0, LIST), None),
        ("Select", (OPEN, ["a"]), None),
        ("Select", (1, [MAYBE, "b"]), None),
        ("Length", (LIST,), "number"),
        ("Length", ([MAYBE],), "number"),
        ("ToJsonString", ({"a": ARN},), "string"),
        ("Cidr", (OPEN, 2, 8), "array"),
        ("GetAZs", ("eu-west-1",), "array"),
    ],
)
def test_unknown_arguments_give_an_unknown_result(name: str, arguments: Any, kind: Any) -> None:
    found = call(name, *arguments)
    assert isinstance(found, Unknown)
    assert found.kind == kind
    assert found.oneof == ()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Join", ("-",)),
        ("Join", ("-", "text")),
        ("Join", (1, ["a"])),
        ("Join", ("-", [["a"]])),
        ("Join", ("-", [None])),
        ("Split", ("", "a")),
        ("Split", (",", ["a"])),
        ("Split", (",", "a", "b")),
        ("Select", (2, ["a", "b"])),
        ("Select", (-1, ["a"])),
        ("Select", ("x", ["a"])),
        ("Select", (0, "a")),
        ("Select", (0, [])),
        ("Select", ("9" * 5000, ["a"])),
        ("Length", ("text",)),
        ("Cidr", ("10.0.0.0/16",)),
        ("Cidr", ("x", 1, 8)),
        ("Cidr", ("10.0.0.0/24", 99, 5)),
        ("Cidr", ("10.0.0.0/24", 1, 99)),
        ("Cidr", ("10.0.0.0/24", 1, 9)),
        ("Cidr", ("10.0.0.0/24", -1, 5)),
        ("Cidr", ("10.0.0.0/8", 10**9, 5)),
        ("Cidr", ("10.0.0.0/8", [], 5)),
    ],
)
def test_what_cannot_be_is_misuse(name: str, arguments: Any) -> None:
    with pytest.raises(Misuse):
        call(name, *arguments)


def test_split_finds_the_items_of_a_joined_list() -> None:
    other = Reference("Other", "Ref")
    assert call("Split", ",", assemble([ARN, ",", other])) == [ARN, other]


def test_a_dependent_value_says_on_what() -> None:
    assert dependent([ARN]) == Unknown("Arn of Key", references=("Key",))
    secret = Unknown("NoEcho parameter S", sensitive=True)
    assert dependent(["a", [secret]], "string") == Unknown(
        "NoEcho parameter S", kind="string", sensitive=True
    )
