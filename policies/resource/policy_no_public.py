"""Queues, topics, functions, repositories and other things that anybody may use."""

from collections.abc import Iterator, Mapping
from typing import Any

from jurat.iam import Statement, public_statements, statements
from jurat.iam.reading import let_everyone_in
from jurat.policy import Failure, Path, Subject, plain, policy

_DOCUMENTS: Mapping[str, tuple[Path, ...]] = {
    "AWS::Backup::BackupVault": (("AccessPolicy",),),
    "AWS::CodeArtifact::Domain": (("PermissionsPolicyDocument",),),
    "AWS::CodeArtifact::Repository": (("PermissionsPolicyDocument",),),
    "AWS::DynamoDB::Table": (
        ("ResourcePolicy", "PolicyDocument"),
        ("StreamSpecification", "ResourcePolicy", "PolicyDocument"),
    ),
    "AWS::ECR::RegistryPolicy": (("PolicyText",),),
    "AWS::ECR::Repository": (("RepositoryPolicyText",),),
    "AWS::EFS::FileSystem": (("FileSystemPolicy",),),
    "AWS::Elasticsearch::Domain": (("AccessPolicies",),),
    "AWS::Events::EventBus": (("Policy",),),
    "AWS::Kinesis::ResourcePolicy": (("ResourcePolicy",),),
    "AWS::Logs::ResourcePolicy": (("PolicyDocument",),),
    "AWS::MSK::ClusterPolicy": (("Policy",),),
    "AWS::OpenSearchService::Domain": (("AccessPolicies",),),
    "AWS::S3::AccessPoint": (("Policy",),),
    "AWS::S3::MultiRegionAccessPointPolicy": (("Policy",),),
    "AWS::S3Express::BucketPolicy": (("PolicyDocument",),),
    "AWS::S3ObjectLambda::AccessPointPolicy": (("PolicyDocument",),),
    "AWS::S3Tables::TableBucketPolicy": (("ResourcePolicy",),),
    "AWS::SNS::TopicPolicy": (("PolicyDocument",),),
    "AWS::SQS::QueuePolicy": (("PolicyDocument",),),
    "AWS::SageMaker::ModelPackageGroup": (("ModelPackageGroupPolicy",),),
    "AWS::SecretsManager::ResourcePolicy": (("ResourcePolicy",),),
    "Ext::IAM::ResourcePolicy": (("PolicyDocument",),),
}
_NETWORKS = {
    "AWS::Elasticsearch::Domain": ("VPCOptions", "SubnetIds"),
    "AWS::OpenSearchService::Domain": ("VPCOptions", "SubnetIds"),
    "AWS::S3::AccessPoint": ("VpcConfiguration", "VpcId"),
}
# Services that act on what anybody tells them: their own name admits everybody.
_FORWARDING = ("apigateway", "s3", "sns")
_MOUNTED = "elasticfilesystem:accessedviamounttarget"


@policy(
    title="No other resource policy is open to everyone",
    severity="critical",
    applies_to=[
        "AWS::Backup::BackupVault",
        "AWS::CodeArtifact::Domain",
        "AWS::CodeArtifact::Repository",
        "AWS::DynamoDB::Table",
        "AWS::ECR::RegistryPolicy",
        "AWS::ECR::Repository",
        "AWS::EFS::FileSystem",
        "AWS::Elasticsearch::Domain",
        "AWS::Events::EventBus",
        "AWS::Events::EventBusPolicy",
        "AWS::Kinesis::ResourcePolicy",
        "AWS::Lambda::LayerVersionPermission",
        "AWS::Lambda::Permission",
        "AWS::Logs::ResourcePolicy",
        "AWS::MSK::ClusterPolicy",
        "AWS::OpenSearchService::Domain",
        "AWS::S3::AccessPoint",
        "AWS::S3::MultiRegionAccessPointPolicy",
        "AWS::S3Express::BucketPolicy",
        "AWS::S3ObjectLambda::AccessPointPolicy",
        "AWS::S3Tables::TableBucketPolicy",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
        "AWS::SageMaker::ModelPackageGroup",
        "AWS::SecretsManager::ResourcePolicy",
        "Ext::IAM::ResourcePolicy",
    ],
    remediation=(
        "Name the principals, or add a condition on aws:PrincipalOrgID, aws:SourceAccount or "
        "aws:SourceArn with fixed values: policy of aws_sqs_queue_policy, aws_sns_topic_policy, "
        "aws_ecr_repository_policy and the like, source_arn and source_account of "
        "aws_lambda_permission in Terraform; PolicyDocument, SourceArn and SourceAccount in "
        "CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous",
        "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    ],
)
def policy_no_public(subject: Subject) -> Iterator[Failure]:
    """Every AWS account is a stranger's; what admits them all gives personal data away.

    Only a condition with fixed values of keys that a caller cannot choose limits a wildcard
    principal. A function that the services S3, SNS or API Gateway may call without saying for whom
    is open to everybody who has a bucket, a topic or an API. Domains and access points in a VPC,
    and file systems that only mounts reach, are for those inside.
    """
    properties = subject.resource.properties
    match subject.resource.type:
        case "AWS::Lambda::Permission":
            yield from _permission(properties)
        case "AWS::Lambda::LayerVersionPermission":
            if properties.get("Principal") == "*" and not properties.get("OrganizationId"):
                yield Failure("everybody is let in", at=("Principal",))
        case "AWS::Events::EventBusPolicy":
            yield from _event_bus(properties)
        case kind:
            if not _is_inside(kind, properties):
                for path in _DOCUMENTS[kind]:
                    yield from _document(properties, path)


def _is_inside(kind: str, properties: Mapping[str, Any]) -> bool:
    """Tell whether only those in a VPC reach a domain or access point at all."""
    if kind not in _NETWORKS:
        return False
    part, network = _NETWORKS[kind]
    configuration = properties.get(part)
    return isinstance(configuration, Mapping) and bool(configuration.get(network))


def _document(properties: Mapping[str, Any], path: Path) -> Iterator[Failure]:
    document: Any = properties
    for step in path:
        document = document.get(step) if isinstance(document, Mapping) else None
    for statement in let_everyone_in(document, path):
        if not _needs_a_mount(statement):
            yield Failure("everybody is let in", at=statement.principal_path)


def _needs_a_mount(statement: Statement) -> bool:
    return any(
        clause.key == _MOUNTED and clause.values == ("true",) and not clause.true_if_absent
        for clause in statement.clauses
    )


def _permission(properties: Mapping[str, Any]) -> Iterator[Failure]:
    """Judge who may call a function, as the statement that AWS makes of it."""
    name = properties.get("Principal")
    service = str(name).partition(".amazonaws.com")[0]
    if name != "*" and service not in _FORWARDING:
        return
    condition = {
        "StringEquals": {
            "aws:SourceAccount": properties.get("SourceAccount"),
            "aws:PrincipalOrgID": properties.get("PrincipalOrgID"),
        },
        "ArnLike": {"aws:SourceArn": properties.get("SourceArn")},
    }
    if _is_public(condition):
        message = "everybody is let in" if name == "*" else "the service may act for everybody"
        yield Failure(message, at=("Principal",))


def _event_bus(properties: Mapping[str, Any]) -> Iterator[Failure]:
    name = properties.get("Principal")
    if name is None:
        found = let_everyone_in({"Statement": plain(properties.get("Statement"))}, ())
        yield from (Failure("everybody is let in", at=s.principal_path) for s in found)
        return
    stated = properties.get("Condition") if name == "*" else None
    limit = plain(stated) if isinstance(stated, Mapping) else {}
    kind, key = str(limit.get("Type", "StringEquals")), str(limit.get("Key", ""))
    if name == "*" and _is_public({kind: {key: limit.get("Value")}}):
        yield Failure("everybody is let in", at=("Principal",))


def _is_public(condition: Mapping[str, Any]) -> bool:
    """Tell whether everybody meets a condition; a key without a value limits nobody."""
    allow = {"Effect": "Allow", "Principal": "*", "Action": "*", "Condition": condition}
    return bool(public_statements(statements(allow)))
