"""The last steps: types, defaults, hidden values."""

from typing import Any

import pytest

from jurat.model import Resource, Scope, Sensitive, Tier, Unknown
from jurat.shapes import normal_form, shape, table_files
from jurat.shapes.table import part_entries, shape_in, terraform_entries
from jurat.shapes.transforms import TRANSFORMS, transform

GROUP = "AWS::EC2::SecurityGroup"


def finished(kind: str, properties: Any, tier: Tier = Tier.TEMPLATE, **given: Any) -> Resource:
    return normal_form([Resource("r", kind, properties, Scope(tier=tier), "t.yaml", **given)])[0]


def test_text_becomes_what_the_schema_says() -> None:
    flags = {
        "PublicAccessBlockConfiguration": {"BlockPublicAcls": "true", "IgnorePublicAcls": "no"}
    }
    found = finished("AWS::S3::Bucket", flags).properties["PublicAccessBlockConfiguration"]
    assert found == {"BlockPublicAcls": True, "IgnorePublicAcls": "no"}
    rule = finished(GROUP, {"SecurityGroupIngress": [{"FromPort": "22"}]}).properties
    assert rule["SecurityGroupIngress"] == [{"FromPort": 22}]


def test_an_unknown_gets_the_type_and_its_choices_too() -> None:
    flags = {"BlockPublicAcls": Unknown("c", oneof=("true", "false"))}
    found = finished("AWS::S3::Bucket", {"PublicAccessBlockConfiguration": flags}).properties
    unknown = found["PublicAccessBlockConfiguration"]["BlockPublicAcls"]
    assert (unknown.kind, unknown.oneof) == ("boolean", (True, False))


def test_absence_gets_its_meaning_and_a_mark() -> None:
    found = finished("AWS::RDS::DBInstance", {"Engine": "postgres"})
    assert found.properties["StorageEncrypted"] is False
    assert ("StorageEncrypted",) in found.defaults
    written = finished("AWS::RDS::DBInstance", {"StorageEncrypted": True})
    assert written.properties["StorageEncrypted"] is True
    assert ("StorageEncrypted",) not in written.defaults


def test_no_default_where_the_source_cannot_say_it() -> None:
    found = finished("AWS::RDS::DBInstance", {}, covered=frozenset({("Engine",)}))
    assert "StorageEncrypted" not in found.properties


def test_what_holds_secrets_is_hidden() -> None:
    found = finished("AWS::RDS::DBInstance", {"MasterUserPassword": "hunter2"}).properties
    assert found["MasterUserPassword"] == Sensitive("hunter2")
    found = finished("AWS::Lambda::Function", {"Environment": {"Variables": {"A": "x"}}}).properties
    assert found["Environment"]["Variables"]["A"] == Sensitive("x")


@pytest.mark.parametrize("name", table_files())
def test_every_table_is_valid(name: str) -> None:
    table = shape_in(name)
    assert shape(table.type) is not None
    entries = [e for group in (table.terraform, table.parts) for es in group.values() for e in es]
    for entry in entries:
        for rule in entry.rules:
            assert rule.target, f"{name}: a rule without a target"
            assert isinstance(rule.via, dict | None) or rule.via in TRANSFORMS, (name, rule)
            assert rule.source.count("[]") <= rule.target.count("[]") or rule.via, (name, rule)


def test_a_type_has_one_table() -> None:
    types = [shape_in(name).type for name in table_files()]
    assert len(types) == len(set(types))


@pytest.mark.parametrize(
    ("via", "value", "result"),
    [
        ("json", '{"a": 1}', {"a": 1}),
        ("json", {"a": 1}, {"a": 1}),
        ("tags", {"k": "v"}, [{"Key": "k", "Value": "v"}]),
        ("text", True, "true"),
        ("text", 5, "5"),
        ("not", True, False),
        ("pascal", "public-read-write", "PublicReadWrite"),
        ("list", "x", ["x"]),
        ("first", ["x", "y"], "x"),
        ({True: "Enabled", False: "Suspended"}, True, "Enabled"),
        ({"true": "Enabled"}, "TRUE", "Enabled"),
        ({"true": "Enabled"}, "other", "other"),
    ],
)
def test_transforms(via: Any, value: Any, result: Any) -> None:
    assert transform(value, via) == result


@pytest.mark.parametrize("via", sorted(TRANSFORMS))
def test_a_transform_never_turns_unknown_into_known(via: str) -> None:
    found = transform(Unknown("later"), via)
    assert isinstance(found, Unknown) or found == [Unknown("later")]
    assert isinstance(transform("not json", "json"), Unknown)


def test_one_rule_for_each_peer() -> None:
    rule = {
        "protocol": "tcp",
        "from_port": 443,
        "to_port": 443,
        "description": "",
        "cidr_blocks": ["10.0.0.0/8", Unknown("later")],
        "ipv6_cidr_blocks": ["::/0"],
        "security_groups": [],
        "self": True,
    }
    base = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    assert transform([rule], "rules") == [
        {**base, "CidrIp": "10.0.0.0/8"},
        {**base, "CidrIp": Unknown("later")},
        {**base, "CidrIpv6": "::/0"},
        {**base, "SourceSecurityGroupId": "self"},
    ]
    assert transform(Unknown("later"), "rules") == Unknown("later", "array")


@pytest.mark.parametrize("name", table_files())
def test_a_table_is_found_by_every_type_it_is_about(name: str) -> None:
    table = shape_in(name)
    assert shape(table.type) == table
    for kind, entries in table.terraform.items():
        assert all(entry in terraform_entries(kind) for entry in entries)
    for kind, entries in table.parts.items():
        assert all(entry in part_entries(kind) for entry in entries)
