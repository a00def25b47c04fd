"""Prompts that are answered in other parts of the world."""

from collections.abc import Iterator, Mapping, Sequence

from jurat.iam import Statement, allows, selects_action
from jurat.iam.holders import alone, exempt, place, unseen
from jurat.policy import Failure, NotApplicable, Subject, Undecided, plain, policy

_CALLING = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
# The geographies of AWS's inference profiles, each with a region that it may go to.
_GEOGRAPHIES = {
    "apac": "ap-southeast-1",
    "au": "ap-southeast-2",
    "ca": "ca-central-1",
    "eu": "eu-central-1",
    "global": "unspecified",
    "jp": "ap-northeast-1",
    "us": "us-east-1",
    "us-gov": "us-gov-west-1",
}


@policy(
    title="Inference profiles stay within the jurisdiction",
    severity="critical",
    applies_to=[
        "AWS::Bedrock::Agent",
        "AWS::Bedrock::ApplicationInferenceProfile",
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
    params={"allowed_inference_geographies": ["eu"]},
    remediation=(
        "Use models in your own regions, or inference profiles of the geographies you allow: "
        "model_source of aws_bedrock_inference_profile and resources of aws_iam_policy_document in "
        "Terraform, ModelSource.CopyFrom and Resource in CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/bedrock/latest/userguide/cross-region-inference.html",
        "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html",
    ],
)
def no_cross_region_inference(subject: Subject) -> Iterator[Failure | NotApplicable | Undecided]:
    """An inference profile sends a prompt to whichever region of its geography is free.

    If that is another continent, personal data in the prompt are transferred there. Profiles, and
    agents that use one, must belong to a geography of parameter allowed_inference_geographies;
    global ones belong to none. Nobody may be granted others, by name or by wildcard, unless a Deny
    or a condition on aws:RequestedRegion keeps them away.
    """
    properties = subject.resource.properties
    allowed = plain(subject.params["allowed_inference_geographies"])
    match subject.resource.type:
        case "AWS::Bedrock::Agent":
            if _leaves(properties.get("FoundationModel"), allowed):
                yield Failure("the agent's model is in another geography", at=("FoundationModel",))
        case "AWS::Bedrock::ApplicationInferenceProfile":
            source = properties.get("ModelSource")
            copied = source.get("CopyFrom") if isinstance(source, Mapping) else source
            if _leaves(copied, allowed):
                message = "the profile's source is in another geography"
                yield Failure(message, at=("ModelSource", "CopyFrom"))
        case _:
            yield from _granted(subject, allowed)


def _leaves(model: object, allowed: Sequence[str]) -> bool:
    """Tell whether a model's name or ARN is that of a profile of another geography."""
    if not isinstance(model, str) or ":foundation-model/" in model:
        return False
    geography = model.rpartition("/")[2].partition(".")[0]
    is_profile = "inference-profile/" in model or geography in _GEOGRAPHIES
    return is_profile and geography not in allowed


def _granted(
    subject: Subject, allowed: Sequence[str]
) -> Iterator[Failure | NotApplicable | Undecided]:
    related = subject.related
    reason = exempt(subject.resource, related)
    if reason:
        yield NotApplicable(reason)
        return
    identity = alone(subject.resource, _calls)
    found = dict.fromkeys(
        statement
        for name, region in _GEOGRAPHIES.items()
        if name not in allowed
        for action in _CALLING
        for statement in allows(
            identity.statements,
            action,
            f"arn:*:bedrock:*:*:inference-profile/{name}.*",
            {"aws:requestedregion": (region,)},
        )
    )
    for statement in found:
        at = place(identity, statement, statement.resource_path)
        yield Failure("inference profiles of other geographies may be used", at=at)
    if unseen(subject.resource, len(subject.related["attached"])):
        yield Undecided("an attached policy is not in the input", at=("ManagedPolicyArns",))


def _calls(statement: Statement) -> bool:
    return any(selects_action(statement, action) for action in _CALLING)
