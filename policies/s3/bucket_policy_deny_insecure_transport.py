"""Buckets that answer plain HTTP."""

from collections.abc import Iterator, Sequence

from jurat.iam import (
    Statement,
    covers_actions,
    covers_resources,
    denies_insecure_transport,
)
from jurat.iam.globs import action_glob, arn_globs
from jurat.iam.reading import (
    BUCKET,
    PRINCIPALS,
    Question,
    chosen,
    denies_everyone,
    of_one_bucket,
)
from jurat.policy import Failure, NotApplicable, Subject, policy

_EVERY_ACTION = (action_glob("s3:*"),)
_PARTS = {"bucket itself": BUCKET, "objects": f"{BUCKET}/*"}


@policy(
    title="Bucket policies deny requests without TLS",
    severity="high",
    applies_to=["AWS::S3::Bucket", "AWS::S3::BucketPolicy"],
    related={"policies": {"types": ["AWS::S3::BucketPolicy"], "where": "Bucket"}},
    remediation=(
        "Add a statement that denies s3:* on the bucket and its objects to everybody if "
        "aws:SecureTransport is false: policy of aws_s3_bucket_policy in Terraform, PolicyDocument "
        "of AWS::S3::BucketPolicy in CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit"
    ],
)
def bucket_policy_deny_insecure_transport(subject: Subject) -> Iterator[Failure | NotApplicable]:
    """S3 answers plain HTTP too, so anybody on the way can read what is sent.

    Only a Deny keeps every client from it, signed requests included. It must hold for everybody,
    for all actions, and for the bucket as well as its objects. A bucket without a policy of its own
    fails itself.
    """
    if subject.resource.type == "AWS::S3::Bucket":
        if subject.related["policies"]:
            yield NotApplicable("its bucket policy is judged")
        else:
            yield Failure("no bucket policy denies plain HTTP")
        return
    document = subject.resource.properties.get("PolicyDocument")
    question = Question(_denies_plain_http, (*PRINCIPALS, "Condition"), denies=True)
    denies = [of_one_bucket(statement) for statement in chosen(document, (), question)]
    missing = [name for name, arn in _PARTS.items() if not _covered(denies, arn)]
    if missing:
        where = "" if len(missing) == len(_PARTS) else f" for the {missing[0]}"
        yield Failure(f"plain HTTP is not denied{where}", at=("PolicyDocument", "Statement"))


def _denies_plain_http(statement: Statement) -> bool:
    if not statement.clauses:
        return denies_everyone(statement)
    return denies_insecure_transport(statement)


def _covered(denies: Sequence[Statement], arn: str) -> bool:
    return any(
        covers_actions(deny.action, _EVERY_ACTION)
        and covers_resources(deny.resource, arn_globs(arn))
        for deny in denies
    )
