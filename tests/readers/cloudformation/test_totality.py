import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.errors import InputError
from jurat.model import Value
from jurat.readers.cloudformation import is_template, read_template
from jurat.readers.source import Hints, Source

FUNCTIONS = [
    "Ref",
    "Condition",
    "Fn::And",
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::Equals",
    "Fn::FindInMap",
    "Fn::ForEach::L",
    "Fn::GetAZs",
    "Fn::GetAtt",
    "Fn::GetStackOutput",
    "Fn::If",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Length",
    "Fn::Not",
    "Fn::Or",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Fn::ToJsonString",
    "Fn::Transform",
]
WORDS = [
    "A",
    "B",
    "P",
    "Q",
    "V",
    "M",
    "L",
    "C",
    ",",
    "",
    "A.Arn",
    "${P}",
    "${A.Arn}-${V}",
    "&{V}",
    "${!P}",
    "{{resolve:ssm:x}}",
    "{{resolve:",
    "}}",
    "AWS::NoValue",
    "AWS::Region",
    "10.0.0.0/16",
    "Type",
    "Properties",
    "Parameters",
    "TemplateURL",
    "Outputs.X",
    "DefaultValue",
    "AWS::CloudFormation::Stack",
    "NoEcho",
    "Default",
    "List<Number>",
    "AllowedValues",
    "0",
    "1",
]
KEYS = st.sampled_from(FUNCTIONS + WORDS)
SCALARS = st.sampled_from(WORDS) | st.none() | st.booleans() | st.integers(-2, 40) | st.floats(0, 2)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEYS, inner, max_size=3)
        | st.dictionaries(st.sampled_from(FUNCTIONS), st.lists(inner, max_size=4), max_size=1)
    ),
    max_leaves=25,
)
SECTIONS = {
    name: VALUES | st.dictionaries(KEYS, VALUES, max_size=3)
    for name in ("Parameters", "Mappings", "Conditions", "Outputs", "Transform", "Rules")
}
RESOURCE = st.fixed_dictionaries(
    {"Type": st.sampled_from(["AWS::S3::Bucket", "AWS::CloudFormation::Stack"])},
    optional={"Properties": VALUES, "Condition": VALUES, "Fn::Transform": VALUES},
)
TEMPLATES = st.fixed_dictionaries(
    {"Resources": st.dictionaries(KEYS, RESOURCE | VALUES, max_size=4) | VALUES},
    optional=SECTIONS,
)
HINTS = st.sampled_from(
    [
        Hints(),
        Hints(assume_defaults=False),
        Hints({"P": "A", "Q": "1,2"}, "123456789012", "eu-west-1", "aws"),
    ]
)


@given(TEMPLATES, HINTS)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_structure_gives_an_estate_or_an_input_error(template: Value, hints: Hints) -> None:
    source = Source("-", json.dumps(template).encode())
    try:
        message, estate = "", read_template(source, hints)
    except InputError as error:
        message, estate = str(error), None
    assert message.startswith("-:") if estate is None else estate.inputs[0].path == "-"


@given(st.text(alphabet="{}[]:,&*!?|>-#'\"\n \tRefAWS0<%@`\\", max_size=80))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_text_is_a_template_or_an_input_error(text: str) -> None:
    source = Source("-", text.encode())
    assert is_template(source) is False
    with pytest.raises(InputError, match=r"^-:"):
        read_template(source, Hints())


@given(TEMPLATES)
@settings(max_examples=50, deadline=None, derandomize=True)
def test_yaml_and_json_of_one_template_say_the_same(template: Value) -> None:
    def read(text: str) -> Any:
        try:
            estate = read_template(Source("-", text.encode()), Hints())
        except InputError:
            return None
        return [(r.address, r.type, r.properties, r.exists) for r in estate.resources]

    assert read(yaml.safe_dump(template, sort_keys=False)) == read(json.dumps(template))
