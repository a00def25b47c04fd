"""A plan as Terraform wrote it, with what is unknown or sensitive marked in place."""

from collections.abc import Mapping
from typing import Any

from jurat.model import Location, Tier, Value
from jurat.readers.registry import Recognised
from jurat.readers.terraform.overlay import overlay
from jurat.readers.whole import WholeInput


def whole(recognised: Recognised) -> WholeInput:
    """Return the plan of an input that was read."""
    plan, file = recognised.document, recognised.source.path
    listed = [change for change in plan.get("resource_changes") or [] if isinstance(change, dict)]
    changes = [_marked(change) for change in listed]
    after = {change.get("address"): change["change"].get("after") for change in changes}
    outputs = plan.get("output_changes") or {}
    value = {
        **plan,
        "resource_changes": changes,
        "output_changes": {name: _after(output) for name, output in outputs.items()},
        "planned_values": _planned(plan.get("planned_values") or {}, after),
    }
    resources = {
        str(change.get("address")): (str(change.get("type")), Location(file)) for change in listed
    }
    return WholeInput(file, Tier.PLAN, value, resources)


def _marked(change: dict[str, Any]) -> dict[str, Any]:
    return {**change, "change": _after(change.get("change") or {})}


def _after(change: dict[str, Any]) -> dict[str, Any]:
    marks = change.get("after_unknown"), change.get("after_sensitive")
    return {**change, "after": overlay(change.get("after"), *marks)}


def _planned(value: Any, after: Mapping[Any, Value]) -> Any:
    """Put the marked values where planned values repeat them."""
    if isinstance(value, list):
        return [_planned(item, after) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("address") in after and "values" in value:
        return {**value, "values": after[value["address"]]}
    return {key: _planned(item, after) for key, item in value.items()}
