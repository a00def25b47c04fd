"""Restricted buckets that can be reached from outside the private network."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.iam import Statement, covers_actions, covers_resources, required_endpoints
from jurat.iam.globs import action_glob, arn_globs
from jurat.iam.reading import (
    BUCKET,
    PRINCIPALS,
    Question,
    chosen,
    denies_everyone,
    of_one_bucket,
)
from jurat.policy import (
    Failure,
    NotApplicable,
    Path,
    ResourceView,
    Subject,
    Undecided,
    plain,
    policy,
)

_ACTIONS = ("s3:GetObject", "s3:PutObject")
_OBJECTS = f"{BUCKET}/*"


@policy(
    title="Buckets with restricted data explicitly deny access from outside approved VPC endpoints",
    severity="high",
    applies_to=["AWS::S3::AccessPoint", "AWS::S3::Bucket", "AWS::S3::BucketPolicy"],
    related={
        "bucket": {"types": ["AWS::S3::Bucket"], "via": "Bucket"},
        "policies": {"types": ["AWS::S3::BucketPolicy"], "where": "Bucket"},
    },
    params={
        "approved_vpce_ids": [],
        "class_tag": "data-classification",
        "classes_private": ["restricted", "cardholder"],
    },
    remediation=(
        "Add a statement that denies s3:GetObject and s3:PutObject on the objects to everybody if "
        "aws:SourceVpce is none of your endpoints: policy of aws_s3_bucket_policy in Terraform, "
        "PolicyDocument of AWS::S3::BucketPolicy in CloudFormation. Bind access points to a VPC: "
        "vpc_configuration of aws_s3_access_point, VpcConfiguration of AWS::S3::AccessPoint."
    ),
    references=[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html"
    ],
)
def bucket_policy_deny_non_vpce(subject: Subject) -> Iterator[Failure | NotApplicable | Undecided]:
    """Stolen credentials are of no use outside a network that one has to be in.

    Buckets of the classes in parameter classes_private must deny reading and writing objects to
    everybody outside fixed VPC endpoints or VPCs; if parameter approved_vpce_ids lists some, only
    these count. The Deny may spare single named roles and AWS's services. A bucket of such a class
    without a policy fails itself, and so does an access point of one that the internet reaches.
    """
    itself = subject.resource.type == "AWS::S3::Bucket"
    buckets = [subject.resource] if itself else subject.related["bucket"]
    if itself and subject.related["policies"]:
        yield NotApplicable("its bucket policy is judged")
        return
    if buckets and not any(_is_private(bucket, subject) for bucket in buckets):
        yield NotApplicable("the bucket is of no class that must stay private")
        return
    if itself:
        yield Failure("no bucket policy denies access from outside VPC endpoints")
        return
    at: Path = ("PolicyDocument", "Statement")
    if subject.resource.type == "AWS::S3::AccessPoint":
        wrong, at = _access_point(subject), ("VpcConfiguration",)
    else:
        wrong = _document(subject.resource.properties.get("PolicyDocument"), subject)
    if wrong and buckets:
        yield Failure(wrong, at=at)
    elif wrong:
        yield Undecided("the bucket, and so its class, is not in the input", at=("Bucket",))


def _is_private(bucket: ResourceView, subject: Subject) -> bool:
    wanted, classes = subject.params["class_tag"], plain(subject.params["classes_private"])
    tags = bucket.properties.get("Tags")
    listed = tags if isinstance(tags, Sequence) and not isinstance(tags, str) else ()
    return any(
        isinstance(tag, Mapping) and tag.get("Key") == wanted and tag.get("Value") in classes
        for tag in listed
    )


def _access_point(subject: Subject) -> str:
    configuration = subject.resource.properties.get("VpcConfiguration")
    network = configuration.get("VpcId") if isinstance(configuration, Mapping) else None
    if not network:
        return "the internet reaches the access point"
    approved = plain(subject.params["approved_vpce_ids"])
    return "the access point's VPC is not an approved one" if _strange([network], approved) else ""


def _document(document: Any, subject: Subject) -> str:
    """Say what is wrong with a bucket policy, if anything is."""
    question = Question(_may_confine, (*PRINCIPALS, "Condition"), denies=True)
    denies = [of_one_bucket(statement) for statement in chosen(document, (), question)]
    if all(_is_shut(denies, action) for action in _ACTIONS):
        return ""
    endpoints = required_endpoints(denies, _ACTIONS, [_OBJECTS])
    if not endpoints:
        return "access from outside VPC endpoints is not denied"
    approved = plain(subject.params["approved_vpce_ids"])
    return "an endpoint that is not approved is let in" if _strange(endpoints, approved) else ""


def _strange(networks: Sequence[str], approved: Sequence[str]) -> bool:
    return bool(approved) and not set(networks) <= set(approved)


def _may_confine(statement: Statement) -> bool:
    keys = [clause.key for clause in statement.clauses]
    about_networks = any(key.startswith("aws:sourcevpc") for key in keys)
    return denies_everyone(statement) and (about_networks or not keys)


def _is_shut(denies: Sequence[Statement], action: str) -> bool:
    """Tell whether an action on objects is denied to everybody, from everywhere."""
    return any(
        not deny.clauses
        and covers_actions(deny.action, (action_glob(action),))
        and covers_resources(deny.resource, arn_globs(_OBJECTS))
        for deny in denies
    )
