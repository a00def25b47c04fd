"""Strings in a plan that no output may contain, wherever the plan says they are sensitive."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jurat.readers.terraform.address import parse
from jurat.readers.terraform.configuration import references, rows, table
from jurat.readers.terraform.overlay import marked

_SUSPECT = re.compile(
    r"(^|_)(password|passwd|secret|secret_string|secret_binary|secret_key|auth_token|token"
    r"|private_key|client_secret|api_key|credentials)$"
)


def collect_secrets(plan: Mapping[str, Any]) -> frozenset[str]:
    """Return every non-empty string that stands under a mark of sensitivity."""
    found = set[str]()
    for section in ("resource_changes", "resource_drift"):
        for entry in rows(plan.get(section)):
            found.update(_change_secrets(table(table(entry).get("change"))))
    for change in table(plan.get("output_changes")).values():
        found.update(_change_secrets(table(change)))
    prior = table(table(plan.get("prior_state")).get("values"))
    for values in (table(plan.get("planned_values")), prior):
        found.update(_state_secrets(values))
    found.update(_variable_secrets(plan))
    return frozenset(found - {""})


def supplied_secrets(plan: Mapping[str, Any]) -> frozenset[str]:
    """Return the values of the root's sensitive variables that its source does not hold.

    They are given when the plan is made; a default would stand in the source.
    """
    root = table(table(plan.get("configuration")).get("root_module"))
    declared = {name: table(entry) for name, entry in table(root.get("variables")).items()}
    given = {
        name: table(entry).get("value") for name, entry in table(plan.get("variables")).items()
    }
    return frozenset(
        value
        for name in _sensitive_variables(root, set())
        if isinstance(value := given.get(name), str)
        and value
        and value != declared.get(name, {}).get("default")
    )


def guess_sensitive(value: Any) -> Any:
    """Mark by name what a provider's schema surely calls sensitive."""
    if isinstance(value, dict):
        marks = {
            name: _SUSPECT.search(name) is not None or guess_sensitive(item)
            for name, item in value.items()
        }
        return marks if marked(marks) else False
    if isinstance(value, list):
        items = [guess_sensitive(item) for item in value]
        return items if marked(items) else False
    return False


def _change_secrets(change: Mapping[str, Any]) -> Iterator[str]:
    for side in ("before", "after"):
        value, name = change.get(side), f"{side}_sensitive"
        marks = change[name] if name in change else guess_sensitive(value)
        if marked(marks):
            yield from _under(value, marks)


def _state_secrets(values: Mapping[str, Any]) -> Iterator[str]:
    for output in map(table, table(values.get("outputs")).values()):
        if output.get("sensitive") is True:
            yield from _strings(output.get("value"))
    waiting = [table(values.get("root_module"))]
    while waiting:
        module = waiting.pop()
        waiting.extend(map(table, rows(module.get("child_modules"))))
        for resource in map(table, rows(module.get("resources"))):
            if marked(resource.get("sensitive_values")):
                yield from _under(resource.get("values"), resource["sensitive_values"])


def _variable_secrets(plan: Mapping[str, Any]) -> set[str]:
    """Find the values of variables declared sensitive, and those of the root that feed them."""
    found = set[str]()
    root = table(table(plan.get("configuration")).get("root_module"))
    given = table(plan.get("variables"))
    for name in _sensitive_variables(root, found):
        found.update(_strings(table(given.get(name)).get("value")))
    return found


def _sensitive_variables(module: Mapping[str, Any], found: set[str]) -> set[str]:
    """Return the names of a module's sensitive variables; add the constants of all to ``found``."""
    declared = {name: table(entry) for name, entry in table(module.get("variables")).items()}
    own = {
        name
        for name, entry in declared.items()
        if entry.get("sensitive") is True or entry.get("ephemeral") is True
    }
    for call in map(table, table(module.get("module_calls")).values()):
        inputs = table(call.get("expressions"))
        for name in _sensitive_variables(table(call.get("module")), found):
            expression = table(inputs.get(name))
            found.update(_strings(expression.get("constant_value")))
            own.update(_only_variable(expression))
    for name in own:
        found.update(_strings(declared.get(name, {}).get("default")))
    return own


def _only_variable(expression: Mapping[str, Any]) -> Iterator[str]:
    texts = references(expression)
    steps = parse(texts[0]) if len(texts) == 1 else None
    if steps is not None and steps[0] == "var" and len(steps) > 1 and isinstance(steps[1], str):
        yield steps[1]


def _under(value: Any, marks: Any) -> Iterator[str]:
    """Yield the strings of ``value`` under a mark; marks that do not fit count for everything."""
    if isinstance(value, dict) and isinstance(marks, dict):
        for key, item in value.items():
            yield from _under(item, marks.get(key))
    elif isinstance(value, list) and isinstance(marks, list):
        for item, mark in zip(value, marks, strict=False):
            yield from _under(item, mark)
    elif marked(marks):
        yield from _strings(value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
