"""Buckets that anybody may use."""

from collections.abc import Iterator

from jurat.iam.reading import let_everyone_in
from jurat.policy import Failure, Subject, policy


@policy(
    title="No bucket policy allows a wildcard principal without a fixed org, account or VPC "
    "condition",
    severity="critical",
    applies_to=["AWS::S3::BucketPolicy"],
    remediation=(
        "Name the principals, or add a condition on aws:PrincipalOrgID, aws:SourceAccount or "
        "aws:SourceVpce with fixed values: policy of aws_s3_bucket_policy in Terraform, "
        "PolicyDocument in CloudFormation. Serve the public through CloudFront."
    ),
    references=[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status"
    ],
)
def bucket_policy_no_public_principal(subject: Subject) -> Iterator[Failure]:
    """A bucket policy with a wildcard principal gives the bucket's content to the whole internet.

    Only a condition with fixed values of keys that a caller cannot choose limits it: wildcards and
    policy variables do not. Everybody but a few (NotPrincipal) is everybody. Judged is what is
    written, also if Block Public Access overrides it today.
    """
    document = subject.resource.properties.get("PolicyDocument")
    for statement in let_everyone_in(document, ("PolicyDocument",)):
        yield Failure("everybody is let in", at=statement.principal_path)
