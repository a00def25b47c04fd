"""The configuration section of a plan, indexed: expressions, module calls, outputs, variables.

It only serves to explain unknown values, so whatever has the wrong shape counts as missing: what it
would have explained then stays unknown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jurat.readers.terraform.address import Module, Place, names

Expression = Mapping[str, Any]
"""``{"constant_value": …}``, ``{"references": […]}`` or ``{}``."""

_EXPRESSION = frozenset({"constant_value", "references"})

Resources = Mapping[tuple[str, str, str], "Configured"]


@dataclass(frozen=True, slots=True)
class Configured:
    """One resource or data source as written: its expressions, by attribute and block name."""

    expressions: Mapping[str, Any]
    each: Expression | None
    provider: str | None


@dataclass(frozen=True, slots=True)
class Scope:
    """One module as written; ``each`` and ``inputs`` come from the call that leads to it."""

    resources: Resources = field(default_factory=dict)
    outputs: Mapping[str, Expression] = field(default_factory=dict)
    variables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    inputs: Mapping[str, Expression] = field(default_factory=dict)
    each: Expression | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """All modules by their path without keys, and the provider configurations by key."""

    scopes: Mapping[tuple[str, ...], Scope] = field(default_factory=dict)
    providers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def scope(self, module: Module) -> Scope | None:
        """Return the module that a module instance comes from."""
        return self.scopes.get(names(module))

    def resource(self, place: Place) -> Configured | None:
        """Return what is written for an instance."""
        scope = self.scope(place.module)
        return scope.resources.get((place.mode, place.type, place.name)) if scope else None


def read_configuration(section: Any) -> Configuration:
    """Index the ``configuration`` of a plan."""
    section = table(section)
    scopes = dict(_scopes(section.get("root_module"))) if section else {}
    providers = {
        key: entry
        for key, entry in table(section.get("provider_config")).items()
        if isinstance(entry, dict)
    }
    return Configuration(scopes, providers)


def table(value: Any) -> dict[str, Any]:
    """Return ``value`` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[Any]:
    """Return ``value`` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def is_expression(node: Any) -> bool:
    """Tell an attribute's expression from the content of a block."""
    if not isinstance(node, dict):
        return False
    if not node.keys() <= _EXPRESSION:
        return False
    return isinstance(node.get("references", []), list)


def references(expression: Expression | None) -> list[str]:
    """Return the traversals of an expression; each is listed longest first, then its prefixes."""
    found: list[str] = []
    last = ""
    for text in rows(expression.get("references")) if expression else ():
        if not isinstance(text, str):
            continue
        if not last.startswith((f"{text}.", f"{text}[")):
            found.append(text)
        last = text
    return found


def expressions(node: Any) -> Iterator[Expression]:
    """Yield every expression in what is written for an attribute or a block."""
    if is_expression(node):
        yield node
    elif isinstance(node, dict | list):
        for item in node.values() if isinstance(node, dict) else node:
            yield from expressions(item)


def _scopes(
    root: Any, path: tuple[str, ...] = (), call: Mapping[str, Any] | None = None
) -> Iterator[tuple[tuple[str, ...], Scope]]:
    module, call = table(root), call or {}
    yield (
        path,
        Scope(
            resources=dict(_resources(module)),
            outputs=_expressions(table(module.get("outputs")), "expression"),
            variables={k: v for k, v in table(module.get("variables")).items() if table(v)},
            inputs=_expressions(table(call.get("expressions"))),
            each=_each(call),
        ),
    )
    for name, child in table(module.get("module_calls")).items():
        yield from _scopes(table(child).get("module"), (*path, name), table(child))


def _resources(module: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str], Configured]]:
    for entry in rows(module.get("resources")):
        resource = table(entry)
        mode, kind, name = (resource.get(part) for part in ("mode", "type", "name"))
        written, provider = resource.get("expressions"), resource.get("provider_config_key")
        if not isinstance(mode, str) or not isinstance(kind, str) or not isinstance(name, str):
            continue
        if isinstance(written, dict | None):
            provider = provider if isinstance(provider, str) else None
            yield (mode, kind, name), Configured(written or {}, _each(resource), provider)


def _each(entry: Mapping[str, Any]) -> Expression | None:
    for name in ("for_each_expression", "count_expression"):
        if isinstance(entry.get(name), dict):
            return table(entry[name])
    return None


def _expressions(entries: Mapping[str, Any], inside: str | None = None) -> dict[str, Expression]:
    """Return the expressions of ``entries``; ``inside`` names the key that holds each."""
    found = (
        (name, table(entry).get(inside) if inside else entry) for name, entry in entries.items()
    )
    return {name: table(expression) for name, expression in found}
