"""Denials of plain HTTP and of other networks, with their scope and their exceptions."""

from typing import Any

import pytest

from jurat.iam.document import statements
from jurat.iam.perimeter import (
    denies_insecure_transport,
    insecure_transport_denied,
    required_endpoints,
)

BUCKET = ("arn:aws:s3:::b", "arn:aws:s3:::b/*")
OWN = "123456789012"


def deny(condition: Any, **more: Any) -> dict[str, Any]:
    whole = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": list(BUCKET)}
    return {**whole, "Condition": condition, **more}


PLAIN = {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (PLAIN, True),
        ({"Bool": {"AWS:securetransport": False}}, True),
        ({"BoolIfExists": {"aws:SecureTransport": "False"}}, True),
        ({"StringEquals": {"aws:SecureTransport": "false"}}, True),
        ({"StringNotEquals": {"aws:SecureTransport": "true"}}, True),
        ({"NumericLessThanIfExists": {"s3:TlsVersion": 1.2}}, True),
        ({"NumericLessThan": {"s3:TlsVersion": 1.2}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({"Bool": {"aws:SecureTransport": ["true", "false"]}}, False),
        ({**PLAIN, "StringEquals": {"aws:PrincipalTag/x": "y"}}, False),
        ({**PLAIN, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}, False),
        ({"ForAnyValue:Bool": {"aws:SecureTransport": "false"}}, False),
        ({"Null": {"aws:SecureTransport": "true"}}, False),
        ({}, False),
        ("x", False),
    ],
    ids=str,
)
def test_conditions_that_every_plain_request_meets(condition: Any, expected: object) -> None:
    assert denies_insecure_transport(statements([deny(condition)])[0]) is expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Action": "*", "Resource": "*"}, True),
        ({"NotResource": "arn:aws:s3:::other/*", "Resource": None}, True),
        ({"Principal": {"AWS": OWN}}, False),
        ({"Principal": None, "NotPrincipal": {"AWS": OWN}}, False),
        ({"Effect": "Allow"}, False),
        ({"Action": "s3:GetObject"}, False),
        ({"Action": None, "NotAction": "s3:GetObject"}, False),
        ({"Resource": "arn:aws:s3:::b/*"}, False),
        ({"Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/public/*"]}, False),
    ],
    ids=str,
)
def test_effect_principal_action_and_resource_must_cover_all(
    more: dict[str, Any], expected: object
) -> None:
    whole = {k: v for k, v in deny(PLAIN, **more).items() if v is not None}
    assert insecure_transport_denied(statements([whole]), ["s3:*"], BUCKET) is expected


def test_bucket_and_objects_may_be_covered_by_two_statements() -> None:
    both = [deny(PLAIN, Resource=BUCKET[0]), deny(PLAIN, Resource=BUCKET[1])]
    assert insecure_transport_denied(statements(both), ["s3:*"], BUCKET)
    assert not insecure_transport_denied(statements(both[:1]), ["s3:*"], BUCKET)
    assert insecure_transport_denied(statements(both[:1]), ["s3:*"])
    assert not insecure_transport_denied((), ["s3:*"])


def test_topics_and_queues_name_their_own_actions() -> None:
    topic = deny(PLAIN, Action="SNS:Publish", Resource=f"arn:aws:sns:eu:{OWN}:t")
    assert insecure_transport_denied(statements([topic]), ["sns:Publish"])
    assert not insecure_transport_denied(statements([topic]), ["sns:Publish", "sns:Subscribe"])


OUTSIDE = {"StringNotEquals": {"aws:SourceVpce": ["vpce-1", "vpce-2"]}}


def confined(condition: Any, **more: Any) -> tuple[str, ...]:
    found = statements([deny(condition, **more)])
    return required_endpoints(found, ["s3:GetObject", "s3:PutObject"], BUCKET)


@pytest.mark.parametrize(
    "further",
    [
        {},
        {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/backup"}},
        {"StringNotLike": {"aws:userId": ["AROAEXAMPLEEXAMPLE123:*", OWN]}},
        {"BoolIfExists": {"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"}},
    ],
    ids=str,
)
def test_endpoints_to_which_access_is_confined(further: Any) -> None:
    assert confined({**OUTSIDE, **further}) == ("vpce-1", "vpce-2")


def test_networks_count_as_well() -> None:
    both = {"StringNotEqualsIfExists": {"aws:SourceVpc": "vpc-1", "aws:SourceVpce": "vpce-1"}}
    assert confined(both) == ("vpc-1", "vpce-1")


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": OUTSIDE["StringNotEquals"]},
        {"StringNotLike": {"aws:SourceVpce": "vpce-*"}},
        {"ForAnyValue:StringNotEquals": OUTSIDE["StringNotEquals"]},
        {"Null": {"aws:SourceVpce": "true"}},
        {**OUTSIDE, "ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}},
        {**OUTSIDE, "ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:*"}},
        {**OUTSIDE, "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/backup"}},
        {**OUTSIDE, "ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/x"}},
        {**OUTSIDE, "StringNotEquals": {"aws:PrincipalAccount": OWN}},
        {**OUTSIDE, "StringNotLike": {"aws:userId": "*"}},
        {**OUTSIDE, "NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {**OUTSIDE, "Bool": {"aws:PrincipalIsAWSService": "false"}},
        {**OUTSIDE, "StringEquals": {"s3:prefix": "x"}},
        {},
    ],
    ids=str,
)
def test_nobody_is_confined_by_wide_exceptions(condition: Any) -> None:
    assert confined(condition) == ()


def test_what_the_denial_does_not_speak_of_is_not_confined() -> None:
    assert confined(OUTSIDE, Action="s3:GetObject") == ()
    assert confined(OUTSIDE, Resource=BUCKET[0]) == ()
    assert confined(OUTSIDE, Principal={"AWS": OWN}) == ()
