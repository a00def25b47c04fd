"""Principals: whom a statement of a resource or trust policy speaks of."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from jurat.iam.variables import widen

_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_UNIQUE_ID: Final = re.compile(r"A[A-Z0-9]{15,}")
_KINDS: Final = ("AWS", "Service", "Federated", "CanonicalUser")
_ARN_SEGMENTS: Final = 6


class Kind(StrEnum):
    """What a principal is."""

    EVERYONE = "everyone"
    ACCOUNT = "account"
    IDENTITY = "identity"
    SERVICE = "service"
    OIDC = "oidc"
    SAML = "saml"
    CANONICAL = "canonical"
    DELETED = "deleted"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Principal:
    """One principal as written, with its account if it has one."""

    kind: Kind
    value: str
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Principals:
    """Those in ``Principal``, or everyone but those in ``NotPrincipal`` if negated."""

    members: tuple[Principal, ...]
    negated: bool = False

    @property
    def everyone(self) -> bool:
        """Whether anybody on earth is meant."""
        listed = any(member.kind is Kind.EVERYONE for member in self.members)
        return listed != self.negated

    def of(self, *kinds: Kind) -> tuple[Principal, ...]:
        """Return the named members of these kinds."""
        return () if self.negated else tuple(m for m in self.members if m.kind in kinds)

    def outside(self, own: str | None) -> tuple[Principal, ...]:
        """Return the members of other accounts than ``own``; of none if that is not known."""
        named = self.of(Kind.ACCOUNT, Kind.IDENTITY)
        return tuple(m for m in named if own is not None and m.account != own)


def read_principals(value: Any, *, negated: bool, allows: bool) -> Principals:
    """Return the principals of an element; one that cannot be read counts against the reader."""
    members = tuple(_read(value))
    if any(member.kind is Kind.UNREADABLE for member in members):
        known = tuple(member for member in members if member.kind is not Kind.UNREADABLE)
        everyone = (Principal(Kind.EVERYONE, "*"),) if allows != negated else ()
        return Principals((*known, *everyone), negated)
    return Principals(members, negated)


def _read(value: Any) -> Iterator[Principal]:
    if isinstance(value, Mapping):
        for kind, names in value.items():
            for name in _listed(names):
                yield classify(str(kind), name)
    else:
        for name in _listed(value):
            yield classify("AWS", name)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)


def classify(kind: str, name: Any) -> Principal:
    """Return the principal that ``name`` under ``kind`` (``AWS``, ``Service`` …) stands for."""
    if not isinstance(name, str):
        return Principal(Kind.UNREADABLE, "")
    if not name.strip("*") and name:
        return Principal(Kind.EVERYONE, name)
    match next((known for known in _KINDS if known.lower() == kind.lower()), ""):
        case "AWS":
            return _aws(name)
        case "Service":
            return Principal(Kind.SERVICE, name)
        case "Federated":
            return _federated(name)
        case "CanonicalUser":
            return Principal(Kind.CANONICAL, name)
        case _:
            return Principal(Kind.UNREADABLE, name)


def _aws(name: str) -> Principal:
    if _ACCOUNT.fullmatch(name):
        return Principal(Kind.ACCOUNT, name, name)
    if _UNIQUE_ID.fullmatch(name):
        return Principal(Kind.DELETED, name)
    parts = widen(name).split(":", _ARN_SEGMENTS - 1)  # the colon of a variable parts no ARN
    if len(parts) < _ARN_SEGMENTS:
        return Principal(Kind.EVERYONE if "*" in name else Kind.UNREADABLE, name)
    account, rest = parts[4], parts[5]
    if "*" in account or "?" in account:
        return Principal(Kind.EVERYONE, name)
    whole = rest == "root" or not rest.strip("*")
    return Principal(Kind.ACCOUNT if whole else Kind.IDENTITY, name, account)


def _federated(name: str) -> Principal:
    account = name.split(":")[4] if name.count(":") >= _ARN_SEGMENTS - 1 else None
    saml = ":saml-provider/" in name
    return Principal(Kind.SAML if saml else Kind.OIDC, name, account)
