"""``not`` over what may be missing: OPA finds the body undefined, regorus finds it true.

OPA takes the parts of a negated expression out of the negation: if one of them is missing, the
whole body is undefined and the rule does not fire. Only a plain reference, and ``==`` between plain
references and constants, are the same in both engines. Compared with OPA 1.22 and regorus 0.13.
"""

from collections.abc import Iterator, Mapping

from jurat.languages.rego_reads import kind_of
from jurat.lint.fault import Faults
from jurat.lint.rego.module import REFERENCES, Node, RegoModule
from jurat.lint.rego.paths import module_paths
from jurat.lint.rego.presence import (
    Guard,
    Presence,
    arguments,
    indices,
    is_guarded,
    operands,
    positive,
)
from jurat.lint.rego.scopes import inner_queries


def negation_faults(module: RegoModule, library: Mapping[str, RegoModule]) -> Faults:
    """Yield each operand below ``not`` that may be missing where nothing else asks for it."""
    presence = Presence(module, module_paths(module), library)
    for definition in module.definitions:
        inside = presence.inside(definition)
        for body in definition.bodies:
            yield from _query(inside, body["query"], frozenset())


def _query(presence: Presence, query: Node, guarded: frozenset[Guard]) -> Faults:
    guarded |= presence.needed(positive(query["stmts"]))
    for statement in query["stmts"]:
        kind, body = kind_of(statement["literal"])
        if kind == "NotExpr":
            yield from _negated(presence, body["expr"], guarded)
        for inner in inner_queries(statement["literal"]):
            yield from _query(presence, inner, guarded)


def _negated(presence: Presence, expression: Node, guarded: frozenset[Guard]) -> Faults:
    for operand in _strict_operands(expression):
        what = presence.missing(operand)
        if what is not None and not is_guarded(what, guarded):
            message = (
                f"`not` over a function of {presence.name(operand)}, which may be missing: "
                "OPA does not fire, regorus does"
            )
            yield presence.module.fault("rego/not-undefined", operand, message)


def _strict_operands(expression: Node) -> Iterator[Node]:
    """Yield the references and calls that OPA takes out of a negated expression."""
    kind, body = kind_of(expression)
    if kind in REFERENCES:
        yield from indices(expression)
    elif kind == "Call":
        yield from arguments(expression)
    elif kind in {"BoolExpr", "AssignExpr"} and body["op"] in {"Eq", "ColEq"}:
        for side in (body["lhs"], body["rhs"]):
            yield from indices(side) if kind_of(side)[0] in REFERENCES else operands(side)
    else:
        yield from operands(expression)
