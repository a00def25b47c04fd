"""The entries of a plan, reduced to what says anything about values."""

from collections.abc import Mapping
from typing import Any, Final

from jurat.readers.terraform.configuration import rows, table

WHERE: Final = ("region", "allowed_account_ids", "assume_role")
"""What a provider tells of account and region; nothing else of it may leave its owner."""

EACH: Final = ("for_each_expression", "count_expression")
"""What says that a resource or module is there several times."""

_CHANGE: Final = ("actions", "after", "after_unknown", "after_sensitive", "importing")


def each(entry: Mapping[str, Any]) -> Any:
    """Return what a resource or call is repeated for."""
    return next((entry[name] for name in EACH if entry.get(name)), None)


def change_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of ``resource_changes`` without what was before."""
    change = table(entry.get("change"))
    head = ("address", "module_address", "mode", "type", "name", "index", "provider_name")
    said = {name: change[name] for name in _CHANGE if name in change}
    if said.get("importing"):
        said["importing"] = {"id": ""}
    return {
        **{name: entry[name] for name in head if name in entry},
        "change": {"actions": said.pop("actions", []), "before": None, **said},
    }


def provider_entry(entry: Any) -> dict[str, Any]:
    """Return a provider configuration that only tells account and region."""
    entry = table(entry)
    head = ("name", "full_name", "alias", "module_address")
    written = {n: v for n, v in table(entry.get("expressions")).items() if n in WHERE}
    roles = [
        {"role_arn": role["role_arn"]}
        for role in map(table, rows(written.pop("assume_role", None)))
        if "role_arn" in role
    ]
    return {
        **{name: entry[name] for name in head if name in entry},
        "expressions": {**written, **({"assume_role": roles} if roles else {})},
    }


def written_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is written of a resource: what refers to others, and that the rest is written."""
    head = ("address", "mode", "type", "name", "provider_config_key")
    return {
        **{name: entry[name] for name in head if name in entry},
        "expressions": without_constants(table(entry.get("expressions"))),
        **{name: without_constants(entry[name]) for name in EACH if name in entry},
    }


def without_constants(node: Any, *, within: bool = False) -> Any:
    """Leave constants out of what is written, but for ``null``: the plan has their values.

    Those ``within`` blocks stay: by them blocks are told apart.
    """
    if isinstance(node, list):
        return [without_constants(item, within=True) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        name: without_constants(item, within=within)
        for name, item in node.items()
        if name != "constant_value" or item is None or within
    }


def declaration(entry: Mapping[str, Any], *, secret: bool) -> dict[str, Any]:
    """Return the declaration of a variable; one that supplies a secret is marked in any case."""
    kept = {name: entry[name] for name in ("default", "sensitive", "ephemeral") if name in entry}
    return {**kept, "sensitive": True} if secret else kept
