"""Reading objects of buckets that nobody named."""

import re
from collections.abc import Iterator

from jurat.iam import Statement, allows, selects_action
from jurat.iam.globs import arn_readings
from jurat.iam.holders import alone, exempt, place, unseen
from jurat.iam.selection import Selection
from jurat.policy import Failure, NotApplicable, Subject, Undecided, policy

_READ = "s3:GetObject"
# What a statement without resources means.
_EVERYTHING = Selection(("*",))
# Buckets, and the access points that lead into them.
_ANY_BUCKET = ("arn:*:s3:::*", "arn:*:s3:*:*:accesspoint/*")
# A name that no policy holds.
_FRESH = "\ue0fb"
_VARIABLE = re.compile(r"\$\{[^}]*\}")


@policy(
    title="Grants of s3:GetObject name buckets and prefixes",
    severity="high",
    applies_to=[
        "AWS::IAM::Group",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::IAM::User",
    ],
    related={
        "attached": {"types": ["AWS::IAM::ManagedPolicy"], "via": "ManagedPolicyArns"},
        "bounded": {"types": ["AWS::IAM::Role", "AWS::IAM::User"], "where": "PermissionsBoundary"},
        "holders": {
            "types": ["AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::User"],
            "where": "ManagedPolicyArns",
        },
    },
    remediation=(
        "Name the bucket and, if you can, the prefix: resources of aws_iam_policy_document in "
        "Terraform, Resource of the statement in CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    ],
)
def s3_getobject_scope(subject: Subject) -> Iterator[Failure | NotApplicable | Undecided]:
    """A wildcard for buckets takes in the one with the customer exports, and those made later.

    What counts is whether an object of a bucket that nobody named can be read: by s3:GetObject,
    by a wildcard or NotAction that holds it, or by a policy of AWS's own. A wildcard behind the
    bucket's name is fine, one in the name is not.
    """
    related = subject.related
    reason = exempt(subject.resource, related)
    if reason:
        yield NotApplicable(reason)
        return
    identity = alone(subject.resource, _reads)
    # What a denial spares may be such a bucket, too.
    asked = {objects for statement in identity.statements for objects in _unnamed(statement)}
    granted = {s for objects in asked for s in allows(identity.statements, _READ, objects)}
    for statement in identity.statements:
        if statement in granted and any(_unnamed(statement)):
            at = place(identity, statement, statement.resource_path)
            yield Failure("s3:GetObject is allowed on buckets that are not named", at=at)
    if unseen(subject.resource, len(related["attached"])):
        yield Undecided("an attached policy is not in the input", at=("ManagedPolicyArns",))


def _reads(statement: Statement) -> bool:
    return selects_action(statement, _READ)


def _unnamed(statement: Statement) -> Iterator[str]:
    """Yield patterns of objects in buckets that nobody named, as a statement may mean them."""
    resource = statement.resource or _EVERYTHING
    others = _ANY_BUCKET if resource.negated else ()
    for pattern in (*resource.patterns, *others):
        for reading in arn_readings(_VARIABLE.sub("x", pattern)):
            _, _, _, region, account, rest = reading.split(":", 5)
            objects = _objects(rest)
            if objects:
                yield f"arn:*:s3:{region}:{account}:{objects}"


def _objects(rest: str) -> str:
    """Return a pattern of objects whose bucket or access point is met by a wildcard, if any is."""
    name, slash, _ = rest.removeprefix("accesspoint/").partition("/")
    if "*" in name:
        # The wildcard goes on over the slash, into the keys.
        return f"{rest.partition('*')[0].replace('?', _FRESH)}{_FRESH}/*"
    return rest.replace("?", _FRESH) if "?" in name and slash else ""
