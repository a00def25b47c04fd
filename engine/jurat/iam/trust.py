"""Trust policies: who may take a role, and who might be tricked into taking it for another."""

from collections.abc import Sequence
from typing import Final

from jurat.iam.conditions import Clause
from jurat.iam.document import Statement
from jurat.iam.grants import selects_action
from jurat.iam.outsiders import pins, public
from jurat.iam.principals import Kind, Principal

ASSUMING: Final = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
_AGAINST_CALLERS: Final = frozenset(
    {"aws:principalorgid", "aws:principalorgpaths", "sts:externalid"}
)
_AGAINST_SERVICES: Final = frozenset(
    {"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"}
)


def trusting(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the statements by which somebody may take the role."""
    return tuple(s for s in statements if s.allows and any(selects_action(s, a) for a in ASSUMING))


def unguarded(statement: Statement, own: str | None) -> tuple[Principal, ...]:
    """Return the principals that could be tricked into taking the role for somebody else.

    These are other accounts that need show no external id or membership of the organisation,
    services that need not say for whom they act, and everyone a public statement lets in.
    """
    principal = statement.principal
    if principal is None or not statement.allows:
        return ()
    if public(statement):
        return principal.of(*Kind) or (Principal(Kind.EVERYONE, "*"),)
    accounts = () if _has(statement, _AGAINST_CALLERS) else principal.outside(own)
    services = () if _has(statement, _AGAINST_SERVICES) else principal.of(Kind.SERVICE)
    return (*accounts, *services)


def _has(statement: Statement, keys: frozenset[str]) -> bool:
    return any(_guards(clause, keys) for clause in statement.clauses)


def _guards(clause: Clause, keys: frozenset[str]) -> bool:
    required = not clause.negated and not clause.true_if_absent
    return required and clause.key in keys and pins(clause)
