"""Identities: what they hold, under which names, and what is not known of them."""

from typing import Any, ClassVar

import pytest

from jurat.iam.account import Account

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def test_everything_that_is_granted_with_its_source(kit: Any) -> None:
    shared = kit.builder.policy("shared", READ)
    kit.builder.group("team", READ, ManagedPolicyArns=[shared])
    address = kit.builder.user("x", READ, ManagedPolicyArns=[shared], Groups=["team", "ghost"])
    user = kit.builder.account().find(address)
    assert [s.source for s in user.statements] == [
        "inline:own",
        "managed:shared",
        "group/team inline:own",
        "group/team managed:shared",
    ]
    assert user.statements[0].path == ("Policies", 0, "PolicyDocument", "Statement", 0)
    assert user.statements[1].path == ("PolicyDocument", "Statement", 0)
    assert [user.locate(s) for s in user.statements] == [
        ("Policies", 0, "PolicyDocument", "Statement", 0),
        ("ManagedPolicyArns", 0),
        ("Groups", 0),
        ("Groups", 0),
    ]
    assert user.strange == ("ghost",)
    assert user.unresolved == ("ghost",)
    assert user.label == "user/x"
    assert [group.name for group in user.groups] == ["team"]


def test_documents_that_are_not_known(kit: Any) -> None:
    aws = "arn:aws:iam::aws:policy/"
    missing, cap = kit.arn("policy", "missing"), kit.arn("policy", "cap")
    kit.builder.group("team", ManagedPolicyArns=[missing])
    address = kit.builder.user(
        "x",
        ManagedPolicyArns=[f"{aws}AdministratorAccess", f"{aws}AmazonSSMFullAccess"],
        PermissionsBoundary=cap,
        Groups=["team"],
    )
    user = kit.builder.account().find(address)
    assert user.unresolved == (f"{aws}AmazonSSMFullAccess", cap, missing)
    assert user.boundary is None
    assert user.statements[0].source == "managed:AdministratorAccess"


def test_a_boundary_of_aws(kit: Any) -> None:
    address = kit.builder.role("x", PermissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess")
    role = kit.builder.account().find(address)
    assert role.boundary is not None
    assert role.boundary[0].action.negated
    assert role.unresolved == ()


def test_context_of_requests(kit: Any) -> None:
    tags = [{"Key": "Team", "Value": "blue"}, {"Key": 5}, "x"]
    account_of = kit.builder
    user, role = account_of.user("u", Tags=tags), account_of.role("r")
    group = account_of.group("g")
    account = account_of.account()
    assert account.find(user).context == {
        "aws:principaltag/team": ("blue",),
        "aws:username": ("u",),
        "aws:principalarn": (user,),
        "aws:principalaccount": ("123456789012",),
    }
    assert account.find(role).context["aws:username"] == ()
    assert "aws:principalarn" not in account.find(group).context


def test_tags_are_not_certain_where_sessions_may_bring_others(kit: Any) -> None:
    tags = [{"Key": "team", "Value": "red"}]
    tagging = kit.trust("*", Action=["sts:AssumeRole", "sts:TagSession"])
    plain = kit.builder.role("x", Tags=tags, AssumeRolePolicyDocument=kit.trust("*"))
    loose = kit.builder.role("y", Tags=tags, AssumeRolePolicyDocument=tagging)
    account = kit.builder.account()
    assert account.find(plain).context["aws:principaltag/team"] == ("red",)
    assert "aws:principaltag/team" not in account.find(loose).context


def test_names_by_which_identities_are_found(kit: Any) -> None:
    address = kit.builder.policy("p", READ)
    account = kit.builder.account()
    assert account.named("policy", "p") is account.find(address)
    assert account.named("policy", address) is account.find(address)
    assert account.named("policy", kit.arn("policy", "q")) is None
    assert account.named("martian", "arn:p") is None
    with pytest.raises(KeyError):
        account.find("nothing")


def test_before_the_apply_an_arn_is_a_pattern(kit: Any) -> None:
    kit.builder.role("x", Path="/app/")
    (resource,) = kit.builder.resources
    planned = type(resource)(resource.type, "aws_iam_role.x", resource.properties)
    account = Account([planned])
    role = account.find("aws_iam_role.x")
    assert role.arns == ("arn:*:iam::*:role/app/x",)
    assert account.named("role", "arn:aws:iam::123456789012:role/app/x") is role
    assert account.named("role", "arn:aws:iam::123456789012:role/x") is None
    assert role.names == frozenset()


def test_a_text_that_stands_for_an_arn_is_an_arn(kit: Any) -> None:
    class Planned:
        address, type = "aws_iam_policy.p", "AWS::IAM::ManagedPolicy"
        properties: ClassVar[dict[str, Any]] = {"ManagedPolicyName": "p"}
        arn = "arn:aws:iam::000000000000:policy/stand-in"

    kit.builder.role("x", ManagedPolicyArns=[Planned.arn])
    account = Account([Planned(), *kit.builder.resources])
    assert account.named("policy", Planned.arn) is account.find(Planned.address)
    assert account.find(kit.arn("role", "x")).unresolved == ()


def test_a_name_that_is_not_known_is_the_address(kit: Any) -> None:
    kit.builder.role("x")
    kind = type(kit.builder.resources[0])
    role = Account([kind("AWS::IAM::Role", "module.a.aws_iam_role.x")]).find(
        "module.a.aws_iam_role.x"
    )
    assert role.name == "module.a.aws_iam_role.x"
    assert role.statements == ()
    assert role.trust == ()


def test_resources_of_other_types_are_no_identities(kit: Any) -> None:
    kit.builder.role("x")
    kind = type(kit.builder.resources[0])
    account = Account([kind("AWS::S3::Bucket", "b")])
    assert [list(account.members(k)) for k in ("role", "user", "group", "policy")] == [[]] * 4
