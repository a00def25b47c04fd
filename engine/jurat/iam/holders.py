"""Identities as a question needs them: only what it is about of their grants and trust is read."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from jurat.iam.account import Account
from jurat.iam.document import Statement
from jurat.iam.escalation.passing import PASSING
from jurat.iam.escalation.taking import TAKING
from jurat.iam.globs import action_glob, overlap
from jurat.iam.grants import selects
from jurat.iam.identities import Described, Identity, items
from jurat.iam.reading import (
    ACTIONS,
    PRINCIPALS,
    RESOURCES,
    Question,
    Wanted,
    content,
    everything,
    lean,
)
from jurat.iam.selection import Selection
from jurat.model import Path

DOCUMENTS: Final = frozenset({"ManagedPolicyArns", "PolicyDocument", "Policies"})
"""The properties of an identity that hold or name what it is granted."""

_GRANTED: Final = frozenset({"ManagedPolicyArns", "Path", "Policies"})
_PROPERTIES: Final[Mapping[str, frozenset[str]]] = {
    "AWS::IAM::Group": _GRANTED | {"GroupName"},
    "AWS::IAM::ManagedPolicy": frozenset(
        {"ManagedPolicyName", "Path", "PolicyDocument", "Versions"}
    ),
    "AWS::IAM::Role": _GRANTED
    | {"AssumeRolePolicyDocument", "PermissionsBoundary", "RoleName", "Tags"},
    "AWS::IAM::User": _GRANTED | {"Groups", "PermissionsBoundary", "Tags", "UserName"},
}
_SERVING: Final = frozenset({"Federated", "Service"})
_RIGHTS: Final = tuple(action_glob(f"{service}:?*") for service in ("iam", "sso", "sts"))
_WORKING: Final = tuple(
    {action for way in (*PASSING, *TAKING) for need in way.needs for action in need}
)


def raises_rights(statement: Statement) -> bool:
    """Want the statements that may matter for raising one's rights."""
    return _raises_rights(statement.action)


@lru_cache(maxsize=16384)
def _raises_rights(action: Selection) -> bool:
    listed = action.actions
    about_rights = overlap((_RIGHTS,), listed) if action.negated else overlap((_RIGHTS, listed))
    return about_rights or any(selects(action, working) for working in _WORKING)


class Lean:
    """A resource of which only some properties, and in its documents some statements, are seen."""

    def __init__(
        self, resource: Described, wanted: Wanted, visible: frozenset[str] | None = None
    ) -> None:
        self.address = resource.address
        self.type = resource.type
        self.properties: Mapping[str, Any] = _Properties(resource, wanted, visible)
        self._resource = resource

    @property
    def arn(self) -> str | None:
        """A text that stands for its ARN, if the resource has one."""
        return getattr(self._resource, "arn", None)


class _Properties(Mapping[str, Any]):
    """Properties that are read when they are asked for."""

    def __init__(self, resource: Described, wanted: Wanted, visible: frozenset[str] | None) -> None:
        self._resource = resource
        own = _PROPERTIES[resource.type]
        self._visible = own if visible is None else own & visible
        self._granting = Question(wanted, ACTIONS, (*RESOURCES, "Condition"))
        self._trusting = Question(wanted, ACTIONS, (*PRINCIPALS, "Condition"))

    def __getitem__(self, name: str) -> Any:
        if name not in self._visible:
            raise KeyError(name)
        value = self._resource.properties[name]
        match name:
            case "AssumeRolePolicyDocument":
                return lean(value, self._trusting)
            case "PolicyDocument":
                return lean(value, self._granting)
            case "Policies":
                return self._holding(value, "PolicyDocument")
            case "Versions":
                return self._holding(value, "Document", "VersionId", "IsDefaultVersion")
        return content(value)

    def _holding(self, value: Any, document: str, *others: str) -> Any:
        """Return a list of objects with a document in each."""
        if not isinstance(value, Sequence) or isinstance(value, str):
            return content(value)
        return [
            {
                **{name: content(item[name]) for name in others if name in item},
                document: lean(item.get(document), self._granting),
            }
            if isinstance(item, Mapping)
            else content(item)
            for item in value
        ]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._resource.properties if name in self._visible)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def alone(resource: Described, wanted: Wanted = everything) -> Identity:
    """Return the identity that a resource is, with what is written in it or is AWS's own."""
    return Account([Lean(resource, wanted, DOCUMENTS)]).find(resource.address)


def place(identity: Identity, statement: Statement, inner: Path) -> Path:
    """Return where a finding belongs: ``inner`` if it is the identity's own, else what names it."""
    where = identity.locate(statement)
    return inner if where == statement.path else where


def exempt(resource: Described, related: Mapping[str, Sequence[Any]]) -> str:
    """Say why what an identity or policy is granted is not to be judged, if it is not.

    ``related`` holds under ``bounded`` those that a policy limits as their permissions boundary,
    under ``holders`` those that it is attached to.
    """
    if str(resource.properties.get("Path")).startswith("/aws-service-role/"):
        return "it is AWS's own, and nobody can change it"
    grants = resource.type != "AWS::IAM::ManagedPolicy" or related["holders"]
    if grants or not related["bounded"]:
        return ""
    return "it serves as a permissions boundary only, which grants nothing"


def attachments(resource: Described) -> list[str]:
    """Return what stands in the list of attached managed policies, in its places."""
    if resource.type == "AWS::IAM::ManagedPolicy":
        return []
    return [str(arn) for arn in items(content(resource.properties.get("ManagedPolicyArns")))]


def unseen(resource: Described, seen: int) -> bool:
    """Tell whether more customer-managed policies are attached than the ``seen`` ones."""
    return len({arn for arn in attachments(resource) if ":iam::aws:policy/" not in arn}) > seen


def may_admit_identities(resource: Described) -> bool:
    """Tell, by a glance at its trust, whether a role may admit more than services and providers.

    In a large account this is asked of every role for every identity.
    """
    document = resource.properties.get("AssumeRolePolicyDocument")
    if not isinstance(document, Mapping) or "Statement" not in document:
        return document is not None
    listed = document["Statement"]
    regular = isinstance(listed, Sequence) and not isinstance(listed, str)
    return any(map(_may_admit_identities, listed)) if regular else True


def _may_admit_identities(statement: Any) -> bool:
    if not isinstance(statement, Mapping) or "Principal" not in statement:
        return True
    principal = statement["Principal"]
    return not isinstance(principal, Mapping) or not set(principal) <= _SERVING
