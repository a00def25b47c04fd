from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.readers.terraform.address import (
    Index,
    Place,
    module_path,
    names,
    parse,
    place,
    show_key,
    show_module,
)

KEYS = st.one_of(
    st.none(), st.integers(0, 10**8), st.text(st.characters(exclude_categories=["Cs"]))
)
NAMES = st.from_regex(r"[a-z_][a-z0-9_-]{0,8}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("aws_s3_bucket.b", ("aws_s3_bucket", "b")),
        ("aws_s3_bucket.b[0].id", ("aws_s3_bucket", "b", Index(0), "id")),
        ('x.y["a.b[0]"].z', ("x", "y", Index("a.b[0]"), "z")),
        (r'x.y["we.ird\"key"]', ("x", "y", Index('we.ird"key'))),
        (r'x.y["a\\"]', ("x", "y", Index("a\\"))),
        (r'x.y["\n\u00e9\U0001F600"]', ("x", "y", Index("\né😀"))),
        ('x.y["$${a}%%{b}$$c"]', ("x", "y", Index("${a}%{b}$$c"))),
        ("x.y[*].id", ("x", "y", Index(None), "id")),
        ("x.y.*.id", ("x", "y", Index(None), "id")),
        ("x.y.0.id", ("x", "y", Index(0), "id")),
        ('x.y[""]', ("x", "y", Index(""))),
    ],
)
def test_parse_reads_every_kind_of_step(text: Any, steps: Any) -> None:
    assert parse(text) == steps


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        ".a",
        "a..b",
        "a[",
        "a[]",
        "a[x]",
        'a["',
        'a["x]',
        "[0]",
        '["a"]',
        "a b",
        "a[-1]",
        "1a",
    ],
)
def test_parse_refuses_what_is_no_address(text: Any) -> None:
    assert parse(text) is None


def test_parse_never_yields_half_a_character() -> None:
    assert parse(r'x.y["\ud800"]') == ("x", "y", Index("\ufffd"))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("aws_iam_role.r", Place((), "managed", "aws_iam_role", "r", None)),
        ("aws_iam_role.r[3]", Place((), "managed", "aws_iam_role", "r", 3)),
        ('data.aws_x.y["k"]', Place((), "data", "aws_x", "y", "k")),
        (
            'module.a["x.y"].module.b[1].module.c.aws_z.w',
            Place((("a", "x.y"), ("b", 1), ("c", None)), "managed", "aws_z", "w", None),
        ),
    ],
)
def test_place_takes_an_address_apart(address: Any, expected: Any) -> None:
    assert place(address) == expected


@pytest.mark.parametrize(
    "address",
    ["", "aws_iam_role", "module.a", "aws_x.y.z", "aws_x.y[*]", "data.aws_x", "module.a[0]"],
)
def test_place_refuses_other_addresses(address: Any) -> None:
    assert place(address) is None


def test_module_path_is_empty_for_the_root() -> None:
    assert module_path("") == ()
    assert module_path('module.a["x"].module.b') == (("a", "x"), ("b", None))
    assert module_path("aws_x.y") is None
    assert module_path("module.") is None


def test_names_leave_the_keys_out() -> None:
    assert names((("a", "x"), ("b", 0))) == ("a", "b")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.tuples(NAMES, KEYS), max_size=4), NAMES, NAMES, KEYS)
def test_what_is_written_reads_back(path: Any, kind: Any, name: Any, key: Any) -> None:
    module = tuple(path)
    written = ".".join(filter(None, [show_module(module), f"aws_{kind}.{name}{show_key(key)}"]))
    assert place(written) == Place(module, "managed", f"aws_{kind}", name, key)
    assert module_path(show_module(module)) == module


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text())
def test_any_text_can_be_asked(text: Any) -> None:
    assert place(text) is None or parse(text) is not None
