"""JSON that is valid whatever it is given."""

import json
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.reporters.encoding import encode, lines, members


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), '"nan"'),
        (float("-inf"), '"-inf"'),
        ({"a": [float("inf"), 1.5]}, '{"a":["inf",1.5]}'),
        ("\ud800", '"\\ud800"'),
        ("\x1b[0m", '"\\u001b[0m"'),
        ((1, None, True), "[1,null,true]"),
        (MappingProxyType({1: {2}}), '{"1":"{2}"}'),
        ({("a",): 1}, "{\"('a',)\":1}"),
    ],
)
def test_what_json_cannot_hold_becomes_a_string(value: Any, expected: str) -> None:
    assert encode(value) == expected


def test_a_number_too_long_for_decimal_is_written_in_hexadecimal() -> None:
    assert json.loads(encode([1 << 20_000]))[0] == hex(1 << 20_000)


def test_what_is_nested_too_deeply_is_cut_off() -> None:
    value: Any = "deep"
    for _ in range(100_000):
        value = [value]
    text = encode(value)
    assert "(nested too deeply)" in text
    assert json.loads(text)


def test_a_cycle_ends() -> None:
    value: list[Any] = []
    value.append(value)
    assert "(nested too deeply)" in encode(value)


def test_long_lists_have_one_item_a_line() -> None:
    assert lines([1, {"a": 2}]) == '[\n1,\n{"a":2}\n]'
    assert lines([]) == "[]"
    assert members({"a": "1", "b": "[]"}) == '{\n"a":1,\n"b":[]\n}'


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(scalars, lambda s: st.lists(s) | st.dictionaries(st.text(), s), max_leaves=10)


def strict(text: str) -> Any:
    """Parse and refuse what only Python takes for JSON."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    return json.loads(text, parse_constant=refuse)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(values)
def test_everything_becomes_one_line_of_ascii_json(value: Any) -> None:
    text = encode(value)
    strict(text)
    assert text.isascii()
    assert "\n" not in text


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda s: st.lists(s) | st.dictionaries(st.text(), s),
    max_leaves=10,
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(plain)
def test_json_values_come_back_as_they_were(value: Any) -> None:
    assert strict(encode(value)) == value
