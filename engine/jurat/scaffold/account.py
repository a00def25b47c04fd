"""Live IAM JSON for fixtures: entries of account details, and single policy documents."""

from typing import Any, Final

from jurat.model import Verdict
from jurat.readers.iam.entries import KINDS

_ACCOUNT: Final = "123456789012"
_SECTIONS: Final = {kind.type: section for section, kind in KINDS.items()}
_NOUNS: Final = {
    "UserDetailList": "user",
    "GroupDetailList": "group",
    "RoleDetailList": "role",
    "Policies": "policy",
    "InstanceProfileList": "instance-profile",
}
_DOCUMENTS: Final = {
    "AWS::IAM::ManagedPolicy": "PolicyDocument",
    "AWS::IAM::Role": "AssumeRolePolicyDocument",
}
# By type: the property that a single document is, and a resource or action that says what it is.
_SINGLE: Final = {
    "AWS::S3::BucketPolicy": ("PolicyDocument", {"Resource": "arn:aws:s3:::example/*"}),
    "AWS::SecretsManager::ResourcePolicy": (
        "ResourcePolicy",
        {"Resource": f"arn:aws:secretsmanager:eu-central-1:{_ACCOUNT}:secret:example"},
    ),
    "AWS::SNS::TopicPolicy": (
        "PolicyDocument",
        {"Resource": f"arn:aws:sns:eu-central-1:{_ACCOUNT}:example"},
    ),
    "AWS::SQS::QueuePolicy": (
        "PolicyDocument",
        {"Resource": f"arn:aws:sqs:eu-central-1:{_ACCOUNT}:example"},
    ),
    "AWS::KMS::Key": ("KeyPolicy", {"Action": "kms:*"}),
    "AWS::ECR::Repository": ("RepositoryPolicyText", {"Action": "ecr:*"}),
}


def told_by_account(kind: str, path: tuple[str, ...]) -> bool:
    """Tell whether live IAM JSON can hold resources of a type and make them differ in ``path``."""
    if kind in _SINGLE:
        return path == (_SINGLE[kind][0],)
    if kind not in _SECTIONS:
        return False
    copied = KINDS[_SECTIONS[kind]].copied
    boundary = {"PermissionsBoundary"} if "PermissionsBoundary" in _silent(kind) else set()
    return path in {(name,) for name in {"Path", _DOCUMENTS.get(kind), *copied, *boundary}}


def account(kind: str, name: str, value: Any, verdict: Verdict) -> Any:
    """Return IAM JSON with one resource of a type, whose property ``name`` has a value.

    Where the verdict is to be unknown the property was not collected; a single document has no such
    form, and ``None`` is returned.
    """
    if kind in _SINGLE:
        return None if verdict is Verdict.UNKNOWN else _single(kind, value)
    section = _SECTIONS[kind]
    entry = _entry(section)
    if verdict is not Verdict.UNKNOWN:
        _put(entry, kind, name, value)
    elif name == "PermissionsBoundary":
        entry[name] = {"Error": "AccessDenied"}
    else:
        _leave_out(entry, kind, name)
    if section == "InstanceProfileList":
        role = {**_entry("RoleDetailList"), section: [entry]}
        section, entry = "RoleDetailList", role
    sections = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
    return {each: [entry] if each == section else [] for each in sections}


def _single(kind: str, value: Any) -> Any:
    about = _SINGLE[kind][1]
    return {**value, "Statement": [{**each, **about} for each in value["Statement"]]}


def _silent(kind: str) -> tuple[str, ...]:
    return KINDS[_SECTIONS[kind]].silent


def _entry(section: str) -> dict[str, Any]:
    """Return an entry with all that the service always gives, and nothing special in it."""
    kind = KINDS[section]
    arn = f"arn:aws:iam::{_ACCOUNT}:{_NOUNS[section]}/example"
    entry: dict[str, Any] = {"Path": "/", kind.source_name: "example", "Arn": arn}
    if kind.inline is not None:
        entry |= {kind.inline: [], "AttachedManagedPolicies": []}
    if section == "UserDetailList":
        entry["GroupList"] = []
    if section == "RoleDetailList":
        entry["AssumeRolePolicyDocument"] = _allowing(
            Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole"
        )
    if section == "Policies":
        document = _allowing(Action="s3:ListAllMyBuckets", Resource="*")
        version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": document}
        entry |= {"DefaultVersionId": "v1", "PolicyVersionList": [version]}
    if section == "InstanceProfileList":
        entry["Roles"] = []
    return entry


def _allowing(**said: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **said}]}


def _put(entry: dict[str, Any], kind: str, name: str, value: Any) -> None:
    if name == "PermissionsBoundary":
        value = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": value}
    if (kind, name) == ("AWS::IAM::ManagedPolicy", "PolicyDocument"):
        entry["PolicyVersionList"][0]["Document"] = value
    elif value is not None:
        entry[name] = value


def _leave_out(entry: dict[str, Any], kind: str, name: str) -> None:
    if (kind, name) == ("AWS::IAM::ManagedPolicy", "PolicyDocument"):
        del entry["PolicyVersionList"][0]["Document"]
    else:
        entry.pop(name, None)
