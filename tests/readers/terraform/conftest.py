"""Small plans, built by hand."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jurat.model import Value
from jurat.readers.source import Hints
from jurat.readers.terraform.plan import Instance, Plan, read_plan

DATA = Path(__file__).parent / "data"
AWS = "registry.terraform.io/hashicorp/aws"


def change(
    address: str, after: Any = None, unknown: Any = None, *actions: str, **more: Any
) -> dict[str, Any]:
    """Build one entry of ``resource_changes``; ``more`` goes into the entry or its change."""
    inside = {"before", "after_sensitive", "before_sensitive", "importing"}
    return {
        "address": address,
        "provider_name": AWS,
        "change": {
            "actions": list(actions or ("create",)),
            "before": None,
            "after": after,
            "after_unknown": unknown or {},
            "after_sensitive": {},
            **{key: value for key, value in more.items() if key in inside},
        },
        **{key: value for key, value in more.items() if key not in inside},
    }


def resource(address: str, expressions: Any = None, **more: Any) -> dict[str, Any]:
    """Build one resource of the configuration."""
    steps = address.split(".")
    mode = "data" if steps[0] == "data" else "managed"
    kind, name = steps[-2:]
    return {
        "address": address,
        "mode": mode,
        "type": kind,
        "name": name,
        "provider_config_key": "aws",
        "expressions": expressions,
        **more,
    }


def to(*traversals: str) -> dict[str, Any]:
    """Build an expression; each traversal is followed by its prefixes, as Terraform does it."""
    listed: list[str] = []
    for traversal in traversals:
        listed.append(traversal)
        whole = traversal
        least = 3 if traversal.startswith("data.") else 2
        while "." in whole or "[" in whole:
            whole = whole[: max(whole.rfind("."), whole.rfind("["))]
            if whole.count(".") + 1 < least or traversal.startswith(("count.", "each.key")):
                break
            listed.append(whole)
    return {"references": listed}


def constant(value: Any) -> dict[str, Any]:
    return {"constant_value": value}


def document(
    changes: list[dict[str, Any]],
    resources: list[dict[str, Any]] | None = None,
    *,
    root: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Build a plan; without ``resources`` and ``root`` it has no configuration."""
    plan: dict[str, Any] = {"format_version": "1.2", "resource_changes": changes}
    if resources is not None or root is not None:
        plan["configuration"] = {"root_module": {"resources": resources or [], **(root or {})}}
    return {**plan, **more}


def read(plan: Any, hints: Hints | None = None) -> Plan:
    return read_plan(plan, "plan.json", hints or Hints())


def instance(plan: Any, address: str, hints: Hints | None = None) -> Instance:
    found = [one for one in read(plan, hints).instances if one.address == address]
    assert len(found) == 1
    return found[0]


def values(plan: Any, address: str) -> dict[str, Value]:
    return dict(instance(plan, address).values)


def stored(name: str) -> Any:
    """Load a plan that the real terraform made of the configuration beside it."""
    return json.loads((DATA / name / "plan.json").read_text())


@pytest.fixture
def make() -> SimpleNamespace:
    """Return the builders."""
    return SimpleNamespace(
        change=change,
        resource=resource,
        to=to,
        constant=constant,
        document=document,
        read=read,
        instance=instance,
        values=values,
        stored=stored,
    )
