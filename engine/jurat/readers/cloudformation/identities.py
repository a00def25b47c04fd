"""The strings by which others know a resource, where its properties tell them."""

from collections.abc import Mapping
from string import Formatter
from typing import Final

from jurat.model import Scope, Value

NAME: Final = "{name}"


def _arn(service: str, rest: str) -> str:
    return f"arn:{{partition}}:{service}:{{region}}:{{account}}:{rest}"


def _iam(kind: str) -> str:
    return f"arn:{{partition}}:iam::{{account}}:{kind}{{path}}{{name}}"


# Type: the property that names it, and the pattern of each return value.
TABLE: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "AWS::Athena::WorkGroup": ("Name", {"Ref": NAME}),
    "AWS::CloudTrail::Trail": (
        "TrailName",
        {"Ref": NAME, "Arn": _arn("cloudtrail", "trail/{name}")},
    ),
    "AWS::CloudWatch::Alarm": (
        "AlarmName",
        {"Ref": NAME, "Arn": _arn("cloudwatch", "alarm:{name}")},
    ),
    "AWS::CodeBuild::Project": ("Name", {"Ref": NAME, "Arn": _arn("codebuild", "project/{name}")}),
    "AWS::DocDB::DBCluster": ("DBClusterIdentifier", {"Ref": NAME}),
    "AWS::DynamoDB::GlobalTable": (
        "TableName",
        {"Ref": NAME, "Arn": _arn("dynamodb", "table/{name}")},
    ),
    "AWS::DynamoDB::Table": ("TableName", {"Ref": NAME, "Arn": _arn("dynamodb", "table/{name}")}),
    "AWS::ECR::Repository": (
        "RepositoryName",
        {"Ref": NAME, "Arn": _arn("ecr", "repository/{name}")},
    ),
    "AWS::ECS::Cluster": ("ClusterName", {"Ref": NAME, "Arn": _arn("ecs", "cluster/{name}")}),
    "AWS::EKS::Cluster": ("Name", {"Ref": NAME, "Arn": _arn("eks", "cluster/{name}")}),
    "AWS::Elasticsearch::Domain": ("DomainName", {"Ref": NAME, "Arn": _arn("es", "domain/{name}")}),
    "AWS::IAM::Group": ("GroupName", {"Ref": NAME, "Arn": _iam("group")}),
    "AWS::IAM::InstanceProfile": (
        "InstanceProfileName",
        {"Ref": NAME, "Arn": _iam("instance-profile")},
    ),
    "AWS::IAM::ManagedPolicy": (
        "ManagedPolicyName",
        {"Ref": _iam("policy"), "PolicyArn": _iam("policy")},
    ),
    "AWS::IAM::Role": ("RoleName", {"Ref": NAME, "Arn": _iam("role")}),
    "AWS::IAM::User": ("UserName", {"Ref": NAME, "Arn": _iam("user")}),
    "AWS::KMS::Alias": ("AliasName", {"Ref": NAME}),
    "AWS::Kinesis::Stream": ("Name", {"Ref": NAME, "Arn": _arn("kinesis", "stream/{name}")}),
    "AWS::Lambda::Function": (
        "FunctionName",
        {"Ref": NAME, "Arn": _arn("lambda", "function:{name}")},
    ),
    "AWS::Logs::LogGroup": (
        "LogGroupName",
        {"Ref": NAME, "Arn": _arn("logs", "log-group:{name}:*")},
    ),
    "AWS::Neptune::DBCluster": ("DBClusterIdentifier", {"Ref": NAME}),
    "AWS::OpenSearchService::Domain": (
        "DomainName",
        {"Ref": NAME, "Arn": _arn("es", "domain/{name}")},
    ),
    "AWS::RDS::DBCluster": (
        "DBClusterIdentifier",
        {"Ref": NAME, "DBClusterArn": _arn("rds", "cluster:{name}")},
    ),
    "AWS::RDS::DBInstance": (
        "DBInstanceIdentifier",
        {"Ref": NAME, "DBInstanceArn": _arn("rds", "db:{name}")},
    ),
    "AWS::Redshift::Cluster": ("ClusterIdentifier", {"Ref": NAME}),
    "AWS::S3::Bucket": ("BucketName", {"Ref": NAME, "Arn": "arn:{partition}:s3:::{name}"}),
    "AWS::SNS::Topic": (
        "TopicName",
        {"Ref": _arn("sns", NAME), "TopicArn": _arn("sns", NAME), "TopicName": NAME},
    ),
    "AWS::SQS::Queue": ("QueueName", {"QueueName": NAME, "Arn": _arn("sqs", NAME)}),
    "AWS::SSM::Parameter": ("Name", {"Ref": NAME}),
    "AWS::StepFunctions::StateMachine": (
        "StateMachineName",
        {
            "Ref": _arn("states", "stateMachine:{name}"),
            "Arn": _arn("states", "stateMachine:{name}"),
            "Name": NAME,
        },
    ),
}


def identities(type_: str, properties: Mapping[str, Value], scope: Scope) -> dict[str, str]:
    """Return the return values of a resource that its name and scope determine."""
    property_, patterns = TABLE.get(type_, ("", {}))
    found = {
        "name": properties.get(property_),
        "path": properties.get("Path", "/"),
        # A literal ARN that is written for another partition points nowhere.
        "partition": scope.partition or "aws",
        "region": scope.region,
        "account": scope.account,
    }
    fields = {key: value for key, value in found.items() if isinstance(value, str)}
    return {
        attribute: pattern.format_map(fields)
        for attribute, pattern in patterns.items()
        if _needed(pattern) <= fields.keys()
    }


def _needed(pattern: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(pattern) if field}
