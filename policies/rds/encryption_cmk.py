"""Encryption of relational, document and graph databases."""

from collections.abc import Iterator, Mapping
from typing import Any

from jurat.policy import Failure, NotApplicable, Subject, Undecided, policy
from jurat.tags import is_of_class

_INSTANCE = "AWS::RDS::DBInstance"
_OF_INSTANCES = (
    "SourceDBInstanceIdentifier",
    "SourceDbiResourceId",
    "SourceDBInstanceAutomatedBackupsArn",
    "DBSnapshotIdentifier",
)
_OF_CLUSTERS = ("SourceDBClusterIdentifier", "SnapshotIdentifier")


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
        "home": {"types": ["AWS::RDS::DBCluster"], "via": "DBClusterIdentifier"},
    },
    params={
        "class_tag": "data-classification",
        "classes_cmk": ["confidential", "restricted", "cardholder"],
        "classes_other": ["public", "internal"],
    },
    remediation=(
        "Encrypt, and name your own key for classified data: storage_encrypted and kms_key_id "
        "(kms_key_arn for Neptune) in Terraform, StorageEncrypted and KmsKeyId in CloudFormation. "
        "An existing database must be restored from an encrypted copy of its snapshot."
    ),
    references=["https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html"],
)
def encryption_cmk(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """A database that is not encrypted can be read from a stolen disk, snapshot or replica.

    For classified data the key must be your own as well, so that you decide who may decrypt. A
    member of an Aurora cluster stores in its cluster, which is judged instead; a replica or a
    restored database is encrypted as its source is. Without a declared class it is open whether
    an own key is needed; tag/data_classification demands one.
    """
    database = subject.resource.properties
    # A cluster has its own name in the property of the same name.
    if subject.resource.type == _INSTANCE and database.get("DBClusterIdentifier"):
        if subject.related["home"]:
            reason = "its cluster stores the data and is judged instead"
            yield NotApplicable(reason, at=("DBClusterIdentifier",))
        else:
            reason = "the cluster that stores its data is not in the input"
            yield Undecided(reason, at=("DBClusterIdentifier",))
    elif not any(map(_encrypted, [database, *_sources(subject)])):
        if _source_is_elsewhere(subject):
            reason = "it is encrypted as its source is, which is not in the input"
            yield Undecided(reason, at=("StorageEncrypted",))
        else:
            yield Failure("the storage is not declared encrypted", at=("StorageEncrypted",))
    elif not _has_own_key(subject):
        yield from _judge_key(subject)


def _judge_key(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """Judge that the key is not an own one, which only the class of the data forbids."""
    database, params = subject.resource.properties, subject.params
    demanded = is_of_class(
        database.get("Tags"), params["class_tag"], params["classes_cmk"], params["classes_other"]
    )
    if demanded and database.get("KmsKeyId") is None and _source_is_elsewhere(subject):
        yield Undecided("it has the key of its source, which is not in the input", at=("KmsKeyId",))
    elif demanded:
        yield Failure(
            "classified data is encrypted with the key that AWS manages, not with one of your own",
            at=("KmsKeyId",),
        )
    elif demanded is None:
        yield Undecided("no declared class", at=("Tags",))
    else:
        reason = "it is encrypted, and its class asks for no key of your own"
        yield NotApplicable(reason, at=("Tags",))


def _sources(subject: Subject) -> list[Mapping[str, Any]]:
    """Return what the database is a replica or a copy of."""
    return [
        source.properties for name in ("instance", "cluster") for source in subject.related[name]
    ]


def _source_is_elsewhere(subject: Subject) -> bool:
    """Tell whether the database is made from another, or from a snapshot, that is not shown."""
    database = subject.resource.properties
    names = _OF_INSTANCES if subject.resource.type == _INSTANCE else _OF_CLUSTERS
    return not _sources(subject) and any(database.get(name) for name in names)


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
