"""Strict JSON: what is refused names its place, what is odd is kept, nothing crashes."""

import gc
import json
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.errors import InputError
from jurat.readers.jsontext import MAX_DEPTH, decode_text, parse_json, parse_json_pages
from jurat.readers.source import Source

LAWS = settings(max_examples=200, deadline=None, derandomize=True)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**300), 10**300)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
DOCUMENTS: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=20,
)


def parse(text: str | bytes) -> Any:
    return parse_json(Source("plan.json", text.encode() if isinstance(text, str) else text))


def refusal(text: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        parse(text)
    return str(caught.value)


def nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


@LAWS
@given(DOCUMENTS)
def test_what_json_writes_is_read_back(document: Any) -> None:
    assert parse(json.dumps(document)) == document


SCRAPS = st.lists(
    st.sampled_from([*'{}[],:"1- \n', '"a":', "\\", r"\ud800", "1e999", "NaN", "\0", "é"]),
    max_size=30,
).map("".join)


@LAWS
@given(
    st.binary() | SCRAPS.map(str.encode) | DOCUMENTS.map(lambda it: json.dumps(it)[:-1].encode())
)
def test_any_bytes_are_read_or_refused_in_one_line(data: bytes) -> None:
    try:
        document = parse(data)
    except InputError as error:
        refused = str(error)
    else:
        refused = "plan.json:"
        assert json.dumps(document, allow_nan=False, ensure_ascii=False).encode()
    assert refused.startswith("plan.json:")
    assert "\n" not in refused


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_encodings_are_told_by_their_bytes(encoding: str) -> None:
    assert parse('{"name": "Zoë"}'.encode(encoding)) == {"name": "Zoë"}


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf", "\ufeff".encode("utf-16-le")])
def test_empty_is_refused(data: bytes) -> None:
    assert refusal(data) == "plan.json: empty"


def test_bytes_that_are_no_text_are_refused_with_their_line() -> None:
    assert refusal(b'{"a": 1,\n"b": "\xff"}') == "plan.json:2: not UTF-8 text"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": 1,\n "b": ', "2:7"),
        ('{"a": 1,\n "b": "cut', "2:7"),
        ('{"a": [1, 2', "1:12"),
        ("{", "1:2"),
    ],
)
def test_truncated_json_says_so(text: str, place: str) -> None:
    expected = "not valid JSON: the text ends too early; is the file truncated?"
    assert refusal(text) == f"plan.json:{place}: {expected}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n  "a": x}', "2:8: not valid JSON: expecting value"),
        ('{"a" 1}', "1:6: not valid JSON: expecting ':' delimiter"),
        ('{"a": "\t"}', "1:8: not valid JSON: invalid control character"),
        ('{"a": 1}\n{"b": 2}', "2:1: not valid JSON: text after the end of the document"),
        ('{"a": [1, NaN]}', "1:11: not valid JSON: NaN is not a JSON number"),
        ('{"NaN": "NaN",\n"b": -Infinity}', "2:6: not valid JSON: -Infinity is not a JSON number"),
    ],
)
def test_syntax_errors_name_line_and_column(text: str, message: str) -> None:
    assert refusal(text) == f"plan.json:{message}"


def test_duplicate_keys_are_refused_with_both_lines() -> None:
    text = '{"Statement": {\n"Action": "s3:*",\n"Effect": "Allow",\n"Action": "s3:Get*"}}'
    assert refusal(text) == 'plan.json:4: duplicate key "Action" (first on line 2)'


def test_duplicate_keys_on_one_line_are_told_apart_by_column() -> None:
    expected = 'plan.json:1:9: duplicate key "a" (first on line 1, column 2)'
    assert refusal('{"a": 1,"a": 2}') == expected


def test_a_duplicate_key_hides_behind_no_escape() -> None:
    text = '{"Action": 1,\n"A\\u0063tion": 2}'
    assert refusal(text) == 'plan.json:2: duplicate key "Action" (first on line 1)'


def test_the_same_key_in_other_objects_and_as_a_value_is_no_duplicate() -> None:
    text = '{"a": {"a": "a"}, "b": [{"a": 1}, {"a": "\\"a\\": "}]}'
    assert parse(text) == {"a": {"a": "a"}, "b": [{"a": 1}, {"a": '"a": '}]}


def test_a_duplicate_key_is_shown_short_and_printable() -> None:
    key = "\\u001b[31m" + "k" * 500
    message = refusal(f'{{"{key}": 1,\n"{key}": 2}}')
    assert message.startswith('plan.json:2: duplicate key "\\u001b[31mkkk')
    assert len(message) < 200


def test_a_duplicate_key_after_a_very_long_string_is_located() -> None:
    long = "x\\n" * 1_000_000
    message = refusal(f'{{"a": "{long}",\n"b": 1,\n"b": 2}}')
    assert message == 'plan.json:3: duplicate key "b" (first on line 2)'


@LAWS
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), SCALARS, min_size=1))
def test_a_repeated_key_is_always_refused(document: dict[str, Any]) -> None:
    members = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in document.items()]
    message = refusal("[{" + ",\n".join([*members, members[0]]) + "}]")
    assert message.startswith(f"plan.json:{len(members) + 1}: duplicate key ")
    assert message.endswith("(first on line 1)")


def test_nesting_is_read_to_the_limit_and_refused_beyond() -> None:
    document = parse(nested(MAX_DEPTH))
    for _ in range(MAX_DEPTH):
        document = document["a"]
    assert document == 1
    column = MAX_DEPTH * len('{"a":') + 1
    assert refusal(nested(MAX_DEPTH + 1)) == (
        f"plan.json:1:{column}: nested deeper than {MAX_DEPTH} levels"
    )


@pytest.mark.parametrize(
    "text",
    [
        nested(200),
        "[" * 200 + "]" * 200,
        nested(100_000),
        "[" * 100_000 + "]" * 100_000,
        "[" * 100_000,
        '{"a":[' * 50_000,
    ],
    ids=["200-objects", "200-lists", "100k-objects", "100k-lists", "unclosed", "unclosed-mixed"],
)
def test_deep_nesting_is_refused_and_never_crashes(text: str) -> None:
    message = refusal(text)
    assert message.startswith("plan.json:1:")
    assert message.endswith(f": nested deeper than {MAX_DEPTH} levels")


@pytest.mark.parametrize(
    ("innermost", "depth"),
    [("{}", 1), ("[]", 1), ('{"a": 1}', 1), ("[1]", 1), ('{"a": 1, "b": {}}', 2), ("[1, []]", 2)],
)
def test_the_limit_counts_empty_and_flat_containers(innermost: str, depth: int) -> None:
    around = MAX_DEPTH - depth
    parse("[" * around + innermost + "]" * around)
    message = refusal("[" * (around + 1) + innermost + "]" * (around + 1))
    assert message.endswith(f": nested deeper than {MAX_DEPTH} levels")


def test_brackets_in_strings_are_no_nesting() -> None:
    assert parse(json.dumps({"a": "[{" * 500, "b": '\\"{' * 500}))["a"] == "[{" * 500


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("1e400", sys.float_info.max),
        ("-1e400", -sys.float_info.max),
        ("9" * 5000, sys.float_info.max),
        ("-" + "9" * 5000, -sys.float_info.max),
        ("1e-400", 0.0),
        ("12345678901234567890123", 12345678901234567890123),
    ],
    ids=["huge", "minus-huge", "long", "minus-long", "tiny", "exact"],
)
def test_extreme_numbers_lose_nothing_around_them(number: str, value: float) -> None:
    document = parse(f'{{"before": 1, "n": {number}, "after": [2]}}')
    assert document == {"before": 1, "n": value, "after": [2]}
    assert json.loads(json.dumps(document, allow_nan=False)) == document


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'["\ud800", "b"]', ["\ufffd", "b"]),
        (r'["\uDFFF\ud83d\ude00"]', ["\ufffd😀"]),
        (r'["\ud83d\ud83d\ude00"]', ["\ufffd😀"]),
        (r'["\\ud800"]', [r"\ud800"]),
        (r'["\\\ud800"]', ["\\\ufffd"]),
        (r'{"\ud800": 1, "b": 2}', {"\ufffd": 1, "b": 2}),
    ],
)
def test_half_characters_become_the_replacement_character(text: str, value: Any) -> None:
    document = parse(text)
    assert document == value
    assert json.dumps(document, ensure_ascii=False).encode()


def test_a_string_of_25_megabytes_is_kept() -> None:
    document = parse('{"a": "' + "x" * 25_000_000 + '", "b": 1}')
    assert (len(document["a"]), document["b"]) == (25_000_000, 1)


def test_pages_are_read_one_after_the_other() -> None:
    source = Source("roles.json", b'{"a": 1}\n{"b": 2}[3] ')
    assert parse_json_pages(source) == [{"a": 1}, {"b": 2}, [3]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}\n{"b": ', "2:7: not valid JSON: the text ends too early"),
        ('{"a": 1}\n{"b": 1, "b": 2}', '2:10: duplicate key "b" (first on line 2, column 2)'),
        ('{"a": 1}\n' + nested(MAX_DEPTH + 1), "2:501: nested deeper than 100 levels"),
        ('{"a": 1},', "1:9: not valid JSON: expecting value"),
    ],
    ids=["truncated", "duplicate", "deep", "comma"],
)
def test_a_bad_page_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_json_pages(Source("roles.json", text.encode()))
    assert str(caught.value).startswith(f"roles.json:{message}")


@pytest.mark.parametrize("text", ['{"a": 1}', '{"a": ', '{"a": 1, "a": 2}'])
@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(text: str, enabled: bool) -> None:
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        parse_json_pages(Source("plan.json", text.encode()))
    except InputError:
        pass
    finally:
        after = gc.isenabled()
        (gc.enable if before else gc.disable)()
    assert after is enabled


def test_text_is_decoded_without_its_byte_order_mark() -> None:
    data = "Resources:\r\n".encode("utf-16")
    assert decode_text(Source("t.yaml", data)) == "Resources:\r\n"
