"""Handing roles to services."""

from collections.abc import Iterator

from jurat.iam import Clause, allows, selects_action
from jurat.iam.holders import alone, exempt, place, unseen
from jurat.policy import Failure, NotApplicable, Subject, Undecided, policy

_PASS = "iam:PassRole"  # noqa: S105 - an action, not a password
_ANY = "arn:*:iam::*:role/*"
# A name that no policy holds.
_UNNAMED = "arn:*:iam::*:role/\ue0fb"


@policy(
    title="Grants of iam:PassRole name roles and services",
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
    remediation=(
        "Name the roles, or a prefix of their names, in the resource, and the services in a "
        "condition on iam:PassedToService: condition of aws_iam_policy_document in Terraform, "
        "Condition of the statement in CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_PassedToService",
    ],
)
def passrole_scoped(subject: Subject) -> Iterator[Failure | NotApplicable | Undecided]:
    """Whoever hands a role to a service of their own can do whatever that role may do.

    A statement that allows iam:PassRole, also by a wildcard or NotAction, must name roles or a
    prefix of their names, and the services that may get them.
    """
    related = subject.related
    reason = exempt(subject.resource, related)
    if reason:
        yield NotApplicable(reason)
        return
    identity = alone(subject.resource, lambda s: selects_action(s, _PASS))
    granting = allows(identity.statements, _PASS, _ANY)
    unnamed = allows(identity.statements, _PASS, _UNNAMED)
    for statement in granting:
        if statement in unnamed:
            at = place(identity, statement, statement.resource_path)
            yield Failure("any role may be passed", at=at)
        if not any(map(_names_services, statement.clauses)):
            at = place(identity, statement, (*statement.path, "Condition"))
            yield Failure("no condition says to which services a role may be passed", at=at)
    if unseen(subject.resource, len(related["attached"])):
        yield Undecided("an attached policy is not in the input", at=("ManagedPolicyArns",))


def _names_services(clause: Clause) -> bool:
    """Tell whether a clause limits the services; the key is part of every request, so IfExists too.

    A wildcard may only stand behind the service's name, for its domain.
    """
    named = clause.key == "iam:passedtoservice" and clause.operator.startswith("string")
    names = [value.split(".")[0] for value in clause.values]
    return named and not clause.negated and not any("*" in n or "?" in n for n in names)
