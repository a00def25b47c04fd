"""Denials that guard a resource whoever is allowed in: plain HTTP, and other networks."""

import re
from collections.abc import Sequence
from typing import Final

from jurat.iam.breadth import is_wide
from jurat.iam.conditions import Clause
from jurat.iam.document import Statement
from jurat.iam.globs import action_glob, arn_globs
from jurat.iam.grants import covers_actions, covers_resources
from jurat.iam.outsiders import pins

_ENDPOINTS: Final = frozenset({"aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce"})
_SERVICE_KEYS: Final = frozenset({"aws:principalisawsservice", "aws:viaawsservice"})
_EQUALITIES: Final = frozenset({"stringequals", "stringequalsignorecase", "stringlike"})
_USER_ID: Final = re.compile(r"A[A-Z0-9]{15,}(:.*)?|[0-9]{12}")


def denies_insecure_transport(statement: Statement) -> bool:
    """Tell whether a statement denies every request without TLS, whoever makes it."""
    return (
        _binds_everyone(statement)
        and bool(statement.clauses)
        and all(map(_holds_without_tls, statement.clauses))
    )


def _holds_without_tls(clause: Clause) -> bool:
    if clause.quantifier == "any":
        return False
    values = tuple(value.lower() for value in clause.values)
    if clause.key == "aws:securetransport":
        if clause.operator == "bool":
            return values == ("false",)
        if clause.operator in _EQUALITIES:
            return values == ("true",) if clause.negated else "false" in values
    # A request without TLS has no TLS version: only IfExists lets the Deny reach it.
    older = clause.operator in {"numericlessthan", "numericlessthanequals"}
    return clause.key == "s3:tlsversion" and older and clause.if_exists


def _binds_everyone(statement: Statement) -> bool:
    principal = statement.principal
    meant = principal is not None and principal.everyone and not principal.negated
    return not statement.allows and meant


def insecure_transport_denied(
    statements: Sequence[Statement], actions: Sequence[str], resources: Sequence[str] = ()
) -> bool:
    """Tell whether requests without TLS are denied for all these actions on all these resources.

    Without ``resources`` it is enough that each action is denied on some.
    """
    denies = [statement for statement in statements if denies_insecure_transport(statement)]
    return _guarded(denies, actions, resources)


def _guarded(denies: Sequence[Statement], actions: Sequence[str], resources: Sequence[str]) -> bool:
    """Tell whether each action on each resource is denied by one of the statements."""

    def denied(action: str, resource: str | None) -> bool:
        return any(
            covers_actions(deny.action, (action_glob(action),))
            and (resource is None or covers_resources(deny.resource, arn_globs(resource)))
            for deny in denies
        )

    return all(denied(action, where) for action in actions for where in resources or (None,))


def required_endpoints(
    statements: Sequence[Statement], actions: Sequence[str], resources: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return the VPC endpoints and VPCs to which a Deny confines all these actions, if one does.

    Beside them a Deny may spare named roles and AWS services; one that spares an account, an
    organisation or an address range confines nobody.
    """
    confining = [statement for statement in statements if _confines(statement)]
    if not _guarded(confining, actions, resources):
        return ()
    return tuple(
        dict.fromkeys(
            value
            for statement in confining
            for clause in statement.clauses
            if clause.key in _ENDPOINTS
            for value in clause.values
        )
    )


def _confines(statement: Statement) -> bool:
    to_endpoints = [clause for clause in statement.clauses if _outside_endpoints(clause)]
    others = [clause for clause in statement.clauses if clause not in to_endpoints]
    return _binds_everyone(statement) and bool(to_endpoints) and all(map(_spares_few, others))


def _outside_endpoints(clause: Clause) -> bool:
    unless = clause.negated and clause.true_if_absent
    return unless and clause.key in _ENDPOINTS and pins(clause)


def _spares_few(clause: Clause) -> bool:
    """Tell whether a further clause exempts no more than services or named identities."""
    if clause.key in _SERVICE_KEYS:
        # Without IfExists, anonymous requests would be exempt: they lack the key.
        return clause.operator == "bool" and clause.values == ("false",) and clause.if_exists
    if not (clause.negated and clause.true_if_absent):
        return False
    if clause.key == "aws:userid":
        return all(map(_USER_ID.fullmatch, clause.values))
    named = not any(is_wide(value) for value in clause.values)
    return clause.key == "aws:principalarn" and named and pins(clause)
