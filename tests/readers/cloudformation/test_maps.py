from collections.abc import Callable
from typing import Any

import pytest

from jurat.model import Estate, Unknown, Value

Read = Callable[..., Estate]
Resolve = Callable[..., Value]

SECTIONS = """
Transform: AWS::LanguageExtensions
Parameters:
  Env: {Type: String, Default: dev}
  Some: {Type: String, AllowedValues: [dev, prod]}
Mappings:
  M:
    us-east-1: {Open: "0.0.0.0/0", Same: x, List: [a, b]}
    eu-west-1: {Open: "10.0.0.0/8", Same: x, Only: y}
  Settings:
    dev: {Enc: false, Port: 22, Ref: "{{resolve:ssm:x}}"}
    prod: {Enc: "true", Port: 443}
  Accounts:
    012345678901: {Name: ours}
  Words:
    yes: {on: found}
  Odd: {dev: {Deep: {a: b}}}
"""


@pytest.mark.parametrize("name", ["M", "!Join ['', [M, '']]"])
@pytest.mark.parametrize(
    ("region", "result"), [("us-east-1", "0.0.0.0/0"), ("eu-west-1", "10.0.0.0/8")]
)
def test_the_key_decides_not_the_order_of_the_map(
    value: Resolve, name: str, region: Any, result: Any
) -> None:
    assert value(f"!FindInMap [{name}, !Ref AWS::Region, Open]", SECTIONS, region=region) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("!FindInMap [Settings, !Ref Env, Enc]", False),
        ("!FindInMap [Settings, prod, Enc]", "true"),
        ("!FindInMap [Settings, !Ref Env, Port]", 22),
        ("!FindInMap [M, us-east-1, List]", ["a", "b"]),
        ("!FindInMap [Accounts, 012345678901, Name]", "ours"),
        ("!FindInMap [Accounts, '012345678901', Name]", "ours"),
        ("!FindInMap [Words, yes, on]", "found"),
        ("!FindInMap [Settings, dev, Ref]", Unknown("dynamic reference to ssm:x", "string")),
        ("!FindInMap [M, us-east-1, Only, {DefaultValue: z}]", "z"),
        ("!FindInMap [M, nowhere, Only, {DefaultValue: !Ref Env}]", "dev"),
        ("!FindInMap [M, !Ref AWS::Region, Same]", "x"),
    ],
)
def test_known_entries(value: Resolve, expression: str, result: Any) -> None:
    assert value(expression, SECTIONS) == result


@pytest.mark.parametrize(
    ("expression", "oneof"),
    [
        ("!FindInMap [M, !Ref AWS::Region, Open]", ("0.0.0.0/0", "10.0.0.0/8")),
        ("!FindInMap [Settings, !Ref Some, Port]", (22, 443)),
        ("!FindInMap [M, !Ref AWS::Region, Only, {DefaultValue: z}]", ("y", "z")),
        ("!FindInMap [M, !GetAtt Key.Arn, Open]", ("0.0.0.0/0", "10.0.0.0/8")),
    ],
)
def test_an_unknown_key_leaves_what_it_can_reach(
    value: Resolve, expression: str, oneof: Any
) -> None:
    assert value(expression, SECTIONS).oneof == oneof


def test_what_only_one_entry_can_be_is_known(value: Resolve) -> None:
    assert value("!FindInMap [M, !Ref AWS::Region, Only]", SECTIONS) == "y"
    assert value("!FindInMap [!Ref AWS::StackName, dev, Port]", SECTIONS) == 22


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("!FindInMap [M, us-east-1, Nothing]", "the mappings have no entry M.us-east-1.Nothing"),
        (
            "!FindInMap [M, !Ref AWS::Region, Nothing]",
            "the mappings have no entry that the keys can name",
        ),
        ("!FindInMap [Odd, dev, Deep]", "an entry of a mapping must be a value or a list"),
        ("!FindInMap [M, us-east-1]", "Fn::FindInMap needs a map and two keys"),
        ("!FindInMap M", "Fn::FindInMap needs a map and two keys"),
        ("!FindInMap [M, [], x]", "the mappings have no entry M.?.x"),
    ],
)
def test_what_is_not_there_is_unknown(value: Resolve, expression: str, why: str) -> None:
    assert value(expression, SECTIONS) == Unknown(why)


def test_a_macro_in_a_map_may_add_any_entry(value: Resolve) -> None:
    sections = "Mappings: {M: {a: {k: 1}, 'Fn::Transform': {Name: 'AWS::Include'}}}\n"
    found = value("!FindInMap [M, !Ref AWS::Region, k]", sections)
    assert (found.why, found.oneof) == ("AWS::Region", ())
    assert value("!FindInMap [M, a, k]", sections) == 1


def test_too_many_reachable_entries_are_not_listed(value: Resolve) -> None:
    entries = ", ".join(f"k{number}: {{a: {number}}}" for number in range(65))
    found = value("!FindInMap [M, !Ref AWS::Region, a]", f"Mappings: {{M: {{{entries}}}}}\n")
    assert found.oneof == ()


def test_a_reference_as_key_is_named(value: Resolve) -> None:
    assert value("!FindInMap [M, !GetAtt Key.Arn, Open]", SECTIONS).why == "Arn of Key"


TEMPLATE = """
Transform: AWS::LanguageExtensions
Parameters: {Env: {Type: String, Default: dev}}
Mappings:
  M: {us-east-1: {Open: "0.0.0.0/0"}, eu-west-1: {Open: "10.0.0.0/8"}}
  E: {dev: {Enc: false}, prod: {Enc: true}}
Resources:
  SG:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 22
          ToPort: 22
          CidrIp: !FindInMap [M, !Ref "AWS::Region", Open]
  Volume:
    Type: AWS::EC2::Volume
    Properties: {Encrypted: !FindInMap [E, !Ref Env, Enc]}
"""


def test_an_open_port_is_not_hidden_by_another_region(read: Read) -> None:
    group, volume = read(TEMPLATE, region="us-east-1").resources
    assert group.properties["SecurityGroupIngress"][0]["CidrIp"] == "0.0.0.0/0"
    assert volume.properties["Encrypted"] is False
