"""What a rule says, where a part of it may be missing.

For each round of a body in which a part of the head is missing, OPA leaves that one element out;
regorus breaks off, or loses all of them. Functions are the same in both engines, and so is what is
bound in the body. Compared with OPA 1.22 and regorus 0.13.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.languages.rego_reads import kind_of, name_of
from jurat.lint.fault import Faults
from jurat.lint.rego.module import RESULTS, Definition, Node, RegoModule, of_kind
from jurat.lint.rego.paths import module_paths
from jurat.lint.rego.presence import Presence, indices, is_guarded, operands, positive
from jurat.lint.rego.scopes import ranging_in, variables_of

_BUILDERS = {"concat", "format_int", "sprintf"}


def head_faults(module: RegoModule, library: Mapping[str, RegoModule]) -> Faults:
    """Yield what heads and results name that may be missing where no body asks for it."""
    presence = Presence(module, module_paths(module), library)
    for definition in module.definitions:
        if definition.form in {"value", "set"}:
            inside = presence.inside(definition)
            for head, statements in _rounds(definition):
                yield from _said(inside, definition, head, statements)


def _rounds(definition: Definition) -> Iterator[tuple[list[Any], Sequence[Node]]]:
    """Yield each body of a rule with the parts of its head that are evaluated in its rounds."""
    head = definition.head
    first = [*indices(head["refr"]), head.get("key"), head.get("assign")]
    if not definition.bodies:
        yield first, ()
    for body in definition.bodies:
        own = [*indices(head["refr"]), body["assign"]] if body.get("assign") else first
        yield own, body["query"]["stmts"]


def _said(
    presence: Presence, definition: Definition, head: list[Any], statements: Sequence[Node]
) -> Faults:
    module, result = presence.module, definition.name in RESULTS
    literals = positive(statements)
    building = list(_building(head, literals)) if result else []
    guarded = presence.needed(each for each in literals if each not in building)
    ranging = ranging_in(module, definition, statements)
    for part in [*head, *building]:
        for operand in operands(part):
            what = presence.missing(operand)
            if what is None or is_guarded(what, guarded):
                continue
            name = presence.name(operand)
            if part not in building and variables_of(operand) & ranging:
                message = (
                    f"{name} in the head may be missing: OPA leaves this one out, regorus breaks "
                    "off or loses all"
                )
                yield module.fault("rego/undefined-head", operand, message)
            elif result:
                message = f"`{definition.name}` says nothing at all if {name} is missing"
                yield module.fault("rego/lost-result", operand, message)


def _building(head: list[Any], literals: Sequence[Any]) -> Iterator[Any]:
    """Yield the statements that only put together what the head says: objects and texts."""
    wanted = set[str]()
    for part in head:
        wanted |= variables_of(part)
    for literal in reversed(literals):
        for assigned in of_kind(literal, "AssignExpr"):
            named = variables_of(assigned["lhs"])
            if named & wanted and _is_built(assigned["rhs"]):
                wanted |= variables_of(assigned["rhs"])
                yield literal


def _is_built(node: Any) -> bool:
    kind, body = kind_of(node)
    if kind == "Call":
        return name_of(body["fcn"]) in _BUILDERS
    return kind in {"Object", "Array"}
