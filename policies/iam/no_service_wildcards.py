"""Whole services that hold data, keys or identities."""

from collections.abc import Iterator

from jurat.iam import (
    Statement,
    covers_actions,
    covers_resources,
    on_all_resources,
    service_wide,
)
from jurat.iam.globs import action_glob, arn_globs, overlap
from jurat.iam.holders import alone, attachments, exempt, place, unseen
from jurat.policy import Failure, NotApplicable, Subject, Undecided, plain, policy

# AWS's own policies that allow all of a service, by that service.
_AWS_POLICIES = {
    "AmazonBedrockFullAccess": "bedrock",
    "AmazonDynamoDBFullAccess": "dynamodb",
    "AmazonDynamoDBFullAccess_v2": "dynamodb",
    "AmazonRDSFullAccess": "rds",
    "AmazonSageMakerFullAccess": "sagemaker",
    "AWSOrganizationsFullAccess": "organizations",
    "SecretsManagerReadWrite": "secretsmanager",
}


@policy(
    title="No wildcard or NotAction allow on sensitive services",
    severity="high",
    applies_to=[
        "AWS::IAM::Group",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::IAM::User",
    ],
    related={
        "attached": {"types": ["AWS::IAM::ManagedPolicy"], "via": "ManagedPolicyArns"},
        "bounded": {"types": ["AWS::IAM::Role", "AWS::IAM::User"], "where": "PermissionsBoundary"},
        "holders": {
            "types": ["AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::User"],
            "where": "ManagedPolicyArns",
        },
    },
    params={
        "sensitive_services": [
            "iam",
            "kms",
            "s3",
            "sts",
            "organizations",
            "secretsmanager",
            "dynamodb",
            "rds",
            "bedrock",
            "sagemaker",
        ]
    },
    remediation=(
        "List the actions that are needed instead of a wildcard or NotAction, and name the "
        "resources: policy of aws_iam_policy and aws_iam_role_policy in Terraform, PolicyDocument "
        "in CloudFormation. Replace AWS's FullAccess policies by your own."
    ),
    references=[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    ],
)
def no_service_wildcards(subject: Subject) -> Iterator[Failure | NotApplicable | Undecided]:
    """All of a service is more than anybody reviewed: it grows whenever AWS adds an action.

    For the services of parameter sensitive_services, nobody may be allowed every action on
    resources that are not named, nor by NotAction all but a few, whatever the resources: with each
    new service that list is the wrong way round.
    """
    related = subject.related
    reason = exempt(subject.resource, related)
    if reason:
        yield NotApplicable(reason)
        return
    services = plain(subject.params["sensitive_services"])
    identity = alone(subject.resource, lambda s: not s.allows or bool(_wide(s, services)))
    for statement in identity.statements:
        found = [s for s in _wide(statement, services) if _reaches(statement, s)]
        left = [s for s in found if not any(_takes_away(d, s) for d in identity.statements)]
        if left:
            names = ", ".join(left)
            what = "NotAction allows most of" if statement.action.negated else "all actions of"
            allowed = "" if statement.action.negated else " are allowed on all resources"
            at = place(identity, statement, statement.action_path)
            yield Failure(f"{what} {names}{allowed}", at=at)
    for index, arn in enumerate(attachments(subject.resource)):
        service = _AWS_POLICIES.get(arn.partition(":iam::aws:policy/")[2])
        if service in services:
            message = f"an attached policy of AWS allows all actions of {service}"
            yield Failure(message, at=("ManagedPolicyArns", index))
    if unseen(subject.resource, len(related["attached"])):
        yield Undecided("an attached policy is not in the input", at=("ManagedPolicyArns",))


def _wide(statement: Statement, services: list[str]) -> list[str]:
    return [service for service in services if service_wide(statement, service)]


def _reaches(statement: Statement, service: str) -> bool:
    """Tell whether a statement speaks of resources of a service, and names none of them."""
    resource = statement.resource
    if resource is None or not (statement.action.negated or on_all_resources(statement)):
        return False
    own = arn_globs(f"arn:*:{service}:*:*:*")
    if resource.negated:
        return overlap((own,), resource.resources())
    return overlap((own, resource.resources()))


def _takes_away(deny: Statement, service: str) -> bool:
    """Tell whether a statement denies all of a service without a condition."""
    return (
        not deny.allows
        and not deny.clauses
        and covers_actions(deny.action, (action_glob(f"{service}:*"),))
        and covers_resources(deny.resource, arn_globs("*"))
    )
