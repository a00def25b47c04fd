"""Writes to IAM that raise somebody's rights, as data."""

from dataclasses import dataclass
from typing import Final

Need = tuple[str, ...]
"""Actions of which one suffices."""


@dataclass(frozen=True, slots=True)
class Change:
    """A write that changes what a target of a kind may do, or who may be it."""

    name: str
    action: str
    target: str


@dataclass(frozen=True, slots=True)
class Creation:
    """Writes that make a new identity of a kind with rights of one's choice; all are needed."""

    name: str
    target: str
    needs: tuple[Need, ...]


RAISING: Final = (
    Change("attach a policy to users", "iam:AttachUserPolicy", "user"),
    Change("write a policy of users", "iam:PutUserPolicy", "user"),
    Change("attach a policy to roles", "iam:AttachRolePolicy", "role"),
    Change("write a policy of roles", "iam:PutRolePolicy", "role"),
    Change("attach a policy to groups", "iam:AttachGroupPolicy", "group"),
    Change("write a policy of groups", "iam:PutGroupPolicy", "group"),
    Change("rewrite managed policies", "iam:CreatePolicyVersion", "policy"),
)
"""Writes that give the target more rights."""

BECOMING: Final = (
    Change("make access keys of users", "iam:CreateAccessKey", "user"),
    Change("make passwords of users", "iam:CreateLoginProfile", "user"),
    Change("change passwords of users", "iam:UpdateLoginProfile", "user"),
    Change("change who may take roles", "iam:UpdateAssumeRolePolicy", "role"),
    Change("join groups", "iam:AddUserToGroup", "group"),
)
"""Writes that let one act as the target, or with its rights."""

UNCAPPING: Final = (
    Change("remove its permissions boundary", "iam:DeleteRolePermissionsBoundary", "role"),
    Change("replace its permissions boundary", "iam:PutRolePermissionsBoundary", "role"),
    Change("remove its permissions boundary", "iam:DeleteUserPermissionsBoundary", "user"),
    Change("replace its permissions boundary", "iam:PutUserPermissionsBoundary", "user"),
)
"""Writes that lift the target's permissions boundary."""

CREATING: Final = (
    Creation(
        "make a role with any policy",
        "role",
        (("iam:CreateRole",), ("iam:AttachRolePolicy", "iam:PutRolePolicy")),
    ),
    Creation(
        "make a user with any policy",
        "user",
        (
            ("iam:CreateUser",),
            ("iam:AttachUserPolicy", "iam:PutUserPolicy"),
            ("iam:CreateAccessKey", "iam:CreateLoginProfile"),
        ),
    ),
)
"""New identities with rights of one's choice."""

ANYWHERE: Final = (
    ("forge sign-ins of a SAML provider", "iam:UpdateSAMLProvider"),
    ("write a permission set", "sso:PutInlinePolicyToPermissionSet"),
    ("attach a policy to a permission set", "sso:AttachManagedPolicyToPermissionSet"),
    (
        "attach a policy to a permission set",
        "sso:AttachCustomerManagedPolicyReferenceToPermissionSet",
    ),
    ("assign an account to somebody", "sso:CreateAccountAssignment"),
)
"""Single actions that raise rights on whatever resource they are granted."""
