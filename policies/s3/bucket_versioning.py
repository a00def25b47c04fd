"""Versioning of buckets."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.policy import Failure, Subject, policy


@policy(
    title="Buckets with classified data are versioned",
    severity="medium",
    applies_to=["AWS::S3::Bucket"],
    params={
        "class_tag": "data-classification",
        "classes": ["confidential", "restricted", "cardholder"],
    },
    remediation=(
        'Enable versioning: aws_s3_bucket_versioning with status "Enabled" in Terraform, '
        "VersioningConfiguration with Status Enabled in CloudFormation."
    ),
    references=["https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"],
)
def bucket_versioning(subject: Subject) -> Iterator[Failure]:
    """Without versions an overwritten or deleted object is gone.

    Be it by mistake, by malware, or by someone who covers traces. Object Lock counts as well, since
    it keeps versions and cannot be had without them. The class is read from the bucket's tag; a
    bucket without a class is left to tag/data_classification.
    """
    bucket = subject.resource.properties
    if not _classified(bucket.get("Tags"), subject.params):
        return
    versioning = bucket.get("VersioningConfiguration")
    status = versioning.get("Status") if isinstance(versioning, Mapping) else None
    locked = status is None and bucket.get("ObjectLockEnabled") is True
    if status != "Enabled" and not locked:
        yield Failure(
            "overwritten and deleted objects cannot be brought back: versioning is not enabled",
            at=("VersioningConfiguration", "Status"),
        )


def _classified(tags: Any, params: Mapping[str, Any]) -> bool:
    return any(
        isinstance(tag, Mapping)
        and tag.get("Key") == params["class_tag"]
        and tag.get("Value") in params["classes"]
        for tag in (tags if isinstance(tags, Sequence) else ())
    )
