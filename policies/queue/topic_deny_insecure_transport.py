"""Queues and topics that answer plain HTTP."""

from collections.abc import Iterator, Sequence
from typing import Any

from jurat.iam import Statement, covers_actions, denies_insecure_transport
from jurat.iam.globs import action_glob
from jurat.iam.reading import PRINCIPALS, Question, chosen, denies_everyone
from jurat.policy import Failure, NotApplicable, Subject, policy

# The actions that carry messages.
_CARRYING = {
    "AWS::SNS::TopicPolicy": ("sns:Publish",),
    "AWS::SQS::QueuePolicy": ("sqs:ReceiveMessage", "sqs:SendMessage"),
}
_ATTACHED = {"AWS::SNS::TopicPolicy": "Topics", "AWS::SQS::QueuePolicy": "Queues"}


@policy(
    title="Queue and topic policies deny requests without TLS",
    severity="medium",
    applies_to=[
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::Queue",
        "AWS::SQS::QueuePolicy",
    ],
    related={
        "queue_policies": {"types": ["AWS::SQS::QueuePolicy"], "where": "Queues"},
        "topic_policies": {"types": ["AWS::SNS::TopicPolicy"], "where": "Topics"},
    },
    remediation=(
        "Add a statement that denies sqs:* or sns:Publish to everybody if aws:SecureTransport is "
        "false: policy of aws_sqs_queue_policy and aws_sns_topic_policy in Terraform, "
        "PolicyDocument of AWS::SQS::QueuePolicy and AWS::SNS::TopicPolicy in CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
    ],
)
def topic_deny_insecure_transport(subject: Subject) -> Iterator[Failure | NotApplicable]:
    """Queues and topics answer plain HTTP too, so anybody on the way can read the messages.

    Only a Deny keeps every client from it. It must hold for everybody, for publishing to a topic,
    and for sending to and receiving from a queue. A queue or topic without a policy of its own
    fails itself.
    """
    kind = subject.resource.type
    if kind not in _CARRYING:
        related = subject.related
        if related["queue_policies"] or related["topic_policies"]:
            yield NotApplicable("its policy is judged")
        else:
            yield Failure("no policy denies plain HTTP")
        return
    properties = subject.resource.properties
    question = Question(_denies_plain_http, (*PRINCIPALS, "Condition"), denies=True)
    denies = chosen(properties.get("PolicyDocument"), (), question)
    if not all(_covered(denies, action) for action in _CARRYING[kind]):
        yield Failure("plain HTTP is not denied", at=("PolicyDocument", "Statement"))
    elif _names(denies) < _length(properties.get(_ATTACHED[kind])):
        message = "plain HTTP is not denied for all that the policy is attached to"
        yield Failure(message, at=("PolicyDocument", "Statement"))


def _denies_plain_http(statement: Statement) -> bool:
    if not statement.clauses:
        return denies_everyone(statement)
    return denies_insecure_transport(statement)


def _covered(denies: Sequence[Statement], action: str) -> bool:
    return any(covers_actions(deny.action, (action_glob(action),)) for deny in denies)


def _names(denies: Sequence[Statement]) -> float:
    """Count the resources that are denied; a wildcard, or none named, stands for any number."""
    resources = [deny.resource for deny in denies]
    named = {p for found in resources if found is not None for p in found.patterns}
    wide = any(found is None or found.negated for found in resources)
    return (
        float("inf") if wide or any("*" in p.removeprefix("arn:*") for p in named) else len(named)
    )


def _length(attached: Any) -> int:
    return len(attached) if isinstance(attached, Sequence) and not isinstance(attached, str) else 1
