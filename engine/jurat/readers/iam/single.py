"""Single policy documents: what kind of policy one is, told by its content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final

from jurat.iam.document import Statement, statements
from jurat.iam.globs import action_glob, covers
from jurat.model import Location, Origin, Resource, Scope, Tier, Unknown, Value
from jurat.readers.iam.values import document
from jurat.readers.source import Hints

_SUFFIXES: Final = (".json", ".iam")
_ARN_COLONS: Final = 5
_ASSUMING: Final = tuple(
    map(action_glob, ("sts:AssumeRole*", "sts:TagSession", "sts:SetSourceIdentity"))
)
# By service: type, property with the document, property that says what it is attached to.
_BY_RESOURCE: Final = {
    "s3": ("AWS::S3::BucketPolicy", "PolicyDocument", "Bucket"),
    "secretsmanager": ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", "SecretId"),
    "sns": ("AWS::SNS::TopicPolicy", "PolicyDocument", "Topics"),
    "sqs": ("AWS::SQS::QueuePolicy", "PolicyDocument", "Queues"),
}
_BY_ACTION: Final = {
    "ecr": ("AWS::ECR::Repository", "RepositoryPolicyText"),
    "kms": ("AWS::KMS::Key", "KeyPolicy"),
}
_LISTS: Final = frozenset({"Queues", "Topics"})
_GLOBAL: Final = ("AWS::IAM::", "AWS::Organizations::")


@dataclass(frozen=True, slots=True)
class Found:
    """A document, where it stands in its wrapper, and what the wrapper says about it."""

    content: Value
    place: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    organizational: bool = False


@dataclass(frozen=True, slots=True)
class _Class:
    """What a document is: a type, the property that holds it, and other properties."""

    type: str
    home: str
    further: Mapping[str, Value] = field(default_factory=dict)


def unwrap(value: Mapping[str, Any]) -> Found | None:
    """Return the document in the output of IAM, S3, KMS or Organizations, or in a file alone."""
    if _is_document(value):
        return Found(value)
    policy, version = value.get("Policy"), value.get("PolicyVersion")
    if isinstance(policy, Mapping) and "Content" in policy:
        summary = policy.get("PolicySummary")
        about = summary if isinstance(summary, Mapping) else {}
        return Found(document(policy["Content"]), "Policy.Content", about, organizational=True)
    if isinstance(policy, str) or _is_document(policy):
        return Found(document(policy), "Policy")
    if isinstance(version, Mapping) and "Document" in version:
        return Found(document(version["Document"]), "PolicyVersion.Document")
    for member in ("PolicyDocument", "AssumeRolePolicyDocument"):
        if member in value:
            return Found(document(value[member]), member, value)
    return None


def _is_document(value: Any) -> bool:
    return isinstance(value, Mapping) and "Statement" in value


def read_single(found: Found, path: str, address: str, hints: Hints) -> Resource:
    """Return the resource that a document stands for."""
    kind = _classified(found)
    origin = Origin(address, found.place or None, Location(path))
    properties = {kind.home: found.content, **kind.further}
    region = None if kind.type.startswith(_GLOBAL) else hints.region
    return Resource(
        address=address,
        type=kind.type,
        properties=properties,
        scope=Scope(hints.account, region, hints.partition, Tier.LIVE),
        file=path,
        origins={(): origin},
        covered=frozenset((name,) for name in properties),
        identities={"Ref": address},
    )


def name_of(path: str) -> str:
    """Return the name that a file gives to the document in it."""
    name = PurePath(path).name
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return name if name not in {"", "-"} else "policy"


def _classified(found: Found) -> _Class:
    if found.organizational:
        kind = _named(found.about, "Type")
        kind = kind or {"Type": Unknown("the type of the policy is not in the file", "string")}
        further = {**kind, **_named(found.about, "Name"), **_named(found.about, "Description")}
        return _Class("AWS::Organizations::Policy", "Content", further)
    known = not isinstance(found.content, Unknown)
    read = statements(found.content) if known else ()
    if found.place == "AssumeRolePolicyDocument" or _is_trust(read):
        name = _named(found.about, "RoleName")
        return _Class("AWS::IAM::Role", "AssumeRolePolicyDocument", name)
    if any(statement.principal is not None for statement in read):
        return _attached(read)
    name = _named(found.about, "PolicyName", "ManagedPolicyName")
    return _Class("AWS::IAM::ManagedPolicy", "PolicyDocument", name)


def _named(about: Mapping[str, Any], member: str, name: str = "") -> dict[str, Value]:
    value = about.get(member)
    return {name or member: value} if isinstance(value, str) else {}


def _is_trust(read: Sequence[Statement]) -> bool:
    """Tell whether all that statements with principals speak of is taking a role."""
    return bool(read) and all(
        statement.principal is not None
        and statement.resource is None
        and not statement.action.negated
        and covers(_ASSUMING, statement.action.actions)
        for statement in read
    )


def _attached(read: Sequence[Statement]) -> _Class:
    """Tell by resources, or else by actions, what a resource policy is attached to."""
    arns = [p for s in read if s.resource is not None for p in s.resource.patterns]
    services = {arn.split(":")[2] if arn.count(":") >= _ARN_COLONS else "" for arn in arns}
    service = services.pop() if len(services) == 1 else ""
    if service in _BY_RESOURCE:
        kind, home, owner = _BY_RESOURCE[service]
        return _Class(kind, home, _owner(owner, service, arns))
    spoken = {action.split(":")[0].lower() for s in read for action in s.action.patterns}
    service = spoken.pop() if len(spoken) == 1 else ""
    if service in _BY_ACTION:
        kind, home = _BY_ACTION[service]
        return _Class(kind, home)
    return _Class("Ext::IAM::ResourcePolicy", "PolicyDocument")


def _owner(name: str, service: str, arns: Sequence[str]) -> dict[str, Value]:
    """Return the property that says what a policy is attached to, if its resources agree."""
    buckets = service == "s3"
    owners = {arn.split(":", _ARN_COLONS)[5].split("/")[0] if buckets else arn for arn in arns}
    only = owners.pop() if len(owners) == 1 else ""
    if not only or "*" in only or "?" in only:
        return {}
    return {name: [only] if name in _LISTS else only}
