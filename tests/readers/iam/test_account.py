"""Account details: entries in every encoding become canonical resources, gaps become unknown."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.errors import InputError
from jurat.model import Estate, Origin, Resource, Scope, Tier, Unknown, is_known
from jurat.readers.iam import read, read_iam, recognise
from jurat.readers.iam.values import document
from jurat.readers.registry import Format, Recognised
from jurat.readers.source import Hints, Source

ACCOUNT = "123456789012"
DOCUMENT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*"}]}
LAWS = settings(max_examples=100, deadline=None, derandomize=True)


def arn(kind: str, name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


ROLE = {
    "Path": "/app/",
    "RoleName": "web",
    "RoleId": "AROA",
    "Arn": arn("role", "app/web"),
    "CreateDate": "2026-01-01T00:00:00+00:00",
    "AssumeRolePolicyDocument": DOCUMENT,
    "InstanceProfileList": [
        {
            "InstanceProfileName": "web",
            "Arn": arn("instance-profile", "web"),
            "Path": "/",
            "Roles": [{"RoleName": "web"}],
        }
    ],
    "RolePolicyList": [{"PolicyName": "data", "PolicyDocument": DOCUMENT}],
    "AttachedManagedPolicies": [{"PolicyName": "cap", "PolicyArn": arn("policy", "cap")}],
    "PermissionsBoundary": {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": arn("policy", "cap"),
    },
    "Tags": [{"Key": "env", "Value": "prod"}],
    "RoleLastUsed": {},
}
USER = {
    "UserName": "tom",
    "Path": "/",
    "Arn": arn("user", "tom"),
    "GroupList": ["support"],
    "AttachedManagedPolicies": [],
    "UserPolicyList": [],
}
GROUP = {
    "GroupName": "support",
    "Path": "/",
    "Arn": arn("group", "support"),
    "GroupPolicyList": [],
    "AttachedManagedPolicies": [],
}
POLICY = {
    "PolicyName": "cap",
    "Arn": arn("policy", "cap"),
    "Path": "/",
    "DefaultVersionId": "v2",
    "AttachmentCount": 0,
    "PolicyVersionList": [
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": {"Statement": []}},
        {"VersionId": "v2", "IsDefaultVersion": True, "Document": DOCUMENT},
    ],
}


def page(**sections: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": [],
        "Policies": [],
    }
    return {**empty, **sections}


def estate(value: Any, **hints: Any) -> Estate:
    return read_iam(value, "account.json", Hints(**hints))


def only(section: str, entry: Any, **hints: Any) -> Resource:
    return estate(page(**{section: [entry]}), **hints).resources[0]


def test_a_role() -> None:
    role = only("RoleDetailList", ROLE)
    assert role.type == "AWS::IAM::Role"
    assert role.address == ROLE["Arn"]
    assert role.properties == {
        "RoleName": "web",
        "Path": "/app/",
        "Arn": ROLE["Arn"],
        "CreateDate": ROLE["CreateDate"],
        "RoleLastUsed": {},
        "AssumeRolePolicyDocument": DOCUMENT,
        "Policies": [{"PolicyName": "data", "PolicyDocument": DOCUMENT}],
        "ManagedPolicyArns": [arn("policy", "cap")],
        "PermissionsBoundary": arn("policy", "cap"),
        "Tags": [{"Key": "env", "Value": "prod"}],
    }
    assert role.scope == Scope(ACCOUNT, None, "aws", Tier.LIVE)
    assert role.identities == {"Arn": ROLE["Arn"], "Ref": "web"}
    assert ("MaxSessionDuration",) not in (role.covered or ())
    assert str(role.origin(("Policies", 0)).attribute) == "RoleDetailList[0].RolePolicyList"
    assert role.origin(("Martian",)).attribute == "RoleDetailList[0]"


def test_the_profile_of_a_role() -> None:
    _, profile = estate(page(RoleDetailList=[ROLE])).resources
    assert profile.type == "AWS::IAM::InstanceProfile"
    assert profile.properties["Roles"] == ["web"]
    assert profile.address == arn("instance-profile", "web")


def test_a_user_and_a_group() -> None:
    user, group = estate(page(UserDetailList=[USER], GroupDetailList=[GROUP])).resources
    assert user.type == "AWS::IAM::User"
    assert user.properties["Groups"] == ["support"]
    assert user.properties["Policies"] == []
    assert user.identities["Ref"] == "tom"
    assert group.type == "AWS::IAM::Group"
    assert group.identities["Ref"] == user.properties["Groups"][0]


def without(entry: dict[str, Any], *members: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in members}


def test_a_user_without_inline_policies_has_no_list_of_them() -> None:
    user = only("UserDetailList", without(USER, "UserPolicyList"))
    assert user.properties["Policies"] == []
    assert user.properties["Groups"] == ["support"]


@pytest.mark.parametrize(
    "entry",
    [
        without(USER, "UserPolicyList", "GroupList"),
        {**USER, "UserPolicyList": None},
        {**USER, "UserPolicyList": {"Error": {"Code": "AccessDenied"}}},
        {**without(USER, "UserPolicyList"), "GroupList": {"Error": "AccessDenied"}},
    ],
    ids=["no user detail", "null", "denied", "groups denied"],
)
def test_inline_policies_of_a_user_that_were_not_collected_are_unknown(entry: Any) -> None:
    assert isinstance(only("UserDetailList", entry).properties["Policies"], Unknown)


@pytest.mark.parametrize("member", ["GroupPolicyList", "AttachedManagedPolicies"])
def test_lists_of_a_group_are_always_given(member: str) -> None:
    group = only("GroupDetailList", {**without(GROUP, member), "GroupList": []})
    assert any(isinstance(value, Unknown) for value in group.properties.values())


def test_what_iam_does_not_tell_of_a_user_is_not_covered() -> None:
    user = only("UserDetailList", USER)
    assert {("Tags",), ("PermissionsBoundary",), ("Groups",)} <= (user.covered or frozenset())
    assert ("LoginProfile",) not in (user.covered or ())


def test_a_managed_policy_and_its_versions() -> None:
    policy = only("Policies", POLICY)
    assert policy.type == "AWS::IAM::ManagedPolicy"
    assert policy.properties["ManagedPolicyName"] == "cap"
    assert policy.properties["PolicyDocument"] == DOCUMENT
    assert [v["VersionId"] for v in policy.properties["Versions"]] == ["v1", "v2"]
    assert policy.properties["AttachmentCount"] == 0
    assert policy.identities == {"Arn": POLICY["Arn"], "Ref": POLICY["Arn"]}
    place = "Policies[0].PolicyVersionList[1].Document"
    assert policy.origin(("PolicyDocument",)).attribute == place


def test_the_default_version_by_its_number() -> None:
    versions = [{"VersionId": "v2", "Document": DOCUMENT}, {"Document": {"Statement": []}}]
    policy = only("Policies", {**POLICY, "PolicyVersionList": versions})
    assert policy.properties["PolicyDocument"] == DOCUMENT
    missing = only("Policies", {**POLICY, "PolicyVersionList": versions[1:]})
    assert isinstance(missing.properties["PolicyDocument"], Unknown)
    nothing = only("Policies", {"PolicyName": "x", "PolicyVersionList": versions[1:]})
    assert isinstance(nothing.properties["PolicyDocument"], Unknown)


def test_policies_of_aws_belong_to_no_account() -> None:
    aws = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    policy = only("Policies", {**POLICY, "Arn": aws}, account="999988887777")
    assert policy.scope.account is None
    assert policy.address == aws


@pytest.mark.parametrize(
    "encode", [json.dumps, lambda d: quote(json.dumps(d)), lambda d: quote(json.dumps(d), safe="")]
)
def test_documents_as_text(encode: Any) -> None:
    entry = {
        **ROLE,
        "AssumeRolePolicyDocument": encode(DOCUMENT),
        "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": encode(DOCUMENT)}],
    }
    role = only("RoleDetailList", entry)
    assert role.properties["AssumeRolePolicyDocument"] == DOCUMENT
    assert role.properties["Policies"][0]["PolicyDocument"] == DOCUMENT


@pytest.mark.parametrize(
    "value",
    ["no json", "", "[" * 200, '"text"', "5", 5, None, {"Error": "AccessDenied"}, '{"a":1,"a":2}'],
)
def test_a_document_that_cannot_be_read_is_unknown(value: Any) -> None:
    assert isinstance(document(value), Unknown)


@pytest.mark.parametrize(
    ("member", "property_name"),
    [
        ("RolePolicyList", "Policies"),
        ("AttachedManagedPolicies", "ManagedPolicyArns"),
        ("AssumeRolePolicyDocument", "AssumeRolePolicyDocument"),
    ],
)
@pytest.mark.parametrize("value", ["missing", 5, {"Error": {"Code": "AccessDenied"}}])
def test_a_member_that_iam_always_gives_is_unknown_without_it(
    member: str, property_name: str, value: Any
) -> None:
    entry = {**ROLE, member: value}
    if value == "missing":
        del entry[member]
    role = only("RoleDetailList", entry)
    assert isinstance(role.properties[property_name], Unknown)
    assert ("Policies",) in (role.covered or ())


def test_odd_members_are_unknown_one_by_one() -> None:
    entry = {**ROLE, "RolePolicyList": [5, {}], "AttachedManagedPolicies": [5, {}], "Tags": 5}
    role = only("RoleDetailList", {**entry, "PermissionsBoundary": 5, "RoleName": 5})
    for name in ("Policies", "ManagedPolicyArns", "Tags", "PermissionsBoundary", "RoleName"):
        assert not is_known(role.properties[name])
    assert len(role.properties["Policies"]) == 2
    assert role.identities == {"Arn": ROLE["Arn"]}


def test_pages_are_one_account() -> None:
    first = page(UserDetailList=[USER], IsTruncated=True, Marker="x")
    second = page(RoleDetailList=[ROLE], IsTruncated=False)
    whole = estate([first, second])
    assert [r.type for r in whole.resources][:2] == ["AWS::IAM::User", "AWS::IAM::Role"]
    assert whole.inputs[0].incomplete is None
    role = whole.resources[1]
    assert role.origins[()].attribute == "[1].RoleDetailList[0]"
    assert estate([[first, second]]).resources == estate([first, second]).resources


@pytest.mark.parametrize(
    ("pages", "why"),
    [
        ([page(IsTruncated=True)], "more follow"),
        ([{"RoleDetailList": []}], "no UserDetailList"),
        ([page(RoleDetailList={"Error": "AccessDenied"})], "no RoleDetailList"),
        ([page(RoleDetailList=[5])], "could not be read"),
    ],
)
def test_an_account_in_part_says_so(pages: Any, why: str) -> None:
    assert why in str(estate(pages).inputs[0].incomplete)


def test_what_was_skipped_is_noted() -> None:
    found = estate(page(RoleDetailList=[5], Policies="x"))
    assert [note.text for note in found.notes] == [
        "RoleDetailList[0] is not an object; it was not read",
        "Policies is not a list; nothing of it was read",
    ]


def test_an_entry_without_arn_is_found_by_its_place() -> None:
    entry = {key: value for key, value in USER.items() if key != "Arn"}
    user = only("UserDetailList", entry, account=ACCOUNT, partition="aws-cn")
    assert user.address == "UserDetailList[0]"
    assert user.scope == Scope(ACCOUNT, None, "aws-cn", Tier.LIVE)
    assert user.origins[()] == Origin(
        "UserDetailList[0]", "UserDetailList[0]", (user.origins[()].location)
    )


def test_what_is_ours() -> None:
    assert recognise(page())
    assert recognise([page(), page()])
    assert recognise({"RoleDetailList": []})
    assert recognise({"Policies": [POLICY]})
    assert recognise(DOCUMENT)
    others: tuple[Any, ...] = ({}, [], 5, [5], {"Policies": []}, {"Resources": {}}, [page(), {}])
    assert not any(map(recognise, others))


@pytest.mark.parametrize("value", [[], 5, [5], {"x": 1}, [page(), {"x": 1}]])
def test_what_is_not_ours_is_refused_by_name(value: Any) -> None:
    with pytest.raises(InputError, match=r"^account\.json: "):
        estate(value)


def test_reading_through_the_registry_keeps_the_digest() -> None:
    source = Source("account.json", json.dumps(page(RoleDetailList=[ROLE])).encode())
    found = read(Recognised(source, Format.IAM, json.loads(source.data)), Hints())
    assert found.inputs[0].sha256 == source.sha256
    assert found.inputs[0].format == "iam"
    assert len(found.resources) == 2


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)
MEMBERS = st.sampled_from(sorted({*ROLE, *USER, *POLICY}))
ENTRIES = st.lists(st.dictionaries(MEMBERS, ANY) | ANY, max_size=2) | ANY


@LAWS
@given(ENTRIES, ENTRIES, ENTRIES, ENTRIES)
def test_nothing_makes_reading_fail(users: Any, groups: Any, roles: Any, policies: Any) -> None:
    whole = page(
        UserDetailList=users, GroupDetailList=groups, RoleDetailList=roles, Policies=policies
    )
    found = estate(whole)
    entries = [s for s in (users, groups, roles, policies) if isinstance(s, list)]
    least = sum(isinstance(entry, dict) for section in entries for entry in section)
    assert len(found.resources) >= least
