"""Ways to more rights that need no other identity that is known."""

from collections.abc import Iterator
from dataclasses import dataclass

from jurat.iam.breadth import administers
from jurat.iam.document import Statement
from jurat.iam.escalation.passing import PASSING
from jurat.iam.escalation.requests import (
    all_granted,
    capped,
    fresh,
    granted,
    own,
    strangers,
    tag_scoped,
    whole,
)
from jurat.iam.escalation.taking import TAKING
from jurat.iam.escalation.writes import (
    ANYWHERE,
    BECOMING,
    CREATING,
    RAISING,
    UNCAPPING,
    Change,
    Creation,
)
from jurat.iam.grants import allows
from jurat.iam.identities import Identity
from jurat.iam.versions import Version, versions

_PASS = "iam:PassRole"  # noqa: S105 - an action, not a password
_BRING_BACK = "iam:SetDefaultPolicyVersion"


@dataclass(frozen=True, slots=True)
class Escalation:
    """One way to more rights: what is done, which statements grant it, and over whom.

    ``statements`` are those of the first identity of ``chain``, or of the trust that lets it in;
    ``chain`` ends where the power is.
    """

    method: str
    statements: tuple[Statement, ...]
    chain: tuple[str, ...]


def direct(identity: Identity) -> Iterator[Escalation]:
    """Yield the ways by which an identity raises its rights by itself."""
    here = (identity.label,)
    for change in RAISING:
        found = _raised(identity, change)
        if found:
            yield Escalation(change.name, found, here)
    for change in BECOMING:
        found = _become(identity, change)
        if found:
            yield Escalation(change.name, found, here)
    for creation in CREATING:
        found = _created(identity, creation)
        if found:
            yield Escalation(creation.name, found, here)
    for name, action in ANYWHERE:
        found = granted(identity, action, "*")
        if found:
            yield Escalation(name, found, here)
    yield from _uncapped(identity)
    yield from _brought_back(identity)
    yield from _passed(identity)
    yield from _taken(identity)


def _raised(identity: Identity, change: Change) -> tuple[Statement, ...]:
    """Return what lets it write rights of its own, or of anybody."""
    mine = () if capped(identity) else own(identity, change.target)
    for arn in (*mine, fresh(change.target)):
        found = granted(identity, change.action, arn)
        if found:
            return found
    return ()


def raised_for(identity: Identity, other: Identity) -> tuple[str, tuple[Statement, ...]] | None:
    """Return how, and by which statements, an identity can write rights of another one."""
    if capped(other):
        return None
    for change in RAISING:
        for arn in own(other, change.target):
            found = granted(identity, change.action, arn)
            if found:
                return change.name, found
    return None


def _become(identity: Identity, change: Change) -> tuple[Statement, ...]:
    """Return what lets it act as anybody, or as somebody of whom nothing is known."""
    found = granted(identity, change.action, fresh(change.target))
    if found:
        return found
    some = granted(identity, change.action, whole(change.target))
    return tuple(s for s in some if strangers(identity, change.target, s))


def _created(identity: Identity, creation: Creation) -> tuple[Statement, ...]:
    """Return what lets it make somebody new with any rights."""
    first, *others = creation.needs
    for making in granted(identity, first[0], whole(creation.target)):
        resource = making.resource
        named = resource is not None and not resource.negated
        targets = resource.patterns if resource is not None and named else ()
        for target in (*targets, fresh(creation.target)):
            found = all_granted(identity, (first, *others), target)
            if found is not None:
                return found
    return ()


def _uncapped(identity: Identity) -> Iterator[Escalation]:
    if not capped(identity):
        return
    for change in UNCAPPING:
        for arn in identity.arns if change.target == identity.kind else ():
            found = granted(identity, change.action, arn)
            if found:
                yield Escalation(change.name, found, (identity.label,))


def _brought_back(identity: Identity) -> Iterator[Escalation]:
    """Yield managed policies of which it may bring back a version that grants more."""
    if not granted(identity, _BRING_BACK, whole("policy")):
        return
    method = "bring back an old version of a policy"
    found = granted(identity, _BRING_BACK, fresh("policy"))
    if found and not identity.account.policies:
        yield Escalation(method, found, (identity.label,))
    for policy in identity.account.policies:
        found = next(filter(None, (granted(identity, _BRING_BACK, a) for a in policy.arns)), ())
        for version in versions(policy) if found else ():
            if not version.default and _is_strong(version):
                end = f"managed:{policy.name}@{version.id}"
                yield Escalation(method, found, (identity.label, end))


def _is_strong(version: Version) -> bool:
    return bool(administers(version.statements)) or any(
        allows(version.statements, change.action, fresh(change.target))
        for change in (*RAISING, *BECOMING)
    )


def _passed(identity: Identity) -> Iterator[Escalation]:
    """Yield services in which it can put any role to work."""
    if not granted(identity, _PASS, fresh("role")):
        return
    for way in PASSING:
        known = {"iam:passedtoservice": (way.service,)}
        passing = granted(identity, _PASS, fresh("role"), known)
        starting = all_granted(identity, way.needs, "*") if passing else None
        if starting is not None:
            used = tuple(dict.fromkeys((*passing, *starting)))
            yield Escalation(f"pass any role to {way.name}", used, (identity.label,))


def _taken(identity: Identity) -> Iterator[Escalation]:
    """Yield kinds of running code that it can change wherever they run."""
    for way in TAKING:
        found = all_granted(identity, way.needs, way.resource)
        if found is not None and not any(map(tag_scoped, found)):
            yield Escalation(f"run code in any of the {way.name}", found, (identity.label,))
