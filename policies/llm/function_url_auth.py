"""Authentication of callers of function URLs."""

from collections.abc import Iterator, Mapping
from typing import Any

from jurat.policy import Failure, NotApplicable, Subject, policy

_URL_ACTIONS = {"lambda:InvokeFunctionUrl", "lambda:*", "*"}
# An anonymous request carries none of these, so that it matches no permission that asks for one.
_NARROWING = ("PrincipalOrgID", "SourceAccount", "SourceArn")


@policy(
    title="Function URLs use IAM authentication",
    severity="critical",
    applies_to=["AWS::Lambda::Permission", "AWS::Lambda::Url"],
    remediation=(
        "Ask for IAM: authorization_type = AWS_IAM of aws_lambda_function_url in Terraform, "
        "AuthType AWS_IAM of AWS::Lambda::Url in CloudFormation. In permissions name the callers "
        "(principal, Principal) and set function_url_auth_type, FunctionUrlAuthType to AWS_IAM."
    ),
    references=["https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"],
)
def function_url_auth(subject: Subject) -> Iterator[Failure | NotApplicable]:
    """A function URL without authentication answers anyone on the internet who knows it.

    Whatever the function may read, prompts and personal data included, it may hand out. A
    permission for everybody that does not ask for IAM opens the same door.
    """
    properties = subject.resource.properties
    if subject.resource.type == "AWS::Lambda::Url":
        if properties.get("AuthType") != "AWS_IAM":
            yield Failure("the function URL asks no caller who they are", at="AuthType")
    else:
        yield from _permission(properties)


def _permission(permission: Mapping[str, Any]) -> Iterator[Failure | NotApplicable]:
    """Judge whether a permission lets anonymous callers in by a URL."""
    demanded = permission.get("FunctionUrlAuthType")
    if demanded is None and permission.get("Action") not in _URL_ACTIONS:
        yield NotApplicable("the permission is for no function URL", at="Action")
    elif permission.get("Principal") != "*":
        return
    elif demanded == "NONE":
        yield Failure("everybody may call the function's URL", at="FunctionUrlAuthType")
    elif demanded is None and not any(permission.get(name) for name in _NARROWING):
        yield Failure("everybody may call the function's URL", at="Principal")
