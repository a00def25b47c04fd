"""AWS's own managed policies that are common and short, by what they mean."""

from collections.abc import Mapping
from typing import Any, Final

_LOGS: Final = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]


def _allow(*actions: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*"}


WELL_KNOWN: Final[Mapping[str, Any]] = {
    "AdministratorAccess": {"Statement": [_allow("*")]},
    "AmazonS3FullAccess": {"Statement": [_allow("s3:*", "s3-object-lambda:*")]},
    "AmazonS3ReadOnlyAccess": {
        "Statement": [
            _allow(
                "s3:Describe*",
                "s3:Get*",
                "s3:List*",
                "s3-object-lambda:Get*",
                "s3-object-lambda:List*",
            )
        ],
    },
    "IAMFullAccess": {"Statement": [_allow("iam:*")]},
    "PowerUserAccess": {
        "Statement": [
            {
                "Effect": "Allow",
                "NotAction": ["account:*", "iam:*", "organizations:*"],
                "Resource": "*",
            },
            _allow("iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole", "iam:ListRoles"),
        ],
    },
    "service-role/AWSLambdaBasicExecutionRole": {"Statement": [_allow(*_LOGS)]},
    "service-role/AWSLambdaVPCAccessExecutionRole": {
        "Statement": [
            _allow(
                *_LOGS,
                "ec2:AssignPrivateIpAddresses",
                "ec2:CreateNetworkInterface",
                "ec2:DeleteNetworkInterface",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSubnets",
                "ec2:UnassignPrivateIpAddresses",
            )
        ],
    },
    "service-role/AmazonECSTaskExecutionRolePolicy": {
        "Statement": [
            _allow(
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetAuthorizationToken",
                "ecr:GetDownloadUrlForLayer",
                "logs:CreateLogStream",
                "logs:PutLogEvents",
            )
        ],
    },
}
"""Documents by name; listing actions of no consequence are left out."""
