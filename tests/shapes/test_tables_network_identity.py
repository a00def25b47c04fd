"""Tables of identity, keys, network, logs, messages and backup: one small case for each turn."""

from collections.abc import Mapping
from pathlib import Path as File
from typing import Any

import pytest
import yaml

from jurat.model import ABSENT, Reference, Resource, Scope, Sensitive, Tier, Unknown, Value
from jurat.readers.terraform.canonical import canonical
from jurat.readers.terraform.plan import Instance
from jurat.shapes import normal_form, table_files
from jurat.shapes.table import shape_in

Blocks = Mapping[str, Mapping[str, Value]]

DATA = File(__file__).parent / "data" / "network_identity"


class Loader(yaml.CSafeLoader):
    """Reads ``!sensitive`` and ``!ref`` too."""


Loader.add_constructor("!sensitive", lambda _, node: Sensitive(node.value))
Loader.add_constructor("!ref", lambda _, node: Reference(*node.value.split()))

ALLOW = '{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
ALLOWED = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def planned(address: str, values: Mapping[str, Value]) -> Instance:
    kind, name = address.split(".")
    return Instance(address, (), "managed", kind, name, None, values, "create", "aws")


def from_plan(blocks: Blocks) -> dict[str, Resource]:
    instances = tuple(planned(address, values) for address, values in blocks.items())
    resources, parts, uncovered = canonical(instances, "plan.json")
    assert uncovered == []
    return {resource.address: resource for resource in normal_form(resources, parts)}


def from_template(blocks: Mapping[str, tuple[str, Mapping[str, Value]]]) -> dict[str, Resource]:
    resources = [
        Resource(address, kind, values, Scope(tier=Tier.TEMPLATE), "t.yaml")
        for address, (kind, values) in blocks.items()
    ]
    return {resource.address: resource for resource in normal_form(resources)}


def ref(address: str, attribute: str = "id") -> Reference:
    return Reference(address, attribute)


def cases(name: str, keys: str) -> list[Any]:
    first, *_ = keys.split()
    found = yaml.load((DATA / f"{name}.yaml").read_text("utf-8"), Loader=Loader)  # noqa: S506 - a safe loader
    return [
        pytest.param(*(case[key] for key in keys.split()), id=f"{case[first]}-{number}")
        for number, case in enumerate(found)
    ]


@pytest.mark.parametrize(
    ("companion", "whole", "link", "values", "expected"),
    cases("companions", "companion whole link values expected"),
)
def test_a_companion_is_folded_into_what_it_configures(
    companion: str, whole: str, link: str, values: dict[str, Value], expected: dict[str, Value]
) -> None:
    target: Value = ref(f"{whole}.w")
    found = from_plan(
        {
            f"{whole}.w": {},
            f"{companion}.c": {**values, link: [target] if link.endswith("s") else target},
        }
    )
    assert set(found) == {f"{whole}.w"}
    properties = found[f"{whole}.w"].properties
    assert {name: properties[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("source", "values", "kind", "expected"), cases("instances", "source values type expected")
)
def test_attributes_become_canonical_properties(
    source: str, values: dict[str, Value], kind: str, expected: dict[str, Value]
) -> None:
    resource = from_plan({f"{source}.x": values})[f"{source}.x"]
    assert resource.type == kind
    assert {name: resource.properties.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("source", "values", "suffix", "kind", "expected"),
    cases("emitted", "source values suffix type expected"),
)
def test_an_attribute_becomes_a_resource_of_its_own(
    source: str, values: dict[str, Value], suffix: str, kind: str, expected: dict[str, Value]
) -> None:
    resource = from_plan({f"{source}.x": values})[f"{source}.x{suffix}"]
    assert resource.type == kind
    assert resource.properties == expected


def test_one_attachment_reaches_roles_users_groups_and_its_policy() -> None:
    found = from_plan(
        {
            "aws_iam_role.r": {"name": "r"},
            "aws_iam_user.u": {"name": "u"},
            "aws_iam_group.g": {"name": "g"},
            "aws_iam_policy.p": {"name": "p"},
            "aws_iam_policy_attachment.a": {
                "name": "a",
                "policy_arn": ref("aws_iam_policy.p", "arn"),
                "roles": ["r"],
                "users": [ref("aws_iam_user.u", "name")],
                "groups": ["g"],
            },
        }
    )
    attached = Reference("aws_iam_policy.p", "PolicyArn")
    for address in ("aws_iam_role.r", "aws_iam_user.u", "aws_iam_group.g"):
        assert found[address].properties["ManagedPolicyArns"] == [attached]
    policy = found["aws_iam_policy.p"].properties
    assert (policy["Roles"], policy["Groups"]) == (["r"], ["g"])
    assert policy["Users"] == [Reference("aws_iam_user.u", "Ref")]
    assert len(found) == 4


def test_an_attachment_without_users_says_nothing_about_users() -> None:
    found = from_plan(
        {
            "aws_iam_role.r": {"name": "r"},
            "aws_iam_user.u": {"name": "u"},
            "aws_iam_policy.p": {"name": "p"},
            "aws_iam_policy_attachment.a": {
                "policy_arn": ref("aws_iam_policy.p", "arn"),
                "roles": ["r"],
            },
        }
    )
    assert "ManagedPolicyArns" not in found["aws_iam_user.u"].properties
    assert set(found) == {"aws_iam_role.r", "aws_iam_user.u", "aws_iam_policy.p"}


def test_attachments_add_up_and_keep_what_is_not_known() -> None:
    found = from_plan(
        {
            "aws_iam_role.r": {"name": "r", "managed_policy_arns": Unknown("a variable")},
            "aws_iam_role_policy_attachment.a": {"role": "r", "policy_arn": READ},
            "aws_iam_role.s": {"name": "s", "managed_policy_arns": [READ]},
            "aws_iam_role_policy_attachment.b": {"role": "s", "policy_arn": ADMIN},
        }
    )
    assert found["aws_iam_role.s"].properties["ManagedPolicyArns"] == [READ, ADMIN]
    arns = found["aws_iam_role.r"].properties["ManagedPolicyArns"]
    assert READ in arns
    assert any(isinstance(arn, Unknown) for arn in arns)


def test_an_attachment_of_a_role_elsewhere_stays_visible() -> None:
    found = from_plan({"aws_iam_role_policy_attachment.a": {"role": "x", "policy_arn": ADMIN}})
    fragment = found["aws_iam_role_policy_attachment.a"]
    assert fragment.type == "AWS::IAM::Role"
    assert fragment.properties == {"ManagedPolicyArns": [ADMIN]}


@pytest.mark.parametrize(
    "companion",
    [
        {"aws_iam_role_policies_exclusive.x": {"role_name": "r", "policy_names": ["p"]}},
        {"aws_vpc_peering_connection_accepter.x": {"vpc_peering_connection_id": "pcx-1"}},
    ],
)
def test_a_companion_without_properties_leaves_nothing(companion: Blocks) -> None:
    assert from_plan(companion) == {}


@pytest.mark.parametrize(
    ("policy", "whole"),
    [
        (("AWS::IAM::RolePolicy", {"RoleName": Reference("W", "Ref")}), "AWS::IAM::Role"),
        (("AWS::IAM::UserPolicy", {"UserName": Reference("W", "Ref")}), "AWS::IAM::User"),
        (("AWS::IAM::GroupPolicy", {"GroupName": Reference("W", "Ref")}), "AWS::IAM::Group"),
        (("AWS::IAM::Policy", {"Roles": [Reference("W", "Ref")]}), "AWS::IAM::Role"),
        (("AWS::IAM::Policy", {"Users": [Reference("W", "Ref")]}), "AWS::IAM::User"),
        (("AWS::IAM::Policy", {"Groups": [Reference("W", "Ref")]}), "AWS::IAM::Group"),
    ],
)
def test_inline_policies_of_a_template_are_folded(
    policy: tuple[str, dict[str, Value]], whole: str
) -> None:
    kind, link = policy
    inline = {"PolicyName": "second", "PolicyDocument": ALLOWED, **link}
    found = from_template(
        {
            "W": (whole, {"Policies": [{"PolicyName": "first", "PolicyDocument": {}}]}),
            "P": (kind, inline),
        }
    )
    assert set(found) == {"W"}
    assert found["W"].properties["Policies"] == [
        {"PolicyName": "first", "PolicyDocument": {}},
        {"PolicyName": "second", "PolicyDocument": ALLOWED},
    ]


def test_group_membership_and_volumes_of_a_template_are_folded() -> None:
    found = from_template(
        {
            "U": ("AWS::IAM::User", {"Groups": ["a"]}),
            "G": (
                "AWS::IAM::UserToGroupAddition",
                {"GroupName": "b", "Users": [Reference("U", "Ref")]},
            ),
            "I": ("AWS::EC2::Instance", {}),
            "V": (
                "AWS::EC2::VolumeAttachment",
                {"InstanceId": Reference("I", "Ref"), "VolumeId": "vol-1", "Device": "/dev/sdh"},
            ),
        }
    )
    assert found["U"].properties["Groups"] == ["a", "b"]
    assert found["I"].properties["Volumes"] == [{"Device": "/dev/sdh", "VolumeId": "vol-1"}]


def test_text_of_templates_is_coerced() -> None:
    found = from_template(
        {
            "K": (
                "AWS::KMS::Key",
                {"EnableKeyRotation": "true", "RotationPeriodInDays": "90", "Enabled": "false"},
            ),
            "L": ("AWS::Logs::LogGroup", {"RetentionInDays": "30"}),
            "V": ("AWS::EC2::Volume", {"Encrypted": "false"}),
            "E": ("AWS::EC2::NetworkAclEntry", {"Protocol": "6", "PortRange": {"From": "22"}}),
        }
    )
    assert found["K"].properties["EnableKeyRotation"] is True
    assert found["K"].properties["Enabled"] is False
    assert found["K"].properties["RotationPeriodInDays"] == 90
    assert found["L"].properties["RetentionInDays"] == 30
    assert found["V"].properties["Encrypted"] is False
    assert found["E"].properties["Protocol"] == 6
    assert found["E"].properties["PortRange"] == {"From": 22}


def test_documents_written_as_text_are_read() -> None:
    reference = Unknown("a parameter", oneof=(ALLOW, ABSENT))
    found = from_template(
        {
            "K": ("AWS::KMS::Key", {"KeyPolicy": ALLOW}),
            "R": ("AWS::IAM::Role", {"Policies": [{"PolicyDocument": ALLOW}]}),
            "L": ("AWS::Logs::ResourcePolicy", {"PolicyDocument": "not JSON"}),
            "T": ("AWS::SNS::TopicPolicy", {"PolicyDocument": reference}),
        }
    )
    assert found["K"].properties["KeyPolicy"] == ALLOWED
    assert found["R"].properties["Policies"] == [{"PolicyDocument": ALLOWED}]
    assert found["L"].properties["PolicyDocument"] == Unknown("it is not JSON", "object")
    assert found["T"].properties["PolicyDocument"].oneof == (ALLOWED, ABSENT)


def test_a_tag_without_a_value_is_no_tag() -> None:
    found = from_plan({"aws_iam_role.r": {"tags": {"owner": None, "env": ""}}})
    assert found["aws_iam_role.r"].properties["Tags"] == [{"Key": "env", "Value": ""}]


def test_no_retention_is_written_by_leaving_it_out() -> None:
    found = from_plan({"aws_cloudwatch_log_group.a": {"name": "/a", "retention_in_days": 0}})
    assert "RetentionInDays" not in found["aws_cloudwatch_log_group.a"].properties


def test_material_outside_the_service_is_told_by_its_origin() -> None:
    found = from_plan(
        {
            "aws_kms_key.hsm": {"custom_key_store_id": "cks-1"},
            "aws_kms_key.xks": {"custom_key_store_id": "cks-2", "xks_key_id": "x"},
            "aws_kms_key.open": {"custom_key_store_id": Unknown("a variable")},
        }
    )
    assert found["aws_kms_key.hsm"].properties["Origin"] == "AWS_CLOUDHSM"
    assert found["aws_kms_key.xks"].properties["Origin"] == "EXTERNAL_KEY_STORE"
    assert found["aws_kms_key.open"].properties["Origin"] == Unknown(
        "a variable", oneof=(ABSENT, "AWS_CLOUDHSM")
    )


def test_a_flow_log_names_what_it_records_though_not_known_which() -> None:
    found = from_plan(
        {
            "aws_vpc.v": {"cidr_block": "10.0.0.0/16"},
            "aws_flow_log.f": {"vpc_id": ref("aws_vpc.v"), "traffic_type": "ALL"},
        }
    )
    log = found["aws_flow_log.f"].properties
    assert log["ResourceId"] == Reference("aws_vpc.v", "Ref")
    assert log["ResourceType"] == "VPC"


def test_a_digest_of_user_data_is_not_the_user_data() -> None:
    digest = "3dc39dda39be1205215e776bad998da361a5955d"
    found = from_plan({"aws_instance.i": {"user_data": digest}})
    assert found["aws_instance.i"].properties["UserData"] == Unknown(
        "the plan has only its digest", "string"
    )


def test_devices_are_unknown_when_some_of_them_are() -> None:
    found = from_plan(
        {
            "aws_instance.i": {
                "root_block_device": [{"encrypted": True}],
                "ebs_block_device": Unknown("a variable"),
            }
        }
    )
    assert found["aws_instance.i"].properties["BlockDeviceMappings"] == Unknown("a variable")


def test_an_unknown_switch_of_the_table_is_not_narrowed() -> None:
    found = from_plan(
        {
            "aws_cloudwatch_log_group.a": {"retention_in_days": Unknown("a variable", "number")},
            "aws_network_acl_rule.r": {"protocol": Unknown("a variable", "string")},
            "aws_s3_bucket.b": {"versioning": Unknown("a variable")},
        }
    )
    for address, name in (
        ("aws_cloudwatch_log_group.a", "RetentionInDays"),
        ("aws_network_acl_rule.r", "Protocol"),
    ):
        value = found[address].properties[name]
        assert isinstance(value, Unknown)
        assert value.oneof == ()
    status = found["aws_s3_bucket.b"].properties["VersioningConfiguration"]["Status"]
    assert isinstance(status, Unknown)
    assert status.oneof == ()


def test_rules_of_an_unknown_list_may_exist() -> None:
    found = from_plan({"aws_network_acl.x": {"ingress": Unknown("a variable")}})
    entry = found["aws_network_acl.x#ingress[0]"]
    assert entry.type == "AWS::EC2::NetworkAclEntry"
    assert entry.exists == Unknown("a variable")
    assert entry.properties["NetworkAclId"] == Reference("aws_network_acl.x", "Ref")
    assert entry.properties["CidrBlock"] == Unknown("a variable")


def test_origins_of_an_element_name_its_place_in_the_source() -> None:
    found = from_plan(
        {"aws_network_acl.x": {"egress": [{"rule_no": 1}, {"rule_no": 2, "action": "allow"}]}}
    )
    entry = found["aws_network_acl.x#egress[1]"]
    assert entry.origin(("RuleAction",)).address == "aws_network_acl.x"
    assert entry.origin(("RuleAction",)).attribute == "egress[1].action"


def test_sensitive_blocks_keep_what_is_inside() -> None:
    found = from_plan(
        {
            "aws_ecr_repository.e": {
                "image_scanning_configuration": Sensitive([{"scan_on_push": True}])
            }
        }
    )
    assert found["aws_ecr_repository.e"].properties["ImageScanningConfiguration"] == {
        "ScanOnPush": Sensitive(True)
    }


@pytest.mark.parametrize(
    ("kind", "values", "identities"),
    [
        ("aws_iam_role", {"id": "r", "arn": "arn:r"}, {"Ref": "r", "Arn": "arn:r"}),
        ("aws_iam_policy", {"id": "arn:p", "arn": "arn:p"}, {"Ref": "arn:p", "PolicyArn": "arn:p"}),
        (
            "aws_sqs_queue",
            {"id": "https://q", "arn": "arn:q"},
            {"Ref": "https://q", "Arn": "arn:q"},
        ),
        ("aws_kms_key", {"key_id": "k", "arn": "arn:k"}, {"Ref": "k", "Arn": "arn:k"}),
        (
            "aws_accessanalyzer_analyzer",
            {"id": "a", "arn": "arn:a"},
            {"Ref": "arn:a", "AnalyzerName": "a"},
        ),
        (
            "aws_eip",
            {"id": "eipalloc-1", "public_ip": "192.0.2.1"},
            {"Ref": "192.0.2.1", "AllocationId": "eipalloc-1"},
        ),
    ],
)
def test_a_resource_is_known_by_what_a_template_would_return(
    kind: str, values: dict[str, Value], identities: dict[str, str]
) -> None:
    assert from_plan({f"{kind}.x": values})[f"{kind}.x"].identities == identities


ODD = [
    0,
    "x",
    [],
    [[]],
    [{}],
    [1, {"a": [1]}],
    {"key": 1},
    Unknown("?"),
    [Unknown("?")],
    Reference("aws_x.y", "id"),
    Sensitive([{"a": 1}]),
]
MINE = (
    "accessanalyzer_",
    "autoscaling_launch",
    "backup_",
    "cloudwatch_",
    "ec2_",
    "ecr_",
    "efs_",
    "iam_",
    "kms_",
    "logs_",
    "networkfirewall_",
    "organizations_",
    "s3_",
    "secretsmanager_",
    "sns_",
    "sqs_",
)


@pytest.mark.parametrize("table", [name for name in table_files() if name.startswith(MINE)])
def test_no_table_trips_over_odd_values(table: str) -> None:
    for kind, entries in shape_in(table).terraform.items():
        attributes = {rule.source[0] for entry in entries for rule in entry.rules if rule.source}
        attributes |= {emission.when for entry in entries for emission in entry.emits}
        attributes |= {entry.part_of for entry in entries if entry.part_of}
        for odd in ODD:
            instance = planned(f"{kind}.x", dict.fromkeys(attributes, odd))
            resources, parts, _ = canonical((instance,), "plan.json")
            for resource in normal_form(resources, parts):
                assert resource.type.count("::") == 2


def test_what_nobody_wrote_is_marked_as_default() -> None:
    role = from_plan({"aws_iam_role.r": {"name": "r"}})["aws_iam_role.r"]
    assert ("MaxSessionDuration",) in role.defaults
    assert ("RoleName",) not in role.defaults
