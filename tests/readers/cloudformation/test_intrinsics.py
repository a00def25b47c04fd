from collections.abc import Callable
from typing import Any

import pytest

from jurat.model import ABSENT, Estate, Location, Reference, Unknown, Value

Read = Callable[..., Estate]
TextAt = Callable[[str, Location | None], str]
Resolve = Callable[..., Value]

ARN = Reference("Key", "Arn")
REGION = Unknown("AWS::Region", kind="string")
SECTIONS = """
Parameters:
  P: {Type: String, Default: p}
  Open: {Type: String}
  Port: {Type: Number, Default: 22}
  List: {Type: CommaDelimitedList, Default: "a,b"}
Conditions:
  Yes: !Equals [a, a]
  Maybe: !Equals [!Ref Open, a]
  Perhaps: !Equals [!Ref Open, b]
"""


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("!Sub plain", "plain"),
        ("!Sub '${P}-${Port}'", "p-22"),
        ("!Sub '${!P}'", "${P}"),
        ("!Sub '${ P }'", "p"),
        ("!Sub '$P $ {P} ${'", "$P $ {P} ${"),
        ("!Sub ['${X}${P}', {X: !Ref Port}]", "22p"),
        ("!Sub ['${Key.Arn}', {Key.Arn: mine}]", "mine"),
        ("!Sub ['${P}', {P: local}]", "local"),
        ("!Sub '${Key.Arn}'", ARN),
        ("!Sub '${Key}'", Reference("Key", "Ref")),
        ("!Sub '${Stack.Outputs.Some.Thing}'", Unknown("Stack is not defined")),
        ("!Sub '${Nobody}'", Unknown("Nobody is not defined")),
        ("!Sub '${Key.}'", Unknown("Fn::GetAtt needs a resource and an attribute")),
        ("!Sub [a]", Unknown("Fn::Sub needs a text and a map")),
        (
            "!Sub ['${L}', {L: [a]}]",
            Unknown("only strings, numbers and booleans can be part of a string"),
        ),
        ("!Sub {a: b}", Unknown("Fn::Sub needs a text")),
    ],
)
def test_sub(value: Resolve, expression: str, result: Any) -> None:
    assert value(expression, SECTIONS) == result


def test_sub_keeps_the_parts_that_are_known(value: Resolve) -> None:
    assert value("!Sub 'arn:${AWS::Region}:${Key.Arn}/*'", SECTIONS).parts == (
        "arn:",
        REGION,
        ":",
        ARN,
        "/*",
    )


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("!GetAtt Key.Arn", ARN),
        ("!GetAtt [Key, Arn]", ARN),
        ("!GetAtt Key.Endpoint.Port", Reference("Key", "Endpoint.Port")),
        ("!GetAtt [Key, Endpoint, Port]", Reference("Key", "Endpoint.Port")),
        ("!GetAtt [Key, !Sub 'A${P}']", Reference("Key", "Ap")),
        ("!GetAtt [Key, !Ref Open]", Unknown("parameter Open has no value")),
        ("!GetAtt Key", Unknown("Fn::GetAtt needs a resource and an attribute")),
        ("!GetAtt []", Unknown("Fn::GetAtt needs a resource and an attribute")),
        ("!GetAtt {a: b}", Unknown("a name is missing or not known")),
        ("!GetAtt Nobody.Arn", Unknown("Nobody is not defined")),
        ("!Ref Key", Reference("Key", "Ref")),
        ("!Ref [a]", Unknown("Ref needs a name")),
        ("!GetAtt [Key, [a]]", Unknown("Fn::GetAtt needs names")),
        ("{Ref: !Ref Open}", Unknown("parameter Open has no value")),
    ],
)
def test_references(value: Resolve, expression: str, result: Any) -> None:
    assert value(expression, SECTIONS) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("!If [Yes, a, b]", "a"),
        ("!If [Yes, !Ref 'AWS::NoValue', b]", "(absent)"),
        ("[a, !If [Yes, !Ref 'AWS::NoValue', b], c]", ["a", "c"]),
        ("!If [Maybe, same, same]", "same"),
        ("!If [Maybe, !Ref 'AWS::NoValue', !Ref 'AWS::NoValue']", "(absent)"),
        ("!If [Maybe, a]", Unknown("Fn::If needs a condition and two values")),
        ("!If [[], a, b]", Unknown("a name is missing or not known")),
        ("!If [Maybe, !If [Maybe, a, b], !If [Maybe, c, a]]", "a"),
    ],
)
def test_if(value: Resolve, expression: str, result: Any) -> None:
    assert value(expression, SECTIONS) == result


def test_an_undecided_if_lists_both_branches(value: Resolve) -> None:
    why = "condition Maybe is not decided"
    assert value("!If [Maybe, {a: !Ref P}, [!GetAtt Key.Arn]]", SECTIONS) == Unknown(
        why, oneof=({"a": "p"}, [ARN]), condition="Maybe"
    )
    assert value("[x, !If [Maybe, a, !Ref 'AWS::NoValue']]", SECTIONS) == [
        "x",
        Unknown(why, oneof=("a", ABSENT), condition="Maybe"),
    ]
    assert value("!If [Maybe, true, 1]", SECTIONS).oneof == (True, 1)


def test_nested_undecided_conditions_list_every_value(value: Resolve) -> None:
    found = value("!If [Maybe, !If [Perhaps, a, b], c]", SECTIONS)
    assert (found.oneof, found.condition) == (("a", "b", "c"), None)


def test_a_branch_that_is_open_leaves_no_finite_list(value: Resolve) -> None:
    found = value("!If [Maybe, !Ref Open, '10.0.0.0/8']", SECTIONS)
    assert (found.oneof, found.condition) == ((), "Maybe")


def test_functions_apply_to_both_branches(value: Resolve) -> None:
    found = value("!Sub ['x-${E}', {E: !If [Maybe, a, b]}]", SECTIONS)
    assert (found.oneof, found.condition) == (("x-a", "x-b"), "Maybe")
    found = value("!Join [',', [z, !If [Maybe, a, !Ref 'AWS::NoValue']]]", SECTIONS)
    assert (found.oneof, found.condition) == (("z,a", "z"), "Maybe")


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("!Join [',', !Ref List]", "a,b"),
        ("!Select [1, !Ref List]", "b"),
        ("!Select [0, !Split ['/', !Sub '${P}/q']]", "p"),
        ("!Base64 {'Fn::Sub': '#!/bin/sh ${P}'}", "#!/bin/sh p"),
        ("!Length {Ref: List}", 2),
        ("!ToJsonString {a: !Ref List}", '{"a":["a","b"]}'),
        ("!Select [0, !Cidr [10.0.0.0/16, 2, 8]]", "10.0.0.0/24"),
        ("!GetAZs ''", Unknown("availability zones of the region", kind="array")),
        ("!GetAZs {Ref: AWS::Region}", Unknown("availability zones of the region", kind="array")),
        ("!ImportValue net-VpcId", Unknown("import of net-VpcId", kind="string")),
        ("!ImportValue {'Fn::Sub': '${P}-Vpc'}", Unknown("import of p-Vpc", kind="string")),
        ("!ImportValue {Ref: Open}", Unknown("import of another stack's export", kind="string")),
        ("!Select [0, !Split ['/', !GetAtt Key.Arn]]", Unknown("Arn of Key", references=("Key",))),
    ],
)
def test_other_functions(value: Resolve, expression: str, result: Any) -> None:
    assert value(expression, SECTIONS) == result


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("!GetStackOutput {StackName: s, OutputName: o}", "Fn::GetStackOutput is not supported"),
        ("!Transform {Name: Mine, Parameters: {}}", "macro Mine is not applied"),
        ("!Transform x", "macro without a name is not applied"),
        ("{'Fn::Nonsense': 1}", "Fn::Nonsense is not supported"),
        ("{Ref: P, Other: 1}", "Ref stands beside other keys"),
        ("{'Fn::Transform': {Name: M}, Other: 1}", "Fn::Transform stands beside other keys"),
        ("!Select [5, !Ref List]", "Fn::Select has no such item in its list"),
        ("!Ref Nobody", "Nobody is not defined"),
    ],
)
def test_what_is_not_understood_is_unknown_and_noted(
    read: Read, value: Resolve, text_at: TextAt, expression: str, why: str
) -> None:
    assert value(expression, SECTIONS) == Unknown(why)
    text = (
        f"{SECTIONS}Resources:\n  A:\n    Type: Custom::A\n    Properties:\n      X: {expression}\n"
    )
    (note,) = [note for note in read(text).notes if "take their" not in note.text]
    assert note.text == why
    assert text_at(text, note.location) == f"X: {expression}"


def test_strings_hold_dynamic_references(value: Resolve) -> None:
    found = value("'jdbc:{{resolve:ssm:host}}:5432'")
    assert found.parts == ("jdbc:", Unknown("dynamic reference to ssm:host", "string"), ":5432")
    found = value("!Sub '{{resolve:secretsmanager:${Key}:SecretString:password}}'")
    assert (found.references, found.sensitive) == (("Key",), True)


def test_a_string_beyond_measure_is_not_made(value: Resolve) -> None:
    sections = f"Parameters: {{P: {{Type: String, Default: {'x' * 600_000}}}}}\n"
    assert value("!Sub '${P}${P}'", sections) == Unknown("string of more than 1048576 characters")
