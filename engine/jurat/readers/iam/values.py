"""Values of live IAM output: documents in every encoding, and what was not collected."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from jurat.errors import InputError
from jurat.model import ABSENT, Unknown, Value
from jurat.readers.jsontext import parse_json
from jurat.readers.source import Source

_ERROR_KEYS: Final = frozenset({"error", "errorcode", "errormessage"})


def document(value: Any) -> Value:
    """Return a policy document as JSON: it may be text, URL-encoded or not."""
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, Unknown):
        return value
    if is_denied(value):
        return Unknown("it could not be collected", kind="object")
    if isinstance(value, Mapping | list):
        return value
    return Unknown("the policy document is not a JSON object", kind="object")


def _parsed(text: str) -> Value:
    plain = unquote(text) if text.lstrip()[:1] == "%" else text
    try:
        return parse_json(Source("policy document", plain.encode("utf-8", "replace")))
    except InputError:
        return Unknown("the policy document is not valid JSON", kind="object")


def listed(entry: Mapping[str, Any], key: str) -> list[Any] | Unknown:
    """Return a list that IAM always gives; without it the file does not say."""
    value = entry.get(key, ABSENT)
    if isinstance(value, list):
        return value
    if value is ABSENT:
        return Unknown(f"{key} is not in the file", kind="array")
    if is_denied(value):
        return Unknown(f"{key} could not be collected", kind="array")
    return Unknown(f"{key} is not a list", kind="array")


def is_denied(value: Any) -> bool:
    """Tell whether a collector left an error where a value should be."""
    return isinstance(value, Mapping) and any(str(key).lower() in _ERROR_KEYS for key in value)


def text(value: Any, what: str) -> Value:
    """Return a text, or unknown if something else stands there."""
    return value if isinstance(value, str) else Unknown(f"{what} is not a text", kind="string")
