"""Trust policies and confused deputies."""

from typing import Any

import pytest

from jurat.iam.document import statements
from jurat.iam.trust import trusting, unguarded

OWN, OTHER = "123456789012", "999988887777"


def tricked(principal: Any, condition: Any = None, own: str | None = OWN) -> list[str]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    if condition is not None:
        statement["Condition"] = condition
    return [member.value for member in unguarded(statements([statement])[0], own)]


def test_who_needs_a_guard() -> None:
    root = f"arn:aws:iam::{OTHER}:root"
    assert tricked({"AWS": root}) == [root]
    assert tricked({"Service": "cloudtrail.amazonaws.com"}) == ["cloudtrail.amazonaws.com"]
    assert tricked("*") == ["*"]
    assert tricked({"AWS": OWN}) == []
    assert tricked({"AWS": root}, own=None) == []
    assert tricked({"Federated": f"arn:aws:iam::{OWN}:saml-provider/corp"}) == []


@pytest.mark.parametrize(
    ("operator", "key", "value", "guards"),
    [
        ("StringEquals", "sts:ExternalId", "returns-4711", True),
        ("StringLike", "sts:ExternalId", "*", False),
        ("StringEqualsIfExists", "sts:ExternalId", "returns-4711", False),
        ("StringNotEquals", "sts:ExternalId", "returns-4711", False),
        ("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5", True),
        ("StringEquals", "aws:SourceAccount", OWN, False),
        ("Bool", "aws:MultiFactorAuthPresent", "true", False),
    ],
)
def test_guards_of_other_accounts(operator: str, key: str, value: str, guards: object) -> None:
    assert (tricked({"AWS": OTHER}, {operator: {key: value}}) == []) is guards


@pytest.mark.parametrize(
    ("operator", "key", "value", "guards"),
    [
        ("StringEquals", "aws:SourceAccount", OWN, True),
        ("ArnLike", "aws:SourceArn", f"arn:aws:cloudtrail:*:{OWN}:trail/*", True),
        ("ArnLike", "aws:SourceArn", "arn:aws:cloudtrail:*:*:trail/*", False),
        ("StringEquals", "aws:SourceOrgID", "o-a1b2c3d4e5", True),
        ("StringEquals", "sts:ExternalId", "x", False),
    ],
)
def test_guards_of_services(operator: str, key: str, value: str, guards: object) -> None:
    found = tricked({"Service": "cloudtrail.amazonaws.com"}, {operator: {key: value}})
    assert (found == []) is guards


def test_a_public_statement_guards_against_nobody() -> None:
    issuer = f"arn:aws:iam::{OWN}:oidc-provider/token.actions.example.com"
    wide = {"StringLike": {"token.actions.example.com:sub": "*"}}
    narrow = {"StringEquals": {"token.actions.example.com:sub": "repo:meridian/shop:x"}}
    assert tricked({"Federated": issuer}, wide) == [issuer]
    assert tricked({"Federated": issuer}, narrow) == []
    excluding = {"Effect": "Allow", "NotPrincipal": {"AWS": OWN}, "Action": "sts:AssumeRole"}
    assert [p.value for p in unguarded(statements([excluding])[0], OWN)] == ["*"]


def test_only_what_lets_somebody_take_the_role_is_trust() -> None:
    base = {"Effect": "Allow", "Principal": "*"}
    items = [
        {**base, "Action": "sts:AssumeRoleWithSAML"},
        {**base, "Action": "sts:TagSession"},
        {**base, "Action": "sts:*", "Effect": "Deny"},
        {**base, "NotAction": "s3:*"},
    ]
    found = statements(items)
    assert trusting(found) == (found[0], found[3])
    assert unguarded(found[2], OWN) == ()
