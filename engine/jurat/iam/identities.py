"""Identities: roles, users and groups with everything that they are granted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from jurat.iam.document import Statement, statements
from jurat.iam.globs import arn_globs
from jurat.iam.grants import selects_action
from jurat.iam.principals import Kind
from jurat.iam.variables import Context
from jurat.iam.wellknown import WELL_KNOWN
from jurat.model import Path

if TYPE_CHECKING:  # an account knows its identities, so this way round only the name is needed
    from jurat.iam.account import Account

SELF: Final = "\ue0fa"
"""The name of whoever holds a group's or a policy's rights."""

FRESH: Final = "\ue0fb"
"""A name that no policy mentions: who may act on it may act on any."""

_NAMES: Final = {
    "role": "RoleName",
    "user": "UserName",
    "group": "GroupName",
    "policy": "ManagedPolicyName",
}


class Described(Protocol):
    """A resource in canonical form, as far as identities need it.

    It may also have an ``arn``: a text that stands for an ARN which is not known yet.
    """

    @property
    def address(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def properties(self) -> Mapping[str, Any]: ...


class Identity:
    """A role, user or group; or a managed policy, which stands for whoever holds it."""

    def __init__(self, kind: str, resource: Described, account: "Account") -> None:
        self.kind = kind
        self.address = resource.address
        self.account = account
        self._resource = resource
        self.properties = resource.properties
        self._speaking: dict[str, tuple[Statement, ...]] = {}

    @cached_property
    def name(self) -> str:
        """Its name, or its address if it has none yet."""
        return self._text(_NAMES[self.kind]) or self.address.rpartition("/")[2]

    @cached_property
    def label(self) -> str:
        """What to call it: ``role/shop-ci``."""
        return f"{self.kind}/{self.name}"

    @cached_property
    def arns(self) -> tuple[str, ...]:
        """Its ARN, or patterns of what its ARN will be."""
        if self.address.startswith("arn:"):
            return (self.address,)
        stand_in = getattr(self._resource, "arn", None)
        path = self._text("Path") or "/"
        pattern = f"arn:*:iam::*:{self.kind}{path}{self.name}"
        return (stand_in, pattern) if isinstance(stand_in, str) else (pattern,)

    def is_called(self, arn: str) -> bool:
        """Tell whether an ARN is, or may turn out to be, its own."""
        return any(arn == own or ("*" in own and _may_be(arn, own)) for own in self.arns)

    @cached_property
    def names(self) -> frozenset[str]:
        """What a trust policy that admits it holds one of; empty if that is not known yet."""
        if not self.address.startswith("arn:"):
            return frozenset()
        session = f"assumed-{self.label}"
        return frozenset({"*", self.address, self.address.split(":")[4], session})

    @cached_property
    def admitted(self) -> frozenset[str]:
        """The names of those that the trust of a role speaks of."""
        found = set()
        for statement in self.trust:
            principal = statement.principal
            if not statement.allows or principal is None:
                continue
            if principal.everyone:
                found.add("*")
            for member in principal.of(Kind.ACCOUNT, Kind.IDENTITY):
                whole = member.kind is Kind.ACCOUNT
                found.add(member.account or "" if whole else _session_or_arn(member.value))
        return frozenset(found)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Everything granted to it: inline, attached, and through groups."""
        return tuple(statement for _, held in self._holdings for statement in held)

    def speaking_of(self, action: str) -> tuple[Statement, ...]:
        """Return what of its statements speaks of one action, written out."""
        if action not in self._speaking:
            self._speaking[action] = tuple(s for s in self.statements if selects_action(s, action))
        return self._speaking[action]

    def locate(self, statement: Statement) -> Path:
        """Return where, in its own properties, a statement that it holds comes from."""
        places = (place for place, held in self._holdings if statement in held)
        return next(places, statement.path) or statement.path

    @cached_property
    def _holdings(self) -> tuple[tuple[Path, tuple[Statement, ...]], ...]:
        """Its statements by the place that holds or names their document; empty: the document."""
        if self.kind == "policy":
            document = self.properties.get("PolicyDocument")
            return (((), statements(document, ("PolicyDocument",), f"managed:{self.name}")),)
        return (
            *(((), held) for held in self._inline()),
            *((("ManagedPolicyArns", i), self._managed(arn)) for i, arn in self._attached),
            *((("Groups", i), _through(group)) for i, group in self._groups),
        )

    def _inline(self) -> Iterator[tuple[Statement, ...]]:
        for index, policy in enumerate(items(self.properties.get("Policies"))):
            held = policy if isinstance(policy, Mapping) else {"PolicyDocument": policy}
            at = ("Policies", index, "PolicyDocument")
            source = f"inline:{held.get('PolicyName', index)}"
            yield statements(held.get("PolicyDocument"), at, source)

    def _managed(self, arn: str) -> tuple[Statement, ...]:
        policy = self.account.named("policy", arn)
        if policy is not None:
            return policy.statements
        name = arn.rpartition("/")[2]
        return statements(_well_known(arn), ("PolicyDocument",), f"managed:{name}")

    @cached_property
    def _attached(self) -> tuple[tuple[int, str], ...]:
        return tuple(self._texts("ManagedPolicyArns"))

    @property
    def attached(self) -> tuple[str, ...]:
        """The ARNs of the managed policies that are attached to it."""
        return tuple(arn for _, arn in self._attached)

    @cached_property
    def _groups(self) -> tuple[tuple[int, "Identity"], ...]:
        named = self._texts("Groups") if self.kind == "user" else ()
        found = ((index, self.account.named("group", name)) for index, name in named)
        return tuple((index, group) for index, group in found if group is not None)

    @property
    def groups(self) -> tuple["Identity", ...]:
        """The groups that a user is in, as far as they are known."""
        return tuple(group for _, group in self._groups)

    @property
    def strange(self) -> tuple[str, ...]:
        """The names of the groups that a user is in and of which nothing is known."""
        known = {index for index, _ in self._groups}
        named = self._texts("Groups") if self.kind == "user" else ()
        return tuple(name for index, name in named if index not in known)

    @cached_property
    def unresolved(self) -> tuple[str, ...]:
        """Attached policies, boundary and groups of which the content is not known."""
        boundary = self.properties.get("PermissionsBoundary")
        listed = (*items(self.properties.get("ManagedPolicyArns")), *items(boundary))
        own = tuple(
            str(arn)
            for arn in listed
            if not isinstance(arn, str)
            or (self.account.named("policy", arn) is None and _well_known(arn) is None)
        )
        return (*own, *self.strange, *(arn for group in self.groups for arn in group.unresolved))

    @cached_property
    def boundary(self) -> tuple[Statement, ...] | None:
        """What its permissions boundary allows, if it has one that is known."""
        arn = self._text("PermissionsBoundary")
        if arn is None:
            return None
        policy = self.account.named("policy", arn)
        if policy is not None:
            return policy.statements
        known = _well_known(arn)
        return None if known is None else statements(known, source=f"boundary:{arn}")

    @cached_property
    def trust(self) -> tuple[Statement, ...]:
        """Who may take it, if it is a role."""
        document = self.properties.get("AssumeRolePolicyDocument")
        return statements(document, ("AssumeRolePolicyDocument",), "trust")

    @cached_property
    def context(self) -> Context:
        """What is known of every request that it makes."""
        known: dict[str, tuple[str, ...]] = {}
        # Whoever takes a role may bring other tags, if its trust lets them.
        if not any(s.allows and selects_action(s, "sts:TagSession") for s in self.trust):
            for key, value in self.tags.items():
                known[f"aws:principaltag/{key.lower()}"] = (value,)
        if self.kind == "user":
            known["aws:username"] = (self.name,)
        else:
            known["aws:username"] = () if self.kind == "role" else (SELF,)
        if self.kind in {"role", "user"} and self.address.startswith("arn:"):
            known["aws:principalarn"] = (self.address,)
            known["aws:principalaccount"] = (self.address.split(":")[4],)
        return known

    @cached_property
    def tags(self) -> Mapping[str, str]:
        """Its tags."""
        tags = (t for t in items(self.properties.get("Tags")) if isinstance(t, Mapping))
        pairs = ((tag.get("Key"), tag.get("Value")) for tag in tags)
        return {k: v for k, v in pairs if isinstance(k, str) and isinstance(v, str)}

    def _texts(self, name: str) -> Iterator[tuple[int, str]]:
        for index, item in enumerate(items(self.properties.get(name))):
            if isinstance(item, str):
                yield index, item

    def _text(self, name: str) -> str | None:
        value = self.properties.get(name)
        return value if isinstance(value, str) and value else None


def items(value: Any) -> Sequence[Any]:
    """Return the items of a list; anything else that is there counts as its only item."""
    if value is None:
        return ()
    return value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)


def _through(group: Identity) -> tuple[Statement, ...]:
    return tuple(replace(s, source=f"{group.label} {s.source}") for s in group.statements)


def _session_or_arn(value: str) -> str:
    """Return ``assumed-role/name`` for the ARN of a session, else the ARN."""
    _, found, rest = value.partition(":assumed-role/")
    return f"assumed-role/{rest.partition('/')[0]}" if found else value


def _may_be(arn: str, pattern: str) -> bool:
    return any(glob.matches(arn) for glob in arn_globs(pattern))


def _well_known(arn: str) -> Any:
    """Return the document of a managed policy of AWS that every account has."""
    _, _, name = arn.partition(":iam::aws:policy/")
    return WELL_KNOWN.get(name)
