"""Roles that somebody may be tricked into taking for somebody else."""

from collections.abc import Iterator

from jurat.iam import Clause, Kind, Statement, trusting, unguarded
from jurat.iam.reading import chosen
from jurat.policy import Failure, NotApplicable, Subject, plain, policy


@policy(
    title="Cross-account and service trust carries an external id or source condition",
    severity="medium",
    applies_to=["AWS::IAM::Role"],
    params={
        "guarded_services": [
            "appflow",
            "bedrock",
            "bedrock-agentcore",
            "cloudtrail",
            "codebuild",
            "codedeploy",
            "codepipeline",
            "comprehend",
            "config",
            "datasync",
            "dms",
            "events",
            "export.rds",
            "firehose",
            "fis",
            "glue",
            "iot",
            "kendra",
            "logs",
            "monitoring.rds",
            "osis-pipelines",
            "personalize",
            "pipes",
            "redshift",
            "rekognition",
            "rolesanywhere",
            "sagemaker",
            "scheduler",
            "sns",
            "ssm",
            "states",
            "textract",
            "transcribe",
            "transfer",
            "vpc-flow-logs",
        ]
    },
    remediation=(
        "Ask other accounts for an external id (condition on sts:ExternalId) or the membership of "
        "your organisation (aws:PrincipalOrgID), and services for your account "
        "(aws:SourceAccount) or resource (aws:SourceArn): assume_role_policy of aws_iam_role in "
        "Terraform, AssumeRolePolicyDocument in CloudFormation."
    ),
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"],
)
def trust_confused_deputy(subject: Subject) -> Iterator[Failure | NotApplicable]:
    """A partner or service that works for many customers can be asked by one for another's role.

    Another account must show an external id or be of a fixed organisation, or its caller must have
    signed in with a second factor, which no deputy can. The services of parameter guarded_services
    must say for whom they act. Others, such as EC2, Lambda and ECS, only get roles that somebody of
    the account itself passes to them.
    """
    if str(subject.resource.properties.get("Path")).startswith("/aws-service-role/"):
        yield NotApplicable("it is AWS's own, and nobody can change it")
        return
    document = subject.resource.properties.get("AssumeRolePolicyDocument")
    services = plain(subject.params["guarded_services"])
    for statement in trusting(chosen(document, ("AssumeRolePolicyDocument",))):
        own = subject.scope.account if _names_accounts(statement) else None
        kinds = {p.kind for p in unguarded(statement, own) if _counts(p.kind, p.value, services)}
        if kinds and not any(map(_asks_for_second_factor, statement.clauses)):
            yield Failure(_message(kinds), at=statement.principal_path)


def _names_accounts(statement: Statement) -> bool:
    principal = statement.principal
    return principal is not None and bool(principal.of(Kind.ACCOUNT, Kind.IDENTITY))


def _counts(kind: Kind, name: str, services: list[str]) -> bool:
    return kind is not Kind.SERVICE or name.partition(".amazonaws.com")[0] in services


def _asks_for_second_factor(clause: Clause) -> bool:
    required = clause.operator == "bool" and not clause.true_if_absent
    return required and clause.key == "aws:multifactorauthpresent" and clause.values == ("true",)


def _message(kinds: set[Kind]) -> str:
    if kinds == {Kind.SERVICE}:
        return "a service need not say for which account or resource it acts"
    if kinds <= {Kind.ACCOUNT, Kind.IDENTITY, Kind.SERVICE}:
        return "another account need not show an external id or belong to a fixed organisation"
    return "anybody may ask for the role, on anybody's behalf"
