"""One schema for the metadata of policies in every language."""

from collections.abc import Callable, Mapping
from typing import Any

from jurat.errors import PackError
from jurat.model import Policy, Quantifier, Relation, Severity

REQUIRED = ("title", "description", "severity", "applies_to", "remediation")
OPTIONAL = (
    "quantifier",
    "related",
    "params",
    "references",
    "aliases",
    "unlinked",
    "deprecated",
)


def to_policy(fields: Mapping[str, Any], policy_id: str, file: str, language: str) -> Policy:
    """Validate ``fields`` and build the policy; raises ``PackError`` naming file and field."""
    for name in REQUIRED:
        if not fields.get(name):
            raise PackError(f"{file}: metadata lack `{name}`")
    for name in fields:
        if name not in REQUIRED + OPTIONAL:
            raise PackError(f"{file}: unknown metadata `{name}`")

    def take(name: str, check: Callable[[Any], Any]) -> Any:
        try:
            return check(fields[name])
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise PackError(f"{file}: metadata `{name}` is not valid: {error}") from error

    optional = {
        "quantifier": Quantifier,
        "related": _relations,
        "params": _mapping,
        "references": _strings,
        "aliases": _strings,
        "unlinked": _string,
        "deprecated": _string,
    }
    return Policy(
        id=policy_id,
        title=take("title", _string),
        description=take("description", _string).strip(),
        severity=take("severity", Severity),
        applies_to=take("applies_to", _strings),
        remediation=take("remediation", _string).strip(),
        language=language,
        file=file,
        **{name: take(name, check) for name, check in optional.items() if name in fields},
    )


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is expected")
    return value


def _strings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError("a list of texts is expected")
    return tuple(_string(item) for item in value)


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("a mapping is expected")
    return {_string(key): item for key, item in value.items()}


def _relations(value: Any) -> dict[str, Relation]:
    return {name: _relation(_mapping(spec)) for name, spec in _mapping(value).items()}


def _relation(spec: dict[str, Any]) -> Relation:
    unknown = spec.keys() - {"types", "via", "where"}
    if unknown:
        raise ValueError(f"unknown key {min(unknown)!r}")
    via, where = spec.get("via"), spec.get("where")
    return Relation(
        types=_strings(spec["types"]),
        via=None if via is None else _string(via),
        where=None if where is None else _string(where),
    )
