"""The SARIF log against the official schema, and what code hosts make of it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion

from jurat.model.assessment import Assessment
from jurat.model.finding import Verdict
from jurat.model.resource import Location
from jurat.reporters.sarif import render
from jurat.reporters.sarif.places import artifact, physical, text
from jurat.reporters.style import Style

SCHEMA = json.loads((Path(__file__).parent / "data/sarif-schema-2.1.0.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA)
ALL = Style(show_passes=True)


def run_of(assessment: Assessment, style: Style | None = None) -> Any:
    log = json.loads(render(assessment, style))
    VALIDATOR.validate(log)
    return log["runs"][0]


@pytest.mark.parametrize("name", ["rich", "nothing", "clean", "hostile"])
@pytest.mark.parametrize("style", [Style(), ALL])
def test_every_assessment_is_valid(name: str, style: Style, request: pytest.FixtureRequest) -> None:
    assert run_of(request.getfixturevalue(name), style)["tool"]["driver"]["name"] == "jurat"


def test_everything_at_once(rich: Assessment, snapshot: SnapshotAssertion) -> None:
    assert render(rich, ALL) == snapshot


def test_only_a_pass_is_a_pass(rich: Assessment) -> None:
    results = run_of(rich, ALL)["results"]
    kinds = {(each["properties"]["verdict"], each["kind"]) for each in results}
    assert kinds == {
        ("fail", "fail"),
        ("error", "open"),
        ("unknown", "open"),
        ("pass", "pass"),
        ("not-applicable", "notApplicable"),
    }
    assert {each["level"] for each in results if each["kind"] != "fail"} == {"none"}


def test_passes_raise_no_alerts_unless_asked_for(rich: Assessment) -> None:
    kinds = {each["kind"] for each in run_of(rich)["results"]}
    assert kinds == {"fail", "open"}


def test_every_reference_meets_what_it_names(rich: Assessment) -> None:
    run = run_of(rich, ALL)
    rules, taxonomies = run["tool"]["driver"]["rules"], run["taxonomies"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    targets = [link["target"] for rule in rules for link in rule.get("relationships", ())]
    for target in [*targets, *(taxon for result in run["results"] for taxon in result["taxa"])]:
        taxonomy = taxonomies[target["toolComponent"]["index"]]
        assert taxonomy["name"] == target["toolComponent"]["name"]
        assert taxonomy["taxa"][target["index"]]["id"] == target["id"]
    assert len(targets) == 3


def test_a_failure_names_only_the_controls_it_breaks(rich: Assessment) -> None:
    taxa = {
        result["ruleId"]: [taxon["id"] for taxon in result["taxa"]]
        for result in run_of(rich)["results"]
    }
    assert taxa["s3/bucket_public_acl"] == ["GDPR:Art.32(1)(b)"]
    assert taxa["ec2/group_open_ssh"] == []


def test_a_waiver_is_a_suppression_of_a_failure(rich: Assessment) -> None:
    suppressed = [each for each in run_of(rich)["results"] if "suppressions" in each]
    assert [(each["kind"], each["level"]) for each in suppressed] == [("fail", "error")]
    assert suppressed[0]["suppressions"][0]["justification"] == "a public web site"


def test_fingerprints_are_the_findings_own(rich: Assessment) -> None:
    prints = [each["partialFingerprints"] for each in run_of(rich)["results"]]
    assert prints[0] == {"jurat/v1": "1c2d3e"}
    bare = replace(rich, findings=(replace(rich.findings[0], fingerprint=""),))
    assert "partialFingerprints" not in run_of(bare)["results"][0]


def test_what_broke_is_told_and_the_run_is_no_success(rich: Assessment) -> None:
    invocation = run_of(rich)["invocations"][0]
    assert invocation["executionSuccessful"] is False
    told = [(n["level"], n["message"]["text"]) for n in invocation["toolExecutionNotifications"]]
    assert told == [
        ("error", "input: broken.json: not JSON"),
        ("error", "WebGroup: error: timed out after 5 s"),
        ("warning", "stack.yaml is incomplete: a nested stack was not given"),
        ("note", "Fn::Transform is not expanded"),
    ]


def test_nothing_judged_is_told(nothing: Assessment) -> None:
    run = run_of(nothing)
    told = run["invocations"][0]["toolExecutionNotifications"]
    assert [n["message"]["text"] for n in told] == ["nothing was judged: 0 of 0 resources"]
    assert run["properties"] == {"resources": 0, "judged": 0}


def test_an_error_without_errors_of_the_run_is_no_success(rich: Assessment) -> None:
    broken = tuple(f for f in rich.findings if f.verdict is Verdict.ERROR)
    run = run_of(replace(rich, findings=broken, errors=()))
    assert run["invocations"][0]["executionSuccessful"] is False


def test_a_clean_run_is_a_success(clean: Assessment) -> None:
    assert run_of(clean)["invocations"][0] == {
        "executionSuccessful": True,
        "toolExecutionNotifications": [],
    }


@pytest.mark.parametrize(
    ("path", "root", "uri"),
    [
        ("main.tf", "", "main.tf"),
        ("./a b/ü.tf", "", "a%20b/%C3%BC.tf"),
        ("/repo/stack/main.tf", "/repo", "stack/main.tf"),
        ("/repo/stack/main.tf", "/repo/", "stack/main.tf"),
        ("/other/main.tf", "/repo", "file:///other/main.tf"),
        ("/repository/main.tf", "/repo", "file:///repository/main.tf"),
        ("/main.tf", "", "file:///main.tf"),
        ("C:\\repo\\main.tf", "C:\\repo", "main.tf"),
        ("C:\\other\\main.tf", "C:\\repo", "file:///C%3A/other/main.tf"),
        ("javascript:alert(1)", "", "javascript%3Aalert(1)"),
        ("a?b#c%", "", "a%3Fb%23c%25"),
        ("-", "", "-"),
        ("\ud800", "", "%ED%A0%80"),
    ],
)
def test_a_file_is_named_relative_to_the_root(path: str, root: str, uri: str) -> None:
    written = artifact(path, root)
    assert written["uri"] == uri
    assert ("uriBaseId" in written) == (urlsplit(uri).scheme == "")


@pytest.mark.parametrize(
    ("place", "region"),
    [
        (Location("a", 3, 7), {"startLine": 3, "startColumn": 7}),
        (Location("a", 3, 0), {"startLine": 3}),
        (Location("a", 0), None),
        (Location("a"), None),
    ],
)
def test_a_region_begins_at_a_line_that_exists(place: Location, region: Any) -> None:
    assert physical(place, "")["physicalLocation"].get("region") == region


def test_no_file_means_no_physical_location() -> None:
    assert physical(Location(""), "") == {}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Ingress[0].CidrIp", "Ingress[0].CidrIp"),
        ("see [here](http://evil)", "see \\[here\\](http://evil)"),
        ("arn:{0}:${Name}", "arn:{{0}}:${Name}"),
        ("x" * 100_000, "x" * 2000 + "..."),
    ],
)
def test_a_message_holds_no_link_and_no_placeholder(content: str, expected: str) -> None:
    assert text(content) == {"text": expected}
