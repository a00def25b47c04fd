from collections.abc import Callable
from typing import Any

import pytest
from tests.paths import at

from jurat.errors import InputError
from jurat.model import (
    Estate,
    Location,
    Origin,
    Resource,
    Scope,
    Tier,
    Unknown,
    show_path,
)

Read = Callable[..., Estate]
Notes = Callable[..., list[str]]


def only(estate: Estate) -> Resource:
    (resource,) = estate.resources
    return resource


def test_what_a_resource_is_made_of(read: Read) -> None:
    text = """\
    Resources:
      Data:
        Type: AWS::S3::Bucket
        Properties:
          BucketName: shop-data
          Tags:
            - Key: a
              Value: b
    """
    found = only(read(text, account="123456789012", region="eu-west-1", partition="aws"))
    assert found.address == "Data"
    assert found.type == "AWS::S3::Bucket"
    assert found.properties == {"BucketName": "shop-data", "Tags": [{"Key": "a", "Value": "b"}]}
    assert found.scope == Scope("123456789012", "eu-west-1", "aws", Tier.TEMPLATE)
    assert (found.file, found.input) == ("t.yaml", "")
    assert found.identities == {"Ref": "shop-data", "Arn": "arn:aws:s3:::shop-data"}
    assert found.exists is None
    assert found.covered is None
    assert found.origins == {
        (): Origin("Data", None, Location("t.yaml", 2, 3)),
        ("BucketName",): Origin("Data", "BucketName", Location("t.yaml", 5, 7)),
        ("Tags",): Origin("Data", "Tags", Location("t.yaml", 6, 7)),
        ("Tags", 0): Origin("Data", "Tags[0]", Location("t.yaml", 7, 11)),
        ("Tags", 0, "Key"): Origin("Data", "Tags[0].Key", Location("t.yaml", 7, 11)),
        ("Tags", 0, "Value"): Origin("Data", "Tags[0].Value", Location("t.yaml", 8, 11)),
    }


@pytest.mark.parametrize("properties", ["", "    Properties:\n", "    Properties: {}\n"])
def test_properties_may_be_absent(read: Read, properties: Any) -> None:
    found = only(read(f"Resources:\n  A:\n    Type: AWS::KMS::Key\n{properties}"))
    assert (found.properties, found.covered) == ({}, None)
    assert found.origins == {(): Origin("A", None, Location("t.yaml", 2, 3))}


def test_items_are_traced_where_they_end_up(read: Read) -> None:
    text = """\
    Conditions: {No: !Equals [a, b]}
    Resources:
      A:
        Type: Custom::A
        Properties:
          List:
            - !If [No, {x: 1}, !Ref AWS::NoValue]
            - y: 2
          Chosen: !If
            - No
            - a
            - b:
                c: 3
          Split: !Split [",", "p,q"]
    """
    found = only(read(text))
    assert found.properties == {
        "List": [{"y": 2}],
        "Chosen": {"b": {"c": 3}},
        "Split": ["p", "q"],
    }
    lines = {
        show_path(path): origin.location.line
        for path, origin in found.origins.items()
        if origin.location is not None
    }
    assert lines == {
        "": 3,
        "List": 6,
        "List[0]": 8,
        "List[0].y": 8,
        "Chosen": 9,
        "Chosen.b": 12,
        "Chosen.b.c": 13,
        "Split": 14,
        "Split[0]": 14,
        "Split[1]": 14,
    }
    assert all(at(found.properties, path) is not None for path in found.origins)


def test_a_condition_decides_whether_a_resource_is_there(read: Read) -> None:
    text = """
    Parameters: {P: {Type: String}}
    Conditions: {Yes: !Equals [a, a], No: !Equals [a, b], Maybe: !Equals [!Ref P, a]}
    Resources:
      A: {Type: Custom::A, Condition: Yes}
      B: {Type: Custom::A, Condition: No}
      C: {Type: Custom::A, Condition: Maybe, Properties: {X: !If [Maybe, 1, 2], Y: !Ref B}}
    """
    a, c = read(text).resources
    assert a.exists is None
    assert c.exists == Unknown("condition Maybe is not decided", condition="Maybe")
    assert c.properties["X"] == 1  # where it exists, its own condition holds
    assert c.properties["Y"] == Unknown("B is left out by its condition")


def test_properties_that_a_macro_may_change_are_not_known(read: Read) -> None:
    for body in (
        "Properties: {'Fn::Transform': {Name: 'AWS::Include'}, BucketName: b}",
        "Properties: {BucketName: b}, 'Fn::Transform': {Name: M}",
        "Properties: !If [C, {BucketName: b}, {}]",
        "Properties: [a]",
    ):
        estate = read(f"Resources: {{A: {{Type: 'AWS::S3::Bucket', {body}}}}}")
        found = only(estate)
        assert (found.properties, found.covered) == ({}, frozenset())
        assert "the properties of A are not known" in [note.text for note in estate.notes]
        assert estate.inputs[0].incomplete == "the properties of A are not known"


@pytest.mark.parametrize(
    ("text", "incomplete"),
    [
        ("Transform: AWS::LanguageExtensions", None),
        ("Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]", None),
        ("Transform: Mine", "macro Mine is not applied: what it adds or changes is not seen"),
        (
            "Transform: [AWS::LanguageExtensions, {Name: 'AWS::Include', Parameters: {}}]",
            "macro AWS::Include is not applied: what it adds or changes is not seen",
        ),
        (
            "Transform: {a: b}",
            "macro without a name is not applied: what it adds or changes is not seen",
        ),
        (
            "'Fn::Transform': {Name: M}",
            "macro Fn::Transform is not applied: what it adds or changes is not seen",
        ),
    ],
)
def test_macros_that_are_not_applied_leave_the_input_incomplete(
    read: Read, text: str, incomplete: str
) -> None:
    assert read(f"{text}\nResources: {{}}").inputs[0].incomplete == incomplete


@pytest.mark.parametrize(
    ("resource", "incomplete"),
    [
        ("Type: AWS::Serverless::Function", "A is a serverless resource, which is not expanded"),
        ("Type: My::S3::Bucket::MODULE", "A is a module, which is not expanded"),
        ("Type: AWS::CloudFormation::StackSet", "A is a stack set, which is not expanded"),
        ("Properties: {}", "A has no type"),
        ("Type: [a]", "A has no type"),
        ("Type: ", "A has no type"),
    ],
)
def test_resources_that_hide_others_leave_the_input_incomplete(
    read: Read, resource: str, incomplete: str
) -> None:
    assert read(f"Resources: {{A: {{{resource}}}}}").inputs[0].incomplete == incomplete


@pytest.mark.parametrize("body", ["text", "[a]", "~", "1"])
def test_a_resource_that_is_no_mapping_is_told(read: Read, body: str) -> None:
    estate = read(f"Resources: {{A: {body}, B: {{Type: Custom::B}}}}")
    assert only(estate).address == "B"
    assert estate.inputs[0].incomplete == "A has no type"


def test_many_reasons_are_counted(read: Read) -> None:
    text = "Resources: {" + ", ".join(f"R{number}: ~" for number in range(9)) + "}"
    incomplete = read(text).inputs[0].incomplete
    assert incomplete == "R0 has no type; R1 has no type; R2 has no type; and 6 more"


def test_a_macro_among_the_resources_leaves_the_input_incomplete(read: Read) -> None:
    estate = read("Resources: {'Fn::Transform': {Name: M}, A: {Type: Custom::A}}")
    assert only(estate).address == "A"
    told = "Fn::Transform in Resources is not applied: what it adds is not seen"
    assert estate.inputs[0].incomplete == told


def test_rules_are_not_evaluated(notes: Notes) -> None:
    assert notes("Rules: {R: {Assertions: []}}\nResources: {}") == ["Rules are not evaluated"]


def test_two_resources_of_one_name_are_refused(read: Read) -> None:
    text = """
    Resources:
      Fn::ForEach::L: [X, [a, b], {Same: {Type: Custom::A}}]
    """
    with pytest.raises(InputError, match=r"^t\.yaml:3: Resources has two members .* 'Same'$"):
        read(text)
