"""IAM policy documents rebuilt from the statements of an ``aws_iam_policy_document``."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from jurat.model import Sensitive, Unknown, Value
from jurat.readers.terraform.overlay import AFTER_APPLY

DOCUMENT: Final = "aws_iam_policy_document"
VERSION: Final = "2012-10-17"
_LISTS: Final = (
    ("Action", "actions"),
    ("NotAction", "not_actions"),
    ("Resource", "resources"),
    ("NotResource", "not_resources"),
)
_PRINCIPALS: Final = (("Principal", "principals"), ("NotPrincipal", "not_principals"))


def build_document(values: Mapping[str, Value]) -> Value:
    """Return the document that a data source renders, merged with its sources and overrides.

    A later statement replaces an earlier one of the same ``Sid``, in its place. What is unknown in
    a statement stays unknown there; if a whole source is unknown, so is the document.
    """
    own = _own(values)
    sources = _documents(values, "source_json", "source_policy_documents")
    overrides = _documents(values, "override_json", "override_policy_documents")
    if sources is None or overrides is None:
        return Unknown(AFTER_APPLY, references=_references(values))
    if not sources and not overrides:
        return own
    return _merge([*sources, own, *overrides])


def _own(values: Mapping[str, Value]) -> dict[str, Value]:
    document: dict[str, Value] = {"Version": _set(values.get("version")) or VERSION}
    identity = _set(values.get("policy_id"))
    if identity is not None:
        document["Id"] = identity
    statements = _set(values.get("statement"))
    if isinstance(statements, list):
        document["Statement"] = [_statement(item) for item in statements]
    elif statements is not None:
        document["Statement"] = _unclear(statements)
    return document


def _statement(block: Value) -> Value:
    if not isinstance(block, Mapping):
        return _unclear(block)
    statement: dict[str, Value] = {}
    if (sid := _set(block.get("sid"))) is not None:
        statement["Sid"] = sid
    effect = _set(block.get("effect"))
    statement["Effect"] = "Allow" if effect is None else effect
    for element, name in _LISTS:
        if (items := _items(block.get(name))) is not None:
            statement[element] = items
    for element, name in _PRINCIPALS:
        if (principal := _principal(block.get(name))) is not None:
            statement[element] = principal
    if (condition := _condition(block.get("condition"))) is not None:
        statement["Condition"] = condition
    return statement


def _items(value: Value) -> Value:
    """Return a list, or its only element; ``None`` if there is nothing in it."""
    if not isinstance(value, list):
        return _variables(value)
    items = [_variables(item) for item in value]
    return _scalar(items) if items else None


def _scalar(items: list[Value]) -> Value:
    return items[0] if len(items) == 1 else items


def _variables(value: Value) -> Value:
    """Write policy variables as IAM does: the data source takes ``&{…}`` for ``${…}``."""
    if isinstance(value, Sensitive):
        return Sensitive(_variables(value.value))
    return value.replace("&{", "${") if isinstance(value, str) else value


def _principal(blocks: Value) -> Value:
    if not isinstance(blocks, list):
        return None if blocks is None else _unclear(blocks)
    groups: dict[str, list[Value]] = {}
    for block in blocks:
        kind = block.get("type") if isinstance(block, Mapping) else block
        if not isinstance(kind, str):
            return _unclear(kind)
        groups.setdefault(kind, []).extend(_list(block.get("identifiers")))
    if groups == {"*": ["*"]}:
        return "*"
    return {kind: _scalar(items) for kind, items in groups.items()} or None


def _condition(blocks: Value) -> Value:
    if not isinstance(blocks, list):
        return None if blocks is None else _unclear(blocks)
    tests: dict[str, dict[str, list[Value]]] = {}
    for block in blocks:
        if not isinstance(block, Mapping):
            return _unclear(block)
        test, variable = block.get("test"), block.get("variable")
        if not isinstance(test, str) or not isinstance(variable, str):
            return _unclear(test if not isinstance(test, str) else variable)
        group = tests.setdefault(test, {}).setdefault(variable, [])
        group.extend(_list(block.get("values")))
    return {
        test: {variable: _scalar(items) for variable, items in group.items()}
        for test, group in tests.items()
    } or None


def _list(value: Value) -> list[Value]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [_variables(item) for item in items]


def _set(value: Value) -> Value:
    """Return ``None`` for what the provider takes as not set."""
    return None if value in ("", None) else value


def _unclear(value: Value) -> Unknown:
    """Stand for something whose shape is not known; keep the reason if there is one."""
    return value if isinstance(value, Unknown) else Unknown(AFTER_APPLY)


def _documents(values: Mapping[str, Value], *names: str) -> list[Mapping[str, Value]] | None:
    """Return the documents to merge, or ``None`` if one of them is not known."""
    found: list[Mapping[str, Value]] = []
    for name in names:
        for item in _list(values.get(name)):
            document = _decode(item)
            if document is None:
                return None
            found.extend(document)
    return found


def _decode(item: Value) -> list[Mapping[str, Value]] | None:
    if _set(item) is None:
        return []
    if isinstance(item, Mapping):
        return [item]
    try:
        document = json.loads(item) if isinstance(item, str) else None
    except ValueError:
        return None
    return [document] if isinstance(document, dict) else None


def _merge(documents: Iterable[Mapping[str, Value]]) -> Value:
    merged: dict[str, Value] = {}
    statements: list[Value] = []
    for document in documents:
        added = _statements(document)
        if added is None:
            return Unknown(AFTER_APPLY)
        if "Id" in document:
            merged["Id"] = document["Id"]
        if str(document.get("Version", "")) > str(merged.get("Version", "")):
            merged["Version"] = document["Version"]
        for statement in added:
            _put(statements, statement)
    return {**merged, "Statement": statements}


def _statements(document: Mapping[str, Value]) -> list[Mapping[str, Value]] | None:
    """Return the statements, or ``None`` if it is not known which of them have which ``Sid``."""
    found = document.get("Statement", [])
    items = found if isinstance(found, list) else [found]
    for item in items:
        if not isinstance(item, Mapping) or not isinstance(item.get("Sid", ""), str):
            return None
    return items


def _put(statements: list[Value], statement: Mapping[str, Value]) -> None:
    sid = statement.get("Sid")
    for index, earlier in enumerate(statements):
        if sid and earlier.get("Sid") == sid:
            statements[index] = statement
            return
    statements.append(statement)


def _references(values: Mapping[str, Value]) -> tuple[str, ...]:
    found = (
        item.references
        for name in ("source_policy_documents", "override_policy_documents")
        for item in _list(values.get(name))
        if isinstance(item, Unknown)
    )
    return tuple(text for references in found for text in references)
