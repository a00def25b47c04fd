"""Versioning of buckets."""

from collections.abc import Iterator, Mapping

from jurat.policy import Failure, NotApplicable, Subject, Undecided, policy
from jurat.tags import is_of_class


@policy(
    title="Buckets with classified data are versioned",
    severity="medium",
    applies_to=["AWS::S3::Bucket"],
    params={
        "class_tag": "data-classification",
        "classes": ["confidential", "restricted", "cardholder"],
        "classes_other": ["public", "internal"],
    },
    remediation=(
        'Enable versioning: aws_s3_bucket_versioning with status "Enabled" in Terraform, '
        "VersioningConfiguration with Status Enabled in CloudFormation."
    ),
    references=["https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"],
)
def bucket_versioning(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """Without versions an overwritten or deleted object is gone.

    Be it by mistake, by malware, or by someone who covers traces. Object Lock counts as well, since
    it keeps versions and cannot be had without them. The class is read from the bucket's tag.
    Without a declared class it is open whether versions are needed; tag/data_classification
    demands one.
    """
    bucket, params = subject.resource.properties, subject.params
    versioning = bucket.get("VersioningConfiguration")
    status = versioning.get("Status") if isinstance(versioning, Mapping) else None
    if status == "Enabled" or (status is None and bucket.get("ObjectLockEnabled") is True):
        return
    demanded = is_of_class(
        bucket.get("Tags"), params["class_tag"], params["classes"], params["classes_other"]
    )
    if demanded:
        yield Failure(
            "overwritten and deleted objects cannot be brought back: versioning is not enabled",
            at=("VersioningConfiguration", "Status"),
        )
    elif demanded is None:
        yield Undecided("no declared class", at=("Tags",))
    else:
        yield NotApplicable("its class asks for no versions", at=("Tags",))
