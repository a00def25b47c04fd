"""``not`` over what may be missing: OPA finds the body undefined, regorus finds it true.

OPA takes the parts of a negated expression out of the negation: if one of them is missing, the
whole body is undefined and the rule does not fire. Only a plain reference, and ``==`` between plain
references and constants, are the same in both engines. Compared with OPA 1.22 and regorus 0.13.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from jurat.languages.rego_reads import kind_of, parts_of
from jurat.lint.fault import Faults
from jurat.lint.rego.module import COMPREHENSIONS, Definition, Node, RegoModule
from jurat.lint.rego.paths import ANY, Path, Paths, may_be_missing, module_paths, spelled
from jurat.lint.rego.scopes import locals_of

Guard = Path | str
"""Something that a body needs: a path of the input, or the name of a rule."""


def negation_faults(module: RegoModule) -> Faults:
    """Yield each operand below ``not`` that may be missing where nothing else asks for it."""
    paths = module_paths(module)
    for definition in module.definitions:
        own, inside = locals_of(module, definition), paths.inside(definition)
        for body in definition.bodies:
            yield from _Body(module, inside, own).faults(body["query"], frozenset())


class _Body:
    """One body with the aliases and local names that hold in it."""

    def __init__(self, module: RegoModule, paths: Paths, own: frozenset[str]) -> None:
        self._module = module
        self._paths = paths
        self._own = own

    def faults(self, query: Node, guarded: frozenset[Guard]) -> Faults:
        statements = [statement["literal"] for statement in query["stmts"]]
        positive = [s for s in statements if kind_of(s)[0] != "NotExpr"]
        needed = frozenset(g for s in positive for g in self._needs(s))
        guarded = guarded | needed | self._needs_of_rules(needed)
        for statement in statements:
            kind, body = kind_of(statement)
            if kind == "NotExpr":
                yield from self._negated(body["expr"], guarded)
            for inner in _inner_queries(statement):
                yield from self.faults(inner, guarded)

    def _negated(self, expression: Node, guarded: frozenset[Guard]) -> Faults:
        for operand in _strict_operands(expression):
            what = self._missing(operand)
            if what is None or _is_guarded(what, guarded):
                continue
            name = what if isinstance(what, str) else spelled(what)
            message = (
                f"`not` over a function of {name}, which may be missing: OPA does not fire, "
                "regorus does"
            )
            yield self._module.fault("rego/not-undefined", operand, message)

    def _missing(self, node: Node) -> Guard | None:
        """Return what a reference stands for if it need not be there."""
        path = self._paths.of(node)
        if path is not None:
            return path if may_be_missing(path) else None
        kind, body = kind_of(node)
        if kind == "Var" and body["value"] not in self._own:
            definitions = self._module.rules.get(body["value"], ())
            if definitions and not any(map(_is_there, definitions)):
                return str(body["value"])
        return None

    def _needs(self, node: Any) -> Iterator[Guard]:
        """Yield what an expression needs to be there for its body to hold."""
        kind, body = kind_of(node)
        if kind in COMPREHENSIONS or kind == "NotExpr":
            return
        if kind == "Every":
            domain = self._paths.of(body["domain"])
            if domain is not None:
                yield (*domain, ANY)  # its own body is about elements that are there
            yield from self._needs(body["domain"])
            return
        path = self._paths.of(node)
        if path is not None:
            yield path
        elif kind == "Var" and body["value"] not in self._own:
            yield str(body["value"])
        for part in _items(node):
            yield from self._needs(part)

    def _needs_of_rules(self, needed: Iterable[Guard]) -> frozenset[Guard]:
        """Return what rules with a single body need that this body needs."""
        found: set[Guard] = set()
        for name in needed:
            definitions = self._module.rules.get(name, ()) if isinstance(name, str) else ()
            bodies = [body for definition in definitions for body in definition.bodies]
            if len(definitions) == 1 and len(bodies) == 1 and definitions[0].form == "value":
                for statement in bodies[0]["query"]["stmts"]:
                    found |= set(self._needs(statement["literal"]))
        return frozenset(found)


def _is_there(definition: Definition) -> bool:
    """Tell whether a rule has a value, whatever the input."""
    return definition.form in {"set", "function"} or definition.always


def _items(node: Any) -> Iterator[Any]:
    """Yield the nodes right below a node; lists are seen through."""
    for part in node if isinstance(node, list) else parts_of(node):
        if isinstance(part, list):
            yield from _items(part)
        elif isinstance(part, dict):
            yield part


def _is_guarded(what: Guard, guarded: frozenset[Guard]) -> bool:
    """Tell whether a body asks for something, or for something below it."""
    if what in guarded:
        return True
    if isinstance(what, str):
        return False
    return any(
        isinstance(other, tuple) and len(other) > len(what) and other[: len(what)] == what
        for other in guarded
    )


def _strict_operands(expression: Node) -> Iterator[Node]:
    """Yield the references that OPA takes out of a negated expression."""
    kind, body = kind_of(expression)
    if kind in {"Var", "RefDot", "RefBrack"}:
        yield from _indices(expression)
    elif kind in {"BoolExpr", "AssignExpr"} and body["op"] in {"Eq", "ColEq"}:
        for side in (body["lhs"], body["rhs"]):
            if kind_of(side)[0] in {"Var", "RefDot", "RefBrack"}:
                yield from _indices(side)
            else:
                yield from _references(side)
    else:
        yield from _references(expression)


def _references(node: Any) -> Iterator[Node]:
    """Yield the outermost references below a node; comprehensions are never undefined."""
    kind, body = kind_of(node)
    if kind in COMPREHENSIONS:
        return
    if kind in {"Var", "RefDot", "RefBrack"}:
        yield node
        yield from _indices(node)
    elif kind == "Call":
        for parameter in body["params"]:
            yield from _references(parameter)
    elif isinstance(node, dict):
        for part in _items(node):
            yield from _references(part)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)


def _indices(node: Any) -> Iterator[Node]:
    """Yield the references inside the brackets of a reference."""
    kind, body = kind_of(node)
    if kind == "RefDot":
        yield from _indices(body["refr"])
    elif kind == "RefBrack":
        yield from _indices(body["refr"])
        yield from _references(body["index"])


def _inner_queries(node: Any) -> Iterator[Node]:
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
