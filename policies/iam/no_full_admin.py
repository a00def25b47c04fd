"""Unlimited rights."""

from collections.abc import Iterator

from jurat.iam import Statement, administers, grants_all_actions
from jurat.iam.holders import alone, exempt, place, unseen
from jurat.policy import Failure, NotApplicable, Subject, Undecided, policy


@policy(
    title="No customer policy allows every action on every resource",
    severity="critical",
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
    remediation=(
        "List the actions and resources that the holder needs: policy of aws_iam_policy and "
        "aws_iam_role_policy in Terraform, PolicyDocument in CloudFormation. Detach "
        "AdministratorAccess."
    ),
    references=[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
    ],
)
def no_full_admin(subject: Subject) -> Iterator[Failure | NotApplicable | Undecided]:
    """Whoever may do everything reads all personal data, and can switch off what would show it.

    Conditions do not help: once they are met, everything is allowed. A statement that allows every
    action passes only if a Deny takes away the rights over other identities. Whoever holds such a
    policy is named too, also if it is AWS's AdministratorAccess.
    """
    related = subject.related
    reason = exempt(subject.resource, related)
    if reason:
        yield NotApplicable(reason)
        return
    identity = alone(subject.resource, _decides)
    for statement in administers(identity.statements):
        at = place(identity, statement, statement.action_path)
        yield Failure("every action on every resource is allowed", at=at)
    if any(administers(alone(other, _decides).statements) for other in related["attached"]):
        yield Failure("an attached policy allows everything", at=("ManagedPolicyArns",))
    if unseen(subject.resource, len(related["attached"])):
        yield Undecided("an attached policy is not in the input", at=("ManagedPolicyArns",))


def _decides(statement: Statement) -> bool:
    return not statement.allows or grants_all_actions(statement)
