"""JSON that is ASCII, valid whatever it is given, and has one long-list item a line."""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

Row = dict[str, Any]

_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
_DEEPEST = 100
_BITS = 4096


def encode(value: Any) -> str:
    """Write ``value`` on one line; what JSON cannot hold becomes a string."""
    try:
        return _ENCODER.encode(value)
    except (TypeError, ValueError, RecursionError):
        return _ENCODER.encode(_clean(value, _DEEPEST))


def _clean(value: Any, depth: int) -> Any:
    if depth == 0:
        return "(nested too deeply)"
    if isinstance(value, Mapping):
        return {str(key): _clean(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item, depth - 1) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, int):  # Python refuses to write a very long number in decimal
        return value if value.bit_length() <= _BITS else hex(value)
    return value if value is None or isinstance(value, str) else str(value)


def lines(rows: Iterable[Any]) -> str:
    """Write a list with one item a line."""
    text = ",\n".join(map(encode, rows))
    return f"[\n{text}\n]" if text else "[]"


def members(texts: Mapping[str, str]) -> str:
    """Write an object with one member a line, from values already written."""
    return "{\n" + ",\n".join(f'"{name}":{text}' for name, text in texts.items()) + "\n}"
