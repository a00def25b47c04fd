"""What statements allow together, and the tables that usual tools get wrong."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.iam.document import statements
from jurat.iam.globs import matches
from jurat.iam.grants import allows, covers_resources, subsumes
from jurat.iam.selection import Selection


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def granted(*items: dict[str, Any], action: str = "s3:GetObject", on: str = "*") -> list[int]:
    found = allows(statements(list(items)), action, on)
    return [int(s.path[0]) for s in found]


PLAIN = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
KEY = "arn:aws:s3:::b/k"


@pytest.mark.parametrize(
    "resource", ["*", "arn:aws:s3:::*", "arn:aws:s3:::*/*", "arn:aws:s3:::b/?", "arn:*"]
)
@pytest.mark.parametrize("action", ["s3:GetObject", "S3:getobject", "s3:Get?bject", "s*", "*"])
def test_spellings_of_a_grant(action: str, resource: str) -> None:
    assert granted(allow(action, resource), on=KEY) == [0]


def test_what_is_not_granted() -> None:
    assert granted(allow("s3:GetObjects")) == []
    assert granted(allow("s3:GetObject", "arn:aws:s3:::other/*"), on=KEY) == []
    assert granted(allow("s3:GetObject", "arn:aws:s3:::B/*"), on=KEY) == []
    assert granted(deny("s3:GetObject")) == []
    assert granted() == []


def test_any_condition_leaves_a_grant_standing() -> None:
    anybody = {"Condition": {"ArnLike": {"aws:PrincipalArn": "*"}}}
    assert granted(allow("s3:GetObject", **anybody)) == [0]


def test_a_condition_that_is_known_not_to_hold_takes_a_grant_away() -> None:
    limited = {"Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}
    found = statements([allow("iam:PassRole", **limited)])
    key = "iam:passedtoservice"
    assert allows(found, "iam:PassRole", context={key: ("ec2.amazonaws.com",)})
    assert not allows(found, "iam:PassRole", context={key: ("lambda.amazonaws.com",)})


def test_a_denial_on_one_bucket_leaves_the_others() -> None:
    items = allow("s3:GetObject"), deny("s3:*", ["arn:aws:s3:::b", "arn:aws:s3:::b/*"])
    assert granted(*items) == [0]
    assert granted(*items, on=KEY) == []


def test_a_denial_of_plain_requests_cancels_nothing() -> None:
    assert granted(allow("*"), deny("*", **PLAIN)) == [0]
    assert granted(allow("*"), deny("*")) == []


def test_denials_add_up() -> None:
    halves = deny("*", "arn:aws:s3:::a*"), deny("*", "arn:aws:s3:::b*")
    assert granted(allow("*", ["arn:aws:s3:::a/x", "arn:aws:s3:::b/x"]), *halves) == []
    assert granted(allow("*", ["arn:aws:s3:::a/x", "arn:aws:s3:::c/x"]), *halves) == [0]


def test_complements_of_actions() -> None:
    item = {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}
    assert granted(item) == [0]
    assert granted(item, action="iam:PassRole") == []
    assert granted(allow("*"), deny("iam:*"), action="iam:PassRole") == []
    assert granted(allow("*"), deny("iam:*")) == [0]
    rest = {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}
    assert granted(allow("*"), rest) == [0]
    assert granted(allow("*"), rest, action="iam:PassRole") == []


def test_complements_of_resources() -> None:
    item = {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::secret/*"}
    assert granted(item, on=KEY) == [0]
    assert granted(item, on="arn:aws:s3:::secret/k") == []
    fence = {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::pub/*"}
    assert granted(allow("s3:*"), fence, on=KEY) == []
    assert granted(allow("s3:*"), fence, on="arn:aws:s3:::pub/k") == [0]
    assert granted(allow("s3:*", "arn:aws:s3:::b/*"), fence) == []


def test_an_action_nobody_knows_yet_is_granted_by_its_wildcard() -> None:
    assert granted(allow("bedrock-agentcore:*"), action="bedrock-agentcore:BrandNew") == [0]
    assert granted(allow("zz:BrandNew"), action="zz:BrandNew") == [0]


def test_policy_variables() -> None:
    own = allow("s3:GetObject", "arn:aws:s3:::home/${aws:username}/*")
    fence = deny("s3:GetObject", "arn:aws:s3:::home/${aws:username}/*")
    mine, hers = "arn:aws:s3:::home/me/x", "arn:aws:s3:::home/her/x"
    me = {"aws:username": ("me",)}
    found = statements([own])
    assert allows(found, "s3:GetObject", hers)
    assert allows(found, "s3:GetObject", mine, me)
    assert not allows(found, "s3:GetObject", hers, me)
    assert not allows(found, "s3:GetObject", mine, {"aws:username": ()})
    fenced = statements([allow("*"), fence])
    assert allows(fenced, "s3:GetObject", mine)
    assert not allows(fenced, "s3:GetObject", mine, me)


def test_a_boundary_must_allow_as_well() -> None:
    mine = statements([allow(["s3:*", "iam:*"])])
    boundary = statements([allow("s3:*", "arn:aws:s3:::b/*"), deny("s3:GetObject", KEY)])
    assert allows(mine, "s3:GetObject", "*", {}, boundary)
    assert not allows(mine, "s3:GetObject", KEY, {}, boundary)
    assert not allows(mine, "s3:GetObject", "arn:aws:s3:::c/*", {}, boundary)
    assert not allows(mine, "iam:PassRole", "*", {}, boundary)
    assert not allows(mine, "s3:GetObject", "*", {}, ())


def test_a_denial_of_some_principals_binds_only_them() -> None:
    who = {"AWS": "123456789012"}
    base = allow("s3:GetObject", Principal="*")
    assert granted(base, deny("*", Principal=who)) == [0]
    assert granted(base, deny("*", Principal="*")) == []
    assert granted(allow("s3:GetObject", Principal=who), deny("*", Principal=[*who.values()])) == []
    kept = {"Effect": "Deny", "Action": "*", "Resource": "*", "NotPrincipal": who}
    assert granted(base, kept) == [0]


def test_trust_policies_have_no_resource() -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    shut = {"Effect": "Deny", "Principal": "*", "Action": "sts:*"}
    assert granted(trust, action="sts:AssumeRole") == [0]
    assert granted(trust, shut, action="sts:AssumeRole") == []


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        (allow("*"), allow("s3:Get*", "arn:aws:s3:::b/*"), True),
        (allow("s3:*"), {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, False),
        (allow("*"), {"Effect": "Allow", "NotAction": "iam:*", "NotResource": KEY}, True),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, allow("s3:*"), True),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, allow("i*"), False),
        (
            {"Effect": "Allow", "NotAction": "iam:Pass*", "Resource": "*"},
            {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
            True,
        ),
        (allow("s3:*", "arn:aws:s3:::b/*"), allow("s3:Get*"), False),
        (
            {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::x/*"},
            allow("s3:*", "arn:aws:s3:::b/*"),
            True,
        ),
        (allow("sts:*"), {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}, True),
        ({"Effect": "Allow", "Principal": "*", "Action": "sts:*"}, allow("sts:AssumeRole"), True),
        (
            allow("sts:*", "arn:aws:s3:::b"),
            {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"},
            False,
        ),
    ],
)
def test_one_statement_may_hold_all_of_another(
    wide: dict[str, Any], narrow: dict[str, Any], expected: object
) -> None:
    one, other = statements([wide, narrow])
    assert subsumes(one, other) is expected


def test_an_attached_document_holds_its_resource() -> None:
    assert covers_resources(None, ())
    assert not covers_resources(Selection(()), Selection(("*",)).resources())


# A naive evaluator: each statement against each request, on a small world.

NAMES = ["".join(n) for size in range(4) for n in itertools.product("xyz", repeat=size)]
PATTERNS = st.text(alphabet="xy*?", max_size=3).map("arn:a:s:::".__add__) | st.just("*")
ACTIONS = st.sampled_from(["s:a", "s:b", "s:*", "*", "s:?"])


@st.composite
def items(draw: st.DrawFn) -> dict[str, Any]:
    action = draw(st.sampled_from(["Action", "NotAction"]))
    resource = draw(st.sampled_from(["Resource", "Resource", "NotResource"]))
    return {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        action: draw(st.lists(ACTIONS, min_size=1, max_size=2)),
        resource: draw(st.lists(PATTERNS, min_size=1, max_size=2)),
    }


def speaks(item: dict[str, Any], action: str, name: str) -> bool:
    def among(patterns: list[str], text: str) -> bool:
        return any(matches(pattern, text) for pattern in patterns)

    arn = f"arn:a:s:::{name}"
    on_action = (
        among(item["Action"], action) if "Action" in item else not among(item["NotAction"], action)
    )
    return on_action and (
        among(item["Resource"], arn) if "Resource" in item else not among(item["NotResource"], arn)
    )


def naive(documents: list[list[dict[str, Any]]], action: str, name: str) -> bool:
    said = [[i["Effect"] for i in items if speaks(i, action, name)] for items in documents]
    return all("Allow" in effects for effects in said) and not any("Deny" in e for e in said)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(items(), max_size=4), st.none() | st.lists(items(), max_size=2))
def test_grants_agree_with_a_naive_evaluator(mine: list[Any], boundary: list[Any] | None) -> None:
    limit = None if boundary is None else statements(boundary)
    documents = [mine] if boundary is None else [mine, boundary]
    found = allows(statements(mine), "s:a", "arn:a:s:::*", {}, limit)
    assert bool(found) is any(naive(documents, "s:a", name) for name in NAMES)
    for name in ("", "x", "xyz"):
        one = allows(statements(mine), "s:a", f"arn:a:s:::{name}", {}, limit)
        assert bool(one) is naive(documents, "s:a", name)
