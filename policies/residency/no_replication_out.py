"""Copies that services make on their own in other regions."""

from collections.abc import Iterator, Mapping
from typing import Any

from jurat.policy import Failure, Path, Subject, Undecided, policy

_OUTSIDE = "copies go to a region that is not allowed"


@policy(
    title="No replication leaves the jurisdiction",
    severity="critical",
    applies_to=[
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::ECR::ReplicationConfiguration",
        "AWS::EFS::FileSystem",
        "AWS::KMS::ReplicaKey",
        "AWS::RDS::GlobalCluster",
        "AWS::S3::Bucket",
        "AWS::SecretsManager::Secret",
    ],
    related={
        "destinations": {
            "types": ["AWS::S3::Bucket"],
            "via": "ReplicationConfiguration.Rules.Destination.Bucket",
        },
        "members": {"types": ["AWS::RDS::DBCluster"], "where": "GlobalClusterIdentifier"},
    },
    params={
        "allowed_regions": [
            "eu-central-1",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "eu-west-1",
            "eu-west-3",
        ],
        "known_destinations": {},
    },
    remediation=(
        "Replicate to regions of the list only: destination bucket, replica, region of "
        "aws_s3_bucket_replication_configuration, aws_dynamodb_table, aws_secretsmanager_secret, "
        "aws_ecr_replication_configuration, aws_efs_replication_configuration, aws_rds_cluster and "
        "aws_kms_replica_key in Terraform; Destination, Replicas and the like in CloudFormation. "
        "A destination outside the input: give its region in known_destinations."
    ),
    references=[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html",
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html",
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html",
    ],
)
def no_replication_out(subject: Subject) -> Iterator[Failure | Undecided]:
    """Replication copies personal data to another jurisdiction with every write, unseen.

    The ARN of a bucket says nothing of its region. If the destination is not part of the input,
    parameter known_destinations (ARN: region) has to vouch for it, or it is left open, as is a
    global database of which no member is part of the input.
    """
    properties = subject.resource.properties
    match subject.resource.type:
        case "AWS::S3::Bucket":
            yield from _bucket(subject)
        case "AWS::RDS::GlobalCluster":
            yield from _members(subject)
        case "AWS::KMS::ReplicaKey":
            if subject.scope.region not in subject.params["allowed_regions"]:
                yield Failure("the key is replicated to a region that is not allowed")
        case "AWS::DynamoDB::GlobalTable" | "AWS::DynamoDB::Table":
            yield from _regions(subject, properties, ("Replicas",))
        case "AWS::SecretsManager::Secret":
            yield from _regions(subject, properties, ("ReplicaRegions",))
        case "AWS::EFS::FileSystem":
            yield from _regions(subject, properties, ("ReplicationConfiguration", "Destinations"))
        case _:
            yield from _registry(subject)


def _regions(subject: Subject, start: Mapping[str, Any], path: Path) -> Iterator[Failure]:
    """Yield each element of the list at ``path`` whose Region is not allowed."""
    found: Any = start
    for step in path:
        found = found.get(step, {})
    for index, item in enumerate(found):
        if item.get("Region") not in subject.params["allowed_regions"]:
            yield Failure(_OUTSIDE, at=(*path, index, "Region"))


def _registry(subject: Subject) -> Iterator[Failure]:
    top = "ReplicationConfiguration"
    rules = subject.resource.properties.get(top, {}).get("Rules", ())
    for index, rule in enumerate(rules):
        for failure in _regions(subject, rule, ("Destinations",)):
            yield Failure(failure.message, at=(top, "Rules", index, *(failure.at or ())))


def _members(subject: Subject) -> Iterator[Failure | Undecided]:
    members = subject.related["members"]
    if not members:
        yield Undecided("no member of the global database is part of the input")
    for member in members:
        if member.scope.region not in subject.params["allowed_regions"]:
            yield Failure(f"{member.address} lies in a region that is not allowed")


def _bucket(subject: Subject) -> Iterator[Failure | Undecided]:
    where = "ReplicationConfiguration"
    regions: dict[Any, str | None] = {
        bucket.arn: bucket.scope.region for bucket in subject.related["destinations"]
    }
    vouched = subject.params["known_destinations"]
    rules = subject.resource.properties.get(where, {}).get("Rules", ())
    for index, rule in enumerate(rules):
        if rule.get("Status") != "Enabled":
            continue
        at = (where, "Rules", index, "Destination", "Bucket")
        name = rule.get("Destination", {}).get("Bucket")
        if name not in regions and name not in vouched:
            yield Undecided("the destination is not part of the input, its region not told", at=at)
        elif regions.get(name, vouched.get(name)) not in subject.params["allowed_regions"]:
            yield Failure(_OUTSIDE, at=at)
