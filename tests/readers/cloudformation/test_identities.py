from typing import Any

import pytest

from jurat.model import Scope, Tier, Unknown
from jurat.readers.cloudformation.identities import TABLE, identities

NOWHERE = Scope(tier=Tier.TEMPLATE)
HERE = Scope("123456789012", "eu-west-1", "aws-cn", Tier.TEMPLATE)


@pytest.mark.parametrize(
    ("type_", "properties", "expected"),
    [
        ("S3::Bucket", {"BucketName": "b"}, {"Ref": "b", "Arn": "arn:aws:s3:::b"}),
        ("IAM::Role", {"RoleName": "r"}, {"Ref": "r"}),
        ("SQS::Queue", {"QueueName": "q"}, {"QueueName": "q"}),
        ("S3::Bucket", {}, {}),
        ("S3::Bucket", {"BucketName": Unknown("w")}, {}),
        ("EC2::SecurityGroup", {"GroupName": "g"}, {}),
    ],
)
def test_what_a_name_alone_tells(type_: str, properties: Any, expected: Any) -> None:
    assert identities(f"AWS::{type_}", properties, NOWHERE) == expected


@pytest.mark.parametrize(
    ("type_", "properties", "expected"),
    [
        ("S3::Bucket", {"BucketName": "b"}, {"Ref": "b", "Arn": "arn:aws-cn:s3:::b"}),
        (
            "IAM::Role",
            {"RoleName": "r"},
            {"Ref": "r", "Arn": "arn:aws-cn:iam::123456789012:role/r"},
        ),
        (
            "IAM::User",
            {"UserName": "u", "Path": "/a/"},
            {"Ref": "u", "Arn": "arn:aws-cn:iam::123456789012:user/a/u"},
        ),
        ("IAM::User", {"UserName": "u", "Path": Unknown("w")}, {"Ref": "u"}),
        (
            "DynamoDB::Table",
            {"TableName": "t"},
            {"Ref": "t", "Arn": "arn:aws-cn:dynamodb:eu-west-1:123456789012:table/t"},
        ),
        (
            "SNS::Topic",
            {"TopicName": "t"},
            {
                "Ref": "arn:aws-cn:sns:eu-west-1:123456789012:t",
                "TopicArn": "arn:aws-cn:sns:eu-west-1:123456789012:t",
                "TopicName": "t",
            },
        ),
        (
            "Logs::LogGroup",
            {"LogGroupName": "{account}"},
            {
                "Ref": "{account}",
                "Arn": "arn:aws-cn:logs:eu-west-1:123456789012:log-group:{account}:*",
            },
        ),
    ],
)
def test_what_name_and_scope_tell(type_: str, properties: Any, expected: Any) -> None:
    assert identities(f"AWS::{type_}", properties, HERE) == expected


@pytest.mark.parametrize("type_", TABLE)
def test_every_pattern_can_be_filled(type_: str) -> None:
    name, patterns = TABLE[type_]
    found = identities(type_, {name: "it"}, HERE)
    assert found.keys() == patterns.keys()
    assert not any("{" in text for text in found.values())
