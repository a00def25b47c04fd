"""Roles that anybody may take."""

from collections.abc import Iterator
from dataclasses import replace

from jurat.iam import Statement, public_statements, trusting
from jurat.iam.reading import chosen
from jurat.policy import Failure, Subject, policy


@policy(
    title="Role trust policies name principals",
    severity="critical",
    applies_to=["AWS::IAM::Role"],
    remediation=(
        "Name the accounts, roles or services that may take the role. For an identity provider fix "
        "the subject, as in a condition on token.actions.githubusercontent.com:sub: "
        "assume_role_policy of aws_iam_role in Terraform, AssumeRolePolicyDocument in "
        "CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
    ],
)
def trust_no_wildcard(subject: Subject) -> Iterator[Failure]:
    """A role that anybody may take gives its rights to anybody.

    A wildcard principal must be limited to fixed accounts, organisations or networks; an external
    id does not, for it is no secret. An identity provider that serves everybody, such as those of
    code hosts, must be limited to fixed tenants: a subject that is only a wildcard is none.
    """
    document = subject.resource.properties.get("AssumeRolePolicyDocument")
    trust = chosen(document, ("AssumeRolePolicyDocument",))
    for statement in trusting(public_statements([_without_external_id(s) for s in trust])):
        principal = statement.principal
        if principal is not None and principal.everyone:
            yield Failure("everybody may take the role", at=statement.principal_path)
        else:
            message = "any user of the identity provider may take the role"
            yield Failure(message, at=(*statement.path, "Condition"))


def _without_external_id(statement: Statement) -> Statement:
    left = tuple(clause for clause in statement.clauses if clause.key != "sts:externalid")
    return replace(statement, clauses=left) if statement.allows else statement
