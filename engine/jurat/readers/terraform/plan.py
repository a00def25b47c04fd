"""A Terraform or OpenTofu plan in JSON, read into resource instances with explicit unknowns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jurat.model import Note, Value
from jurat.readers.source import Hints

Key = str | int | None
Module = tuple[tuple[str, Key], ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """One resource or data source instance as the plan leaves it.

    ``module`` is the path of (name, key) pairs that leads to it. ``values`` are the attributes by
    their Terraform names, with markers; ``None`` means not set. What the provider merely computes
    and nobody configured is left out; ``computed`` names those top-level attributes.
    ``action`` is ``create``, ``update``, ``replace``, ``no-op``, ``import`` or ``read``.
    ``provider`` is the provider's short name, ``aws`` for ``…/hashicorp/aws``.
    """

    address: str
    module: Module
    mode: str
    type: str
    name: str
    key: Key
    values: Mapping[str, Value]
    action: str
    provider: str
    computed: frozenset[str] = frozenset()
    previous_address: str | None = None
    account: str | None = None
    region: str | None = None
    partition: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a plan says that is to be judged, and what it does not show.

    ``instances`` holds managed and data instances (see ``Instance.mode``), in the plan's order.
    ``drift`` holds managed instances as they were found changed outside Terraform. ``incomplete``
    says why the plan does not show everything it stands for. ``secrets`` are strings that no
    output may contain.
    """

    instances: tuple[Instance, ...] = ()
    drift: tuple[Instance, ...] = ()
    incomplete: str | None = None
    secrets: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()


def is_plan(document: Any) -> bool:
    """Tell whether ``document`` looks like a plan in JSON."""
    raise NotImplementedError


def read_plan(document: Any, path: str, hints: Hints) -> Plan:
    """Read a plan; raise ``InputError`` if it is not one that can be read."""
    raise NotImplementedError
