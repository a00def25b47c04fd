"""Default encryption of buckets."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.policy import Failure, Subject, policy

_KMS = ("aws:kms", "aws:kms:dsse")


@policy(
    title="Classified buckets use a customer-managed key by default",
    severity="high",
    applies_to=["AWS::S3::Bucket"],
    params={
        "class_tag": "data-classification",
        "classes_cmk": ["confidential", "restricted", "cardholder"],
    },
    remediation=(
        "Name your own key: aws_s3_bucket_server_side_encryption_configuration with sse_algorithm "
        '"aws:kms" and kms_master_key_id in Terraform, BucketEncryption with SSEAlgorithm aws:kms '
        "and KMSMasterKeyID in CloudFormation."
    ),
    references=["https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"],
)
def bucket_encryption_cmk(subject: Subject) -> Iterator[Failure]:
    """S3 encrypts every object, but under a key that AWS holds.

    Only a key of your own lets you decide who may decrypt, see each use of it, and make the data
    unreadable at once by disabling it. The class is read from the bucket's tag; a bucket without
    a class is left to tag/data_classification, which demands one.
    """
    bucket = subject.resource.properties
    if not _classified(bucket.get("Tags"), subject.params):
        return
    encryption = bucket.get("BucketEncryption")
    if not isinstance(encryption, Mapping):
        encryption = {}
    rules = list(enumerate(_list(encryption.get("ServerSideEncryptionConfiguration"))))
    by_kms = [index for index, rule in rules if _default(rule, "SSEAlgorithm") in _KMS]
    if not by_kms:
        message = "objects are encrypted with a key that S3 owns, not through KMS"
        yield Failure(message, at=("BucketEncryption",))
    for index in by_kms:
        if not _is_own(_default(rules[index][1], "KMSMasterKeyID")):
            yield Failure(
                "objects are encrypted with the key that AWS manages, not with one of your own",
                at=(
                    "BucketEncryption",
                    "ServerSideEncryptionConfiguration",
                    index,
                    "ServerSideEncryptionByDefault",
                    "KMSMasterKeyID",
                ),
            )


def _classified(tags: Any, params: Mapping[str, Any]) -> bool:
    return any(
        isinstance(tag, Mapping)
        and tag.get("Key") == params["class_tag"]
        and tag.get("Value") in params["classes_cmk"]
        for tag in _list(tags)
    )


def _default(rule: Any, name: str) -> Any:
    default = rule.get("ServerSideEncryptionByDefault") if isinstance(rule, Mapping) else None
    return default.get(name) if isinstance(default, Mapping) else None


def _is_own(key: Any) -> bool:
    """Tell whether a key is named, and not by the alias of the key that AWS manages."""
    return isinstance(key, str) and key != "" and not key.endswith("alias/aws/s3")


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
