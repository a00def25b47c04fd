"""Identities reduced to what a question is about answer it as the whole ones do."""

from dataclasses import dataclass
from typing import Any

import pytest

from jurat.iam.account import Account
from jurat.iam.document import statements
from jurat.iam.escalation import escalations
from jurat.iam.escalation.passing import PASSING
from jurat.iam.escalation.taking import TAKING
from jurat.iam.escalation.writes import ANYWHERE, BECOMING, CREATING, RAISING, UNCAPPING
from jurat.iam.holders import (
    Lean,
    alone,
    attachments,
    exempt,
    may_admit_identities,
    place,
    raises_rights,
    unseen,
)
from jurat.languages.python import MappingView
from jurat.model.reads import ReadSet, Touch

OWN = "arn:aws:iam::123456789012:policy/own"
READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


@dataclass(frozen=True)
class Thing:
    """A resource; its properties may be a view."""

    type: str
    properties: Any
    address: str = "Thing"


def role(**properties: Any) -> Thing:
    return Thing("AWS::IAM::Role", properties)


CHANGES = (*RAISING, *BECOMING, *UNCAPPING)
WAYS = (*CREATING, *PASSING, *TAKING)
DECIDING = sorted(
    {change.action for change in CHANGES}
    | {action for way in WAYS for need in way.needs for action in need}
    | {action for _, action in ANYWHERE}
    | {"iam:PassRole", "iam:SetDefaultPolicyVersion", "sts:AssumeRole"}
)


@pytest.mark.parametrize("action", DECIDING)
def test_every_action_that_escalation_asks_for_matters(action: str) -> None:
    service = action.partition(":")[0]
    for spelling in (action, action.upper(), f"{service}:*", "*"):
        (found,) = statements([{"Effect": "Deny", "Action": spelling, "Resource": "*"}])
        assert raises_rights(found)
    (found,) = statements([{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}])
    assert raises_rights(found)


@pytest.mark.parametrize("action", ["s3:*", "dynamodb:GetItem", ["logs:*", "sqs:SendMessage"]])
def test_ordinary_actions_do_not_matter(action: Any) -> None:
    (found,) = statements([{"Effect": "Allow", "Action": action, "Resource": "*"}])
    assert not raises_rights(found)


def test_a_lean_account_knows_the_same_escalations(kit: Any) -> None:
    kit.builder.policy("own", kit.allow("iam:PutUserPolicy"), kit.allow("s3:*"))
    kit.builder.role("a", kit.allow("s3:*"), kit.allow("iam:PassRole"), kit.allow("lambda:*"))
    kit.builder.role("b", ManagedPolicyArns=[OWN])
    trust = kit.trust(kit.arn("role", "a"))
    kit.builder.role("c", kit.allow("s3:*"), kit.allow("*"), AssumeRolePolicyDocument=trust)
    kit.builder.role("d", kit.allow("iam:*"), kit.allow("iam:*", Effect="Deny"))
    whole = kit.builder.account()
    reduced = Account(Lean(r, raises_rights) for r in kit.builder.resources)
    for resource in kit.builder.resources:
        expected = {(e.method, e.chain) for e in escalations(whole.find(resource.address))}
        found = {(e.method, e.chain) for e in escalations(reduced.find(resource.address))}
        assert found == expected
    assert escalations(reduced.find(kit.arn("role", "a")))


def looked_at(thing: Thing, *path: str | int) -> bool:
    reads = ReadSet()
    viewed = Thing(thing.type, MappingView(thing.properties, reads), thing.address)
    identity = alone(viewed, raises_rights)
    assert identity.statements is not None
    return reads.touch(path) is not Touch.NOT


def test_of_an_identity_alone_only_its_documents_are_read() -> None:
    document = {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    thing = role(RoleName="x", Tags=[], Policies=[{"PolicyName": "p", "PolicyDocument": document}])
    statement = ("Policies", 0, "PolicyDocument", "Statement", 0)
    assert looked_at(thing, *statement, "Action")
    assert not looked_at(thing, *statement, "Resource")
    assert not looked_at(thing, "Policies", 0, "PolicyName")
    assert not looked_at(thing, "RoleName")
    assert not looked_at(thing, "Tags")


def test_what_a_type_does_not_have_is_not_looked_for() -> None:
    policy = Thing("AWS::IAM::ManagedPolicy", {"PolicyDocument": {"Statement": []}})
    assert not looked_at(policy, "ManagedPolicyArns")
    assert "Groups" not in Lean(policy, raises_rights).properties
    assert list(Lean(policy, raises_rights).properties) == ["PolicyDocument"]
    assert len(Lean(policy, raises_rights).properties) == 1


@pytest.mark.parametrize("odd", ["x", 7, {"PolicyDocument": 7}, [7]], ids=str)
def test_inline_policies_of_any_shape(odd: Any) -> None:
    (found,) = alone(role(Policies=odd)).statements
    assert not found.readable


def test_versions_are_reduced_as_well() -> None:
    old = {"VersionId": "v1", "Document": {"Statement": [{"Effect": "Allow", "Action": "s3:*"}]}}
    lean = Lean(Thing("AWS::IAM::ManagedPolicy", {"Versions": [old]}), raises_rights)
    nothing = {"Effect": "Deny", "Action": []}
    assert lean.properties["Versions"] == [
        {"VersionId": "v1", "Document": {"Statement": [nothing]}}
    ]


def test_what_a_policy_of_aws_grants_is_found_where_it_is_named() -> None:
    identity = alone(role(ManagedPolicyArns=[OWN, READ_ONLY]))
    (found,) = identity.statements
    assert place(identity, found, found.action_path) == ("ManagedPolicyArns", 1)
    own = alone(role(Policies=[{"PolicyDocument": {"Effect": "Allow", "Action": "*"}}]))
    (found,) = own.statements
    assert place(own, found, found.action_path) == ("Policies", 0, "PolicyDocument", "Action")


@pytest.mark.parametrize(
    ("arns", "seen", "expected"),
    [
        ([], 0, False),
        ([READ_ONLY], 0, False),
        ([OWN], 0, True),
        ([OWN, OWN], 1, False),
        ([OWN, READ_ONLY], 1, False),
        (OWN, 0, True),
        (None, 0, False),
        ([7], 0, True),
    ],
    ids=str,
)
def test_attached_policies_that_nobody_shows(arns: Any, seen: int, expected: object) -> None:
    assert unseen(role(ManagedPolicyArns=arns), seen) is expected


def test_policies_have_nothing_attached() -> None:
    assert attachments(Thing("AWS::IAM::ManagedPolicy", {"ManagedPolicyArns": [OWN]})) == []
    assert attachments(role(ManagedPolicyArns=[OWN])) == [OWN]


@pytest.mark.parametrize(
    ("kind", "path", "bounded", "holders", "expected"),
    [
        ("ManagedPolicy", "/", 1, 0, True),
        ("ManagedPolicy", "/", 1, 1, False),
        ("ManagedPolicy", "/", 0, 0, False),
        ("Role", "/", 1, 0, False),
        ("Role", "/aws-service-role/sso.amazonaws.com/", 0, 0, True),
        ("Role", "/service-role/", 0, 0, False),
        ("Role", None, 0, 0, False),
    ],
)
def test_who_is_exempt(kind: str, path: Any, bounded: int, holders: int, expected: object) -> None:
    related = {"bounded": [0] * bounded, "holders": [0] * holders}
    thing = Thing(f"AWS::IAM::{kind}", {} if path is None else {"Path": path})
    assert bool(exempt(thing, related)) is expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"Statement": [{"Principal": {"Service": "ec2.amazonaws.com"}}]}, False),
        ({"Statement": [{"Principal": {"Service": "x", "Federated": "y"}}]}, False),
        ({"Statement": [{"Principal": {"Service": "x", "AWS": "y"}}]}, True),
        ({"Statement": [{"Principal": "*"}]}, True),
        ({"Statement": [{"NotPrincipal": {"Service": "x"}}]}, True),
        ({"Statement": {"Principal": {"Service": "x"}}}, True),
        ({"Statement": "x"}, True),
        ({"Statement": [7]}, True),
        ({"Statement": []}, False),
        ("{}", True),
        (None, False),
    ],
    ids=str,
)
def test_a_glance_at_a_trust(document: Any, expected: object) -> None:
    properties = {} if document is None else {"AssumeRolePolicyDocument": document}
    assert may_admit_identities(Thing("AWS::IAM::Role", properties)) is expected
