"""Default encryption of buckets."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.policy import Failure, NotApplicable, Subject, Undecided, policy
from jurat.tags import is_of_class

_KMS = ("aws:kms", "aws:kms:dsse")


@policy(
    title="Classified buckets use a customer-managed key by default",
    severity="high",
    applies_to=["AWS::S3::Bucket"],
    params={
        "class_tag": "data-classification",
        "classes_cmk": ["confidential", "restricted", "cardholder"],
        "classes_other": ["public", "internal"],
    },
    remediation=(
        "Name your own key: aws_s3_bucket_server_side_encryption_configuration with sse_algorithm "
        '"aws:kms" and kms_master_key_id in Terraform, BucketEncryption with SSEAlgorithm aws:kms '
        "and KMSMasterKeyID in CloudFormation."
    ),
    references=["https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"],
)
def bucket_encryption_cmk(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """S3 encrypts every object, but under a key that AWS holds.

    Only a key of your own lets you decide who may decrypt, see each use of it, and make the data
    unreadable at once by disabling it. The class is read from the bucket's tag. Without a declared
    class it is open whether the bucket needs such a key; tag/data_classification demands one.
    """
    bucket, params = subject.resource.properties, subject.params
    demanded = is_of_class(
        bucket.get("Tags"), params["class_tag"], params["classes_cmk"], params["classes_other"]
    )
    for failure in _weaknesses(bucket.get("BucketEncryption")):
        if demanded:
            yield failure
        elif demanded is None:
            yield Undecided("no declared class", at=("Tags",))
        else:
            yield NotApplicable("its class asks for no key of your own", at=("Tags",))


def _weaknesses(encryption: Any) -> Iterator[Failure]:
    """Yield what keeps new objects from being encrypted with an own key."""
    rules = _list(encryption, "ServerSideEncryptionConfiguration")
    by_kms = [index for index, rule in enumerate(rules) if _default(rule, "SSEAlgorithm") in _KMS]
    if not by_kms:
        message = "objects are encrypted with a key that S3 owns, not through KMS"
        yield Failure(message, at=("BucketEncryption",))
    for index in by_kms:
        if not _is_own(_default(rules[index], "KMSMasterKeyID")):
            rule = ("BucketEncryption", "ServerSideEncryptionConfiguration", index)
            yield Failure(
                "objects are encrypted with the key that AWS manages, not with one of your own",
                at=(*rule, "ServerSideEncryptionByDefault", "KMSMasterKeyID"),
            )


def _default(rule: Any, name: str) -> Any:
    default = rule.get("ServerSideEncryptionByDefault") if isinstance(rule, Mapping) else None
    return default.get(name) if isinstance(default, Mapping) else None


def _is_own(key: Any) -> bool:
    """Tell whether a key is named, and not by the alias of the key that AWS manages."""
    return isinstance(key, str) and key != "" and not key.endswith("alias/aws/s3")


def _list(value: Any, name: str) -> Sequence[Any]:
    items = value.get(name) if isinstance(value, Mapping) else None
    return items if isinstance(items, Sequence) and not isinstance(items, str) else ()
