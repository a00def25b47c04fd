"""Principals in every spelling."""

from typing import Any

import pytest

from jurat.iam.principals import Kind, classify, read_principals

OWN, OTHER = "123456789012", "999988887777"


@pytest.mark.parametrize(
    ("kind", "name", "expected", "account"),
    [
        ("AWS", "*", Kind.EVERYONE, None),
        ("AWS", OWN, Kind.ACCOUNT, OWN),
        ("AWS", f"arn:aws:iam::{OWN}:root", Kind.ACCOUNT, OWN),
        ("AWS", f"arn:aws:iam::{OWN}:role/x", Kind.IDENTITY, OWN),
        ("AWS", f"arn:aws:sts::{OWN}:assumed-role/x/s", Kind.IDENTITY, OWN),
        ("AWS", f"arn:aws-cn:iam::{OWN}:user/p/x", Kind.IDENTITY, OWN),
        ("AWS", "arn:aws:iam::*:root", Kind.EVERYONE, None),
        ("AWS", "arn:aws:iam::${aws:PrincipalAccount}:role/x", Kind.EVERYONE, None),
        ("AWS", "arn:aws:iam::*", Kind.EVERYONE, None),
        ("AWS", "AROAEXAMPLEEXAMPLE123", Kind.DELETED, None),
        ("AWS", "nobody", Kind.UNREADABLE, None),
        ("aws", "**", Kind.EVERYONE, None),
        ("Service", "ec2.amazonaws.com", Kind.SERVICE, None),
        ("Service", "*", Kind.EVERYONE, None),
        ("Federated", "accounts.google.com", Kind.OIDC, None),
        ("Federated", f"arn:aws:iam::{OWN}:oidc-provider/x", Kind.OIDC, OWN),
        ("Federated", f"arn:aws:iam::{OWN}:saml-provider/x", Kind.SAML, OWN),
        ("CanonicalUser", "abc", Kind.CANONICAL, None),
        ("Martian", "x", Kind.UNREADABLE, None),
        ("AWS", 5, Kind.UNREADABLE, None),
    ],
)
def test_kinds(kind: str, name: Any, expected: Kind, account: str | None) -> None:
    found = classify(kind, name)
    assert found.kind is expected
    assert found.account == account


@pytest.mark.parametrize("value", ["*", ["*"], {"AWS": "*"}, {"AWS": ["*", OWN]}, {"*": "*"}])
def test_everyone_in_every_spelling(value: Any) -> None:
    assert read_principals(value, negated=False, allows=True).everyone
    assert not read_principals(value, negated=True, allows=True).everyone


@pytest.mark.parametrize("value", [5, None, {"AWS": {"x": 1}}, {"Martian": "x"}, [OWN, 5]])
def test_what_cannot_be_read_lets_everyone_in_and_keeps_nobody_out(value: Any) -> None:
    assert read_principals(value, negated=False, allows=True).everyone
    assert not read_principals(value, negated=False, allows=False).everyone
    assert read_principals(value, negated=True, allows=True).everyone
    assert not read_principals(value, negated=True, allows=False).everyone


def test_other_accounts() -> None:
    found = read_principals(
        {"AWS": [OWN, f"arn:aws:iam::{OTHER}:role/x"], "Service": "ec2.amazonaws.com"},
        negated=False,
        allows=True,
    )
    assert [p.account for p in found.outside(OWN)] == [OTHER]
    assert found.outside(None) == ()
    assert [p.value for p in found.of(Kind.SERVICE)] == ["ec2.amazonaws.com"]
