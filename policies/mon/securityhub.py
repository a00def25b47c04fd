"""Security Hub and its standards."""

from collections.abc import Iterator

from jurat.policy import Failure, Subject, policy

# What AWS subscribes a new hub to unless it is told not to.
_DEFAULTS = {"aws-foundational-security-best-practices", "cis-aws-foundations-benchmark"}


@policy(
    title="Security Hub runs with the declared standards",
    severity="high",
    quantifier="exists-region",
    applies_to=["AWS::SecurityHub::Hub"],
    related={"standards": {"types": ["AWS::SecurityHub::Standard"]}},
    params={"securityhub_standards": ["aws-foundational-security-best-practices"]},
    remediation=(
        "Turn the hub on and subscribe it to each declared standard: aws_securityhub_account and "
        "aws_securityhub_standards_subscription in Terraform, AWS::SecurityHub::Hub and "
        "AWS::SecurityHub::Standard in CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/securityhub/latest/userguide/standards-reference.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-auto-enabled-standards.html",
    ],
)
def securityhub(subject: Subject) -> Iterator[Failure]:
    """Findings that nobody brings together are not acted upon.

    Security Hub collects them and tests the account against standards, day by day.
    """
    silent = subject.resource.properties.get("EnableDefaultStandards") is False
    for wanted in subject.params["securityhub_standards"]:
        if wanted in _DEFAULTS and not silent:
            continue
        if not _is_subscribed(subject, wanted):
            message = f"not subscribed to the standard {wanted}"
            yield Failure(message, at=("EnableDefaultStandards",))


def _is_subscribed(subject: Subject, standard: str) -> bool:
    """Tell whether a subscription of the account names the standard, in any version."""
    arns = [each.properties.get("StandardsArn") for each in subject.related["standards"]]
    return any(standard in str(arn).split("/") for arn in arns)
