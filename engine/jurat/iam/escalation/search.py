"""The search for ways by which an identity can raise its own rights."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from jurat.iam.breadth import administers
from jurat.iam.document import Statement
from jurat.iam.escalation.assume import may_assume
from jurat.iam.escalation.direct import Escalation, direct, raised_for
from jurat.iam.escalation.passing import PASSING, Pass
from jurat.iam.escalation.requests import all_granted, fresh, granted, whole
from jurat.iam.escalation.writes import BECOMING, Change
from jurat.iam.identities import Identity
from jurat.iam.principals import Kind

_PASS = "iam:PassRole"  # noqa: S105 - an action, not a password


@dataclass(frozen=True, slots=True)
class _Edge:
    """A way to act as another identity."""

    method: str
    statements: tuple[Statement, ...]
    target: Identity


def escalations(identity: Identity, search: "Search | None" = None) -> tuple[Escalation, ...]:
    """Return every way by which an identity can raise its own rights.

    Administrators have nothing to gain: for them there is none. Who asks for many identities of
    one account gives one ``search``, which remembers what it has found out.
    """
    if is_administrator(identity):
        return ()
    return (*direct(identity), *(search or Search()).chains(identity))


def is_administrator(identity: Identity) -> bool:
    """Tell whether an identity may do everything already, its boundary considered."""
    return bool(administers(identity.statements, identity.context, identity.boundary))


class Search:
    """Walks the identities of an account and remembers what it has found out of each."""

    def __init__(self) -> None:
        self._power: dict[str, bool] = {}
        self._ways: dict[str, tuple[_Edge, ...]] = {}

    def chains(self, identity: Identity) -> Iterator[Escalation]:
        """Walk from identity to identity, nearest first, to those that are powerful."""
        seen = {identity.address}
        pending: deque[tuple[Identity, tuple[str, ...], _Edge | None]] = deque()
        pending.append((identity, (identity.label,), None))
        while pending:
            here, chain, first = pending.popleft()
            for edge in self._edges(here):
                if edge.target.address in seen:
                    continue
                seen.add(edge.target.address)
                start, longer = first or edge, (*chain, edge.target.label)
                raised = raised_for(here, edge.target)
                if self._is_powerful(edge.target):
                    yield Escalation(start.method, start.statements, longer)
                elif raised is not None:
                    yield Escalation(*raised, longer)
                else:
                    pending.append((edge.target, longer, start))

    def _is_powerful(self, identity: Identity) -> bool:
        known = self._power.get(identity.address)
        if known is None:
            known = is_administrator(identity) or next(direct(identity), None) is not None
            self._power[identity.address] = known
        return known

    def _edges(self, identity: Identity) -> tuple[_Edge, ...]:
        known = self._ways.get(identity.address)
        if known is None:
            known = self._ways[identity.address] = tuple(_edges(identity))
        return known


def _edges(identity: Identity) -> Iterator[_Edge]:
    for role in identity.account.roles:
        found = may_assume(identity, role)
        if found:
            yield _Edge("take another role", found, role)
    for change in BECOMING:
        yield from _becoming(identity, change)
    if granted(identity, _PASS, whole("role")):
        for way in PASSING:
            yield from _passing(identity, way)


def _becoming(identity: Identity, change: Change) -> Iterator[_Edge]:
    if not granted(identity, change.action, whole(change.target)) or granted(
        identity, change.action, fresh(change.target)
    ):
        return  # nobody, or anybody: that is a way of its own
    for other in identity.account.members(change.target):
        for arn in other.arns:
            found = granted(identity, change.action, arn)
            if found:
                yield _Edge(change.name, found, other)


def _passing(identity: Identity, way: Pass) -> Iterator[_Edge]:
    """Yield the known roles that can be passed to a service that may take them."""
    starting = all_granted(identity, way.needs, "*")
    if starting is None:
        return
    known = {"iam:passedtoservice": (way.service,)}
    if granted(identity, _PASS, fresh("role"), known):
        return  # any role: that is a way of its own
    for role in identity.account.roles:
        passing = next(filter(None, (granted(identity, _PASS, a, known) for a in role.arns)), ())
        if passing and _trusts(role, way.service):
            yield _Edge(f"pass a role to {way.name}", (*passing, *starting), role)


def _trusts(role: Identity, service: str) -> bool:
    label = service.split(".", maxsplit=1)[0]
    return any(
        principal.everyone
        or any(member.value.split(".")[0] == label for member in principal.of(Kind.SERVICE))
        for statement in role.trust
        if statement.allows and (principal := statement.principal) is not None
    )
