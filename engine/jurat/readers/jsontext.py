"""Strict JSON: every refusal names file and line; what is odd but valid loses nothing."""

import gc
import json
import math
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from jurat.errors import InputError
from jurat.readers.source import Source

MAX_DEPTH: Final = 100
"""Objects and lists that may stand inside one another."""

_SAFE_DIGITS: Final = sys.float_info.max_10_exp
_SHOWN: Final = 80
_CONTAINERS: Final = frozenset({dict, list})
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_TOKEN: Final = re.compile(
    r'(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+")(?P<colon>[ \t\r\n]*:)?'
    r"|[{}\[\]]|NaN|-?Infinity",
    re.DOTALL,
)  # possessive, so that a string of 25 MB needs no backtracking store
_ESCAPE: Final = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def parse_json(source: Source) -> Any:
    """Return the one JSON document of a source, or raise ``InputError`` naming the place."""
    text = _mended(decode_text(source))
    with _collector_paused():
        document, end = _document(source.path, text, 0)
    if end < len(text):
        raise _error(source.path, text, end, "not valid JSON: text after the end of the document")
    return document


def parse_json_pages(source: Source, text: str | None = None) -> list[Any]:
    """Return all JSON documents of a source that holds one after the other.

    ``text`` is that of the source, if it is decoded already.
    """
    text = _mended(decode_text(source) if text is None else text)
    pages = []
    end = 0
    with _collector_paused():
        while end < len(text):
            page, end = _document(source.path, text, end)
            pages.append(page)
    return pages


def decode_text(source: Source) -> str:
    """Return the text of a source: UTF-8, UTF-16 or UTF-32, with or without byte order mark."""
    encoding = json.detect_encoding(source.data)
    try:
        text = source.data.decode(encoding)
    except UnicodeDecodeError as error:
        line = source.data.count(b"\n", 0, error.start) + 1
        name = encoding.removesuffix("-sig").upper()
        raise InputError(f"{source.path}:{line}: not {name} text") from None
    if not text or text.isspace():
        raise InputError(f"{source.path}: empty")
    return text


def _mended(text: str) -> str:
    """Replace halves of surrogate pairs: valid JSON, but no output could be written with them."""
    if "\\u" in text and ("\\ud" in text or "\\uD" in text):
        return _ESCAPE.sub(_mended_escape, text)
    return text


def _mended_escape(escape: re.Match[str]) -> str:
    return "\\ufffd" if escape["lone"] else escape[0]


@contextmanager
def _collector_paused() -> Iterator[None]:
    # A JSON tree has no cycles; looking for some while it grows takes longer than parsing it.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _RefusedError(Exception):
    """Valid for Python's parser but not for us; ``_refusal`` finds out what and where."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RefusedError
    return found


def _constant(name: str) -> Any:
    raise _RefusedError(name)


def _float(digits: str) -> float:
    # The nearest finite number: it can be written as JSON again and compares as the real one would.
    number = float(digits)
    return number if math.isfinite(number) else math.copysign(sys.float_info.max, number)


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _SAFE_DIGITS else _float(digits)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_float,
    parse_int=_integer,
    parse_constant=_constant,
)


def _document(path: str, text: str, start: int) -> tuple[Any, int]:
    """Parse the document at ``start``; return it and where the next one would begin."""
    start = _after_space(text, start)
    try:
        document, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise _error(path, text, error.pos, _syntax(error)) from None
    except (_RefusedError, RecursionError):
        raise _refusal(path, text, start) from None
    if _is_too_deep(document):
        raise _refusal(path, text, start)
    return document, _after_space(text, end)


def _after_space(text: str, start: int) -> int:
    space = _SPACE.match(text, start)
    return space.end() if space else start


def _is_too_deep(document: Any) -> bool:
    level: list[Any] = [[document]]
    for _ in range(MAX_DEPTH):
        # What the collector does not track holds no container; most objects are such leaves.
        level = [
            item
            for parent in level
            for item in (parent.values() if type(parent) is dict else parent)
            if gc.is_tracked(item)
        ]
        if not level:
            return False
    return any(
        type(item) in _CONTAINERS
        for parent in level
        for item in (parent.values() if type(parent) is dict else parent)
    )


def _syntax(error: json.JSONDecodeError) -> str:
    ends_early = error.pos >= len(error.doc.rstrip())
    if ends_early or error.msg.startswith("Unterminated string"):
        return "not valid JSON: the text ends too early; is the file truncated?"
    what = error.msg.removesuffix(" at").rstrip(": ")
    return f"not valid JSON: {what[:1].lower()}{what[1:]}"


def _refusal(path: str, text: str, start: int) -> InputError:
    """Walk the text that was refused and name the first reason; all before it is valid JSON."""
    open_keys: list[dict[str, int]] = []
    for token in _TOKEN.finditer(text, start):
        word, at = token[0], token.start()
        if token["colon"]:
            first = open_keys[-1].setdefault(_key(token["string"]), at)
            if first != at:
                return _duplicate(path, text, token["string"], (first, at))
        elif word in {"{", "["}:
            open_keys.append({})
            if len(open_keys) > MAX_DEPTH:
                return _error(path, text, at, f"nested deeper than {MAX_DEPTH} levels")
        elif word in {"}", "]"}:
            open_keys.pop()
        elif not token["string"]:
            return _error(path, text, at, f"not valid JSON: {word} is not a JSON number")
    return _error(path, text, start, "nested too deeply to be read here")


def _key(string: str) -> str:
    return str(json.loads(string)) if "\\" in string else string[1:-1]


def _duplicate(path: str, text: str, string: str, places: tuple[int, int]) -> InputError:
    (first_line, first_column), (line, column) = (_place(text, offset) for offset in places)
    name = json.dumps(_key(string)[:_SHOWN])
    if line == first_line:
        first = f"first on line {line}, column {first_column}"
        return InputError(f"{path}:{line}:{column}: duplicate key {name} ({first})")
    return InputError(f"{path}:{line}: duplicate key {name} (first on line {first_line})")


def _error(path: str, text: str, offset: int, what: str) -> InputError:
    line, column = _place(text, offset)
    return InputError(f"{path}:{line}:{column}: {what}")


def _place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
