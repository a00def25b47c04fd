"""Explanations as JSON that fits its schema, and as text that is safe in a terminal."""

import json
import re
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import referencing
from tests.explaining.conftest import Ask, template

from jurat.explaining import FORMATS, Explanation, Question, explain, render
from jurat.pack import Pack
from jurat.readers import read
from jurat.reporters.style import Style


def _schema(package: str, name: str) -> Any:
    return json.loads(files(package).joinpath(name).read_text())


SCHEMA = _schema("jurat.explaining", "explanation.schema.json")
ASSESSMENT = _schema("jurat.reporters", "assessment.schema.json")
REGISTRY = referencing.Registry().with_resource(
    ASSESSMENT["$id"], referencing.Resource.from_contents(ASSESSMENT)
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, registry=REGISTRY)
REGO = """
deny contains {"message": "the name is bad", "at": ["BucketName"]} if {
	input.resource.properties.BucketName == "bad"
}
"""
HOSTILE = "::error::\x1b[31m\u202e##[x]\r\n" + "n" * 600
SECRET = "hunter2-hunter2"  # noqa: S105 - made up


def document(explanation: Explanation) -> Any:
    text = render("json", explanation, Style())
    assert text.isascii()
    found = json.loads(text)
    VALIDATOR.validate(found)
    return found


def test_the_schema_is_valid_and_every_field_is_described() -> None:
    VALIDATOR.check_schema(SCHEMA)
    nodes = [SCHEMA, *SCHEMA["$defs"].values()]
    while nodes:
        node = nodes.pop()
        assert node.get("description") or "$ref" in node
        if "properties" in node:
            assert node["additionalProperties"] is False
            nodes += node["properties"].values()


@pytest.mark.parametrize("name", ["good", "bad", {"Ref": "Name"}])
def test_every_case_fits_the_schema(ask: Ask, name: Any) -> None:
    bucket = template({"BucketName": name}, Parameters={"Name": {"Type": "String"}})
    found = document(ask(bucket, rego=REGO))
    assert found["schema"] == "jurat/explanation/1"
    assert found["inputs"][0]["format"] == "cloudformation"
    assert found["cases"][0]["resource"]["address"] == "B"


@pytest.mark.parametrize("name", ["GDPR:Art.32(1)(a)", "Art.32", "ISO27001:2022:A.5.1"])
def test_every_control_fits_the_schema(root: Path, pack: Pack, name: str) -> None:
    reading = read([str(root / "fixtures/estates/meridian/account.json")], BytesIO())
    found = document(explain(reading, pack, Question(name)))
    assert {control["steps"][-1]["rule"] for control in found["controls"]} == {"outcome"}


def test_the_schema_refuses_what_is_not_a_document(ask: Ask) -> None:
    found = document(ask(template({"BucketName": "bad"}), rego=REGO))
    changes: tuple[dict[str, Any], ...] = (
        {"schema": "jurat/explanation/2"},
        {"extra": 1},
        {"cases": [{}]},
    )
    for change in changes:
        assert not VALIDATOR.is_valid(found | change)


def test_the_same_question_has_the_same_answer(ask: Ask) -> None:
    bucket = template({"BucketName": {"Ref": "N"}}, Parameters={"N": {"Type": "String"}})
    answers = {render(form, ask(bucket, rego=REGO), Style()) for form in FORMATS for _ in range(2)}
    assert len(answers) == len(FORMATS)


@pytest.mark.parametrize("verbose", [False, True])
def test_hostile_names_are_harmless(ask: Ask, verbose: bool) -> None:
    hostile = {
        "BucketName": "bad",
        HOSTILE: HOSTILE,
        "Tags": [{"Key": HOSTILE, "Value": {"Ref": HOSTILE}}],
    }
    bucket = template(hostile, Parameters={HOSTILE: {"Type": "String"}})
    rego = f"{REGO}\nlooked := [tag | some tag in input.resource.properties.Tags]\n"
    rego += 'deny contains {"message": looked[0].Key, "at": [looked[0].Key]} if true\n'
    explanation = ask(bucket, rego=rego)
    text = render("text", explanation, Style(verbose=verbose))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\r" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert "##[" not in text
    document(explanation)


def test_text_says_the_verdict_first_and_all_values_only_when_asked(ask: Ask) -> None:
    bucket = template({"BucketName": "bad", "AccessControl": "Private"})
    explanation = ask(bucket, rego=REGO)
    short, long = (render("text", explanation, Style(verbose=verbose)) for verbose in (False, True))
    assert short.startswith("FAIL  own/one\n")
    assert "AccessControl" not in short
    assert re.search(r"RESOURCE  1 of \d values read; all with -v", short)
    assert '- AccessControl = "Private"' in long
    assert "x deny" not in short
    assert "+ deny contains" in short


def test_no_line_is_wider_than_the_terminal(ask: Ask) -> None:
    bucket = template({"BucketName": {"Ref": "N"}}, Parameters={"N": {"Type": "String"}})
    text = render("text", ask(bucket, rego=REGO), Style(width=60))
    lines = [line for line in text.splitlines() if "/" not in line]  # a path is not broken
    assert max(map(len, lines)) <= 60


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("language", ["rego", "python"])
def test_no_secret_is_shown_whatever_it_is_part_of(ask: Ask, form: str, language: str) -> None:
    """A marked secret, the same text unmarked elsewhere, parts of both, and a short one."""
    secrets = {
        "Long": {"Type": "String", "NoEcho": True, "Default": SECRET},
        "Short": {"Type": "String", "NoEcho": True, "Default": "zq7"},
    }
    bucket = template(
        {
            "BucketName": {"Ref": "Long"},
            "AccessControl": {"Ref": "Short"},
            "LifecycleConfiguration": {"Rules": [{"Id": {"Fn::Sub": "x-${Long}-${Free}"}}]},
            "Tags": [{"Key": SECRET, "Value": "ghp_abcdefghijklmnopqrstuvwxyz0123456789"}],
        },
        Parameters={**secrets, "Free": {"Type": "String"}},
    )
    policies = {
        "rego": """
p := input.resource.properties

deny contains {"message": text, "at": [p.Tags[0].Key]} if {
	text := concat(" ", [p.BucketName, p.AccessControl, p.Tags[0].Value])
	endswith(p.LifecycleConfiguration.Rules[0].Id, "a")
}
""",
        "python": """
p = subject.resource.properties
text = f"{p['BucketName']} {p['AccessControl']} {p['Tags'][0]['Value']}"
if p["LifecycleConfiguration"]["Rules"][0]["Id"].endswith("a"):
    yield Failure(text, at=(p["Tags"][0]["Key"],))
elif text == "":
    raise ValueError(text)
""",
    }
    explanation = ask(bucket, **{language: policies[language]})
    assert explanation.cases[0].verdict == "unknown"
    text = render(form, explanation, Style(verbose=True))
    for secret in (SECRET, "hunter2", "zq7", "ghp_"):
        assert secret not in text


def test_half_a_secret_is_none_the_less_hidden(ask: Ask) -> None:
    """What is too long to show is cut after secrets were taken out, not before."""
    secrets = {"Long": {"Type": "String", "NoEcho": True, "Default": SECRET}}
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Long"}}}
    bucket = template({"BucketName": "n" * 54 + SECRET}, Parameters=secrets, Resources={"Q": queue})
    rego = """
name := input.resource.properties.BucketName

deny contains {"message": "m", "at": []} if {
	some key
	value := input.resource.properties[key]
	value == name
}
"""
    explanation = ask(bucket, rego=rego)
    assert explanation.cases[0].verdict == "fail"
    for form in FORMATS:
        text = render(form, explanation, Style(verbose=True))
        assert "nnn" in text
        assert "nhunt" not in text
