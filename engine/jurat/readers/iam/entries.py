"""Entries of account details: how a user, group, role or policy becomes canonical properties."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from jurat.model import Path, Unknown, Value
from jurat.readers.iam.values import document, listed, text

_TAGGED: Final = ("Tags", "PermissionsBoundary")


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of entry becomes a resource.

    ``copied`` are members with the same name and meaning in both shapes; ``inline`` is the member
    with inline policies. ``silent`` are properties whose absence means that there are none.
    """

    type: str
    name: str
    source_name: str
    copied: tuple[str, ...] = ()
    inline: str | None = None
    silent: tuple[str, ...] = ()


KINDS: Final[Mapping[str, Kind]] = {
    "UserDetailList": Kind(
        "AWS::IAM::User",
        "UserName",
        "UserName",
        ("CreateDate",),
        "UserPolicyList",
        _TAGGED,
    ),
    "GroupDetailList": Kind(
        "AWS::IAM::Group",
        "GroupName",
        "GroupName",
        ("CreateDate",),
        "GroupPolicyList",
    ),
    "RoleDetailList": Kind(
        "AWS::IAM::Role",
        "RoleName",
        "RoleName",
        ("CreateDate", "RoleLastUsed", "MaxSessionDuration"),
        "RolePolicyList",
        _TAGGED,
    ),
    "Policies": Kind(
        "AWS::IAM::ManagedPolicy",
        "ManagedPolicyName",
        "PolicyName",
        ("AttachmentCount", "CreateDate", "Description", "PermissionsBoundaryUsageCount"),
    ),
    "InstanceProfileList": Kind(
        "AWS::IAM::InstanceProfile", "InstanceProfileName", "InstanceProfileName"
    ),
}


@dataclass(slots=True)
class Draft:
    """The properties of a resource in the making, and the members of the entry they come from."""

    properties: dict[str, Value] = field(default_factory=dict)
    members: dict[Path, str] = field(default_factory=dict)

    def put(self, name: str, value: Value, member: str) -> None:
        self.properties[name] = value
        self.members[(name,)] = member


def _identity(entry: Mapping[str, Any], draft: Draft, kind: Kind) -> None:
    """Fill what users, groups and roles have in common."""
    if kind.inline is not None:
        draft.put("Policies", _inline(listed(entry, kind.inline)), kind.inline)
    member = "AttachedManagedPolicies"
    draft.put("ManagedPolicyArns", _arns(listed(entry, member)), member)
    if "PermissionsBoundary" in entry:
        boundary = entry["PermissionsBoundary"]
        arn = boundary.get("PermissionsBoundaryArn") if isinstance(boundary, Mapping) else boundary
        draft.put("PermissionsBoundary", text(arn, "the boundary's ARN"), "PermissionsBoundary")
    if "Tags" in entry:
        draft.put("Tags", listed(entry, "Tags"), "Tags")


def _inline(policies: list[Any] | Unknown) -> Value:
    if isinstance(policies, Unknown):
        return policies
    return [
        {
            "PolicyName": text(policy.get("PolicyName"), "PolicyName"),
            "PolicyDocument": document(policy.get("PolicyDocument")),
        }
        if isinstance(policy, Mapping)
        else Unknown("the inline policy is not an object", kind="object")
        for policy in policies
    ]


def _arns(policies: list[Any] | Unknown) -> Value:
    if isinstance(policies, Unknown):
        return policies
    return [
        text(policy.get("PolicyArn") if isinstance(policy, Mapping) else policy, "PolicyArn")
        for policy in policies
    ]


def _user(entry: Mapping[str, Any], draft: Draft, kind: Kind) -> None:
    """Fill a user; where IAM told all of it, this one list is left out when it is empty."""
    if isinstance(entry.get("GroupList"), list):
        entry = {"UserPolicyList": [], **entry}
    _identity(entry, draft, kind)
    draft.put("Groups", listed(entry, "GroupList"), "GroupList")


def _role(entry: Mapping[str, Any], draft: Draft, kind: Kind) -> None:
    _identity(entry, draft, kind)
    member = "AssumeRolePolicyDocument"
    draft.put(member, document(entry.get(member)), member)


def _policy(entry: Mapping[str, Any], draft: Draft, kind: Kind) -> None:
    """Fill a managed policy: the default version is its document."""
    del kind
    versions = listed(entry, "PolicyVersionList")
    if isinstance(versions, Unknown):
        draft.put("PolicyDocument", versions, "PolicyVersionList")
        draft.put("Versions", versions, "PolicyVersionList")
        return
    read = [_version(version, entry.get("DefaultVersionId")) for version in versions]
    draft.put("Versions", read, "PolicyVersionList")
    for index, version in enumerate(read):
        if isinstance(version, Mapping) and version["IsDefaultVersion"] is True:
            place = f"PolicyVersionList[{index}].Document"
            draft.put("PolicyDocument", version["Document"], place)
            return
    missing = Unknown("the default version is not in the file", kind="object")
    draft.put("PolicyDocument", missing, "PolicyVersionList")


def _version(version: Any, default: Any) -> Value:
    if not isinstance(version, Mapping):
        return Unknown("the policy version is not an object", kind="object")
    number, stated = version.get("VersionId"), version.get("IsDefaultVersion")
    same = number is not None and number == default
    return {
        "VersionId": text(number, "VersionId"),
        "IsDefaultVersion": stated if isinstance(stated, bool) else same,
        "Document": document(version.get("Document")),
    }


def _profile(entry: Mapping[str, Any], draft: Draft, kind: Kind) -> None:
    del kind
    roles = listed(entry, "Roles")
    names: Value = roles
    if not isinstance(roles, Unknown):
        names = [
            text(role.get("RoleName") if isinstance(role, Mapping) else role, "RoleName")
            for role in roles
        ]
    draft.put("Roles", names, "Roles")


FILL: Final[Mapping[str, Callable[[Mapping[str, Any], Draft, Kind], None]]] = {
    "UserDetailList": _user,
    "GroupDetailList": _identity,
    "RoleDetailList": _role,
    "Policies": _policy,
    "InstanceProfileList": _profile,
}
