"""Taking a role: whether an identity's grants and the role's trust together let it."""

from typing import Final

from jurat.iam.document import Statement
from jurat.iam.escalation.requests import granted
from jurat.iam.grants import allows
from jurat.iam.identities import Identity
from jurat.iam.principals import Kind, Principal
from jurat.iam.selection import Selection

_TAKE: Final = "sts:AssumeRole"
_TRUSTED: Final = Statement((), True, Selection((_TAKE,)), Selection(("*",)), None)  # noqa: FBT003 - an Allow


def may_assume(identity: Identity, role: Identity) -> tuple[Statement, ...]:
    """Return the statements that let an identity take a role; none if it may not.

    In one account a trust policy that names an identity is enough; one that names the account
    leaves it to the identity's own policies.
    """
    if identity.names and role.admitted.isdisjoint(identity.names):
        return ()
    trusting = allows(role.trust, _TAKE, context=identity.context)
    meant = [(s, meaning) for s in trusting if (meaning := _meaning(s, identity))]
    if not meant:
        return ()
    found = tuple(s for arn in role.arns for s in granted(identity, _TAKE, arn))
    direct = tuple(s for s, meaning in meant if meaning == "identity")
    return found or (direct if direct and _not_denied(identity, role) else ())


def _meaning(statement: Statement, identity: Identity) -> str:
    """Tell whether a trust statement means the identity itself, its account, or neither."""
    principal = statement.principal
    if principal is None:
        return ""
    if principal.everyone:
        return "identity"
    if any(_is(member, identity) for member in principal.of(Kind.IDENTITY)):
        return "identity"
    mine = identity.context.get("aws:principalaccount", ())
    accounts = principal.of(Kind.ACCOUNT)
    return "account" if any(not mine or a.account in mine for a in accounts) else ""


def _is(principal: Principal, identity: Identity) -> bool:
    """Tell whether a named principal is the identity, or a session of it."""
    if identity.kind not in {"role", "user"}:
        return False
    if ":assumed-role/" in principal.value and identity.kind == "role":
        return principal.value.split("/")[1] == identity.name
    return identity.is_called(principal.value)


def _not_denied(identity: Identity, role: Identity) -> bool:
    """Tell whether no Deny, and for roles no boundary, stands against a grant of the trust."""
    boundary = identity.boundary if identity.kind == "role" else None
    statements = (_TRUSTED, *identity.statements)
    return any(
        _TRUSTED in allows(statements, _TAKE, arn, identity.context, boundary) for arn in role.arns
    )
