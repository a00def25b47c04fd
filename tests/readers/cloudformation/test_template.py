import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from jurat.errors import InputError
from jurat.model import (
    ABSENT,
    Estate,
    Location,
    Path,
    Reference,
    Resource,
    Sensitive,
    Unknown,
    Value,
)
from jurat.readers.cloudformation import is_template, read_template
from jurat.readers.cloudformation.journal import BUDGET
from jurat.readers.source import Hints, Source

TextAt = Callable[[str, Location | None], str]

FEATURES = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::LanguageExtensions
Description: every construct once
Parameters:
  Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Admin: {Type: String}
  Password: {Type: String, NoEcho: true, Default: changeme-please}
  Zones: {Type: CommaDelimitedList, Default: "a, b"}
  Image: {Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", Default: /images/latest}
Mappings:
  Settings:
    dev: {Size: 20, Encrypt: false}
    prod: {Size: 200, Encrypt: true}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  HasAdmin: !Not [!Equals [!Ref Admin, ""]]
  Both: !And [!Condition IsProd, !Condition HasAdmin]
  Either: !Or [!Condition IsProd, !Condition HasAdmin]
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties: {EnableKeyRotation: !If [IsProd, true, false]}
  Volume:
    Type: AWS::EC2::Volume
    Properties:
      Size: !FindInMap [Settings, !Ref Env, Size]
      Encrypted: !FindInMap [Settings, !Ref Env, Encrypt]
      KmsKeyId: !If [HasAdmin, !GetAtt Key.Arn, !Ref AWS::NoValue]
      AvailabilityZone: !Select [0, !GetAZs ""]
  Server:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: !Ref Image
      UserData: !Base64
        Fn::Sub: |
          #!/bin/sh
          echo ${Env} ${!HOME}
      SubnetId: !ImportValue {"Fn::Sub": "${Env}-subnet"}
      Tags:
        - {Key: zone, Value: !Join ["-", !Ref Zones]}
        - !If [Both, {Key: admin, Value: !Ref Admin}, !Ref AWS::NoValue]
        - !If
          - Either
          - Key: any
            Value: x
          - !Ref AWS::NoValue
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      AllocatedStorage: "20"
      MasterUsername: "{{resolve:ssm:/db/user}}"
      MasterUserPassword: !Ref Password
      Port: !Select ["1", !Split [":", "host:5432"]]
      DBSubnetGroupName: !Sub ["${Name}-${AWS::Region}", {Name: !Ref Env}]
  Network:
    Type: AWS::EC2::Subnet
    Properties:
      CidrBlock: !Select [1, !Cidr [10.0.0.0/16, 2, 8]]
      VpcId: !Sub "${Nowhere}"
  Fn::ForEach::Queues:
    - Name
    - !Ref Zones
    - Queue${Name}:
        Type: AWS::SQS::Queue
        Properties:
          QueueName: !Sub "${Env}-${Name}"
          Count: !Length {Ref: Zones}
          Text: !ToJsonString {zones: !Ref Zones}
  OnlyProd: {Type: AWS::SNS::Topic, Condition: IsProd}
  OnlyAdmin: {Type: AWS::SNS::Topic, Condition: HasAdmin}
Outputs:
  Key: {Value: !Ref Key}
"""


def features(**hints: Any) -> tuple[Estate, dict[str, Resource]]:
    estate = read_template(Source("f.yaml", FEATURES.encode()), Hints(**hints))
    return estate, {resource.address: resource for resource in estate.resources}


def test_every_construct_with_defaults() -> None:
    estate, found = features()
    has_admin = "condition HasAdmin is not decided"
    properties = {address: resource.properties for address, resource in found.items()}
    assert properties == {
        "Key": {"EnableKeyRotation": False},
        "Volume": {
            "Size": 20,
            "Encrypted": False,
            "KmsKeyId": Unknown(
                has_admin,
                oneof=(Reference("Key", "Arn"), ABSENT),
                references=("Key",),
                condition="HasAdmin",
            ),
            "AvailabilityZone": Unknown("availability zones of the region"),
        },
        "Server": {
            "ImageId": Unknown("parameter Image is read from the parameter store", kind="string"),
            "UserData": "#!/bin/sh\necho dev ${HOME}\n",
            "SubnetId": Unknown("import of dev-subnet", kind="string"),
            "Tags": [
                {"Key": "zone", "Value": "a-b"},
                Unknown(
                    "condition Either is not decided",
                    oneof=({"Key": "any", "Value": "x"}, ABSENT),
                    condition="Either",
                ),
            ],
        },
        "Database": {
            "AllocatedStorage": "20",
            "MasterUsername": Unknown("dynamic reference to ssm:/db/user", kind="string"),
            "MasterUserPassword": Sensitive("changeme-please"),
            "Port": "5432",
            "DBSubnetGroupName": Unknown(
                "string with an unknown part",
                kind="string",
                parts=("dev-", Unknown("AWS::Region", kind="string")),
            ),
        },
        "Network": {"CidrBlock": "10.0.1.0/24", "VpcId": Unknown("Nowhere is not defined")},
        "Queuea": {"QueueName": "dev-a", "Count": 2, "Text": '{"zones":["a","b"]}'},
        "Queueb": {"QueueName": "dev-b", "Count": 2, "Text": '{"zones":["a","b"]}'},
        "OnlyAdmin": {},
    }
    exists = {address: one.exists for address, one in found.items() if one.exists is not None}
    assert exists == {"OnlyAdmin": Unknown(has_admin, condition="HasAdmin")}
    assert estate.secrets == {"changeme-please"}
    assert estate.inputs[0].incomplete is None
    assert [note.text for note in estate.notes] == [
        "default of NoEcho parameter Password is a secret written in the template",
        "Nowhere is not defined",
        "parameters take their defaults: Env, Password, Zones",
    ]


def test_every_construct_with_values_given() -> None:
    _, found = features(parameters={"Env": "prod", "Admin": "me"}, region="eu-west-1")
    assert found["Key"].properties == {"EnableKeyRotation": True}
    assert found["Volume"].properties["Encrypted"] is True
    assert found["Volume"].properties["KmsKeyId"] == Reference("Key", "Arn")
    assert found["Server"].properties["Tags"][1:] == [
        {"Key": "admin", "Value": "me"},
        {"Key": "any", "Value": "x"},
    ]
    assert found["Database"].properties["DBSubnetGroupName"] == "prod-eu-west-1"
    assert "OnlyProd" in found
    assert all(resource.exists is None for resource in found.values())


def test_every_construct_without_defaults() -> None:
    _, found = features(assume_defaults=False)
    assert found["Key"].properties["EnableKeyRotation"].oneof == (True, False)
    assert found["Volume"].properties["Size"].oneof == (20, 200)
    assert found["Server"].properties["UserData"].oneof == (
        "#!/bin/sh\necho dev ${HOME}\n",
        "#!/bin/sh\necho prod ${HOME}\n",
    )
    assert found["Database"].properties["MasterUserPassword"].sensitive
    assert found["Queue${Name}"].exists is not None
    assert found["OnlyProd"].exists == Unknown(
        "condition IsProd is not decided", condition="IsProd"
    )


def test_every_property_path_has_the_place_of_its_own_text(text_at: TextAt) -> None:
    estate, _ = features()
    for resource in estate.resources:
        paths = [(), *_paths(resource.properties)]
        assert set(paths) == set(resource.origins)
        for path in paths:
            text = text_at(FEATURES, resource.origins[path].location)
            if path and isinstance(path[-1], str):
                assert text.startswith(path[-1])


def _paths(value: Value, path: Path = ()) -> Iterator[Path]:
    items = value.items() if isinstance(value, Mapping) else enumerate(value)
    for step, item in items:
        yield (*path, step)
        if isinstance(item, dict | list):
            yield from _paths(item, (*path, step))


@pytest.mark.parametrize(
    "text",
    [
        "AWSTemplateFormatVersion: '2010-09-09'",
        "Resources: {A: {Type: 'AWS::S3::Bucket'}}",
        "Resources:\n  Fn::ForEach::A: [B, [c], {}]",
        json.dumps({"Resources": {"A": {"Type": "Custom::A"}}}),
        "AWSTemplateFormatVersion: '2010-09-09'\nResources: {A: 1, A: 2}",
        "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Type: AWS::S3::Bucket\n",
        '{"AWSTemplateFormatVersion": "2010-09-09",',
    ],
)
def test_templates_and_broken_templates_are_recognised(text: str) -> None:
    assert is_template(Source("x", text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Resources",
        "Resources: 1",
        "Resources: {A: {Type: Bucket}}",
        "Resources: {A: 1}",
        "kind: Service\nspec: {Resources: {A: {Type: 'AWS::S3::Bucket'}}}",
        json.dumps({"resource_changes": [{"body": FEATURES}]}),
        json.dumps({"Statement": [{"Resources": "*"}]}),
        "Resources: [",
        b"\xff Resources",
    ],
)
def test_other_documents_are_not_recognised(text: str) -> None:
    assert not is_template(Source("x", text if isinstance(text, bytes) else text.encode()))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a]", "x: not a template: no mapping at its top"),
        ("a: b", "x: not a template: it has no Resources"),
        ("Resources:", "x: not a template: it has no Resources"),
        ("Resources: {A: 1, A: 2}", 'x:1: duplicate key "A" (first on line 1)'),
    ],
)
def test_what_is_no_template_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_template(Source("x", text.encode()), Hints())
    assert str(caught.value) == message


def test_reading_twice_gives_the_same() -> None:
    assert features()[0] == features()[0]


LONG = "x" * 900_000
SUBS = ", ".join(["!Sub '${P}y'"] * 300)
MANY = ", ".join(map(str, range(2000)))


@pytest.mark.parametrize(
    "text",
    [
        (
            f"Parameters: {{P: {{Type: String, Default: {LONG}}}}}\n"
            f"Resources: {{A: {{Type: Custom::A, Properties: {{X: [{SUBS}]}}}}}}"
        ),
        f"Resources:\n  Fn::ForEach::A: [X, [{MANY}], {{'Fn::ForEach::B': [Y, [{MANY}], {{}}]}}]",
    ],
)
def test_what_grows_out_of_proportion_is_refused(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr("jurat.readers.cloudformation.journal.BUDGET", BUDGET // 10)
    with pytest.raises(InputError, match=r"^x: resolves to more than \d+ values$"):
        read_template(Source("x", text.encode()), Hints())


def test_a_chain_that_is_too_long_is_refused() -> None:
    chain = "".join(f"  C{number}: !Not [!Condition C{number + 1}]\n" for number in range(5000))
    text = f"Conditions:\n{chain}Resources: {{A: {{Type: Custom::A, Condition: C0}}}}"
    with pytest.raises(InputError, match=r"^x: nested too deeply$"):
        read_template(Source("x", text.encode()), Hints())


def test_the_deepest_document_can_be_read() -> None:
    deep = "[" * 93 + "!If [C, 1, 2]" + "]" * 93
    text = f"Resources: {{A: {{Type: Custom::A, Properties: {{X: {deep}}}}}}}"
    estate = read_template(Source("x", text.encode()), Hints())
    value = estate.resources[0].properties["X"]
    while isinstance(value, list):
        (value,) = value
    assert value.condition == "C"
