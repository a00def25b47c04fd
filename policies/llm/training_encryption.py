"""Encryption of what models learn from and are served from."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jurat.policy import Failure, NotApplicable, Subject, policy

# The letter d behind the generation: m5d, c6gd, g4dn, p4de.
_LOCAL_DISK = re.compile(r"ml\.[a-z]+\d+[a-z]*d[a-z]*\.")


@policy(
    title="Training volumes, outputs and node traffic are encrypted",
    severity="high",
    applies_to=[
        "AWS::S3::Bucket",
        "AWS::SageMaker::Domain",
        "AWS::SageMaker::EndpointConfig",
        "AWS::SageMaker::FeatureGroup",
        "AWS::SageMaker::NotebookInstance",
    ],
    params={
        "training_tag": {"key": "purpose", "value": "training"},
        "training_words": ["training", "trainset", "finetuning"],
        "local_storage": [
            "ml.g5.",
            "ml.g6.",
            "ml.g6e.",
            "ml.gr6.",
            "ml.p5.",
            "ml.p5e.",
            "ml.p5en.",
            "ml.trn1.",
            "ml.trn1n.",
        ],
    },
    remediation=(
        "Name a customer-managed key: kms_key_arn of aws_sagemaker_endpoint_configuration, "
        "kms_key_id of aws_sagemaker_notebook_instance, aws_sagemaker_domain and the stores of "
        "aws_sagemaker_feature_group, kms_master_key_id of "
        "aws_s3_bucket_server_side_encryption_configuration; KmsKeyId and KMSMasterKeyID in "
        "CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
    ],
)
def training_encryption(subject: Subject) -> Iterator[Failure | NotApplicable]:
    """Training data and the weights made of them are copies of personal data.

    Only a key of one's own decides who can read them, and can be taken away. A bucket counts as
    training data if it carries the tag of parameter training_tag, or if its name (without one, its
    name in the source) holds a word of parameter training_words. Variants on instances with
    local storage (parameter local_storage) accept no key: there the hardware encrypts.
    """
    properties, kind = subject.resource.properties, subject.resource.type
    if kind == "AWS::S3::Bucket":
        failures = list(_bucket(properties))
    elif kind == "AWS::SageMaker::FeatureGroup":
        failures = list(_stores(properties))
    else:
        failures = list(_key(properties, "KmsKeyId"))
    if failures and kind == "AWS::S3::Bucket" and not _holds_training_data(subject):
        yield NotApplicable("neither tag nor name says that it holds training data")
    elif failures and kind == "AWS::SageMaker::EndpointConfig" and _has_local_storage(subject):
        yield NotApplicable("its variants have local storage, which accepts no key")
    else:
        yield from failures


def _key(properties: Mapping[str, Any], *path: str | int) -> Iterator[Failure]:
    """Yield a failure unless a customer-managed key stands at ``path``."""
    value: Any = properties
    for step in path:
        value = value.get(step, {}) if isinstance(value, Mapping) else value[step]
    if not isinstance(value, str) or not value:
        yield Failure("no customer-managed key encrypts it", at=path)
    elif "alias/aws/" in value:
        yield Failure("the key is AWS's own, not a customer-managed one", at=path)


def _has_local_storage(subject: Subject) -> bool:
    """Tell whether some variant runs where a key cannot be given."""
    for variant in subject.resource.properties.get("ProductionVariants", ()):
        if "ServerlessConfig" in variant:
            return True
        kind = str(variant.get("InstanceType", ""))
        if _LOCAL_DISK.match(kind) or kind.startswith(tuple(subject.params["local_storage"])):
            return True
    return False


def _stores(properties: Mapping[str, Any]) -> Iterator[Failure]:
    online = properties.get("OnlineStoreConfig", {})
    if online.get("EnableOnlineStore") is True:
        yield from _key(properties, "OnlineStoreConfig", "SecurityConfig", "KmsKeyId")
    if "OfflineStoreConfig" in properties:
        yield from _key(properties, "OfflineStoreConfig", "S3StorageConfig", "KmsKeyId")


def _holds_training_data(subject: Subject) -> bool:
    properties = subject.resource.properties
    wanted = subject.params["training_tag"]
    for tag in properties.get("Tags", ()):
        if tag.get("Key") == wanted["key"] and tag.get("Value") == wanted["value"]:
            return True
    name = properties.get("BucketName") or _own_name(subject.resource.address)
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", str(name))
    words = re.split(r"[^a-z0-9]+", spaced.lower())
    return any(word in words for word in subject.params["training_words"])


def _own_name(address: str) -> str:
    """Return the last name of a source address, without the index of an instance."""
    return re.split(r"[./]", re.sub(r"\[[^\]]*\]$", "", address))[-1]


def _bucket(properties: Mapping[str, Any]) -> Iterator[Failure]:
    top, inner = "BucketEncryption", "ServerSideEncryptionConfiguration"
    rules = properties.get(top, {}).get(inner, ())
    if not rules:
        yield Failure("no customer-managed key encrypts it", at=top)
    for index, rule in enumerate(rules):
        path = (top, inner, index, "ServerSideEncryptionByDefault")
        default = rule.get("ServerSideEncryptionByDefault", {})
        if default.get("SSEAlgorithm") in {"aws:kms", "aws:kms:dsse"}:
            yield from _key(properties, *path, "KMSMasterKeyID")
        else:
            yield Failure("no customer-managed key encrypts it", at=(*path, "SSEAlgorithm"))
