"""Values that the configuration states plainly: constants and bare variables."""

from collections.abc import Mapping
from typing import Any, Final

from jurat.readers.terraform.address import Index, Module, Step, parse
from jurat.readers.terraform.configuration import (
    Configuration,
    is_expression,
    references,
    table,
)

OPEN: Final = object()
"""What ``evaluate`` returns for an expression that does not state its value."""


def evaluate(
    configuration: Configuration, variables: Mapping[str, Any], expression: Any, module: Module
) -> Any:
    """Return the value of a constant or of a bare variable, followed to the root; else ``OPEN``."""
    tail: tuple[Step, ...] = ()
    while is_expression(expression):
        if "constant_value" in expression:
            return _dig(expression["constant_value"], tail)
        texts = references(expression)
        steps = parse(texts[0]) if len(texts) == 1 and texts[0].startswith("var.") else None
        match steps:
            case ("var", str(name), *rest):
                tail = (*rest, *tail)
            case _:
                return OPEN
        scope = configuration.scope(module)
        default = scope.variables.get(name, {}).get("default", OPEN) if scope else OPEN
        if not module:
            return _dig(table(variables.get(name)).get("value", default), tail)
        if scope is None or name not in scope.inputs:
            return _dig(default, tail)
        expression, module = scope.inputs[name], module[:-1]
    return OPEN


def _dig(value: Any, tail: tuple[Step, ...]) -> Any:
    for step in tail:
        key = step.key if isinstance(step, Index) else step
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)  # an optional attribute of an object is null if left out
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return OPEN
    return value
