"""The METADATA of a Rego policy, each field with its line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from jurat.errors import PackError
from jurat.languages.metadata import OPTIONAL, REQUIRED
from jurat.languages.rego import metadata_block
from jurat.lint.fault import Fault, quote, refused
from jurat.lint.source import Source, read_text
from jurat.model.resource import Location

_OURS_ABOVE = ("title", "description")
# What OPA knows at the top of METADATA: https://www.openpolicyagent.org/docs/policy-language#metadata
_ABOVE = {
    "authors",
    "compile",
    "custom",
    "description",
    "entrypoint",
    "organizations",
    "related_resources",
    "schemas",
    "scope",
    "title",
}


def read_rego(file: Path, name: str) -> tuple[Source, list[Fault]]:
    """Read a policy and its metadata; raises ``PackError`` if the file cannot be read."""
    text = read_text(file)
    source = Source(name, str(file), text)
    try:
        block, first = metadata_block(text, str(file))
    except PackError as error:
        return source, [refused("metadata/unreadable", error, str(file))]
    try:
        top = _entries(block)
        custom = _below(block, "custom")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Location(str(file), first + (mark.line if mark else 0))
        why = getattr(error, "problem", None) or "a value cannot be read"
        return source, [Fault("metadata/unreadable", place, f"METADATA are not YAML: {why}")]
    except (_NotAMappingError, ValueError, RecursionError) as error:
        message = f"METADATA are no mapping that can be read: {error}"
        return source, [Fault("metadata/unreadable", Location(str(file), first), message)]
    faults = [
        Fault("metadata/unknown-field", Location(str(file), first + line), _stray(key))
        for key, (_, line) in top.items()
        if key not in _ABOVE
    ]
    fields = {key: value for key, (value, _) in top.items() if key in _OURS_ABOVE}
    lines = {key: first + line for key, (_, line) in top.items()}
    fields |= {key: value for key, (value, _) in custom.items()}
    lines |= {key: first + line for key, (_, line) in custom.items()}
    listed = top.get("related_resources", ([], 0))[0]
    fields["references"] = list(map(_reference, listed)) if isinstance(listed, list) else listed
    lines["references"] = lines.get("related_resources", first)
    return Source(name, str(file), text, fields, lines, first), faults


class _NotAMappingError(Exception):
    """Something that must hold named fields does not."""


def _stray(key: str) -> str:
    if key in REQUIRED + OPTIONAL:
        return f"{quote(key)} belongs below `custom`"
    return f"{quote(key)} is no field of METADATA"


def _reference(item: Any) -> Any:
    return item["ref"] if isinstance(item, dict) and "ref" in item else item


def _entries(block: str) -> dict[str, tuple[Any, int]]:
    """Return the values at the top, each with the line of its key, from 0."""
    return dict(_pairs(block, yaml.compose(block, Loader=yaml.CSafeLoader)))


def _below(block: str, name: str) -> dict[str, tuple[Any, int]]:
    """Return the values below a key at the top, likewise."""
    top = yaml.compose(block, Loader=yaml.CSafeLoader)
    if isinstance(top, yaml.MappingNode):
        for key, node in top.value:
            if key.value == name:
                return dict(_pairs(block, node))
    return {}


def _pairs(block: str, node: Any) -> Iterator[tuple[str, tuple[Any, int]]]:
    if not isinstance(node, yaml.MappingNode):
        raise _NotAMappingError("fields with names are expected")
    loader = yaml.SafeLoader(block)
    try:
        for key, value in node.value:
            yield str(key.value), (loader.construct_object(value, deep=True), key.start_mark.line)
    finally:
        loader.dispose()
