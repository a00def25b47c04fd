"""Policies that usual tools misjudge, and pairs of policies with a known relation.

Each line was a wrong answer of some tool, or a regression of a predecessor of this engine.
"""

from typing import Any

import pytest

from jurat.iam.breadth import administers, on_all_resources, service_wide
from jurat.iam.conditions import read_clauses
from jurat.iam.document import statements
from jurat.iam.escalation import escalations
from jurat.iam.grants import allows
from jurat.iam.outsiders import public_statements, restricts_access

ORG = {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


@pytest.mark.parametrize(
    "items",
    [
        [allow("s3:GetObject", "arn:aws:s3:::*")],
        [allow("s3:GetObject", "arn:aws:s3:::*/*")],
        [allow("s3:Get?bject")],
        [allow("s3:GetObject", Condition={"ArnLike": {"aws:PrincipalArn": "*"}})],
        [allow("s3:GetObject"), deny("s3:*", "arn:aws:s3:::one/*")],
        [allow("*"), deny("*", Condition={"Bool": {"aws:SecureTransport": "false"}})],
        [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
    ],
    ids=str,
)
def test_objects_of_every_bucket_can_be_read(items: list[Any]) -> None:
    granting = allows(statements(items), "s3:GetObject")
    assert any(map(on_all_resources, granting))


def test_the_usual_denial_of_plain_http_hides_no_administrator() -> None:
    plain = deny("*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    assert administers(statements([allow("*"), plain]))
    assert administers(statements([allow("*")]))


def test_passing_an_administrators_role_to_a_function(kit: Any) -> None:
    service = {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = {"Statement": [{"Effect": "Allow", **service}]}
    admin = kit.builder.role("admin", allow("*"), AssumeRolePolicyDocument=trust)
    address = kit.builder.role(
        "x", allow("iam:PassRole", admin), allow("lambda:*", "arn:aws:lambda:*:*:function:a")
    )
    (only,) = escalations(kit.builder.account().find(address))
    assert only.chain == ("role/x", "role/admin")


BUCKET = {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Principal": "*"}, 1),
        ({"Principal": ["*"]}, 1),
        ({"NotPrincipal": {"AWS": "123456789012"}}, 1),
        (
            {
                "Principal": "*",
                "Condition": {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}},
            },
            1,
        ),
        ({"Principal": "*", "Condition": {"StringEqualsIfExists": ORG}}, 1),
        (
            {
                "Principal": "*",
                "Condition": {"StringEquals": ORG, "IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
            },
            0,
        ),
    ],
    ids=str,
)
def test_public_resource_policies(statement: Any, expected: int) -> None:
    assert (
        len(public_statements(statements([{"Effect": "Allow", **BUCKET, **statement}]))) == expected
    )


def test_a_trust_policy_is_judged_though_it_has_no_resource() -> None:
    trust = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
    assert public_statements(statements([trust]))
    assert allows(statements([trust]), "sts:AssumeRole")


def test_a_complement_grants_what_it_does_not_list() -> None:
    found = statements([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}])
    assert allows(found, "s3:GetObject")
    assert not allows(found, "iam:PassRole")
    assert service_wide(found[0], "kms")
    assert not service_wide(found[0], "iam")


@pytest.mark.parametrize("prefix", ["bedrock-agentcore", "s3vectors", "service-of-tomorrow"])
def test_services_that_no_catalogue_knows(prefix: str) -> None:
    found = statements([allow(f"{prefix}:Get*")])
    assert allows(found, f"{prefix}:GetThing")
    assert not service_wide(found[0], prefix)
    assert service_wide(statements([allow(f"{prefix}:*")])[0], prefix)


def test_conditions_whose_absent_key_slips_through() -> None:
    plain = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
    if_exists = {"BoolIfExists": plain["Bool"]}
    absent = {"aws:multifactorauthpresent": ()}
    assert allows(statements([allow("*"), deny("*", Condition=plain)]), "s3:GetObject", "*", absent)
    assert not allows(
        statements([allow("*"), deny("*", Condition=if_exists)]), "s3:GetObject", "*", absent
    )


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"ForAllValues:StringEquals": ORG}, False),
        ({"ForAnyValue:StringEquals": ORG}, True),
        ({"ForAllValues:StringEquals": ORG, "Null": {"aws:PrincipalOrgID": "false"}}, True),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/25", "203.0.113.128/25"]}}, True),
        ({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False),
        ({"StringNotEquals": {"aws:PrincipalAccount": ["111111111111", "222222222222"]}}, False),
        ({"StringEquals": {"aws:PrincipalAccount": "111111111111"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111111111111:*"}}, True),
        ({"StringEquals": {"aws:PrincipalArn": "${aws:PrincipalTag/u}"}}, False),
    ],
    ids=str,
)
def test_which_conditions_name_somebody(condition: Any, expected: object) -> None:
    assert restricts_access(read_clauses(condition)) is expected
