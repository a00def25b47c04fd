from typing import Any

import pytest

from jurat.readers.source import Hints

HINTS = Hints(account="999999999999", region="us-east-2", partition="aws-x")


def provider(**expressions: Any) -> Any:
    return {"name": "aws", "expressions": expressions}


def where(make: Any, change: Any, hints: Any = None, **more: Any) -> Any:
    """Tell account, region and partition of a change whose provider has this key."""
    key, providers = more.pop("key", "aws"), more.pop("providers", {})
    resources = more.pop("resources", [make.resource("aws_x.y", provider_config_key=key)])
    plan = make.document([change], resources, **more)
    plan["configuration"]["provider_config"] = providers
    found = make.instance(plan, change["address"], hints)
    return found.account, found.region, found.partition


@pytest.fixture
def bare(make: Any) -> Any:
    return make.change("aws_x.y", {"a": 1})


def test_nothing_is_invented(make: Any, bare: Any) -> None:
    assert where(make, bare) == (None, None, None)


def test_hints_fill_what_is_open(make: Any, bare: Any) -> None:
    assert where(make, bare, HINTS) == ("999999999999", "us-east-2", "aws-x")


def test_the_region_attribute_comes_first(make: Any) -> None:
    change = make.change("aws_x.y", {"region": "eu-west-1"})
    providers = {"aws": provider(region=make.constant("us-west-1"))}
    assert where(make, change, HINTS, providers=providers)[1] == "eu-west-1"


def test_an_alias_has_its_own_region(make: Any, bare: Any) -> None:
    providers = {
        "aws": provider(region=make.constant("eu-west-1")),
        "aws.west": provider(region=make.constant("us-west-2")),
    }
    assert where(make, bare, key="aws.west", providers=providers)[1:] == ("us-west-2", "aws")


def test_the_region_may_be_a_variable(make: Any, bare: Any) -> None:
    providers = {"aws": provider(region=make.to("var.region"))}
    given = {"region": {"value": "cn-north-1"}}
    found = where(make, bare, providers=providers, variables=given)
    assert found == (None, "cn-north-1", "aws-cn")


def test_the_region_may_be_the_default_of_a_variable(make: Any, bare: Any) -> None:
    plan = make.document(
        [bare],
        root={
            "resources": [make.resource("aws_x.y")],
            "variables": {"region": {"default": "eu-west-2"}},
        },
    )
    plan["configuration"]["provider_config"] = {"aws": provider(region=make.to("var.region"))}
    assert make.instance(plan, "aws_x.y").region == "eu-west-2"


def test_what_is_no_region_is_none(make: Any, bare: Any) -> None:
    expressions: list[Any] = [
        make.constant("nowhere"),
        make.constant(7),
        make.to("local.region"),
        {},
    ]
    for expression in expressions:
        assert where(make, bare, providers={"aws": provider(region=expression)})[1] is None


def test_a_provider_inside_a_module_takes_the_arguments_of_the_call(make: Any) -> None:
    change = make.change("module.m.aws_x.y", {})
    inner = make.resource("aws_x.y", provider_config_key="module.m:aws")
    child = {"resources": [inner], "variables": {"where": {}}}
    calls = {"m": {"expressions": {"where": make.constant("sa-east-1")}, "module": child}}
    plan = make.document([change], root={"module_calls": calls})
    plan["configuration"]["provider_config"] = {
        "module.m:aws": {**provider(region=make.to("var.where")), "module_address": "module.m"}
    }
    assert make.instance(plan, "module.m.aws_x.y").region == "sa-east-1"


def test_a_module_without_a_provider_uses_that_of_its_caller(make: Any, bare: Any) -> None:
    providers = {"aws.b": provider(region=make.constant("eu-west-3"))}
    assert where(make, bare, key="module.m.module.n:aws.b", providers=providers)[1] == "eu-west-3"


def test_modules_get_the_provider_that_is_passed(make: Any) -> None:
    plan = make.stored("links")
    regions = {one.address: one.region for one in make.read(plan).instances}
    assert regions["module.west.aws_kms_key.this"] == "us-west-2"
    assert regions['module.region["a.b[0]\\"c"].aws_kms_key.this'] == "eu-north-1"


def data(kind: Any, **values: Any) -> Any:
    return {"address": f"data.{kind}.c", "mode": "data", "provider_name": "aws", "values": values}


def identified(*entries: Any) -> Any:
    return {"values": {"root_module": {"resources": list(entries)}}}


def test_the_account_is_the_callers(make: Any, bare: Any) -> None:
    state = identified(
        data("aws_caller_identity", account_id="111111111111"),
        data("aws_partition", partition="aws-us-gov"),
        data("aws_region", name="us-gov-west-1"),
    )
    found = where(make, bare, HINTS, prior_state=state)
    assert found == ("111111111111", "us-gov-west-1", "aws-us-gov")


def test_other_credentials_may_be_another_account(make: Any, bare: Any) -> None:
    state = identified(data("aws_caller_identity", account_id="111111111111"))
    providers = {
        "aws": provider(),
        "aws.same": provider(region=make.constant("eu-west-1")),
        "aws.other": provider(profile=make.constant("other")),
        "aws.role": provider(
            assume_role=[{"role_arn": make.constant("arn:aws:iam::222222222222:role/r")}]
        ),
        "aws.only": provider(
            profile=make.constant("p"), allowed_account_ids=make.constant(["333333333333"])
        ),
    }
    accounts = {
        key: where(make, bare, key=key, providers=providers, prior_state=state)[0]
        for key in providers
    }
    assert accounts == {
        "aws": "111111111111",
        "aws.same": "111111111111",
        "aws.other": None,
        "aws.role": "222222222222",
        "aws.only": "333333333333",
    }


def test_accounts_that_contradict_each_other_are_none(make: Any, bare: Any) -> None:
    first = data("aws_caller_identity", account_id="111111111111")
    second = {**first, "address": "data.aws_caller_identity.d", "values": {"account_id": "2" * 12}}
    assert where(make, bare, prior_state=identified(first, second))[0] is None


def test_an_existing_resource_says_where_it_is(make: Any) -> None:
    arn = "arn:aws-cn:rds:cn-northwest-1:444444444444:db:x"
    found = where(make, make.change("aws_x.y", {"arn": arn}, {}, "no-op"), HINTS)
    assert found == ("444444444444", "cn-northwest-1", "aws-cn")
    found = where(make, make.change("aws_x.y", {"arn": "arn:aws:s3:::b"}, {}, "no-op"))
    assert found == (None, None, "aws")


def test_other_providers_are_nowhere(make: Any) -> None:
    change = make.change("random_id.r", {}, provider_name="registry.terraform.io/hashicorp/random")
    resources = [make.resource("random_id.r")]
    assert where(make, change, HINTS, resources=resources) == (None, None, None)


def test_opentofu_names_the_same_provider(make: Any) -> None:
    name = "registry.opentofu.org/hashicorp/aws"
    change = make.change("aws_x.y", {"region": "eu-west-1"}, provider_name=name)
    plan = make.document([change], terraform_version="1.10.2", errored=False)
    found = make.instance(plan, "aws_x.y")
    assert (found.provider, found.region) == ("aws", "eu-west-1")
    assert make.read(plan).incomplete is None
