"""Tables of data stores, load balancing, edge, API, compute, AI and monitoring services."""

from pathlib import Path as File
from typing import Any

import pytest
import yaml
from tests.paths import at

from jurat.model import (
    ABSENT,
    Path,
    Reference,
    Resource,
    Scope,
    Sensitive,
    Tier,
    Uncovered,
    Unknown,
    Value,
)
from jurat.readers.terraform.canonical import canonical
from jurat.readers.terraform.plan import Instance
from jurat.shapes import normal_form

DATA = File(__file__).parent / "data" / "services"
UNKNOWN = Unknown("known after apply")


class Loader(yaml.CSafeLoader):
    """Reads ``!sensitive`` too."""


Loader.add_constructor("!sensitive", lambda _, node: Sensitive(node.value))


def cases(name: str) -> list[Any]:
    found = yaml.load((DATA / f"{name}.yaml").read_text("utf-8"), Loader=Loader)  # noqa: S506 - a safe loader
    assert isinstance(found, list)
    return found


INSTANCES = cases("instances")
COMPANIONS = cases("companions")


def instance(address: str, values: dict[str, Value]) -> Instance:
    kind, name = address.split(".")
    return Instance(
        address, (), "managed", kind, name, None, values, "create", "aws", region="eu-central-1"
    )


def judged(*instances: Instance) -> tuple[dict[str, Resource], list[Uncovered]]:
    resources, parts, uncovered = canonical(instances, "plan.json")
    return {found.address: found for found in normal_form(resources, parts)}, uncovered


def from_plan(kind: str, values: dict[str, Value]) -> Resource:
    return judged(instance(f"{kind}.this", values))[0][f"{kind}.this"]


def from_template(kind: str, properties: dict[str, Value]) -> Resource:
    scope = Scope(tier=Tier.TEMPLATE)
    return normal_form((Resource("This", kind, properties, scope, "template.yaml"),))[0]


def path(text: str) -> Path:
    return tuple(int(step) if step.isdigit() else step for step in text.split("/"))


def written(resource: Resource) -> Value:
    """Return the properties without those that are defaults."""

    def kept(value: Value, here: Path) -> Value:
        if isinstance(value, dict):
            return {
                name: kept(item, (*here, name))
                for name, item in value.items()
                if (*here, name) not in resource.defaults
            }
        if isinstance(value, list):
            return [kept(item, (*here, index)) for index, item in enumerate(value)]
        return value

    return kept(resource.properties, ())


@pytest.mark.parametrize("case", INSTANCES, ids=[case["source"] for case in INSTANCES])
def test_an_instance_becomes_canonical(case: dict[str, Any]) -> None:
    found, uncovered = judged(instance(f"{case['source']}.this", case["values"]))
    resource = found[f"{case['source']}.this"]
    assert resource.type == case["type"]
    assert written(resource) == case["properties"]
    assert uncovered == []


def with_companion(
    case: dict[str, Any], link: Value
) -> tuple[dict[str, Resource], list[Uncovered]]:
    return judged(
        instance(f"{case['whole']}.this", case["values"]),
        instance(f"{case['companion']}.part", {**case["part"], case["link"]: link}),
    )


@pytest.mark.parametrize("case", COMPANIONS, ids=[case["companion"] for case in COMPANIONS])
def test_a_companion_is_folded_into_its_whole(case: dict[str, Any]) -> None:
    whole = f"{case['whole']}.this"
    found, uncovered = with_companion(case, Reference(whole, case["returned"]))
    assert list(found) == [whole]
    assert uncovered == []
    properties = found[whole].properties
    assert {name: at(properties, path(name)) for name in case["lands"]} == case["lands"]


@pytest.mark.parametrize("case", COMPANIONS, ids=[case["companion"] for case in COMPANIONS])
def test_a_companion_of_something_unknown_puts_every_candidate_in_doubt(
    case: dict[str, Any],
) -> None:
    found, _ = with_companion(case, UNKNOWN)
    properties = found[f"{case['whole']}.this"].properties
    for name in case["lands"]:
        assert isinstance(at(properties, path(name)[:1]), Unknown)


@pytest.mark.parametrize("case", cases("defaults"))
def test_absence_means_what_is_documented(case: list[Any]) -> None:
    source, values, name, *meaning = case
    resource = (from_template if "::" in source else from_plan)(source, values)
    assert at(resource.properties, path(name)) == (meaning[0] if meaning else ABSENT)
    marked = [mark for mark in resource.defaults if path(name)[: len(mark)] == mark]
    assert len(marked) == len(meaning)


@pytest.mark.parametrize("case", cases("templates"))
def test_a_template_is_typed_and_its_secrets_hidden(case: list[Any]) -> None:
    kind, properties, name, value = case
    assert at(from_template(kind, properties).properties, path(name)) == value


def test_an_unknown_switch_may_be_either() -> None:
    scheme = from_plan("aws_lb", {"internal": UNKNOWN}).properties["Scheme"]
    assert isinstance(scheme, Unknown)
    assert {"internal", "internet-facing"} <= set(scheme.oneof)


def test_an_unknown_block_makes_what_is_inside_unknown() -> None:
    resource = from_plan("aws_lb_listener", {"default_action": UNKNOWN})
    assert isinstance(resource.properties["DefaultActions"], Unknown)


@pytest.mark.parametrize(
    ("target", "attribute", "returned"),
    [
        ("aws_lb", "arn", "Ref"),
        ("aws_cloudtrail", "arn", "Arn"),
        ("aws_db_instance", "identifier", "Ref"),
        ("aws_lambda_function", "function_name", "Ref"),
        ("aws_api_gateway_rest_api", "root_resource_id", "RootResourceId"),
        ("aws_bedrock_guardrail", "guardrail_arn", "Ref"),
    ],
)
def test_references_get_canonical_return_values(target: str, attribute: str, returned: str) -> None:
    found, _ = judged(
        instance(f"{target}.this", {}),
        instance(
            "aws_wafv2_web_acl_association.by",
            {"resource_arn": Reference(f"{target}.this", attribute)},
        ),
    )
    properties = found["aws_wafv2_web_acl_association.by"].properties
    assert properties["ResourceArn"] == Reference(f"{target}.this", returned)


def test_a_known_name_leads_a_companion_to_its_whole() -> None:
    status = {"name": "default", "is_enabled": False}
    found, _ = judged(
        instance("aws_config_configuration_recorder.this", {"name": "default"}),
        instance("aws_config_configuration_recorder_status.part", status),
    )
    recorder = found["aws_config_configuration_recorder.this"]
    assert recorder.properties["Recording"] is False
    assert ("Recording",) not in recorder.defaults


def test_what_no_table_takes_is_loud() -> None:
    _, uncovered = judged(instance("aws_db_instance.this", {"engine": "mysql", "brand_new": 1}))
    assert [item.attribute for item in uncovered] == ["brand_new"]
