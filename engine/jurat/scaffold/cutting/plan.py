"""Cut resources out of a Terraform plan, with what explains their unknown values."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from jurat.readers.terraform.address import place
from jurat.readers.terraform.configuration import rows, table
from jurat.readers.terraform.secrets import supplied_secrets
from jurat.scaffold.cutting.plan_needs import TELLING, Needs, Path, as_written, written_at
from jurat.scaffold.cutting.plan_parts import (
    EACH,
    change_entry,
    declaration,
    provider_entry,
    without_constants,
    written_entry,
)
from jurat.shapes import terraform_entries

MadeOf = Mapping[str, Collection[str]]
"""The addresses in the source, companions too, that each canonical resource is made of."""


def cut_plan(
    document: Mapping[str, Any], made_of: MadeOf, addresses: Iterable[str]
) -> dict[str, Any]:
    """Return a plan of some resources and all that their unknown values refer to."""
    needs = Needs(document)
    wanted = {part for address in addresses for part in made_of[address]} & needs.changes.keys()
    while not wanted <= needs.kept.keys():
        for address in sorted(wanted):
            needs.instance(address)
        needs.settle()
        kept = {part for address in needs.kept for part in made_of.get(address, ())}
        wanted |= kept & needs.changes.keys()
    needs.locate()
    return _plan(needs)


def plan_companions(document: Mapping[str, Any], kind: str) -> set[str]:
    """Return the instances in a plan that may be a part of a resource of a canonical type."""
    return {
        str(entry.get("address"))
        for entry in map(table, rows(document.get("resource_changes")))
        for found in terraform_entries(str(entry.get("type")))
        if found.part_of is not None and found.type == kind
    }


def _plan(needs: Needs) -> dict[str, Any]:
    """Return the plan of all that is needed, in the order of the original."""
    document = needs.document
    variables = _variables(needs)
    telling = list(_telling(needs))
    known = table(table(document.get("configuration")).get("provider_config"))
    providers = {key: provider_entry(e) for key, e in known.items() if key in needs.providers}
    return {
        "format_version": document["format_version"],
        "terraform_version": document.get("terraform_version", ""),
        **({"variables": variables} if variables else {}),
        "resource_changes": [change_entry(e) for a, e in needs.changes.items() if a in needs.kept],
        **({"prior_state": {"values": {"root_module": {"resources": telling}}}} if telling else {}),
        "configuration": {"provider_config": providers, "root_module": _module(needs, ())},
        "applyable": True,
        "complete": True,
        "errored": False,
    }


def _variables(needs: Needs) -> dict[str, Any]:
    """Return the variables that are referred to, and the secret ones that values come from."""
    given = table(needs.document.get("variables"))
    supplied = supplied_secrets(needs.document) & set(_texts(needs))
    for name, entry in given.items():
        value = table(entry).get("value")
        if isinstance(value, str) and value in supplied:
            needs.variables.add(((), name))
            needs.secret.add(name)
    return {
        name: {"value": table(entry).get("value")}
        for name, entry in given.items()
        if ((), name) in needs.variables
    }


def _texts(needs: Needs) -> Iterator[str]:
    """Yield every text in the changes that are kept."""
    waiting: list[Any] = [needs.changes[address].get("change") for address in needs.kept]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            waiting.extend(value.values() if isinstance(value, dict) else value)


def _telling(needs: Needs) -> Iterator[dict[str, Any]]:
    """Yield the data sources looked up already that tell where things are."""
    state = table(table(needs.document.get("prior_state")).get("values")).get("root_module")
    waiting = [table(state)]
    while waiting:
        module = waiting.pop(0)
        waiting += map(table, rows(module.get("child_modules")))
        for entry in map(table, rows(module.get("resources"))):
            kept = TELLING.get(str(entry.get("type"))) if entry.get("mode") == "data" else None
            where = place(str(entry.get("address")))
            if kept and where is not None:
                needs.resource(written_at(where))
                head = ("address", "mode", "type", "name", "provider_name")
                values = table(entry.get("values"))
                said = {name: values[name] for name in kept if name in values}
                yield {**{name: entry.get(name) for name in head}, "values": said}


def _module(needs: Needs, path: Path) -> dict[str, Any]:
    """Return what is needed of a module, and of those that it calls."""
    module = needs.modules.get(path, {})
    variables = {
        name: declaration(table(entry), secret=not path and name in needs.secret)
        for name, entry in table(module.get("variables")).items()
        if (path, name) in needs.variables
    }
    outputs = {
        name: {"expression": without_constants(table(entry).get("expression"))}
        for name, entry in table(module.get("outputs")).items()
        if (path, name) in needs.outputs
    }
    calls = {
        name: _call(needs, (*path, name), table(call))
        for name, call in table(module.get("module_calls")).items()
        if needs.has_module((*path, name))
    }
    resources = [
        written_entry(entry)
        for entry in needs.resources(path)
        if (path, *as_written(entry)) in needs.written
    ]
    parts = {"variables": variables, "outputs": outputs, "module_calls": calls}
    return {"resources": resources, **{name: part for name, part in parts.items() if part}}


def _call(needs: Needs, path: Path, call: Mapping[str, Any]) -> dict[str, Any]:
    """Return the call of a module with the inputs that are needed."""
    inputs = {
        name: expression
        for name, expression in table(call.get("expressions")).items()
        if (path, name) in needs.variables
    }
    loop = {name: without_constants(call[name]) for name in EACH if name in call}
    return {"expressions": inputs, **loop, "module": _module(needs, path)}
