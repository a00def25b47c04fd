"""Encryption of relational, document and graph databases."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.policy import Failure, Subject, policy


@policy(
    title="Relational and document databases are encrypted with a customer-managed key",
    severity="high",
    quantifier="relation",
    applies_to=[
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBCluster",
        "AWS::DocDB::DBCluster",
        "AWS::Neptune::DBCluster",
    ],
    related={
        "instance": {"types": ["AWS::RDS::DBInstance"], "via": "SourceDBInstanceIdentifier"},
        "cluster": {
            "types": ["AWS::RDS::DBCluster", "AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster"],
            "via": "SourceDBClusterIdentifier",
        },
    },
    params={
        "class_tag": "data-classification",
        "classes_cmk": ["confidential", "restricted", "cardholder"],
    },
    remediation=(
        "Encrypt, and name your own key for classified data: storage_encrypted and kms_key_id "
        "(kms_key_arn for Neptune) in Terraform, StorageEncrypted and KmsKeyId in CloudFormation. "
        "An existing database must be restored from an encrypted copy of its snapshot."
    ),
    references=["https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html"],
)
def encryption_cmk(subject: Subject) -> Iterator[Failure]:
    """A database that is not encrypted can be read from a stolen disk, snapshot or replica.

    For classified data the key must be your own as well, so that you decide who may decrypt. A
    member of an Aurora cluster stores in its cluster, which is judged instead; a replica stores as
    its source does, if that is in the input.
    """
    database = subject.resource.properties
    # A cluster has its own name in the property of the same name.
    if subject.resource.type == "AWS::RDS::DBInstance" and database.get("DBClusterIdentifier"):
        return
    if not _encrypted(database) and not any(map(_encrypted, _sources(subject))):
        yield Failure("the storage is not declared encrypted", at=("StorageEncrypted",))
    elif _classified(database.get("Tags"), subject.params) and not _has_own_key(subject):
        yield Failure(
            "classified data is encrypted with the key that AWS manages, not with one of your own",
            at=("KmsKeyId",),
        )


def _sources(subject: Subject) -> Iterator[Mapping[str, Any]]:
    """Yield what the database is a replica or a copy of."""
    for name in ("instance", "cluster"):
        for source in subject.related[name]:
            yield source.properties


def _encrypted(database: Mapping[str, Any]) -> bool:
    return database.get("StorageEncrypted") is True


def _has_own_key(subject: Subject) -> bool:
    key = subject.resource.properties.get("KmsKeyId")
    if key is None:
        return any(_is_own(source.get("KmsKeyId")) for source in _sources(subject))
    return _is_own(key)


def _is_own(key: Any) -> bool:
    """Tell whether a key is named, and not by the alias of the key that AWS manages."""
    return isinstance(key, str) and key != "" and not key.endswith("alias/aws/rds")


def _classified(tags: Any, params: Mapping[str, Any]) -> bool:
    return any(
        isinstance(tag, Mapping)
        and tag.get("Key") == params["class_tag"]
        and tag.get("Value") in params["classes_cmk"]
        for tag in (tags if isinstance(tags, Sequence) else ())
    )
