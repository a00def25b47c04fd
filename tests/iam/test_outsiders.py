"""Public or not: the published rule, and the spellings that usual tools misread."""

from typing import Any

import pytest

from jurat.iam.conditions import read_clauses
from jurat.iam.document import statements
from jurat.iam.outsiders import public, public_statements, restricts_access

OWN = "123456789012"
GITHUB = f"arn:aws:iam::{OWN}:oidc-provider/token.actions.githubusercontent.com"
POOLS = "cognito-identity.amazonaws.com"


def is_public(principal: Any, condition: Any = None, **more: Any) -> bool:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    statement |= {"Principal": principal, **more}
    if condition is not None:
        statement["Condition"] = condition
    return public(statements([statement])[0])


@pytest.mark.parametrize("principal", ["*", ["*"], {"AWS": "*"}, {"AWS": [OWN, "*"]}])
def test_everyone_without_condition_is_public(principal: Any) -> None:
    assert is_public(principal)


def test_named_principals_are_not_public() -> None:
    assert not is_public({"AWS": OWN})
    assert not is_public({"Service": "cloudtrail.amazonaws.com"})
    assert not is_public({"CanonicalUser": "abc"})
    assert not is_public({"Federated": f"arn:aws:iam::{OWN}:saml-provider/corp"})


def test_allowing_all_but_some_is_public_and_denying_never_is() -> None:
    assert public(statements([{"Effect": "Allow", "NotPrincipal": {"AWS": OWN}, "Action": "*"}])[0])
    assert not public(statements([{"Effect": "Deny", "Principal": "*", "Action": "*"}])[0])
    assert not public(statements([{"Effect": "Allow", "Action": "*", "Resource": "*"}])[0])


FIXED = [
    {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    {"StringEquals": {"AWS:SourceAccount": OWN}},
    {"StringEquals": {"aws:SourceVpce": ["vpce-1", "vpce-2"]}},
    {"StringLike": {"aws:SourceVpc": "vpc-1"}},
    {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{OWN}:*"}},
    {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::bucket"}},
    {"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}},
    {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/*"}},
    {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.7", "2001:db8::/32", "fc00::/7"]}},
    {"StringEquals": {"kms:CallerAccount": OWN, "kms:ViaService": "s3.eu.amazonaws.com"}},
    {
        "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
        "IpAddress": {"aws:SourceIp": "0.0.0.0/0"},
    },
    {
        "ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/"},
        "Null": {"aws:PrincipalOrgPaths": "false"},
    },
    {
        "StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
        "Null": {"aws:PrincipalOrgID": False},
    },
]
OPEN = [
    {},
    "x",
    {"StringEquals": {"aws:PrincipalOrgID": []}},
    {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
    {"StringLike": {"aws:PrincipalOrgID": ["o-a1b2c3d4e5", "*"]}},
    {"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}},
    {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    {"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/"}},
    {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-*/r-1/*"}},
    {"ArnLike": {"aws:PrincipalArn": "*"}},
    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}},
    {"StringLike": {"aws:userid": "AROAEXAMPLEEXAMPLE123:*"}},
    {"StringEquals": {"aws:PrincipalTag/team": "blue"}},
    {"StringEquals": {"aws:username": "alice"}},
    {"StringEquals": {"aws:Referer": "https://example.com"}},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"Bool": {"aws:PrincipalIsAWSService": "true"}},
    {"Null": {"aws:PrincipalOrgID": "false"}},
    {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}},
    {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
    {"IpAddress": {"aws:SourceIp": [f"{n}.0.0.0/8" for n in range(256)]}},
    {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "::/0"]}},
    {"IpAddress": {"aws:SourceIp": "everywhere"}},
    {"IpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}},
    {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"StringLike": {"aws:SourceIp": "203.0.113.*"}},
]


@pytest.mark.parametrize("condition", FIXED, ids=str)
def test_fixed_values_of_trusted_keys_restrict(condition: Any) -> None:
    assert restricts_access(read_clauses(condition))
    assert not is_public("*", condition)


@pytest.mark.parametrize("condition", OPEN, ids=str)
def test_everything_else_does_not(condition: Any) -> None:
    assert not restricts_access(read_clauses(condition))
    assert is_public("*", condition)


def claim(operator: str, name: str, *values: str) -> Any:
    return {operator: {f"token.actions.githubusercontent.com:{name}": list(values)}}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, True),
        (claim("StringEquals", "aud", "sts.amazonaws.com"), True),
        (claim("StringLike", "sub", "*"), True),
        (claim("StringLike", "sub", "repo:*"), True),
        (claim("StringLike", "sub", "repo:*/shop:ref:refs/heads/main"), True),
        (claim("StringLike", "sub", "repo:mer*/shop"), True),
        (claim("StringLike", "sub", "repo:meridian/*", "repo:*"), True),
        (claim("StringNotLike", "sub", "repo:meridian/*"), True),
        (claim("StringEqualsIfExists", "sub", "repo:meridian/shop"), True),
        (claim("StringLike", "ref", "refs/heads/main"), True),
        (claim("StringLike", "sub", "repo:meridian/*"), False),
        (claim("StringEquals", "sub", "repo:meridian/shop:environment:prod"), False),
        (claim("StringEquals", "repository_owner", "meridian"), False),
    ],
)
def test_an_identity_provider_of_many_needs_a_fixed_tenant(
    condition: Any, expected: object
) -> None:
    assert is_public({"Federated": GITHUB}, condition) is expected


def test_a_cognito_pool_must_be_named_and_its_guests_kept_out() -> None:
    pool = {"StringEquals": {f"{POOLS}:aud": "eu-central-1:1234"}}
    users = {"ForAnyValue:StringLike": {f"{POOLS}:amr": "authenticated"}}
    guests = {"ForAnyValue:StringLike": {f"{POOLS}:amr": "unauthenticated"}}
    assert not is_public({"Federated": POOLS}, {**pool, **users})
    assert is_public({"Federated": POOLS}, pool)
    assert is_public({"Federated": POOLS}, users)
    assert is_public({"Federated": POOLS}, {**pool, **guests})


def remaining(*denies: Any) -> int:
    allow = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:Get*",
        "Resource": "arn:aws:s3:::b/*",
    }
    full = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    return len(public_statements(statements([allow, *({**full, **deny} for deny in denies)])))


def test_a_denial_of_all_outsiders_undoes_a_public_statement() -> None:
    org = {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    assert remaining() == 1
    assert remaining({}) == 0
    assert remaining({"Condition": org}) == 0
    assert remaining({"Condition": {"StringNotEqualsIfExists": org["StringNotEquals"]}}) == 0
    assert remaining({"Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}) == 0
    services = {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}
    assert remaining({"Condition": {**org, **services}}) == 0


def test_a_denial_that_an_outsider_can_avoid_undoes_nothing() -> None:
    org = {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    assert remaining({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}) == 1
    assert remaining({"Condition": org, "Action": "s3:PutObject"}) == 1
    assert remaining({"Condition": org, "Resource": "arn:aws:s3:::b/private/*"}) == 1
    assert remaining({"Condition": org, "Principal": {"AWS": OWN}}) == 1
    assert remaining({"Condition": {"Null": {"aws:SourceVpce": "true"}}}) == 1
    assert remaining({"Condition": {"StringNotLike": {"aws:PrincipalOrgID": "*"}}}) == 1
    # Anonymous requests lack the key, so without IfExists they are not denied.
    assert remaining({"Condition": {**org, "Bool": {"aws:PrincipalIsAWSService": "false"}}}) == 1
    assert remaining({"Condition": {"ForAnyValue:StringNotEquals": org["StringNotEquals"]}}) == 1
