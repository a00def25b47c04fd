"""Names that mean something local: arguments, variables of bodies, and what they may hide."""

from collections.abc import Iterator, Sequence
from typing import Any

from jurat.languages.rego_reads import kind_of, name_of, parts_of
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
        return variables_of(body["key"]) | variables_of(body["value"])
    if kind == "SomeVars":
        return {module.spelled(span) for span in body["vars"]}
    if kind == "Every":
        return {module.spelled(body[part]) for part in ("key", "value") if body[part]}
    if kind == "AssignExpr" and body["op"] == "ColEq":
        return variables_of(body["lhs"])
    return set()


def variables_of(node: Any) -> set[str]:
    """Return every variable below a node, which may be ``None``."""
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
        nodes = list(shallow(statement))
        for inner in (inner for _, bodies in nodes for inner in bodies):
            yield from _shadows(module, inner, outer | own)
        for node, bodies in nodes:
            if not bodies:  # what ``every`` declares holds in its own body only
                own |= _declared(module, node)


def ranging_in(
    module: RegoModule, definition: Definition, statements: Sequence[Node]
) -> frozenset[str]:
    """Return the variables of a body that differ from round to round, ``_`` among them."""
    nodes = [node for statement in statements for node, _ in shallow(statement)]
    bound = {"input", "data", *module.rules, *(name for _, name, _ in module.imports)}
    bound |= arguments_of(definition)
    assigned = [body for kind, body in map(kind_of, nodes) if kind == "AssignExpr"]
    assigned = [body for body in assigned if body["op"] == "ColEq"]
    bound |= {name for body in assigned for name in variables_of(body["lhs"])}
    found: set[str] = set()
    for node in nodes:
        kind, body = kind_of(node)
        if kind in {"SomeIn", "SomeVars"}:
            found |= _declared(module, node)
        elif kind == "RefBrack" and kind_of(body["index"])[0] == "Var":
            found |= variables_of(body["index"]) - bound
        elif kind == "Call" and name_of(body["fcn"]) == "walk":
            found |= variables_of(body["params"][1:])
    for _ in assigned:  # each may rest on the one below it
        for body in assigned:
            if variables_of(body["rhs"]) & found:
                found |= variables_of(body["lhs"])
    return frozenset(found)


def shallow(node: Any) -> Iterator[tuple[Any, list[Node]]]:
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


def inner_queries(node: Any) -> Iterator[Node]:
    """Yield the outermost bodies inside a statement: of comprehensions and ``every``."""
    pending = [node]
    while pending:
        here = pending.pop()
        if isinstance(here, list):
            pending += here
            continue
        body = kind_of(here)[1]
        if body is not None and "query" in body:
            yield body["query"]
        elif isinstance(here, dict):
            pending += parts_of(here)
