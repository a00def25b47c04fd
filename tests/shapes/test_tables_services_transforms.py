"""What the tables of services ask of transforms, conditions and folds."""

from pathlib import Path as File
from typing import Any

import pytest
import yaml
from tests.paths import at

from jurat.model import ABSENT, Reference, Resource, Scope, Sensitive, Tier, Unknown, Value
from jurat.readers.terraform.canonical import canonical
from jurat.readers.terraform.plan import Instance
from jurat.shapes import normal_form

DATA = File(__file__).parent / "data" / "services" / "transformed.yaml"
UNKNOWN = Unknown("known after apply")
API = "aws_api_gateway_rest_api"


class Loader(yaml.CSafeLoader):
    """Reads ``!sensitive`` too."""


Loader.add_constructor("!sensitive", lambda _, node: Sensitive(node.value))
CASES: list[dict[str, Any]] = yaml.load(DATA.read_text("utf-8"), Loader=Loader)  # noqa: S506 - a safe loader


def instance(address: str, values: dict[str, Value], region: str = "eu-central-1") -> Instance:
    kind, name = address.split(".")
    return Instance(
        address, (), "managed", kind, name, None, values, "create", "aws", region=region
    )


def judged(*instances: Instance) -> dict[str, Resource]:
    resources, parts, _ = canonical(instances, "plan.json")
    return {found.address: found for found in normal_form(resources, parts)}


def from_plan(kind: str, values: dict[str, Value]) -> Resource:
    return judged(instance(f"{kind}.this", values))[f"{kind}.this"]


@pytest.mark.parametrize("case", CASES, ids=[case["source"] for case in CASES])
def test_an_instance_becomes_canonical(case: dict[str, Any]) -> None:
    resource = from_plan(case["source"], case["values"])
    undefaulted = {
        name: value
        for name, value in resource.properties.items()
        if (name,) not in resource.defaults
    }
    assert resource.type == case["type"]
    assert undefaulted == case["properties"]


@pytest.mark.parametrize(
    ("source", "values", "name", "choices"),
    [
        (
            "aws_kinesis_firehose_delivery_stream",
            {"server_side_encryption": [{"enabled": UNKNOWN, "key_type": "AWS_OWNED_CMK"}]},
            ("DeliveryStreamEncryptionConfigurationInput", "KeyType"),
            {"AWS_OWNED_CMK", ABSENT},
        ),
        ("aws_lb", {"internal": UNKNOWN}, ("Scheme",), {"internal", "internet-facing", ABSENT}),
        ("aws_kinesis_stream", {"encryption_type": UNKNOWN}, ("StreamEncryption",), None),
        ("aws_db_parameter_group", {"parameter": UNKNOWN}, ("Parameters",), set()),
        ("aws_db_parameter_group", {"parameter": [{"name": UNKNOWN}]}, ("Parameters",), set()),
        (
            "aws_ecs_task_definition",
            {"container_definitions": "{"},
            ("ContainerDefinitions",),
            set(),
        ),
        ("aws_wafv2_web_acl", {"default_action": UNKNOWN}, ("DefaultAction", "Allow"), set()),
    ],
)
def test_what_is_unknown_stays_open(
    source: str, values: dict[str, Value], name: tuple[str, ...], choices: set[Value] | None
) -> None:
    found = at(from_plan(source, values).properties, name)
    if choices is None:
        found = found["EncryptionType"]
    assert isinstance(found, Unknown)
    assert set(found.oneof) == (choices or set())


@pytest.mark.parametrize(
    ("method_path", "resource", "method"),
    [("*/*", "/*", "*"), ("pets/GET", "/pets", "GET"), ("~1pets~1{id}/GET", "/pets~1{id}", "GET")],
)
def test_method_settings_name_resource_and_method(
    method_path: str, resource: str, method: str
) -> None:
    settings = {"method_path": method_path, "settings": [{"logging_level": "INFO"}]}
    found = judged(
        instance("aws_api_gateway_stage.a", {"rest_api_id": "1", "stage_name": "live"}),
        instance(
            "aws_api_gateway_method_settings.s",
            {**settings, "rest_api_id": "1", "stage_name": "live"},
        ),
    )
    expected = {"ResourcePath": resource, "HttpMethod": method, "LoggingLevel": "INFO"}
    assert found["aws_api_gateway_stage.a"].properties["MethodSettings"] == [expected]


def stages(link: Value) -> dict[str, Resource]:
    """Two APIs with a stage of the same name, and settings for one of them."""
    return judged(
        instance(f"{API}.a", {"name": "a"}),
        instance(f"{API}.b", {"name": "b"}),
        instance(
            "aws_api_gateway_stage.a",
            {"rest_api_id": Reference(f"{API}.a", "id"), "stage_name": "live"},
        ),
        instance(
            "aws_api_gateway_stage.b",
            {"rest_api_id": Reference(f"{API}.b", "id"), "stage_name": "live"},
        ),
        instance(
            "aws_api_gateway_method_settings.s",
            {"rest_api_id": link, "stage_name": "live", "settings": [{"logging_level": "INFO"}]},
        ),
    )


def test_settings_of_one_stage_are_not_those_of_its_namesake() -> None:
    found = stages(Reference(f"{API}.a", "id"))
    assert "MethodSettings" in found["aws_api_gateway_stage.a"].properties
    assert "MethodSettings" not in found["aws_api_gateway_stage.b"].properties


def test_settings_of_an_unknown_api_may_be_those_of_either_stage() -> None:
    found = stages(UNKNOWN)
    for name in ("a", "b"):
        stage = found[f"aws_api_gateway_stage.{name}"]
        assert isinstance(stage.properties["MethodSettings"], Unknown)


def test_an_integration_is_a_property_of_its_method() -> None:
    link = {"rest_api_id": "1", "resource_id": Reference("aws_api_gateway_resource.r", "id")}
    found = judged(
        instance("aws_api_gateway_method.get", {**link, "http_method": "GET"}),
        instance("aws_api_gateway_method.post", {**link, "http_method": "POST"}),
        instance(
            "aws_api_gateway_integration.get",
            {**link, "http_method": "GET", "type": "HTTP", "uri": "http://plain.example"},
        ),
    )
    integration = {"Type": "HTTP", "Uri": "http://plain.example"}
    assert found["aws_api_gateway_method.get"].properties["Integration"] == integration
    assert "Integration" not in found["aws_api_gateway_method.post"].properties


def test_a_name_is_looked_for_in_the_same_region_first() -> None:
    recorder, status = (
        "aws_config_configuration_recorder",
        "aws_config_configuration_recorder_status",
    )
    found = judged(
        instance(f"{recorder}.one", {"name": "default"}, "eu-central-1"),
        instance(f"{recorder}.two", {"name": "default"}, "eu-west-1"),
        instance(f"{status}.one", {"name": "default", "is_enabled": True}, "eu-central-1"),
    )
    assert found[f"{recorder}.one"].properties["Recording"] is True
    assert found[f"{recorder}.two"].properties["Recording"] is False


@pytest.mark.parametrize(
    ("kind", "properties", "name", "value"),
    [
        (
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            {"LoadBalancerAttributes": [{"Key": "deletion_protection.enabled", "Value": True}]},
            ("LoadBalancerAttributes", 0, "Value"),
            "true",
        ),
        (
            "AWS::RDS::DBClusterParameterGroup",
            {"Parameters": {"require_secure_transport": 1}},
            ("Parameters", "require_secure_transport"),
            "1",
        ),
        (
            "AWS::Redshift::ClusterParameterGroup",
            {"Parameters": [{"ParameterName": "require_ssl", "ParameterValue": False}]},
            ("Parameters", 0, "ParameterValue"),
            "false",
        ),
        ("AWS::Lambda::Permission", {"Principal": 123456789012}, ("Principal",), "123456789012"),
    ],
)
def test_a_template_may_write_text_as_values(
    kind: str, properties: dict[str, Value], name: tuple[str | int, ...], value: str
) -> None:
    written = Resource("This", kind, properties, Scope(tier=Tier.TEMPLATE), "template.yaml")
    assert at(normal_form((written,))[0].properties, name) == value
