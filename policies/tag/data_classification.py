"""Classification of data stores."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.policy import Failure, NotApplicable, Path, Subject, policy
from jurat.tags import tag_values


@policy(
    title="Every data store carries a valid classification tag",
    severity="high",
    applies_to=[
        "AWS::S3::Bucket",
        "AWS::DynamoDB::Table",
        "AWS::DynamoDB::GlobalTable",
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBCluster",
        "AWS::DocDB::DBCluster",
        "AWS::Neptune::DBCluster",
        "AWS::Redshift::Cluster",
        "AWS::OpenSearchService::Domain",
        "AWS::EFS::FileSystem",
        "AWS::SQS::Queue",
        "AWS::Kinesis::Stream",
        "AWS::MSK::Cluster",
    ],
    params={
        "class_tag": "data-classification",
        "classes": ["public", "internal", "confidential", "restricted", "cardholder"],
    },
    remediation=(
        "Tag the store with its class: tags, or default_tags of the provider, in Terraform; Tags "
        "(FileSystemTags of EFS) in CloudFormation. Keys and classes are matched with their case."
    ),
    references=[
        "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html"
    ],
)
def data_classification(subject: Subject) -> Iterator[Failure | NotApplicable]:
    """Only a store whose class is known can be protected as its data deserve.

    Encryption, retention and backup policies ask for the class; without one they ask nothing. A
    member of a database cluster keeps its data in the cluster and needs no tag of its own.
    """
    properties = subject.resource.properties
    kind = subject.resource.type
    if kind == "AWS::DynamoDB::GlobalTable":
        yield from _judge_replicas(subject, _items(properties.get("Replicas")))
        return
    name = "FileSystemTags" if kind == "AWS::EFS::FileSystem" else "Tags"
    failures = list(_judge(subject, properties.get(name), (name,)))
    if failures and kind == "AWS::RDS::DBInstance" and properties.get("DBClusterIdentifier"):
        reason = "its cluster keeps the data and needs the tag instead"
        yield NotApplicable(reason, at=("DBClusterIdentifier",))
    else:
        yield from failures


def _judge_replicas(subject: Subject, replicas: Sequence[Any]) -> Iterator[Failure]:
    """Judge each replica of a global table, which has no tags of its own."""
    if not replicas:
        yield Failure("the classification tag is missing", at=("Replicas",))
    for index, replica in enumerate(replicas):
        tags = replica.get("Tags") if isinstance(replica, Mapping) else None
        yield from _judge(subject, tags, ("Replicas", index, "Tags"))


def _judge(subject: Subject, tags: Any, at: Path) -> Iterator[Failure]:
    found = list(tag_values(tags, subject.params["class_tag"]))
    if not found:
        yield Failure("the classification tag is missing", at=at)
    for value, place in found:
        if value not in subject.params["classes"]:
            message = "the classification is not one of the declared classes"
            yield Failure(message, at=(*at, *place))


def _items(value: Any) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
