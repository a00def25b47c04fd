"""Encryption of queues, topics and streams."""

from collections.abc import Iterator, Mapping
from typing import Any

from jurat.policy import Failure, NotApplicable, Subject, policy

_FIREHOSE_SOURCES = ("KinesisStreamSourceConfiguration", "MSKSourceConfiguration")


@policy(
    title="Queues, topics and streams are encrypted",
    severity="medium",
    applies_to=[
        "AWS::SQS::Queue",
        "AWS::SNS::Topic",
        "AWS::Kinesis::Stream",
        "AWS::KinesisFirehose::DeliveryStream",
    ],
    remediation=(
        "Name a key: kms_master_key_id of aws_sqs_queue and aws_sns_topic, encryption_type with "
        "kms_key_id of aws_kinesis_stream, server_side_encryption of "
        "aws_kinesis_firehose_delivery_stream in Terraform; KmsMasterKeyId, StreamEncryption and "
        "DeliveryStreamEncryptionConfigurationInput in CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html",
        "https://docs.aws.amazon.com/streams/latest/dev/server-side-encryption.html",
        "https://docs.aws.amazon.com/firehose/latest/dev/encryption.html",
    ],
)
def encryption(subject: Subject) -> Iterator[Failure | NotApplicable]:
    """Messages carry the same personal data as the stores they are on the way to.

    SQS encrypts new queues unless that is switched off; topics and streams are encrypted only on
    request. A Firehose stream fed by another stream stores nothing itself: that one is judged.
    MSK encrypts its disks always, so its clusters are not asked.
    """
    properties = subject.resource.properties
    kind = subject.resource.type
    if kind == "AWS::SQS::Queue":
        if not properties.get("KmsMasterKeyId") and properties.get("SqsManagedSseEnabled") is False:
            yield Failure("encryption of the queue is switched off", at=("SqsManagedSseEnabled",))
    elif kind == "AWS::SNS::Topic":
        if not properties.get("KmsMasterKeyId"):
            yield Failure("the topic has no key", at=("KmsMasterKeyId",))
    elif kind == "AWS::Kinesis::Stream":
        if _part(properties, "StreamEncryption", "EncryptionType") != "KMS":
            yield Failure("the stream is not encrypted", at=("StreamEncryption", "EncryptionType"))
        elif not _part(properties, "StreamEncryption", "KeyId"):
            yield Failure("the stream's encryption has no key", at=("StreamEncryption", "KeyId"))
    else:
        yield from _firehose(properties)


def _firehose(stream: Mapping[str, Any]) -> Iterator[Failure | NotApplicable]:
    at = ("DeliveryStreamEncryptionConfigurationInput", "KeyType")
    if _part(stream, *at):
        return
    if any(source in stream for source in _FIREHOSE_SOURCES):
        yield NotApplicable("it stores nothing itself: the stream that feeds it is judged")
    else:
        yield Failure("the delivery stream is not encrypted", at=at)


def _part(properties: Mapping[str, Any], name: str, part: str) -> Any:
    settings = properties.get(name)
    return settings.get(part) if isinstance(settings, Mapping) else None
