from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from jurat.model import ABSENT, Estate, Reference, Resource, Sensitive, Unknown
from jurat.readers.cloudformation import read_template
from jurat.readers.source import Hints, Source

Read = Callable[..., Estate]

CHILD = """
Parameters:
  Open: {Type: String, Default: childs-own}
  Own: {Type: String, Default: "own"}
  Ids: {Type: CommaDelimitedList, Default: ""}
  Secret: {Type: String, NoEcho: true, Default: ""}
Conditions:
  IsOpen: !Equals [!Ref Open, childs-own]
  HasOwn: !Equals [!Ref Own, own]
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !Ref Open
      DisplayName: !If [IsOpen, a, b]
      Own: !Ref Own
      Ids: !Ref Ids
      Secret: !Ref Secret
  Sometimes: {Type: AWS::SNS::Topic, Condition: IsOpen}
Outputs:
  TopicArn: {Value: !Ref Topic}
  Open: {Value: !Ref Open}
  Missing: {Condition: Nowhere, Value: !Ref Nobody}
  Never: {Condition: Closed, Value: x}
"""
PARENT = """
Parameters:
  Open: {Type: String}
Resources:
  Key: {Type: AWS::KMS::Key}
  Stack:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: child.yaml
      Parameters:
        Open: !Ref Open
"""


@pytest.fixture
def tree(tmp_path: Path) -> Read:
    """Write files and read the first of them."""

    def read_tree(files: Any, **hints: Any) -> Estate:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))
        first = tmp_path / next(iter(files))
        return read_template(Source(str(first), first.read_bytes()), Hints(**hints))

    return read_tree


def resource(estate: Estate, address: str) -> Resource:
    return next(one for one in estate.resources if one.address == address)


def topic(tree: Read, handed: str, **hints: Any) -> Resource:
    parent = PARENT[: PARENT.index("      Parameters:\n        Open")] + handed
    return resource(tree({"parent.yaml": parent, "child.yaml": CHILD}, **hints), "Stack/Topic")


def test_resources_of_a_nested_stack_stand_below_it(tree: Read, tmp_path: Path) -> None:
    estate = tree({"parent.yaml": PARENT, "child.yaml": CHILD})
    assert [one.address for one in estate.resources] == [
        "Key",
        "Stack",
        "Stack/Topic",
        "Stack/Sometimes",
    ]
    child = str(tmp_path / "child.yaml")
    found = resource(estate, "Stack/Topic")
    assert found.file == child
    assert found.input == str(tmp_path / "parent.yaml")
    assert found.origins[("TopicName",)].address == "Stack/Topic"
    place = found.origins[("TopicName",)].location
    assert place is not None
    assert place.file == child
    assert [one.path for one in estate.inputs] == [str(tmp_path / "parent.yaml"), child]
    assert [one.incomplete for one in estate.inputs] == [None, None]


def test_what_is_unknown_above_stays_unknown_below(tree: Read) -> None:
    estate = tree({"parent.yaml": PARENT, "child.yaml": CHILD})
    found = resource(estate, "Stack/Topic").properties
    assert found["TopicName"] == Unknown("parameter Open has no value", kind="string")
    assert found["DisplayName"] == Unknown(
        "condition IsOpen is not decided", oneof=("a", "b"), condition="Stack/IsOpen"
    )
    exists = resource(estate, "Stack/Sometimes").exists
    assert exists == Unknown("condition IsOpen is not decided", condition="Stack/IsOpen")


def test_what_is_not_handed_down_takes_the_childs_default_for_certain(tree: Read) -> None:
    for assume in (True, False):
        found = topic(tree, "", assume_defaults=assume).properties
        assert found["TopicName"] == "childs-own"
        assert found["DisplayName"] == "a"


def test_the_users_parameters_are_for_the_template_not_for_what_it_nests(tree: Read) -> None:
    found = topic(tree, "", parameters={"Own": "mine", "Open": "x"}).properties
    assert (found["Own"], found["TopicName"]) == ("own", "childs-own")


def test_references_handed_down_point_to_the_parents_resource(tree: Read) -> None:
    handed = "      Parameters: {Open: !GetAtt Key.Arn, Ids: !Join [',', [!Ref Key, x]]}\n"
    found = topic(tree, handed).properties
    assert found["TopicName"] == Reference("Key", "Arn")
    assert found["Ids"] == [Reference("Key", "Ref"), "x"]
    assert topic(tree, "      Parameters: {Ids: !Ref Key}\n").properties["Ids"] == [
        Reference("Key", "Ref")
    ]


def test_no_value_handed_down_leaves_the_default(tree: Read) -> None:
    handed = "      Parameters: {Open: !Ref 'AWS::NoValue'}\n"
    assert topic(tree, handed).properties["TopicName"] == "childs-own"
    handed = "      Parameters: {Open: !If [Unheard, mine, !Ref 'AWS::NoValue']}\n"
    found = topic(tree, handed).properties["TopicName"]
    assert (found.oneof, found.condition) == (("mine", "childs-own"), "Unheard")
    assert ABSENT not in found.oneof


def test_parameters_that_are_computed_as_a_whole(tree: Read) -> None:
    handed = "      Parameters: !If [Unheard, {Open: a}, {Open: b}]\n"
    assert topic(tree, handed).properties["TopicName"] == Unknown(
        "parameters of the nested stack are not known"
    )
    handed = "      Parameters: {'Fn::ForEach::L': [P, [Open, Own], {'${P}': !Sub '${P}!'}]}\n"
    assert topic(tree, handed).properties["TopicName"] == "Open!"


def test_a_literal_handed_to_a_noecho_parameter_is_a_secret(tree: Read) -> None:
    parent = PARENT.replace("Open: !Ref Open", "Secret: hunter22")
    estate = tree({"parent.yaml": parent, "child.yaml": CHILD})
    assert resource(estate, "Stack/Topic").properties["Secret"] == Sensitive("hunter22")
    assert "hunter22" in estate.secrets


def test_outputs_of_a_nested_stack_are_looked_up(tree: Read) -> None:
    parent = PARENT + (
        "  User:\n"
        "    Type: Custom::User\n"
        "    Properties:\n"
        "      Arn: !GetAtt Stack.Outputs.TopicArn\n"
        "      Open: !Sub 'x${Stack.Outputs.Open}'\n"
        "      None: !GetAtt Stack.Outputs.Nothing\n"
    )
    estate = tree({"parent.yaml": parent, "child.yaml": CHILD})
    found = resource(estate, "User").properties
    assert found["Arn"] == Reference("Stack/Topic", "Ref")
    assert found["Open"].parts == ("x", Unknown("parameter Open has no value", kind="string"))
    assert found["None"] == Unknown("nested stack Stack has no output Nothing")


def test_an_output_of_a_stack_that_is_not_read_is_unknown(tree: Read) -> None:
    parent = PARENT + "  User: {Type: Custom::U, Properties: {A: !GetAtt Stack.Outputs.A}}\n"
    estate = tree({"parent.yaml": parent})
    why = "Outputs.A of nested stack Stack is not known"
    assert resource(estate, "User").properties["A"] == Unknown(why)
    assert why in [note.text for note in estate.notes]


def test_stacks_that_hand_each_other_outputs_do_not_hang(tree: Read) -> None:
    parent = """
    Resources:
      A:
        Type: AWS::CloudFormation::Stack
        Properties: {TemplateURL: child.yaml, Parameters: {Open: !GetAtt B.Outputs.Open}}
      B:
        Type: AWS::CloudFormation::Stack
        Properties: {TemplateURL: child.yaml, Parameters: {Open: !GetAtt A.Outputs.Open}}
    """
    estate = tree({"parent.yaml": parent, "child.yaml": CHILD})
    assert isinstance(resource(estate, "A/Topic").properties["TopicName"], Unknown)
    assert resource(estate, "B/Topic").file == resource(estate, "A/Topic").file


def test_an_existence_that_depends_on_two_conditions(tree: Read) -> None:
    parent = (
        PARENT.replace(
            "    Type: AWS::CloudFormation::Stack\n",
            ("    Type: AWS::CloudFormation::Stack\n    Condition: Maybe\n"),
        )
        + "Conditions: {Maybe: !Equals [!Ref Open, x]}\n"
    )
    estate = tree({"parent.yaml": parent, "child.yaml": CHILD})
    maybe = Unknown("condition Maybe is not decided", condition="Maybe")
    assert resource(estate, "Stack").exists == maybe
    assert resource(estate, "Stack/Topic").exists == maybe
    assert resource(estate, "Stack/Sometimes").exists == Unknown(
        "condition Maybe is not decided and condition IsOpen is not decided"
    )


def test_a_stack_that_its_condition_leaves_out_is_not_read(tree: Read) -> None:
    parent = (
        PARENT.replace("TemplateURL: child.yaml", "TemplateURL: broken.yaml").replace(
            "    Type: AWS::CloudFormation::Stack\n",
            "    Type: AWS::CloudFormation::Stack\n    Condition: No\n",
        )
        + "Conditions: {No: !Equals [a, b]}\n"
    )
    estate = tree({"parent.yaml": parent, "broken.yaml": "a: b: c"})
    assert [one.address for one in estate.resources] == ["Key"]
    assert len(estate.inputs) == 1


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("child.yaml", "child.yaml"),
        ("./child.yaml", "child.yaml"),
        ("sub/child.yaml", "sub/child.yaml"),
        ("https://bucket.s3.amazonaws.com/child.yaml?versionId=1", "child.yaml"),
        ("https://bucket.s3.amazonaws.com/v1/sub/child.yaml", "sub/child.yaml"),
        ("s3://bucket/child.yaml", "child.yaml"),
        ("!Sub 'https://${Open}.s3.${AWS::URLSuffix}/child.yaml'", "child.yaml"),
        ("!Sub 'https://x/${Open}sub/child.yaml?v=${!a}'", "sub/child.yaml"),
    ],
)
def test_where_the_template_lies(tree: Read, tmp_path: Path, url: str, file: Any) -> None:
    parent = PARENT.replace("TemplateURL: child.yaml", f"TemplateURL: {url}")
    estate = tree({"parent.yaml": parent, file: CHILD})
    assert resource(estate, "Stack/Topic").file == str(tmp_path / file)
    told = f"the template at this URL is taken to be the file {tmp_path / file}"
    is_remote = "://" in url
    assert (told in [note.text for note in estate.notes]) is is_remote


@pytest.mark.parametrize(
    ("url", "files"),
    [
        ("https://bucket.s3.amazonaws.com/other.yaml", {}),
        ("!Ref Open", {}),
        ("!Sub '${Open}'", {}),
        ("!Sub 'child.yaml${Open}'", {}),
        ("[child.yaml]", {}),
        ("../outside.yaml", {"../outside.yaml": CHILD}),
        ('"child.yaml\\0"', {}),
        ("x" * 5000, {}),
        (".", {}),
    ],
)
def test_a_template_that_may_not_be_read_leaves_the_input_incomplete(
    tree: Read, url: str, files: Any
) -> None:
    parent = PARENT.replace("TemplateURL: child.yaml", f"TemplateURL: {url}")
    estate = tree({"parent.yaml": parent, "child.yaml": CHILD, **files})
    assert [one.address for one in estate.resources] == ["Key", "Stack"]
    assert estate.inputs[0].incomplete == (
        "nested stack Stack is not read: its template is no local file that may be read"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: b: c", ":1: not valid YAML: mapping values are not allowed in this context"),
        ("[a]", " is not a template"),
    ],
)
def test_a_broken_child_does_not_break_the_parent(
    tree: Read, tmp_path: Path, text: str, why: str
) -> None:
    estate = tree({"parent.yaml": PARENT, "child.yaml": text})
    assert [one.address for one in estate.resources] == ["Key", "Stack"]
    incomplete = f"nested stack Stack is not read: {tmp_path / 'child.yaml'}{why}"
    assert estate.inputs[0].incomplete == incomplete


def test_roots_widen_where_templates_are_read_from(tree: Read, tmp_path: Path) -> None:
    parent = PARENT.replace("TemplateURL: child.yaml", "TemplateURL: ../child.yaml")
    files = {"sub/parent.yaml": parent, "child.yaml": CHILD}
    assert len(tree(files).resources) == 2
    estate = tree(files, roots=(str(tmp_path),))
    assert resource(estate, "Stack/Topic").file == str(tmp_path / "child.yaml")


def test_links_are_not_followed_out_of_the_roots(tree: Read, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(CHILD)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "child.yaml").symlink_to(outside)
    assert len(tree({"inside/parent.yaml": PARENT}).resources) == 2
    (inside / "child.yaml").unlink()
    (inside / "real.yaml").write_text(CHILD)
    (inside / "child.yaml").symlink_to(inside / "real.yaml")
    assert len(tree({"inside/parent.yaml": PARENT}).resources) == 4


def test_standard_input_has_no_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "child.yaml").write_text(CHILD)
    monkeypatch.chdir(tmp_path)
    source = Source("-", PARENT.encode())
    assert len(read_template(source, Hints()).resources) == 2
    assert len(read_template(source, Hints(roots=(str(tmp_path),))).resources) == 4


def test_a_relative_path_stays_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "child.yaml").write_text(CHILD)
    monkeypatch.chdir(tmp_path)
    estate = read_template(Source("parent.yaml", PARENT.encode()), Hints())
    assert resource(estate, "Stack/Topic").file == "child.yaml"


def test_a_template_nested_in_itself_is_read_once(tree: Read, tmp_path: Path) -> None:
    parent = PARENT.replace("TemplateURL: child.yaml", "TemplateURL: parent.yaml")
    estate = tree({"parent.yaml": parent})
    assert [one.address for one in estate.resources] == ["Key", "Stack"]
    assert estate.inputs[0].incomplete == (
        f"nested stack Stack is not read: {tmp_path / 'parent.yaml'} is nested in itself"
    )


def test_two_templates_that_nest_each_other_end(tree: Read, tmp_path: Path) -> None:
    other = PARENT.replace("TemplateURL: child.yaml", "TemplateURL: parent.yaml")
    estate = tree({"parent.yaml": PARENT, "child.yaml": other})
    assert [one.address for one in estate.resources] == ["Key", "Stack", "Stack/Key", "Stack/Stack"]
    assert estate.inputs[1].incomplete == (
        f"nested stack Stack/Stack is not read: {tmp_path / 'parent.yaml'} is nested in itself"
    )


def test_nesting_is_limited(tree: Read) -> None:
    files = {
        f"t{number}.yaml": PARENT.replace("child.yaml", f"t{number + 1}.yaml")
        for number in range(12)
    }
    estate = tree(files)
    assert len(estate.inputs) == 9
    assert str(estate.inputs[-1].incomplete).endswith("nested deeper than 8 templates")


def test_grandchildren_are_addressed_through_their_parents(tree: Read) -> None:
    middle = PARENT.replace("TemplateURL: child.yaml", "TemplateURL: ../child.yaml")
    top = PARENT.replace("TemplateURL: child.yaml", "TemplateURL: sub/middle.yaml")
    estate = tree({"parent.yaml": top, "sub/middle.yaml": middle, "child.yaml": CHILD})
    found = resource(estate, "Stack/Stack/Topic")
    assert found.properties["TopicName"] == Unknown("parameter Open has no value", kind="string")
    assert found.input == estate.inputs[0].path


def test_a_stored_parameter_of_a_child_names_its_entry_only(tree: Read) -> None:
    child = CHILD.replace("Own: {Type: String", 'Own: {Type: "AWS::SSM::Parameter::Value<String>"')
    parent = PARENT.replace("Open: !Ref Open", "Own: /a/b")
    estate = tree({"parent.yaml": parent, "child.yaml": child})
    assert resource(estate, "Stack/Topic").properties["Own"] == Unknown(
        "parameter Own is read from the parameter store", kind="string"
    )
