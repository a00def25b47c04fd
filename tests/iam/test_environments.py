"""Environments: whole words, tags before names, and each way into production."""

from typing import Any

import pytest

from jurat.iam.environments import Vocabulary, crossings, environment, words

PROD, DEV = "arn:aws:s3:::shop-prod-orders/*", "arn:aws:s3:::shop-dev-orders/*"
DEV_TAG = [{"Key": "Environment", "Value": "dev"}]
PROD_TAG = [{"Key": "env", "Value": "Production"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shop-prod-orders", ("shop", "prod", "orders")),
        ("product_media", ("product", "media")),
        ("ProdBucket2", ("prod", "bucket")),
        ("PRODBucket", ("prod", "bucket")),
        ("SHOP_PRD1", ("shop", "prd")),
        ("non-prod-data", ("nonprod", "data")),
        ("pre.production", ("preprod",)),
        ("devops-team", ("devops", "team")),
        ("DevOps", ("devops",)),
        ("latest", ("latest",)),
        ("", ()),
    ],
)
def test_words(text: str, expected: tuple[str, ...]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("name", "tags", "expected"),
    [
        ("shop-dev-web", None, "other"),
        ("shop-production", None, "production"),
        ("product-reader", None, None),
        ("developers", None, None),
        ("devops", None, None),
        ("non-prod-reader", None, "other"),
        ("prod-to-dev-copy", None, None),
        ("shop-dev-web", PROD_TAG, "production"),
        ("web", DEV_TAG, "other"),
        ("shop-prod", [{"Key": "env", "Value": "blue"}], None),
    ],
)
def test_environment_of_an_identity(kit: Any, name: str, tags: Any, expected: str | None) -> None:
    address = kit.builder.role(name, **({} if tags is None else {"Tags": tags}))
    assert environment(kit.builder.account().find(address)) == expected


def test_the_words_can_be_others(kit: Any) -> None:
    address = kit.builder.role("shop-gruen", Tags=[{"Key": "stufe", "Value": "echt"}])
    own = Vocabulary(frozenset({"echt"}), frozenset({"probe"}), ("stufe",))
    assert environment(kit.builder.account().find(address), own) == "production"


def found(kit: Any, address: str, **more: Any) -> list[tuple[str, str]]:
    account = kit.builder.account()
    return [(c.what, c.target) for c in crossings(account.find(address), **more)]


def test_reaching_production_from_outside(kit: Any) -> None:
    dev = kit.builder.role("x", kit.allow("s3:GetObject", [PROD, DEV]), Tags=DEV_TAG)
    prod = kit.builder.role("y", kit.allow("s3:GetObject", [PROD, DEV]), Tags=PROD_TAG)
    own = kit.builder.role("z", kit.allow("s3:GetObject", DEV), Tags=DEV_TAG)
    assert found(kit, dev) == [("reaches", PROD)]
    assert found(kit, prod) == []
    assert found(kit, own) == []


def test_names_that_only_look_like_production(kit: Any) -> None:
    names = ["arn:aws:s3:::product-media/*", "arn:aws:s3:::shop-non-prod/*", "arn:aws:s3:::*"]
    address = kit.builder.role("x", kit.allow("s3:GetObject", names), Tags=DEV_TAG)
    assert found(kit, address) == []


def test_resources_known_to_be_production_count_whatever_their_names(kit: Any) -> None:
    allow = kit.allow("s3:GetObject", "arn:aws:s3:::shop-*/*")
    address = kit.builder.role("x", allow, Tags=DEV_TAG)
    known = ["arn:aws:s3:::shop-orders/*"]
    assert found(kit, address, production=known) == [("reaches", "arn:aws:s3:::shop-*/*")]


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:Get*"])
def test_what_is_denied_or_capped_is_not_reached(kit: Any, action: str) -> None:
    fence = kit.allow("*", "arn:aws:s3:::*prod*", Effect="Deny")
    address = kit.builder.role("x", kit.allow(action, PROD), fence, Tags=DEV_TAG)
    assert found(kit, address) == []
    loose = kit.allow("*", PROD, Effect="Deny", Condition={"Bool": {"aws:SecureTransport": False}})
    assert found(kit, kit.builder.role("y", kit.allow(action, PROD), loose, Tags=DEV_TAG))


def test_a_boundary_keeps_production_out_of_reach(kit: Any) -> None:
    cap = kit.builder.policy("cap", kit.allow("s3:*", DEV))
    allow = kit.allow("s3:GetObject", PROD)
    address = kit.builder.role("x", allow, Tags=DEV_TAG, PermissionsBoundary=cap)
    assert found(kit, address) == []


def test_one_identity_for_both_is_told_by_doing_the_same_in_both(kit: Any) -> None:
    same = kit.builder.user("x", kit.allow(["s3:GetObject", "s3:PutObject"], [PROD, DEV]))
    apart = kit.builder.user(
        "y", kit.allow("s3:Get*", PROD), kit.allow(["logs:Get*", "s3:GetObject*"], DEV)
    )
    other = kit.builder.user("z", kit.allow("s3:Get*", PROD), kit.allow("logs:Get*", DEV))
    assert found(kit, same) == [("serves both", f"{PROD} and {DEV}")]
    assert found(kit, apart) == [("serves both", f"{PROD} and {DEV}")]
    assert found(kit, other) == []


def test_taking_a_role_of_production(kit: Any) -> None:
    trusted = kit.trust("arn:aws:iam::123456789012:root")
    tagged = kit.builder.role("a", AssumeRolePolicyDocument=trusted, Tags=PROD_TAG)
    reader = kit.builder.role("b", kit.allow("s3:*", PROD), AssumeRolePolicyDocument=trusted)
    kit.builder.role("c", kit.allow("s3:*", DEV), AssumeRolePolicyDocument=trusted)
    del tagged, reader
    address = kit.builder.role("x", kit.allow("sts:AssumeRole"), Tags=DEV_TAG)
    assert found(kit, address) == [("takes", "role/a"), ("takes", "role/b")]


def test_letting_somebody_in_from_outside(kit: Any) -> None:
    outside, inside = "arn:aws:iam::210987654321:role/dev-sync", kit.arn("role", "web")
    kit.builder.role("web", Tags=DEV_TAG)
    plain = "arn:aws:iam::210987654321:role/sync"
    document = kit.trust(outside, inside, plain)
    reads = kit.builder.role("x", kit.allow("s3:*", PROD), AssumeRolePolicyDocument=document)
    tagged = kit.builder.role("y", AssumeRolePolicyDocument=document, Tags=PROD_TAG)
    neither = kit.builder.role("z", AssumeRolePolicyDocument=document)
    expected = [("lets in", outside), ("lets in", inside)]
    assert found(kit, reads) == expected
    assert found(kit, tagged) == expected
    assert found(kit, neither) == []
