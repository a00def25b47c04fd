"""A Terraform or OpenTofu plan in JSON, read into resource instances with explicit unknowns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jurat.errors import InputError
from jurat.model import Location, Note, Sensitive, Unknown, Value
from jurat.readers.source import Hints
from jurat.readers.terraform.address import Key, Module
from jurat.readers.terraform.changes import (
    Change,
    Gone,
    Puzzle,
    planned_addresses,
    read_changes,
    read_prior_data,
)
from jurat.readers.terraform.configuration import read_configuration, table
from jurat.readers.terraform.links import Linked, Linker
from jurat.readers.terraform.providers import Geography
from jurat.readers.terraform.secrets import collect_secrets, supplied_secrets

_FORMAT = re.compile(r"[01](\.[0-9]{1,6}){0,2}")
_LISTED = 5


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


@dataclass(slots=True)
class _Section:
    """What was read of ``resource_changes`` or ``resource_drift``."""

    changes: dict[str, Change] = field(default_factory=dict)
    gone: list[Gone] = field(default_factory=list)
    puzzles: list[Puzzle] = field(default_factory=list)


def is_plan(document: Any) -> bool:
    """Tell whether ``document`` looks like a plan in JSON."""
    if not isinstance(document, dict):
        return False
    keys = document.keys()
    return bool(keys & {"resource_changes", "planned_values"}) or (
        keys >= {"format_version", "terraform_version"}
    )


def read_plan(document: Any, path: str, hints: Hints) -> Plan:
    """Read a plan; raise ``InputError`` if it is not one that can be read."""
    _check(document, path)
    try:
        return _read(document, path, hints)
    except RecursionError:
        raise InputError(f"{path}: the plan is nested too deeply") from None


def _check(document: Any, path: str) -> None:
    if not isinstance(document, dict):
        raise InputError(f"{path}: a plan is a JSON object")
    version = document.get("format_version")
    if not isinstance(version, str) or not _FORMAT.fullmatch(version):
        shown = version[:20] if isinstance(version, str) else "without a version"
        raise InputError(f"{path}: plan format {shown} is not supported (0.x and 1.x are)")
    if not document.keys() & {"resource_changes", "planned_values"}:
        raise InputError(f"{path}: holds no plan; write one with `terraform show -json PLANFILE`")
    for name, kind in (("resource_changes", list), ("resource_drift", list)):
        if not isinstance(document.get(name), kind | None):
            raise InputError(f"{path}: {name} is not a list")


def _read(document: Mapping[str, Any], path: str, hints: Hints) -> Plan:
    section = _section(document, "resource_changes")
    drift = _section(document, "resource_drift")
    configuration = read_configuration(document.get("configuration"))
    changes = dict(section.changes)
    for change in read_prior_data(document.get("prior_state")):
        changes.setdefault(change.address, change)
    variables = table(document.get("variables"))
    linker = Linker(configuration, variables, changes)
    geography = Geography(configuration, variables, changes.values(), hints)
    supplied = supplied_secrets(document)
    return Plan(
        instances=tuple(
            _instance(change, _without(supplied, linker.link(change)), geography)
            for change in changes.values()
        ),
        drift=tuple(
            _instance(change, Linked(change.values), geography)
            for change in drift.changes.values()
            if change.place.mode == "managed"
        ),
        incomplete="; ".join(_gaps(document, section, drift)) or None,
        secrets=collect_secrets(document),
        notes=tuple(Note(Location(path), text) for text in _notes(section, drift)),
    )


def _without(supplied: frozenset[str], linked: Linked) -> Linked:
    """Make a secret that a variable supplies unknown: it is none that the source holds."""
    if not supplied:
        return linked
    values = {name: _withhold(supplied, value) for name, value in linked.values.items()}
    return Linked(values, linked.computed)


def _withhold(supplied: frozenset[str], value: Value) -> Value:
    if isinstance(value, Sensitive) and value.value in supplied:
        return Unknown("a sensitive variable supplies it", "string", sensitive=True)
    if isinstance(value, Mapping):
        return {name: _withhold(supplied, item) for name, item in value.items()}
    if isinstance(value, list):
        return [_withhold(supplied, item) for item in value]
    return value


def _section(document: Mapping[str, Any], name: str) -> _Section:
    section = _Section()
    for entry in read_changes(document.get(name), name):
        match entry:
            case Change():
                section.changes[entry.address] = entry
            case Gone():
                section.gone.append(entry)
            case Puzzle():
                section.puzzles.append(entry)
    return section


def _instance(change: Change, linked: Linked, geography: Geography) -> Instance:
    where = geography.locate(change)
    place = change.place
    return Instance(
        address=change.address,
        module=place.module,
        mode=place.mode,
        type=place.type,
        name=place.name,
        key=place.key,
        values=linked.values,
        action=change.action,
        provider=change.provider,
        computed=linked.computed,
        previous_address=change.previous_address,
        account=where.account,
        region=where.region,
        partition=where.partition,
    )


def _gaps(document: Mapping[str, Any], section: _Section, drift: _Section) -> list[str]:
    """Say why the plan does not show everything it stands for; without ``complete`` it may."""
    gaps: list[str] = []
    if document.get("errored") not in (None, False):
        gaps.append("planning ended with an error")
    if document.get("complete") not in (None, True):
        gaps.append("Terraform calls the plan incomplete (`-target` or deferred changes)")
    if deferred := document.get("deferred_changes"):
        gaps.append(
            f"{len(deferred) if isinstance(deferred, list) else 'some'} changes are deferred"
        )
    if puzzles := len(section.puzzles) + len(drift.puzzles):
        gaps.append(f"{puzzles} entries could not be understood")
    if unlisted := _unlisted(document, section):
        gaps.append(f"resource_changes leaves out planned resources ({_some(unlisted)})")
    return gaps


def _unlisted(document: Mapping[str, Any], section: _Section) -> list[str]:
    """Find planned resources without a change: the plan was targeted, refresh-only or edited."""
    planned = planned_addresses(document.get("planned_values"))
    return sorted(planned - section.changes.keys() - {gone.address for gone in section.gone})


def _notes(section: _Section, drift: _Section) -> list[str]:
    puzzles = [*section.puzzles, *drift.puzzles]
    notes = [f"{puzzle.where}: {puzzle.why}" for puzzle in puzzles]
    forgotten = [gone.address for gone in section.gone if gone.action == "forget"]
    if forgotten:
        notes.append(f"not judged, because Terraform forgets them: {_some(forgotten)}")
    if not any(change.place.mode == "managed" for change in section.changes.values()):
        deletes = sum(gone.action == "delete" for gone in section.gone)
        only = f"the plan only deletes ({deletes})" if deletes else "the plan holds no resources"
        notes.append(f"{only}: there is nothing to judge")
    return notes


def _some(texts: list[str]) -> str:
    more = len(texts) - _LISTED
    listed = ", ".join(texts[:_LISTED])
    return f"{listed} and {more} more" if more > 0 else listed
