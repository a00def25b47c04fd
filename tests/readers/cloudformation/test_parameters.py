from collections.abc import Callable
from typing import Any

import pytest

from jurat.model import ABSENT, Estate, Location, Reference, Sensitive, Unknown, Value

Read = Callable[..., Estate]
TextAt = Callable[[str, Location | None], str]
Resolve = Callable[..., Value]
Notes = Callable[..., list[str]]

SECTIONS = """
Parameters:
  Text: {Type: String, Default: dev}
  Flag: {Type: String, Default: true}
  Count: {Type: Number, Default: 3}
  Quoted: {Type: Number, Default: "22"}
  Ratio: {Type: Number, Default: 0.5}
  Account: {Type: String, Default: 012345678901}
  Octal: {Type: String, Default: 012345670123}
  List: {Type: CommaDelimitedList, Default: "a, b ,c"}
  Subnets: {Type: "List<AWS::EC2::Subnet::Id>", Default: "subnet-1,subnet-2"}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /a/b}
  StoredList: {Type: "AWS::SSM::Parameter::Value<List<String>>"}
  StoreKey: {Type: "AWS::SSM::Parameter::Name", Default: /a/b}
  Secret: {Type: String, NoEcho: true}
  Written: {Type: String, NoEcho: "true", Default: s3cr3t-in-text}
  Blank: {Type: String, NoEcho: true, Default: ""}
  Pulled: {Type: String, NoEcho: true, Default: "{{resolve:secretsmanager:x}}"}
  Open: {Type: String}
  OpenList: {Type: CommaDelimitedList, AllowedValues: [a, b]}
  OpenCount: {Type: Number}
  Env: {Type: String, AllowedValues: [prod, dev]}
  Size: {Type: Number, AllowedValues: [1, 2]}
  Malformed: nothing
  Null: {Type: String, Default: null}
  Nested: {Type: String, Default: {a: b}}
"""


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("Text", "dev"),
        ("Flag", "true"),
        ("Count", 3),
        ("Quoted", 22),
        ("Ratio", 0.5),
        ("Account", "012345678901"),
        ("List", ["a", "b", "c"]),
        ("Subnets", ["subnet-1", "subnet-2"]),
        ("StoreKey", "/a/b"),
        ("Written", Sensitive("s3cr3t-in-text")),
        ("Pulled", Unknown("dynamic reference to secretsmanager:x", "string", sensitive=True)),
        ("Stored", Unknown("parameter Stored is read from the parameter store", "string")),
        ("StoredList", Unknown("parameter StoredList is read from the parameter store", "array")),
        ("Secret", Unknown("NoEcho parameter Secret", "string", sensitive=True)),
        ("Open", Unknown("parameter Open has no value", "string")),
        ("OpenList", Unknown("parameter OpenList has no value", "array")),
        ("OpenCount", Unknown("parameter OpenCount has no value", "number")),
        ("Env", Unknown("parameter Env has no value", "string", oneof=("prod", "dev"))),
        ("Size", Unknown("parameter Size has no value", "number", oneof=(1, 2))),
        ("Malformed", Unknown("parameter Malformed has no value", "string")),
        ("'Null'", Unknown("parameter Null has no value", "string")),
        ("Nested", Unknown("parameter Nested has no value", "string")),
        ("AWS::Region", Unknown("AWS::Region", "string")),
        ("AWS::StackName", Unknown("AWS::StackName", "string")),
        ("AWS::NotificationARNs", Unknown("AWS::NotificationARNs", "array")),
        ("AWS::NoValue", "(absent)"),
        ("Key", Reference("Key", "Ref")),
        ("Nobody", Unknown("Nobody is not defined")),
    ],
)
def test_ref(value: Resolve, name: str, result: Any) -> None:
    assert value(f"!Ref {name}", SECTIONS) == result


def test_a_default_with_two_readings_stays_open(value: Resolve) -> None:
    assert value("!Ref Octal", SECTIONS).oneof == ("012345670123", str(0o12345670123))


@pytest.mark.parametrize(
    ("name", "given", "result"),
    [
        ("Text", "prod", "prod"),
        ("Count", "4", 4),
        ("Count", "04", "04"),
        ("List", "x,y", ["x", "y"]),
        ("Stored", "resolved", "resolved"),
        ("StoredList", "x,y", ["x", "y"]),
        (
            "Secret",
            "hunter22",
            Unknown("parameter Secret supplies it", "string", sensitive=True),
        ),
        ("Open", "{{resolve:ssm:x}}", Unknown("dynamic reference to ssm:x", "string")),
    ],
)
def test_a_value_given_comes_first(value: Resolve, name: str, given: Any, result: Any) -> None:
    assert value(f"!Ref {name}", SECTIONS, parameters={name: given}) == result


def test_pseudo_parameters_come_from_the_user(value: Resolve) -> None:
    hints = {"account": "123456789012", "region": "eu-west-1", "partition": "aws-cn"}
    text = "!Sub '${AWS::AccountId} ${AWS::Region} ${AWS::Partition} ${AWS::URLSuffix}'"
    assert value(text, **hints) == "123456789012 eu-west-1 aws-cn amazonaws.com.cn"
    assert value("!Ref AWS::URLSuffix", partition="aws") == "amazonaws.com"
    assert value("!Ref AWS::URLSuffix", partition="aws-iso") == Unknown("AWS::URLSuffix", "string")


def test_strict_mode_takes_no_default(value: Resolve) -> None:
    def strict(name: str) -> Value:
        return value(f"!Ref {name}", SECTIONS, assume_defaults=False)

    assert strict("Text") == Unknown("parameter Text has no value", "string")
    assert strict("Env").oneof == ("prod", "dev")
    assert strict("Written") == Unknown("NoEcho parameter Written", "string", sensitive=True)


def test_a_default_of_a_noecho_parameter_is_a_secret_of_the_template(
    read: Read, text_at: TextAt
) -> None:
    estate = read(SECTIONS + "\nResources: {}")
    assert estate.secrets == {"s3cr3t-in-text"}
    (note,) = estate.notes
    assert note.text == "default of NoEcho parameter Written is a secret written in the template"
    assert text_at(SECTIONS, note.location).startswith("Written:")


def test_a_secret_given_by_the_user_is_a_secret_too(read: Read) -> None:
    text = SECTIONS + "\nResources: {A: {Type: Custom::A, Properties: {X: !Ref Secret}}}"
    assert "hunter22" in read(text, parameters={"Secret": "hunter22"}).secrets


def test_assumed_defaults_are_told_once(notes: Notes) -> None:
    text = SECTIONS + (
        "\nResources: {A: {Type: Custom::A, Properties: {X: [!Ref Text, !Ref Text, !Ref Count]}}}"
    )
    assert "parameters take their defaults: Count, Text" in notes(text)
    assert "parameters take their defaults: Count" in notes(text, parameters={"Text": "x"})
    assert not any("take their" in note for note in notes(text, assume_defaults=False))


def test_a_value_that_is_not_allowed_is_told(notes: Notes) -> None:
    text = SECTIONS + "\nResources: {A: {Type: Custom::A, Properties: {X: !Ref Env}}}"
    told = "parameter Env is given a value that it does not allow"
    assert told in notes(text, parameters={"Env": "prdo"})
    assert told not in notes(text, parameters={"Env": "prod"})


def test_a_secret_stays_secret_through_every_function(value: Resolve) -> None:
    assert value("!Sub 'x-${Written}'", SECTIONS) == Sensitive("x-s3cr3t-in-text")
    assert value("!Join ['', [x, !Ref Written]]", SECTIONS) == Sensitive("xs3cr3t-in-text")
    assert value("!Base64 {Ref: Written}", SECTIONS) == Sensitive("s3cr3t-in-text")
    split = value("!Select [0, !Split ['-', !Ref Written]]", SECTIONS)
    assert split == Sensitive("s3cr3t")
    assert value("!ToJsonString {a: !Ref Written}", SECTIONS) == Sensitive('{"a":"s3cr3t-in-text"}')
    partly = value("!Sub '${Written}-${AWS::Region}'", SECTIONS)
    assert partly.sensitive
    assert partly.parts[0] == Sensitive("s3cr3t-in-text")
    chosen = value("!Sub ['x-${S}', {S: !If [Open, !Ref Written, !Ref 'AWS::NoValue']}]", SECTIONS)
    assert isinstance(chosen, Unknown)
    either = value("!If [Open, !Ref Written, public]", SECTIONS)
    assert either.sensitive
    assert either.oneof == (Sensitive("s3cr3t-in-text"), "public")
    assert ABSENT not in either.oneof


def test_an_unknown_secret_stays_secret(value: Resolve) -> None:
    for expression in ("!Sub 'x-${Secret}'", "!Split [',', !Ref Secret]", "!Ref Secret"):
        assert value(expression, SECTIONS).sensitive
