"""Functions: by which names a module can call them, and which always have an answer."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jurat.languages.rego_reads import kind_of, name_of
from jurat.lint.rego.module import Definition, RegoModule, of_kind, walk

Functions = Mapping[str, tuple[Definition, ...]]
"""Definitions of functions by the names that a module calls them by."""


def functions_of(module: RegoModule, others: Iterable[RegoModule]) -> Functions:
    """Return the functions that a module can call: its own, and those of ``others``."""
    found: dict[str, tuple[Definition, ...]] = {}
    for name, definition in _named(module, others):
        found[name] = (*found.get(name, ()), definition)
    for path, alias, _ in module.imports:
        whole = f"{path}."
        inside = {name: each for name, each in found.items() if name.startswith(whole)}
        found |= {f"{alias}.{name.removeprefix(whole)}": each for name, each in inside.items()}
        if path in found:
            found[alias] = found[path]
    return found


def _named(module: RegoModule, others: Iterable[RegoModule]) -> Iterator[tuple[str, Definition]]:
    for each in (module, *(other for other in others if other is not module)):
        yield from _of(each, f"data.{each.package}.")
        if each.package == module.package:
            yield from _of(each, "")


def _of(module: RegoModule, prefix: str) -> Iterator[tuple[str, Definition]]:
    for definition in module.definitions:
        if definition.form in {"function", "default"}:
            spelled = name_of(definition.head["refr"]) or definition.name
            yield prefix + spelled, definition


def always_answers(name: str, functions: Functions, above: frozenset[str] = frozenset()) -> bool:
    """Tell whether a function has a value for whatever arguments; a builtin has."""
    if name not in functions:
        return True
    return name not in above and any(
        definition.form == "default" or _answers(definition, functions, above | {name})
        for definition in functions[name]
    )


def _answers(definition: Definition, functions: Functions, above: frozenset[str]) -> bool:
    """Tell whether a definition takes whatever arguments, and has a value for them at last."""
    if not definition.always:
        return False
    if any(kind_of(argument)[0] != "Var" for argument in definition.head.get("args") or ()):
        return False
    last = definition.bodies[-1] if definition.bodies else definition.head
    value: Any = last.get("assign")
    if any(kind_of(node)[0] in {"RefDot", "RefBrack"} for node in _values(value)):
        return False
    calls = (name_of(call["fcn"]) for call in of_kind(value, "Call"))
    return all(always_answers(call, functions, above) for call in calls)


def _values(node: Any) -> Iterator[Any]:
    """Yield the nodes of an expression that are no names of functions."""
    names = {id(part) for call in of_kind(node, "Call") for part in walk(call["fcn"])}
    return (part for part in walk(node) if id(part) not in names)
