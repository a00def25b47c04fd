"""What lint writes: lines for people, JSON by its schema, SARIF by the official one."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.lint.conftest import BODY, HEAD, Linted

import jurat.lint
from jurat.errors import UsageError
from jurat.lint import RULES, Report
from jurat.lint.reports import NAMES, render

REGO = "policies/own/colour.rego"
OWN = json.loads((Path(jurat.lint.__file__).parent / "lint.schema.json").read_text("utf-8"))
SARIF = json.loads(
    (Path(__file__).parents[1] / "reporters/data/sarif-schema-2.1.0.json").read_text("utf-8")
)


@pytest.fixture
def report(linted: Linted) -> Report:
    """One error, one warning, one fault of a rule that is off."""
    text = HEAD.replace("have a colour\n", "have a colour.\n")
    return linted(
        {
            REGO: text + BODY.replace("!= input.params.wanted", "!= input.params.wished"),
            "fixtures/own/colour/unknown-parameter.cfn.yaml": None,
            "lint.yaml": "metadata/title: our titles are sentences\nmetadata/unread-param: later\n",
        }
    )


def document(report: Report) -> Any:
    found = json.loads(render("json", report, ""))
    jsonschema.Draft202012Validator(OWN).validate(found)
    return found


def sarif(report: Report, root: str = "") -> Any:
    found = json.loads(render("sarif", report, root))
    jsonschema.Draft4Validator(SARIF).validate(found)
    return found["runs"][0]


def test_a_line_has_place_severity_message_and_rule(report: Report) -> None:
    pack = report.packs[0]
    assert render("text", report, "").splitlines() == [
        f"{pack}/{REGO}:1: warning: no fixture fixtures/own/colour/unknown-… has a value that is "
        "not known [fixture/no-unknown]",
        f"{pack}/{REGO}:18:36: error: the parameter `wished` is read and not declared "
        "[metadata/undeclared-param]",
        "1 error, 1 warning in 2 policies, 2 suppressed",
    ]


def test_a_clean_pack_says_so(linted: Linted) -> None:
    report = linted()
    assert render("text", report, "") == "clean: no faults in 2 policies\n"
    assert document(report)["faults"] == []
    assert sarif(report)["results"] == []


def test_the_document_holds_everything(report: Report) -> None:
    found = document(report)
    assert found["schema"] == "jurat/lint/1"
    assert found["counts"] == {"error": 1, "warning": 1, "suppressed": 2}
    assert {f["rule"]: f["suppressed"] for f in found["faults"]} == {
        "fixture/no-unknown": None,
        "metadata/title": "our titles are sentences",
        "metadata/undeclared-param": None,
        "metadata/unread-param": "later",
    }
    (fault,) = [f for f in found["faults"] if f["rule"] == "metadata/undeclared-param"]
    assert (fault["severity"], fault["line"], fault["column"]) == ("error", 18, 36)
    assert fault["docs"] == "docs/lint.md#metadataundeclared-param"


def test_sarif_has_every_rule_and_suppressions(report: Report) -> None:
    run = sarif(report, report.packs[0])
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    results = {each["ruleId"]: each for each in run["results"]}
    for name, result in results.items():
        assert rules[result["ruleIndex"]]["id"] == name
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {"uri": REGO, "uriBaseId": "%SRCROOT%"}
    assert results["metadata/undeclared-param"]["level"] == "error"
    assert results["fixture/no-unknown"]["level"] == "warning"
    assert results["metadata/title"]["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "our titles are sentences",
        }
    ]
    assert "suppressions" not in results["fixture/no-unknown"]


@pytest.mark.parametrize("name", NAMES)
def test_names_from_a_hostile_pack_do_no_harm(name: str, linted: Linted) -> None:
    report = linted(
        {
            "policies/own/\x1b[31m {0} [a](b).rego": HEAD,
            "lint.yaml": '"\\e[31m": "x"\n',
            "mappings/rules/links.csv": "policy,control,relationship,role,rationale\n"
            "\x1b[2J,R.1,subset-of,primary,a reason that is no reason\n",
        }
    )
    text = render(name, report, "")
    assert "\x1b" not in text
    if name == "json":
        document(report)
    if name == "sarif":
        sarif(report)


def test_an_unknown_format_is_refused(linted: Linted) -> None:
    with pytest.raises(UsageError, match="text, json, sarif"):
        render("yaml", linted(), "")
