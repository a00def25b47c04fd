"""Escalation: what raises rights, what only looks like it, and chains from one to another."""

from typing import Any

import pytest

from jurat.iam.account import Account
from jurat.iam.escalation import Escalation, escalations, is_administrator
from jurat.iam.escalation.search import Search

ACCOUNT = "123456789012"
WHOLE = {"Effect": "Allow", "Action": "*", "Resource": "*"}
OWN_ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def found(kit: Any, address: str) -> tuple[Escalation, ...]:
    return escalations(kit.builder.account().find(address))


def methods(kit: Any, address: str) -> set[str]:
    return {escalation.method for escalation in found(kit, address)}


DIRECT = [
    "iam:CreatePolicyVersion",
    "iam:AttachUserPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachGroupPolicy",
    "iam:PutUserPolicy",
    "iam:PutRolePolicy",
    "iam:PutGroupPolicy",
    "iam:AddUserToGroup",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:UpdateLoginProfile",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateSAMLProvider",
    "iam:SetDefaultPolicyVersion",
    "sso:CreateAccountAssignment",
    "lambda:UpdateFunctionCode",
    "ssm:SendCommand",
    "ssm:StartSession",
    "codebuild:StartBuild",
]


@pytest.mark.parametrize("action", DIRECT)
@pytest.mark.parametrize("spelling", [str, str.lower, lambda a: a[:-2] + "??", lambda a: a + "*"])
def test_one_action_on_everything_raises_rights(kit: Any, action: str, spelling: Any) -> None:
    address = kit.builder.role("x", kit.allow(spelling(action)))
    assert {e.chain for e in found(kit, address)} == {("role/x",)}
    assert all(e.statements[0].path[0] == "Policies" for e in found(kit, address))


@pytest.mark.parametrize("action", DIRECT)
def test_a_denial_takes_it_away(kit: Any, action: str) -> None:
    denied = kit.allow(action.partition(":")[0] + ":*", Effect="Deny")
    address = kit.builder.role("x", kit.allow(action), denied)
    assert found(kit, address) == ()


@pytest.mark.parametrize("action", DIRECT)
def test_a_conditional_denial_does_not(kit: Any, action: str) -> None:
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    address = kit.builder.role(
        "x", kit.allow(action), kit.allow("*", Effect="Deny", Condition=plain)
    )
    assert found(kit, address)


def test_ordinary_rights_raise_nothing(kit: Any) -> None:
    address = kit.builder.role(
        "x",
        kit.allow(["s3:*", "iam:Get*", "iam:List*", "lambda:InvokeFunction", "logs:*"]),
        kit.allow("iam:PassRole", kit.arn("role", "known-to-nobody")),
        kit.allow(
            ["lambda:CreateFunction", "lambda:UpdateFunctionCode"],
            "arn:aws:lambda:*:*:function:app-*",
        ),
        kit.allow("sts:AssumeRole", kit.arn("role", "elsewhere")),
    )
    assert found(kit, address) == ()


def test_administrators_have_nothing_to_gain(kit: Any) -> None:
    by_inline = kit.builder.role("a", WHOLE)
    by_attached = kit.builder.role("b", ManagedPolicyArns=[ADMIN])
    group = kit.builder.group("admins", WHOLE)
    by_group = kit.builder.user("c", Groups=["admins"])
    account = kit.builder.account()
    for address in (by_inline, by_attached, group, by_group):
        assert is_administrator(account.find(address))
        assert escalations(account.find(address)) == ()


def test_full_rights_over_iam_are_an_escalation(kit: Any) -> None:
    address = kit.builder.role("x", ManagedPolicyArns=["arn:aws:iam::aws:policy/IAMFullAccess"])
    assert "write a policy of roles" in methods(kit, address)


# Scope: oneself, others, nobody.


@pytest.mark.parametrize("action", ["iam:AttachUserPolicy", "iam:PutUserPolicy"])
@pytest.mark.parametrize("resource", ["user/x", "user/${aws:username}", "user/*"])
def test_a_user_may_not_write_own_policies(kit: Any, action: str, resource: str) -> None:
    address = kit.builder.user("x", kit.allow(action, f"arn:aws:iam::*:{resource}"))
    assert len(found(kit, address)) == 1


@pytest.mark.parametrize(
    "action", ["iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"]
)
def test_a_user_may_change_own_credentials_but_not_those_of_others(kit: Any, action: str) -> None:
    other = kit.builder.user("plain")
    own = kit.builder.user("x", kit.allow(action, "arn:aws:iam::*:user/${aws:username}"))
    harmless = kit.builder.user("y", kit.allow(action, other))
    stranger = kit.builder.user("z", kit.allow(action, kit.arn("user", "not-in-the-file")))
    assert found(kit, own) == ()
    assert found(kit, harmless) == ()
    assert len(found(kit, stranger)) == 1


def test_becoming_an_administrator_is_shown_with_the_way(kit: Any) -> None:
    admin = kit.builder.user("boss", WHOLE)
    address = kit.builder.user("x", kit.allow("iam:CreateAccessKey", admin))
    (only,) = found(kit, address)
    assert only.chain == ("user/x", "user/boss")
    assert only.method == "make access keys of users"


def test_a_role_cannot_use_what_is_scoped_to_user_names(kit: Any) -> None:
    allow = kit.allow("iam:PutUserPolicy", "arn:aws:iam::*:user/${aws:username}")
    assert found(kit, kit.builder.role("x", allow)) == ()


def test_members_of_a_group_and_holders_of_a_policy_count(kit: Any) -> None:
    raising = kit.allow("iam:PutUserPolicy", "arn:aws:iam::*:user/${aws:username}")
    rotating = kit.allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}")
    assert len(found(kit, kit.builder.group("g", raising))) == 1
    assert len(found(kit, kit.builder.policy("p", raising))) == 1
    assert found(kit, kit.builder.group("h", rotating)) == ()
    assert found(kit, kit.builder.policy("q", rotating)) == ()


def test_a_member_has_what_the_group_has(kit: Any) -> None:
    kit.builder.group("support", kit.allow("iam:AttachUserPolicy", "arn:aws:iam::*:user/*"))
    (only,) = found(kit, kit.builder.user("tom", Groups=["support"]))
    assert only.statements[0].source == "group/support inline:own"


def test_rewriting_an_attached_policy(kit: Any) -> None:
    arn = kit.arn("policy", "ci")
    kit.builder.policy("ci", kit.allow("iam:CreatePolicyVersion", arn))
    other = kit.builder.policy("other", kit.allow("s3:GetObject", "arn:aws:s3:::b/*"))
    mine = kit.builder.role("x", ManagedPolicyArns=[arn])
    not_mine = kit.builder.role("y", kit.allow("iam:CreatePolicyVersion", other))
    assert [e.statements[0].source for e in found(kit, mine)] == ["managed:ci"]
    assert found(kit, not_mine) == ()


def test_rights_on_a_path_that_holds_nobody_known_are_not_rights_on_all(kit: Any) -> None:
    allow = kit.allow(["iam:PutRolePolicy", "iam:AttachRolePolicy"], kit.arn("role", "app/*"))
    assert found(kit, kit.builder.role("x", allow)) == ()


# Limits by condition.

BOUNDED = {"StringEquals": {"iam:PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/cap"}}
WRITES = ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"]


def test_a_mandated_boundary_takes_the_power_from_writes(kit: Any) -> None:
    address = kit.builder.role("x", kit.allow(WRITES, Condition=BOUNDED))
    assert found(kit, address) == ()
    unless = {"StringNotEquals": BOUNDED["StringEquals"]}
    fenced = kit.allow(WRITES, Effect="Deny", Condition=unless)
    assert found(kit, kit.builder.role("y", kit.allow("iam:*Role*"), fenced)) != ()
    assert found(kit, kit.builder.role("z", kit.allow(WRITES), fenced)) == ()


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEqualsIfExists": BOUNDED["StringEquals"]},
        {"StringLike": {"iam:PermissionsBoundary": "*"}},
        {"ArnLike": {"iam:PermissionsBoundary": "arn:aws:iam::*:policy/*"}},
        {"StringNotEquals": BOUNDED["StringEquals"]},
    ],
    ids=str,
)
def test_a_boundary_that_may_be_any_or_none_does_not(kit: Any, condition: Any) -> None:
    address = kit.builder.role("x", kit.allow(WRITES, Condition=condition))
    assert "make a role with any policy" in methods(kit, address)


def test_attaching_only_named_policies(kit: Any) -> None:
    kit.builder.policy("harmless", kit.allow("s3:GetObject", "arn:aws:s3:::b/*"))
    kit.builder.policy("hidden-admin", WHOLE)

    def attaching(name: str, operator: str, *values: str) -> int:
        condition = {operator: {"iam:PolicyARN": list(values)}}
        allow = kit.allow("iam:AttachRolePolicy", Condition=condition)
        return len(found(kit, kit.builder.role(name, allow)))

    assert attaching("a", "ArnEquals", kit.arn("policy", "harmless")) == 0
    assert attaching("b", "ArnEquals", kit.arn("policy", "hidden-admin")) == 1
    assert attaching("c", "ArnLike", "arn:aws:iam::aws:policy/*") == 1
    assert attaching("d", "ArnLike", kit.arn("policy", "*")) == 1
    assert attaching("e", "ArnNotEquals", ADMIN) == 1
    assert attaching("f", "ArnEquals", "arn:aws:iam::aws:policy/ReadOnlyAccess") == 0


def test_tags_limit_where_code_can_be_run(kit: Any) -> None:
    tagged = {"StringEquals": {"ssm:resourceTag/team": "blue"}}
    optional = {"StringEqualsIfExists": {"ssm:resourceTag/team": "blue"}}
    assert found(kit, kit.builder.role("x", kit.allow("ssm:SendCommand", Condition=tagged))) == ()
    assert found(kit, kit.builder.role("y", kit.allow("ssm:SendCommand", Condition=optional)))


# Boundaries.


def test_what_the_boundary_does_not_allow_cannot_be_used(kit: Any) -> None:
    cap = kit.builder.policy("cap", kit.allow("s3:*"))
    address = kit.builder.role("x", kit.allow("iam:*"), PermissionsBoundary=cap)
    assert found(kit, address) == ()
    absent = kit.arn("policy", "not-in-the-file")
    assert found(kit, kit.builder.role("y", kit.allow("iam:*"), PermissionsBoundary=absent))


def test_new_rights_are_worth_no_more_than_the_boundary(kit: Any) -> None:
    own = kit.arn("role", "x")
    cap = kit.builder.policy("cap", kit.allow(["s3:*", "iam:PutRolePolicy"]))
    address = kit.builder.role("x", kit.allow("iam:PutRolePolicy", own), PermissionsBoundary=cap)
    assert found(kit, address) == ()
    free = kit.builder.role("y", kit.allow("iam:PutRolePolicy", kit.arn("role", "y")))
    assert methods(kit, free) == {"write a policy of roles"}


@pytest.mark.parametrize("verb", ["Delete", "Put"])
def test_lifting_ones_own_boundary(kit: Any, verb: str) -> None:
    action = f"iam:{verb}RolePermissionsBoundary"
    cap = kit.builder.policy("cap", kit.allow(["s3:*", action]))
    allow = kit.allow(action, kit.arn("role", "x"))
    address = kit.builder.role("x", allow, PermissionsBoundary=cap)
    assert len(found(kit, address)) == 1
    assert found(kit, kit.builder.role("y", kit.allow(action, kit.arn("role", "y")))) == ()


# New identities.


def test_making_a_role_with_any_policy_on_ones_own_path(kit: Any) -> None:
    path, other = kit.arn("role", "app/*"), kit.arn("role", "other/*")
    both = kit.builder.role("x", kit.allow(["iam:CreateRole", "iam:PutRolePolicy"], path))
    apart = kit.builder.role(
        "y", kit.allow("iam:CreateRole", path), kit.allow("iam:PutRolePolicy", other)
    )
    assert methods(kit, both) == {"make a role with any policy"}
    assert found(kit, apart) == ()


def test_making_a_user_needs_credentials_too(kit: Any) -> None:
    path = kit.arn("user", "app/*")
    two, three = ["iam:CreateUser", "iam:PutUserPolicy"], ["iam:CreateAccessKey"]
    assert found(kit, kit.builder.role("x", kit.allow(two, path))) == ()
    whole = kit.builder.role("y", kit.allow([*two, *three], path))
    assert "make a user with any policy" in methods(kit, whole)


# Old versions.


def version(number: str, item: Any, *, default: bool = False) -> dict[str, Any]:
    return {
        "VersionId": number,
        "IsDefaultVersion": default,
        "Document": {"Statement": [item]},
    }


def test_bringing_back_a_version_that_grants_more(kit: Any) -> None:
    reader = kit.allow("config:Get*")
    now = version("v2", reader, default=True)
    strong = kit.builder.policy("strong", reader, Versions=[version("v1", WHOLE), now])
    raising = version("v1", kit.allow("iam:PutUserPolicy"))
    medium = kit.builder.policy("medium", reader, Versions=[raising, now])
    weak = kit.builder.policy("weak", reader, Versions=[version("v1", reader), now])

    def chains(name: str, resource: Any) -> list[tuple[str, ...]]:
        allow = kit.allow("iam:SetDefaultPolicyVersion", resource)
        return [e.chain for e in found(kit, kit.builder.role(name, allow))]

    assert chains("a", strong) == [("role/a", "managed:strong@v1")]
    assert chains("b", medium) == [("role/b", "managed:medium@v1")]
    assert chains("c", weak) == []
    assert len(chains("d", "*")) == 2


def test_a_version_that_cannot_be_read_may_grant_everything(kit: Any) -> None:
    odd = kit.builder.policy("odd", Versions=[5, {"VersionId": "v2", "IsDefaultVersion": True}])
    allow = kit.allow("iam:SetDefaultPolicyVersion", odd)
    assert [e.chain[-1] for e in found(kit, kit.builder.role("x", allow))] == ["managed:odd@"]


# Passing roles.

PASSING = [
    ("lambda", ["lambda:CreateFunction"]),
    ("ec2", ["ec2:RunInstances"]),
    ("ecs-tasks", ["ecs:RunTask"]),
    ("ecs-tasks", ["ecs:RegisterTaskDefinition", "ecs:CreateService"]),
    ("cloudformation", ["cloudformation:CreateStack"]),
    ("glue", ["glue:CreateJob", "glue:StartJobRun"]),
    ("sagemaker", ["sagemaker:CreateTrainingJob"]),
    ("sagemaker", ["sagemaker:CreateProcessingJob"]),
    (
        "sagemaker",
        ["sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"],
    ),
    ("codebuild", ["codebuild:StartBuild"]),
    ("datapipeline", ["datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"]),
    ("ssm", ["ssm:StartAutomationExecution"]),
    ("states", ["states:CreateStateMachine", "states:StartExecution"]),
    ("scheduler", ["scheduler:CreateSchedule"]),
    ("bedrock", ["bedrock:CreateAgent"]),
]


@pytest.mark.parametrize(("service", "actions"), PASSING)
def test_passing_any_role_to_a_service_that_runs_ones_code(
    kit: Any, service: str, actions: list[str]
) -> None:
    scoped = kit.allow(actions, f"arn:aws:{actions[0].partition(':')[0]}:*:{ACCOUNT}:app/*")
    address = kit.builder.role("x", scoped, kit.allow("iam:PassRole", kit.arn("role", "*")))
    used = {s.path for e in found(kit, address) for s in e.statements}
    assert found(kit, address)
    assert len(used) == 2
    for number, action in enumerate(actions):
        rest = [a for a in actions if a != action]
        parts = [kit.allow(a, "arn:aws:x:*:*:app/*") for a in rest]
        less = kit.builder.role(f"less-{number}", *parts, kit.allow("iam:PassRole"))
        assert found(kit, less) == ()
    right = {"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}}
    wrong = {"StringEquals": {"iam:PassedToService": "vpc-flow-logs.amazonaws.com"}}
    assert found(kit, kit.builder.role("right", scoped, kit.allow("iam:PassRole", Condition=right)))
    assert not found(
        kit, kit.builder.role("wrong", scoped, kit.allow("iam:PassRole", Condition=wrong))
    )


def test_passing_alone_or_starting_alone_is_nothing(kit: Any) -> None:
    assert found(kit, kit.builder.role("x", kit.allow("iam:PassRole"))) == ()
    start = kit.allow("lambda:CreateFunction")
    assert found(kit, kit.builder.role("y", start)) == ()


def served(service: str) -> dict[str, Any]:
    item = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Statement": [item]}


def test_passing_a_named_role_counts_if_it_is_powerful_and_the_service_may_take_it(
    kit: Any,
) -> None:
    lambdas = served("lambda.amazonaws.com")
    admin = kit.builder.role("admin", WHOLE, AssumeRolePolicyDocument=lambdas)
    plain = kit.builder.role("plain", AssumeRolePolicyDocument=lambdas)
    builder = kit.builder.role(
        "builder", WHOLE, AssumeRolePolicyDocument=served("codebuild.amazonaws.com")
    )

    def chains(name: str, *roles: str) -> list[tuple[str, ...]]:
        allow = (
            kit.allow("lambda:*", "arn:aws:lambda:*:*:function:app"),
            kit.allow("iam:PassRole", list(roles)),
        )
        return [e.chain for e in found(kit, kit.builder.role(name, *allow))]

    assert chains("a", admin) == [("role/a", "role/admin")]
    assert chains("b", plain, builder) == []


# Chains.


def chain_of(kit: Any, address: str) -> list[tuple[str, ...]]:
    return [e.chain for e in found(kit, address)]


def test_taking_role_after_role(kit: Any) -> None:
    kit.builder.role("boss", WHOLE, AssumeRolePolicyDocument=kit.trust(kit.arn("role", "middle")))
    kit.builder.role(
        "middle",
        kit.allow("sts:AssumeRole", kit.arn("role", "boss")),
        AssumeRolePolicyDocument=kit.trust(OWN_ROOT),
    )
    first = kit.builder.role("first", kit.allow("sts:AssumeRole", kit.arn("role", "middle")))
    (only,) = found(kit, first)
    assert only.chain == ("role/first", "role/middle", "role/boss")
    assert only.statements[0].path[0] == "Policies"


def test_trust_in_the_account_needs_a_grant_and_trust_in_the_identity_does_not(kit: Any) -> None:
    delegated = kit.trust(OWN_ROOT)
    kit.builder.role("boss", WHOLE, AssumeRolePolicyDocument=delegated)
    assert chain_of(kit, kit.builder.role("x")) == []
    granted = kit.builder.role("y", kit.allow("sts:*"))
    assert chain_of(kit, granted) == [("role/y", "role/boss")]
    named = kit.trust(kit.arn("role", "z"))
    kit.builder.role("chief", WHOLE, AssumeRolePolicyDocument=named)
    (only,) = found(kit, kit.builder.role("z"))
    assert only.chain == ("role/z", "role/chief")
    assert only.statements[0].source == "trust"


@pytest.mark.parametrize(
    ("trusted", "expected"),
    [
        ("*", True),
        (ACCOUNT, True),
        ("arn:aws:sts::123456789012:assumed-role/x/session", True),
        ("arn:aws:sts::123456789012:assumed-role/other/session", False),
        ("arn:aws:iam::999988887777:root", False),
        ("arn:aws:iam::123456789012:role/other", False),
    ],
)
def test_whom_a_trust_means(kit: Any, trusted: str, expected: object) -> None:
    kit.builder.role("boss", WHOLE, AssumeRolePolicyDocument=kit.trust(trusted))
    address = kit.builder.role("x", kit.allow("sts:AssumeRole"))
    assert bool(found(kit, address)) is expected


def test_denials_and_boundaries_break_a_chain(kit: Any) -> None:
    cap = kit.builder.policy("cap", kit.allow("s3:*"))
    trusted = [kit.arn("role", "denied"), kit.arn("role", "capped"), kit.arn("user", "capped")]
    kit.builder.role("boss", WHOLE, AssumeRolePolicyDocument=kit.trust(*trusted))
    denied = kit.builder.role("denied", kit.allow("sts:*", Effect="Deny"))
    assert found(kit, denied) == ()
    assert found(kit, kit.builder.role("capped", PermissionsBoundary=cap)) == ()
    # A boundary does not limit what a trust grants to a user by name.
    assert found(kit, kit.builder.user("capped", PermissionsBoundary=cap)) != ()


def test_a_denial_in_the_trust_counts(kit: Any) -> None:
    document = kit.trust(OWN_ROOT)
    document["Statement"] += kit.trust(OWN_ROOT, Effect="Deny")["Statement"]
    kit.builder.role("boss", WHOLE, AssumeRolePolicyDocument=document)
    assert found(kit, kit.builder.role("x", kit.allow("sts:AssumeRole"))) == ()


def test_a_trust_condition_that_excludes_the_identity_counts(kit: Any) -> None:
    teams = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    document = kit.trust(OWN_ROOT, Condition=teams)
    kit.builder.role("boss", WHOLE, AssumeRolePolicyDocument=document)
    take = kit.allow("sts:AssumeRole")
    red = kit.builder.role("red", take, Tags=[{"Key": "Team", "Value": "red"}])
    blue = kit.builder.role("blue", take, Tags=[{"Key": "team", "Value": "blue"}])
    assert found(kit, red) == ()
    assert found(kit, blue) != ()


def test_a_chain_may_end_in_somebody_who_can_escalate(kit: Any) -> None:
    writer = kit.allow("iam:PutRolePolicy")
    kit.builder.role("writer", writer, AssumeRolePolicyDocument=kit.trust(OWN_ROOT))
    address = kit.builder.role("x", kit.allow("sts:AssumeRole"))
    assert chain_of(kit, address) == [("role/x", "role/writer")]


def test_writing_the_rights_of_a_role_that_one_may_take(kit: Any) -> None:
    arn = kit.arn("role", "app")
    writes = kit.allow("iam:PutRolePolicy", arn)
    kit.builder.role("app", AssumeRolePolicyDocument=kit.trust(OWN_ROOT))
    (both,) = found(kit, kit.builder.role("x", writes, kit.allow("sts:AssumeRole", arn)))
    assert both.chain == ("role/x", "role/app")
    assert both.method == "write a policy of roles"
    assert found(kit, kit.builder.role("y", writes)) == ()


def test_rewriting_a_policy_of_a_role_that_one_may_pass(kit: Any) -> None:
    shared = kit.builder.policy("shared", kit.allow("s3:GetObject", "arn:aws:s3:::b/*"))
    lambdas = served("lambda.amazonaws.com")
    app = kit.builder.role("app", ManagedPolicyArns=[shared], AssumeRolePolicyDocument=lambdas)
    address = kit.builder.role(
        "x",
        kit.allow("iam:CreatePolicyVersion", shared),
        kit.allow("iam:PassRole", app),
        kit.allow("lambda:CreateFunction", "arn:aws:lambda:*:*:function:app"),
    )
    assert chain_of(kit, address) == [("role/x", "role/app")]


def test_roles_that_take_each_other_end_the_search(kit: Any) -> None:
    take = kit.allow("sts:AssumeRole")
    for name in ("a", "b", "c"):
        kit.builder.role(name, take, AssumeRolePolicyDocument=kit.trust(OWN_ROOT))
    account: Account = kit.builder.account()
    search = Search()
    assert [escalations(role, search) for role in account.roles] == [(), (), ()]


def test_before_the_apply_names_stand_for_arns(kit: Any) -> None:
    builder = kit.builder
    trusted = kit.trust(OWN_ROOT)
    builder.role("boss", WHOLE, AssumeRolePolicyDocument=trusted)
    builder.role("x", kit.allow("sts:AssumeRole", kit.arn("role", "boss")))
    planned = [
        type(r)(r.type, f"aws_iam_role.{r.properties['RoleName']}", r.properties)
        for r in builder.resources
    ]
    (only,) = escalations(Account(planned).find("aws_iam_role.x"))
    assert only.chain == ("role/x", "role/boss")


def test_properties_that_cannot_be_read_may_allow_everything(kit: Any) -> None:
    odd = {"Policies": 5, "ManagedPolicyArns": {"a": 1}, "Tags": [1, {}], "Groups": 7}
    address = kit.builder.add("user", "odd", "UserName", **odd)
    kit.builder.role("boss", AssumeRolePolicyDocument="garbage")
    plain = kit.builder.user("x")
    account = kit.builder.account()
    assert is_administrator(account.find(address))
    assert account.find(address).unresolved == ("{'a': 1}",)
    assert escalations(account.find(plain)) == ()
