"""Identities: roles, users and groups with everything that they are granted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from jurat.iam.document import Statement, statements
from jurat.iam.globs import arn_globs
from jurat.iam.grants import selects_action
from jurat.iam.principals import Kind
from jurat.iam.variables import Context
from jurat.iam.wellknown import WELL_KNOWN

if TYPE_CHECKING:  # an account knows its identities, so this way round only the name is needed
    from jurat.iam.account import Account

SELF: Final = "\ue0fa"
"""The name of whoever holds a group's or a policy's rights."""

_NAMES: Final = {
    "role": "RoleName",
    "user": "UserName",
    "group": "GroupName",
    "policy": "ManagedPolicyName",
}


class Described(Protocol):
    """A resource in canonical form, as far as identities need it."""

    @property
    def address(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def properties(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a managed policy."""

    id: str
    default: bool
    statements: tuple[Statement, ...]


class Identity:
    """A role, user or group; or a managed policy, which stands for whoever holds it."""

    def __init__(self, kind: str, resource: Described, account: "Account") -> None:
        self.kind = kind
        self.address = resource.address
        self.account = account
        self._resource = resource
        self._properties = resource.properties

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
        if self.kind == "policy":
            document = self._properties.get("PolicyDocument")
            return statements(document, ("PolicyDocument",), f"managed:{self.name}")
        return (*self._inline(), *self._attached(), *self._through_groups())

    def locate(self, statement: Statement) -> Path:
        """Return where, in its own properties, a statement that it holds comes from."""
        if statement in self._inline() or self.kind == "policy":
            return statement.path
        for index, arn in enumerate(_items(self._properties.get("ManagedPolicyArns"))):
            if isinstance(arn, str) and statement in self._of_policy(arn):
                return ("ManagedPolicyArns", index)
        named = [(i, g) for i, g in enumerate(self.group_names) if self._group(g) is not None]
        for index, name in named:
            if statement.source.startswith(f"group/{name} "):
                return ("Groups", index)
        return ()

    def _inline(self) -> Iterator[Statement]:
        for index, policy in enumerate(_items(self._properties.get("Policies"))):
            held = policy if isinstance(policy, Mapping) else {"PolicyDocument": policy}
            at = ("Policies", index, "PolicyDocument")
            yield from statements(
                held.get("PolicyDocument"), at, f"inline:{held.get('PolicyName', index)}"
            )

    def _attached(self) -> Iterator[Statement]:
        for arn in self.attached:
            policy = self.account.named("policy", arn)
            if policy is not None:
                yield from policy.statements
            elif _well_known(arn) is not None:
                name = arn.rpartition("/")[2]
                yield from statements(_well_known(arn), ("PolicyDocument",), f"managed:{name}")

    def _through_groups(self) -> Iterator[Statement]:
        for group in self.groups:
            for statement in group.statements:
                yield replace(statement, source=f"{group.label} {statement.source}")

    @cached_property
    def attached(self) -> tuple[str, ...]:
        """The ARNs of the managed policies that are attached to it."""
        return tuple(
            a for a in _items(self._properties.get("ManagedPolicyArns")) if isinstance(a, str)
        )

    @cached_property
    def groups(self) -> tuple["Identity", ...]:
        """The groups that a user is in, as far as they are known."""
        if self.kind != "user":
            return ()
        names = (n for n in _items(self._properties.get("Groups")) if isinstance(n, str))
        found = (self.account.named("group", name) for name in names)
        return tuple(group for group in found if group is not None)

    @cached_property
    def unresolved(self) -> tuple[str, ...]:
        """Attached managed policies, and the boundary, of which the document is not known."""
        boundary = self._properties.get("PermissionsBoundary")
        listed = (*_items(self._properties.get("ManagedPolicyArns")), *_items(boundary))
        own = tuple(
            str(arn)
            for arn in listed
            if not isinstance(arn, str)
            or (self.account.named("policy", arn) is None and _well_known(arn) is None)
        )
        return (*own, *(arn for group in self.groups for arn in group.unresolved))

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
        document = self._properties.get("AssumeRolePolicyDocument")
        return statements(document, ("AssumeRolePolicyDocument",), "trust")

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """The versions of a managed policy, as far as they are known."""
        found = (v for v in _items(self._properties.get("Versions")) if isinstance(v, Mapping))
        return tuple(
            Version(
                str(version.get("VersionId", "")),
                version.get("IsDefaultVersion") is True,
                statements(
                    version.get("Document"),
                    ("Versions", index, "Document"),
                    f"managed:{self.name}@{version.get('VersionId', '')}",
                ),
            )
            for index, version in enumerate(found)
        )

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
        tags = (t for t in _items(self._properties.get("Tags")) if isinstance(t, Mapping))
        pairs = ((tag.get("Key"), tag.get("Value")) for tag in tags)
        return {k: v for k, v in pairs if isinstance(k, str) and isinstance(v, str)}

    def _text(self, name: str) -> str | None:
        value = self._properties.get(name)
        return value if isinstance(value, str) and value else None


def _items(value: Any) -> Sequence[Any]:
    """Return the items of a list; anything else that is there counts as its only item."""
    if value is None:
        return ()
    return value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)


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
