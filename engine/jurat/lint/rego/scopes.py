"""Names that mean something local: arguments, variables of bodies, and what they may hide."""

from collections.abc import Iterator
from typing import Any

from jurat.languages.rego_reads import kind_of, parts_of
from jurat.lint.fault import Faults
from jurat.lint.rego.module import Definition, Node, RegoModule, of_kind, walk


def arguments_of(definition: Definition) -> frozenset[str]:
    """Return the variables among a function's arguments."""
    found = (of_kind(argument, "Var") for argument in definition.head.get("args") or ())
    return frozenset(str(var["value"]) for each in found for var in each)


def locals_of(module: RegoModule, definition: Definition) -> frozenset[str]:
    """Return every name that a definition gives a meaning of its own."""
    found = set(arguments_of(definition))
    for node in walk(list(definition.bodies)):
        found |= _declared(module, node)
    return frozenset(found)


def _declared(module: RegoModule, node: Any) -> set[str]:
    """Return the variables that one statement or expression declares."""
    kind, body = kind_of(node)
    if kind == "SomeIn":
        return _variables(body["key"]) | _variables(body["value"])
    if kind == "SomeVars":
        return {module.spelled(span) for span in body["vars"]}
    if kind == "Every":
        return {module.spelled(body[part]) for part in ("key", "value") if body[part]}
    if kind == "AssignExpr" and body["op"] == "ColEq":
        return _variables(body["lhs"])
    return set()


def _variables(node: Any) -> set[str]:
    return set() if node is None else {str(var["value"]) for var in of_kind(node, "Var")}


def shadow_faults(module: RegoModule) -> Faults:
    """Yield inner ``some`` that declare a name of an outer body; regorus refuses these."""
    for definition in module.definitions:
        outer = arguments_of(definition)
        for body in definition.bodies:
            yield from _shadows(module, body["query"], outer)


def _shadows(module: RegoModule, query: Node, outer: frozenset[str]) -> Faults:
    """Follow a body in order: only what is declared above an inner body is hidden in it."""
    own: set[str] = set()
    for statement in query["stmts"]:
        literal = statement["literal"]
        kind, body = kind_of(literal)
        if kind in {"SomeIn", "SomeVars"}:
            for name in sorted(_declared(module, literal) & outer):
                message = f"`some` declares `{name}` again, which regorus refuses"
                yield module.fault("rego/shadowed-variable", body, message)
        nodes = list(_shallow(statement))
        for inner in (inner for _, bodies in nodes for inner in bodies):
            yield from _shadows(module, inner, outer | own)
        for node, bodies in nodes:
            if not bodies:  # what ``every`` declares holds in its own body only
                own |= _declared(module, node)


def _shallow(node: Any) -> Iterator[tuple[Any, list[Node]]]:
    """Yield the nodes of a statement, not entering the bodies inside it, which come along."""
    pending = [node]
    while pending:
        here = pending.pop()
        if isinstance(here, list):
            pending += here
            continue
        kind, body = kind_of(here)
        bodies = [body["query"]] if kind is not None and "query" in body else []
        if kind is not None:
            yield here, bodies
        if isinstance(here, dict):
            pending += [part for part in parts_of(here) if not bodies or part is not body["query"]]
