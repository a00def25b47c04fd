from collections.abc import Callable

import pytest

from jurat.model import Estate, Location, Unknown, Value

Read = Callable[..., Estate]
TextAt = Callable[[str, Location | None], str]
Resolve = Callable[..., Value]


def addresses(estate: Estate) -> list[str]:
    return [resource.address for resource in estate.resources]


LOOP = """
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: "a-1,b-2"}
  Open: {Type: CommaDelimitedList}
Conditions:
  Fn::ForEach::Wanted:
    - Id
    - [a1, b2]
    - Wants${Id}: !Equals [!Ref Id, a1]
Resources:
  Fn::ForEach::Topics:
    - Name
    - !Ref Names
    - Topic&{Name}:
        Type: AWS::SNS::Topic
        Properties:
          TopicName: !Ref Name
          DisplayName: !Sub "${Name} in ${AWS::Region} &{Name}"
          Plain: "x ${Name} &{Name} ${Other}"
          Tags:
            - {Key: "${Name}", Value: !Join ["/", [!Ref Name, z]]}
"""


def test_a_loop_makes_a_resource_for_each_item(read: Read) -> None:
    estate = read(LOOP, region="r")
    assert addresses(estate) == ["Topica1", "Topicb2"]
    assert estate.resources[1].properties == {
        "TopicName": "b-2",
        "DisplayName": "b-2 in r b2",
        "Plain": "x b-2 b2 ${Other}",
        "Tags": [{"Key": "b-2", "Value": "b-2/z"}],
    }
    assert estate.resources[1].exists is None


def test_every_copy_keeps_the_lines_of_the_body(read: Read, text_at: TextAt) -> None:
    first, second = read(LOOP).resources
    place = first.origins[("Tags", 0, "Key")].location
    assert text_at(LOOP, place).startswith("Key:")
    assert {path: origin.location for path, origin in first.origins.items()} == {
        path: origin.location for path, origin in second.origins.items()
    }
    assert second.origins[("Tags", 0, "Key")].address == "Topicb2"


@pytest.mark.parametrize(
    "collection", ["!Ref Open", "[!Ref AWS::Region]", "[!Ref AWS::Region, !Ref Open]"]
)
def test_an_unknown_collection_leaves_a_placeholder(read: Read, collection: str) -> None:
    estate = read(LOOP.replace("!Ref Names", collection))
    (topic,) = estate.resources
    assert topic.address == "Topic&{Name}"
    assert topic.exists == Unknown("the collection of the loop around it is not known")
    variable = Unknown("loop variable Name of Fn::ForEach::Topics", kind="string")
    assert topic.properties["TopicName"] == variable
    assert topic.properties["Plain"].parts == ("x ", variable, " ", variable, " ${Other}")
    assert [note.text for note in estate.notes] == [
        "Fn::ForEach::Topics: the collection is not known"
    ]


def test_a_partly_known_collection_gives_what_is_known_and_a_placeholder(read: Read) -> None:
    estate = read(LOOP.replace("!Ref Names", "[a-1, !Ref AWS::Region]"))
    assert addresses(estate) == ["Topica1", "Topic&{Name}"]
    assert [resource.exists is None for resource in estate.resources] == [True, False]


def test_without_defaults_the_collection_is_unknown(read: Read) -> None:
    assert addresses(read(LOOP, assume_defaults=False)) == ["Topic&{Name}"]


def test_loops_nest(read: Read) -> None:
    text = """
    Resources:
      Fn::ForEach::Outer:
        - X
        - [a, b]
        - Fn::ForEach::Inner:
            - Y
            - ["1", 2]
            - T${X}${Y}: {Type: Custom::T, Properties: {P: !Sub "${X}-${Y}", R: !Ref "Tb${Y}"}}
    """
    estate = read(text)
    assert addresses(estate) == ["Ta1", "Ta2", "Tb1", "Tb2"]
    assert [resource.properties["P"] for resource in estate.resources] == [
        "a-1",
        "a-2",
        "b-1",
        "b-2",
    ]
    assert estate.resources[0].properties["R"].address == "Tb1"


def test_an_outer_item_still_names_the_placeholder_of_an_inner_loop(read: Read) -> None:
    text = """
    Parameters: {Open: {Type: CommaDelimitedList}}
    Resources:
      Fn::ForEach::Outer:
        - X
        - [a, b]
        - Fn::ForEach::Inner: [Y, !Ref Open, {"T${X}${Y}": {Type: Custom::T}}]
    """
    assert addresses(read(text)) == ["Ta${Y}", "Tb${Y}"]


def test_loops_in_conditions(read: Read) -> None:
    text = LOOP + (
        "  A: {Type: Custom::A, Condition: Wantsa1}\n  B: {Type: Custom::B, Condition: Wantsb2}\n"
    )
    assert addresses(read(text)) == ["Topica1", "Topicb2", "A"]


def test_the_condition_on_a_body_may_use_the_variable(read: Read) -> None:
    body = "- Topic&{Name}:\n        Condition: Wants&{Name}\n"
    assert addresses(read(LOOP.replace("- Topic&{Name}:\n", body))) == ["Topica1"]


def test_loops_in_properties(value: Resolve) -> None:
    loop = "{'Fn::ForEach::L': [K, [a, b], {'${K}x': !Ref K}], z: 1}"
    assert value(loop) == {"ax": "a", "bx": "b", "z": 1}


def test_an_unknown_loop_in_properties_makes_the_mapping_unknown(value: Resolve) -> None:
    sections = "Parameters: {Open: {Type: CommaDelimitedList}}\n"
    found = value("{'Fn::ForEach::L': [K, !Ref Open, {'${K}x': 1}], z: 1}", sections)
    assert found == Unknown("${K}x is not known", kind="object")


@pytest.mark.parametrize(
    "loop", ["[X, a, {}]", "[X, [a]]", "[X, [a], 1]", "x", "[[], [a], {}]", "[X, {a: b}, {}]"]
)
def test_a_malformed_loop_hides_resources_and_is_told(read: Read, loop: str) -> None:
    estate = read(f"Resources:\n  Fn::ForEach::L: {loop}\n  A: {{Type: Custom::A}}\n")
    assert addresses(estate) == ["A"]
    told = "Fn::ForEach::L in Resources is not applied: what it adds is not seen"
    assert estate.inputs[0].incomplete == told
    assert estate.notes[0].text.startswith("Fn::ForEach::L: ")
