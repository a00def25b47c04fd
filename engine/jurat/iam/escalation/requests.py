"""Requests an attacker would make as an identity, and what grants them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from jurat.iam.breadth import administers
from jurat.iam.document import Statement
from jurat.iam.escalation.writes import Need
from jurat.iam.globs import arn_globs, overlap
from jurat.iam.grants import allows
from jurat.iam.identities import FRESH, SELF, Identity
from jurat.iam.selection import NOTHING_KNOWN
from jurat.iam.variables import Context

_ADMINISTRATOR: Final = "arn:aws:iam::aws:policy/AdministratorAccess"
_BOUNDARY: Final = "iam:permissionsboundary"
_POLICY: Final = "iam:policyarn"
_ATTACHING: Final = "iam:attach"
_WITH_BOUNDARY: Final = frozenset(
    {
        "iam:attachrolepolicy",
        "iam:attachuserpolicy",
        "iam:createrole",
        "iam:createuser",
        "iam:putrolepermissionsboundary",
        "iam:putrolepolicy",
        "iam:putuserpermissionsboundary",
        "iam:putuserpolicy",
    }
)


def granted(
    identity: Identity, action: str, resource: str, known: Context = NOTHING_KNOWN
) -> tuple[Statement, ...]:
    """Return what grants an identity an action, in the way of asking that serves an attacker."""
    if not any(statement.allows for statement in identity.speaking_of(action)):
        return ()
    for choice in _choices(identity, action.lower()):
        context = {**identity.context, **choice, **known}
        found = allows(identity.statements, action, resource, context, identity.boundary)
        if found:
            return found
    return ()


def all_granted(
    identity: Identity, needs: Sequence[Need], resource: str
) -> tuple[Statement, ...] | None:
    """Return what grants one action of each need on a resource, or ``None`` if one is missing."""
    parts = [
        next(filter(None, (granted(identity, action, resource) for action in need)), ())
        for need in needs
    ]
    return tuple(dict.fromkeys(s for part in parts for s in part)) if all(parts) else None


def _choices(identity: Identity, action: str) -> Iterator[Mapping[str, tuple[str, ...]]]:
    """Yield what an attacker can choose for the keys that policies limit IAM writes by.

    A boundary that lets everything through is none, and so is a limit on the policies that can be
    attached if an administrator's is among them.
    """
    boundaries: list[tuple[str, ...]] = [()]
    if action in _WITH_BOUNDARY:
        boundaries.append((_ADMINISTRATOR,))
    policies: list[tuple[str, ...]] = [()]
    if action.startswith(_ATTACHING):
        policies = [(arn,) for arn in _attachable(identity)]
    for boundary in boundaries:
        for policy in policies:
            yield {_BOUNDARY: boundary, _POLICY: policy}


def _attachable(identity: Identity) -> Iterator[str]:
    yield _ADMINISTRATOR
    speaking = (*identity.statements, *(identity.boundary or ()))
    if any(clause.key == _POLICY for statement in speaking for clause in statement.clauses):
        yield "arn:aws:iam::aws:policy/IAMFullAccess"
        account = identity.context.get("aws:principalaccount", ("000000000000",))[0]
        yield f"arn:aws:iam::{account}:policy/{FRESH}"
        yield from (
            arn
            for policy in identity.account.policies
            if administers(policy.statements)
            for arn in policy.arns
        )


def own(identity: Identity, kind: str) -> tuple[str, ...]:
    """Return the ARNs of a kind by which an identity's own rights can be changed."""
    if kind == identity.kind:
        return identity.arns
    if kind == "policy":
        held = (identity, *identity.groups)
        return tuple(a for i in held for a in i.attached if ":iam::aws:" not in a)
    if identity.kind == "user" and kind == "group":
        return (*(a for g in identity.groups for a in g.arns), *map(_group_arn, identity.strange))
    if identity.kind == "policy" or (identity.kind == "group" and kind == "user"):
        return (f"arn:*:iam::*:{kind}/{SELF}",)
    return ()


def _group_arn(name: str) -> str:
    return f"arn:*:iam::*:group/{name}"


def fresh(kind: str) -> str:
    """Return the ARN of a kind that nobody named."""
    return f"arn:*:iam::*:{kind}/{FRESH}"


def whole(kind: str) -> str:
    """Return a pattern of all ARNs of a kind."""
    return f"arn:*:iam::*:{kind}/*"


def capped(identity: Identity) -> bool:
    """Tell whether a permissions boundary limits what new rights of an identity are worth."""
    return identity.boundary is not None and not administers(identity.boundary)


def strangers(identity: Identity, kind: str, statement: Statement) -> bool:
    """Tell whether a statement names a target of a kind of which nothing is known."""
    if statement.resource is None or statement.resource.negated:
        return False
    known = [
        glob
        for arn in (
            *own(identity, kind),
            *(a for m in identity.account.members(kind) for a in m.arns),
        )
        for glob in arn_globs(arn)
    ]
    named = statement.resource.resources(identity.context)
    return any(
        overlap(((glob,), arn_globs(whole(kind)))) and not overlap(((glob,), known))
        for glob in named
    )


def tag_scoped(statement: Statement) -> bool:
    """Tell whether a statement speaks only of resources with certain tags."""
    return any(
        "resourcetag/" in clause.key and not clause.negated and not clause.true_if_absent
        for clause in statement.clauses
    )
