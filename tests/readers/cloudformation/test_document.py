import json
from collections.abc import Callable
from typing import Any

import pytest

from jurat.errors import InputError
from jurat.model import Unknown, Value
from jurat.readers.cloudformation.document import load
from jurat.readers.cloudformation.node import MAX_BYTES, Node, plain
from jurat.readers.source import Source

Resolve = Callable[..., Value]


def parse(text: Any, path: Any = "t.yaml") -> Node:
    return load(Source(path, text if isinstance(text, bytes) else text.encode()))


def refusal(text: Any) -> str:
    with pytest.raises(InputError) as caught:
        parse(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: !Ref B", {"a": {"Ref": "B"}}),
        ("a: !Condition B", {"a": {"Condition": "B"}}),
        ("a: !GetAtt B.Arn", {"a": {"Fn::GetAtt": "B.Arn"}}),
        ("a: !Sub ['${X}', {X: !Ref B}]", {"a": {"Fn::Sub": ["${X}", {"X": {"Ref": "B"}}]}}),
        ("a: !Ref 12", {"a": {"Ref": "12"}}),
        ("a: !GetAZs ''", {"a": {"Fn::GetAZs": ""}}),
        ("a: !Transform {Name: N}", {"a": {"Fn::Transform": {"Name": "N"}}}),
        ("a: ! b", {"a": "b"}),
    ],
)
def test_short_tags_become_functions(text: Any, value: Resolve) -> None:
    assert plain(parse(text)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("22", 22),
        ("-1", -1),
        ("0", 0),
        ("1.5", 1.5),
        ("'22'", "22"),
        ("yes", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("2012-10-17", "2012-10-17"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("!!str 22", "22"),
        ("!!int ''", ""),
        ("!!bool maybe", "maybe"),
        ("!!binary aGk=", "aGk="),
        ("012345678901", "012345678901"),
        ("1e3", "1e3"),
        ("0x" + "f" * 9999, "0x" + "f" * 9999),
    ],
)
def test_scalars(text: Any, value: Resolve) -> None:
    found = plain(parse(f"a: {text}"))["a"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("012345670123", 0o12345670123),
        ("0x16", 22),
        ("1_000", 1000),
        ("22:22", 1342),
        ("13.10", 13.1),
    ],
)
def test_a_number_with_two_readings_is_either(text: Any, number: Any) -> None:
    found = plain(parse(f"a: {text}"))["a"]
    assert isinstance(found, Unknown)
    assert found.oneof == (text, number)


def test_keys_are_text() -> None:
    document = plain(parse("012345670123: a\n1: b\nTrue: c\n~: d\nYes: e\n'False': f"))
    keys = ["012345670123", "1", "true", "~", "Yes", "False"]
    assert document == dict(zip(keys, "abcdef", strict=True))


def test_a_boolean_remembers_the_word_it_was() -> None:
    items = parse("[Yes, off, True, 'no', 1]").value
    assert [item.value for item in items] == [True, False, True, "no", 1]
    assert [item.word for item in items] == ["Yes", "off", None, None, None]


def test_every_node_has_its_place() -> None:
    root = parse("a:\n  - x\n  - b:\n      c\nd: {e: 1}\n")
    a, d = root.value["a"], root.value["d"]
    assert (a.line, a.column) == (1, 1)
    assert [(item.line, item.column) for item in a.value] == [(2, 5), (3, 5)]
    b = a.value[1].value["b"]
    assert (b.line, b.column) == (3, 5)
    assert (d.value["e"].line, d.value["e"].column) == (5, 5)


def test_json_nodes_have_their_places() -> None:
    root = parse('{\n\t"a": [1,\n  {"b": "c"}],\n "d": {}}')
    a = root.value["a"]
    assert plain(root) == {"a": [1, {"b": "c"}], "d": {}}
    assert (a.line, a.column) == (2, 2)
    assert [(item.line, item.column) for item in a.value] == [(2, 8), (3, 3)]
    assert (a.value[1].value["b"].line, a.value[1].value["b"].column) == (3, 4)
    assert root.value["d"].line == 4


def test_json_oddities() -> None:
    text = r"""{
        "a": "\ud83d\ude00", "b": "\ud83d", "c": 1e3, "d": "x\ty", "e": 1e999, "f": -0, "g": "\/"
    }"""
    found = plain(parse(text))
    assert found == {
        "a": "\U0001f600",
        "b": "\ufffd",
        "c": 1000.0,
        "d": "x\ty",
        "e": "1e999",
        "f": 0,
        "g": "/",
    }
    assert json.dumps(found, ensure_ascii=False).encode()


def test_json_number_with_too_many_digits_stays_text() -> None:
    digits = "9" * 5000
    assert plain(parse(f'{{"a": {digits}}}')) == {"a": digits}


@pytest.mark.parametrize("text", ["{a: b}", '{"a": "b",}', '{"a": b}', " {\n# why\n a: b}"])
def test_braces_that_are_not_json_are_yaml(text: Any) -> None:
    assert plain(parse(text)) == {"a": "b"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a" 1}', "t.yaml:1: not valid JSON at column 6"),
        ('{"a": "b"', "t.yaml:1: not valid JSON at column 10"),
        ('{\n"a": "b" "c"}', "t.yaml:2: not valid JSON at column 10"),
        ('{"a": "\\q"}', "t.yaml:1: not valid JSON at column 7"),
        ("{", "t.yaml:1: not valid JSON at column 2"),
        ('{"a": 1} 2', "t.yaml:1: not valid JSON at column 10"),
        ("a: b: c", "t.yaml:1: not valid YAML: mapping values are not allowed in this context"),
        ("a: *b", "t.yaml:1: not valid YAML: found undefined alias"),
        ("a: 1\n---\nb: 2", "t.yaml:2: not valid YAML: but found another document"),
        ("a: \x01", "t.yaml: holds characters that YAML does not allow"),
        ("? [a]\n: b", "t.yaml:1: a key is not a string"),
        ("<<: 1", "t.yaml:1: only mappings can be merged"),
        ("# nothing", "t.yaml: holds no document"),
        ("", "t.yaml: empty"),
        (b"a: \xff", "t.yaml:1: not UTF-8 text"),
    ],
)
def test_what_is_malformed_is_refused_with_its_line(text: Any, message: str) -> None:
    assert refusal(text) == message


@pytest.mark.parametrize(
    "text",
    [
        "a:\n  b: 1\n  c: 2\n  b: 3",
        'a:\n  b: 1\n  c: 2\n  "b": 3',
        '{"a": {\n"b": 1,\n"c": 2,\n"\\u0062": 3}}',
    ],
)
def test_duplicate_keys_are_refused_with_both_lines(text: Any) -> None:
    first = 2
    assert refusal(text) == f't.yaml:4: duplicate key "b" (first on line {first})'


def test_merged_keys_yield_to_written_ones() -> None:
    text = "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz: {<<: [*x, *y], c: 5}\nw: {<<: *x}"
    document = plain(parse(text))
    assert document["z"] == {"a": 1, "b": 2, "c": 5}
    assert document["w"] == {"a": 1, "b": 2}


def test_an_alias_repeats_what_it_names() -> None:
    assert plain(parse("a: &x [1]\nb: *x")) == {"a": [1], "b": [1]}


def test_other_encodings_are_read() -> None:
    assert plain(parse("\ufeffa: é".encode())) == {"a": "é"}
    assert plain(parse('{"a": "é"}'.encode("utf-16"))) == {"a": "é"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &a [*a]", "t.yaml:1: nested deeper than 100 levels"),
        ("a: &a {<<: *a}", "t.yaml:1: nested deeper than 100 levels"),
        ("a: " + "[" * 200 + "]" * 200, "t.yaml:1: nested deeper than 100 levels"),
        ("a: " + "[" * 5000, "t.yaml:1: not valid YAML: exceeded maximum nesting depth"),
        ('{"a": ' + "[" * 200 + "]" * 200 + "}", "t.yaml:1: nested deeper than 100 levels"),
        ('{"a": ' * 9000, "t.yaml:1: nested deeper than 100 levels"),
    ],
)
def test_depth_is_limited(text: Any, message: str) -> None:
    assert refusal(text) == message


def test_aliases_cannot_multiply_without_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jurat.readers.cloudformation.node.MAX_NODES", 1000)
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert refusal("\n".join(["a0: &a0 [x]", *levels])) == "t.yaml:1: holds more than 1000 values"


def test_size_is_limited() -> None:
    assert refusal(b"a" * (MAX_BYTES + 1)) == "t.yaml: larger than 16 MiB"
