"""Parameter files of CloudFormation, in the three shapes that its tools write."""

from pathlib import Path
from typing import Any

from jurat.errors import InputError
from jurat.readers.jsontext import parse_json
from jurat.readers.source import Source


def parameter_file(path: str) -> dict[str, str]:
    """Read a list of ParameterKey/ParameterValue, a mapping, or one under ``Parameters``."""
    try:
        document = parse_json(Source(path, Path(path).read_bytes()))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    if isinstance(document, list):
        return dict(_entry(item, path) for item in document)
    if isinstance(document, dict):
        inner = document.get("Parameters", document)
        if isinstance(inner, dict):
            return {str(key): _text(value) for key, value in inner.items()}
    raise InputError(f"{path}: not a CloudFormation parameter file")


def _entry(item: Any, path: str) -> tuple[str, str]:
    if not isinstance(item, dict) or not isinstance(item.get("ParameterKey"), str):
        raise InputError(f"{path}: an entry has no ParameterKey")
    return item["ParameterKey"], _text(item.get("ParameterValue", ""))


def _text(value: Any) -> str:
    """Write a value the way CloudFormation does."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(_text(item) for item in value)
    return str(value)
