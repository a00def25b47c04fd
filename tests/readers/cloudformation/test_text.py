from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.model import Reference, Sensitive, Unknown, Value, reveal
from jurat.readers.cloudformation.misuse import Misuse
from jurat.readers.cloudformation.text import (
    MAX_TEXT,
    addresses,
    as_text,
    assemble,
    split_parts,
)

Resolve = Callable[..., Value]

ARN = Reference("Key", "Arn")
OPEN = Unknown("nobody says", kind="string")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (1, "1"),
        (1.5, "1.5"),
        ("x", "x"),
        (None, None),
        ([], None),
    ],
)
def test_scalars_are_written_as_cloudformation_does(value: Resolve, text: str) -> None:
    assert as_text(value) == text


def test_known_parts_make_a_string() -> None:
    assert assemble(["a", 1, True, ""]) == "a1true"
    assert assemble([]) == ""


def test_unknown_parts_keep_their_order_and_known_ones_are_joined() -> None:
    found = assemble(["a", "b", ARN, "", OPEN, "c"])
    assert found == Unknown(
        "string with an unknown part",
        kind="string",
        parts=("ab", ARN, OPEN, "c"),
        references=("Key",),
    )


def test_a_lone_part_stays_what_it_is() -> None:
    assert assemble(["", ARN]) is ARN
    assert assemble([OPEN, ""]) is OPEN


def test_parts_of_parts_are_flattened() -> None:
    assert assemble([assemble(["a", ARN]), "b"]).parts == ("a", ARN, "b")


def test_a_sensitive_part_makes_all_sensitive() -> None:
    assert assemble(["a", Sensitive("b"), Sensitive(1)]) == Sensitive("ab1")
    found = assemble([Sensitive("b"), ARN])
    assert found.sensitive
    assert found.parts == (Sensitive("b"), ARN)


@pytest.mark.parametrize("part", [[], {}, None, Sensitive([])])
def test_what_is_no_scalar_is_refused(part: Any) -> None:
    with pytest.raises(Misuse):
        assemble(["a", part])


def test_length_is_limited_before_the_string_is_made() -> None:
    with pytest.raises(Misuse):
        assemble(["x" * (MAX_TEXT // 2)] * 3)


@pytest.mark.parametrize(
    ("text", "why", "sensitive"),
    [
        ("{{resolve:ssm:/a/b:1}}", "dynamic reference to ssm:/a/b:1", False),
        ("{{resolve:ssm-secure:p}}", "dynamic reference to ssm-secure:p", True),
        ("{{resolve:secretsmanager:s}}", "dynamic reference to secretsmanager:s", True),
        ("{{resolve:other:s}}", "dynamic reference to other:s", True),
    ],
)
def test_dynamic_references_are_unknown(text: str, why: str, sensitive: Any) -> None:
    assert assemble([text]) == Unknown(why, kind="string", sensitive=sensitive)


def test_a_dynamic_reference_inside_a_string_is_a_part() -> None:
    found = assemble(["a-{{resolve:ssm:x}}-b"])
    assert found.parts == ("a-", Unknown("dynamic reference to ssm:x", kind="string"), "-b")


def test_a_dynamic_reference_may_span_parts() -> None:
    found = assemble(["{{resolve:secretsmanager:", ARN, ":SecretString:password}}"])
    assert found.why == "dynamic reference to secretsmanager:…:SecretString:password"
    assert found.references == ("Key",)
    assert found.sensitive


@pytest.mark.parametrize("text", ["{{resolve:ssm", "}}", "a}}b{{resolve:", "{{other:x}}"])
def test_brackets_that_are_no_reference_are_text(text: str) -> None:
    assert assemble([text]) == text


def test_split_keeps_parts_that_cannot_hold_the_delimiter() -> None:
    assert split_parts(assemble(["a,b", ARN, ",c"]), ",") == ["a", assemble(["b", ARN]), "c"]
    assert split_parts(assemble(["a/", ARN]), "/") is None
    assert split_parts(assemble(["a,", OPEN]), ",") is None
    assert split_parts(OPEN, ",") is None


def test_addresses_are_listed_once() -> None:
    found = addresses([ARN, Reference("Key", "Ref"), Unknown("x", references=("B", "Key")), "c"])
    assert list(found) == ["Key", "B"]


@given(
    st.lists(st.text(alphabet="a{}:resolv,") | st.just(ARN) | st.just(Sensitive("s")), max_size=6)
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_assembling_loses_nothing(parts: Any) -> None:
    found = assemble(parts)
    if isinstance(found, Unknown) and "dynamic" not in str(found):
        assert "".join(str(reveal(part)) for part in found.parts) == "".join(
            str(reveal(part)) for part in parts
        )
    elif ARN not in parts and isinstance(found, str | Sensitive):
        assert reveal(found) == "".join(str(reveal(part)) for part in parts)
