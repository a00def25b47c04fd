"""Models that may be called and trained."""

import re
from collections.abc import Iterator, Sequence

from jurat.iam import Statement, allows, selects_action
from jurat.iam.globs import arn_readings, covers, matches, text_glob
from jurat.iam.holders import alone, attachments, exempt, place, unseen
from jurat.policy import Failure, NotApplicable, Subject, Undecided, plain, policy

_CALLING = (
    "bedrock:CreateModelCustomizationJob",
    "bedrock:CreateModelInvocationJob",
    "bedrock:CreateProvisionedModelThroughput",
    "bedrock:InvokeModel",
    "bedrock:InvokeModelWithResponseStream",
)
_MODELS = "arn:*:bedrock:*:*:foundation-model/"
# A name that no policy holds.
_FRESH = "\ue0fb"
_KINDS = frozenset({"foundation-model", "inference-profile"})
_OPEN = frozenset({"AmazonBedrockFullAccess", "AmazonBedrockLimitedAccess"})
_GEOGRAPHY = re.compile(r"^[a-z-]+\.(?=[a-z0-9*-]+\.)")


@policy(
    title="Only approved models can be invoked or customised",
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
    params={"approved_models": []},
    remediation=(
        "Name the models: arn:aws:bedrock:REGION::foundation-model/ID in resources of "
        "aws_iam_policy_document in Terraform, in Resource of the statement in CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/bedrock/latest/userguide/security_iam_id-based-policy-examples.html"
    ],
)
def model_allowlist(subject: Subject) -> Iterator[Failure | NotApplicable | Undecided]:
    """Each model has another maker, other terms and other faults; which may see data is a decision.

    Whoever may call, train or reserve models of Bedrock must be granted named ones. With parameter
    approved_models, identifiers that may hold wildcards, only these may be granted, also through
    inference profiles; models of one's own are not asked for. A Deny of all other models counts.
    """
    related = subject.related
    reason = exempt(subject.resource, related)
    if reason:
        yield NotApplicable(reason)
        return
    approved = plain(subject.params["approved_models"])
    identity = alone(subject.resource, _calls)
    for statement in dict.fromkeys(
        s for action in _CALLING for s in _too_wide(identity.statements, action, approved)
    ):
        what = "not approved" if approved else "not named"
        at = place(identity, statement, statement.resource_path)
        yield Failure(f"models that are {what} may be used", at=at)
    for index, arn in enumerate(attachments(subject.resource)):
        if arn.partition(":iam::aws:policy/")[2] in _OPEN:
            at = ("ManagedPolicyArns", index)
            yield Failure("an attached policy of AWS allows every model", at=at)
    if unseen(subject.resource, len(related["attached"])):
        yield Undecided("an attached policy is not in the input", at=("ManagedPolicyArns",))


def _calls(statement: Statement) -> bool:
    return any(selects_action(statement, action) for action in _CALLING)


def _too_wide(
    statements: Sequence[Statement], action: str, approved: Sequence[str]
) -> Iterator[Statement]:
    """Yield the statements that allow an action on models nobody named, or nobody approved."""
    yield from allows(statements, action, f"{_MODELS}{_FRESH}")
    for statement in statements if approved else ():
        for pattern in _named(statement):
            if not _is_approved(pattern.rpartition("/")[2], approved) and (
                statement in allows(statements, action, pattern)
            ):
                yield statement


def _named(statement: Statement) -> Iterator[str]:
    """Yield the foundation models, and AWS's inference profiles, that a statement names."""
    resource = statement.resource
    if resource is None or resource.negated or not statement.allows:
        return
    for pattern in resource.patterns:
        for reading in arn_readings(pattern):
            _, _, service, _, _, rest = reading.split(":", 5)
            kind, slash, _ = rest.partition("/")
            if slash and matches(service, "bedrock") and kind in _KINDS:
                yield reading


def _is_approved(model: str, approved: Sequence[str]) -> bool:
    plain_name = _GEOGRAPHY.sub("", model)
    return covers([text_glob(name) for name in approved], [text_glob(plain_name)])
