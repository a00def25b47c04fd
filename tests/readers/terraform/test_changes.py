from typing import Any

import pytest

from jurat.readers.terraform.changes import Change, Gone, Puzzle, read_changes, short_name


def one(entry: Any) -> Any:
    (read,) = read_changes([entry], "resource_changes")
    return read


@pytest.mark.parametrize(
    ("actions", "word"),
    [
        (["create"], "create"),
        (["update"], "update"),
        (["no-op"], "no-op"),
        (["read"], "read"),
        (["delete", "create"], "replace"),
        (["create", "delete"], "replace"),
        (["create", "forget"], "replace"),
        (["something-new"], "something-new"),
    ],
)
def test_every_change_with_values_is_read(make: Any, actions: Any, word: Any) -> None:
    change = one(make.change("aws_x.y", {"a": 1}, {}, *actions))
    assert isinstance(change, Change)
    assert change.action == word
    assert change.values == {"a": 1}


@pytest.mark.parametrize("action", ["delete", "forget"])
def test_what_goes_is_not_judged(make: Any, action: Any) -> None:
    assert one(make.change("aws_x.y", None, None, action)) == Gone("aws_x.y", action)


def test_a_no_op_on_nothing_is_nothing(make: Any) -> None:
    assert one(make.change("aws_x.y", None, None, "no-op")) == Gone("aws_x.y", "no-op")


def test_an_import_has_its_own_word(make: Any) -> None:
    entry = make.change("aws_x.y", {"a": 1}, {}, "no-op", importing={"id": "i-1"})
    assert one(entry).action == "import"
    entry = make.change("aws_x.y", {"a": 1}, {}, "update", importing={"id": "i-1"})
    assert one(entry).action == "update"


def test_a_move_keeps_the_old_address(make: Any) -> None:
    entry = make.change("aws_x.new", {"a": 1}, {}, "no-op", previous_address="aws_x.old")
    assert one(entry).previous_address == "aws_x.old"


def test_open_names_what_holds_something_unknown(make: Any) -> None:
    unknown = {"a": True, "b": [{"c": True}], "noise": [], "more": {"x": False}}
    assert one(make.change("aws_x.y", {}, unknown)).open == ("a", "b")


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        "text",
        {},
        {"address": 1},
        {"address": "not an address"},
        {"address": "aws_x.y"},
        {"address": "aws_x.y", "change": []},
        {"address": "aws_x.y", "change": {"actions": []}},
        {"address": "aws_x.y", "change": {"actions": [1]}},
        {"address": "aws_x.y", "change": {"actions": "create", "after": {}}},
        {"address": "aws_x.y", "change": {"actions": ["create"], "after": None}},
        {"address": "aws_x.y", "change": {"actions": ["create"], "after": []}},
        {
            "address": "aws_x.y",
            "change": {"actions": ["create"], "after": {}, "after_unknown": True},
        },
        {"address": "aws_x.y", "change": {"actions": ["delete"], "after": {"a": 1}}},
        {"address": "aws_x.y", "change": {"actions": ["no-op"], "before": {"a": 1}, "after": None}},
    ],
)
def test_what_cannot_be_understood_is_not_lost(entry: Any) -> None:
    puzzle = one(entry)
    assert isinstance(puzzle, Puzzle)
    assert puzzle.where == "resource_changes[0]"


def test_the_second_of_two_equal_addresses_is_a_puzzle(make: Any) -> None:
    first, second = read_changes([make.change("aws_x.y", {}), make.change("aws_x.y", {})], "s")
    assert isinstance(first, Change)
    assert second == Puzzle("s[1]", "aws_x.y is listed twice")


def test_a_creation_may_show_nothing_but_unknowns(make: Any) -> None:
    change = one(make.change("aws_x.y", None, {"id": True}))
    assert change.values["id"].why == "known after apply"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("registry.terraform.io/hashicorp/aws", "aws"),
        ("registry.opentofu.org/hashicorp/aws", "aws"),
        ("mirror.example.com/hashicorp/aws", "aws"),
        ("registry.terraform.io/-/aws", "aws"),
        ("aws", "aws"),
        ("terraform.io/builtin/terraform", "terraform"),
        ("registry.terraform.io/stranger/aws", "stranger/aws"),
        (None, "kind"),
        ("", "kind"),
        (7, "kind"),
    ],
)
def test_short_name_does_not_depend_on_the_registry(name: Any, short: Any) -> None:
    assert short_name(name, "kind_of_thing") == short
