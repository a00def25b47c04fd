"""The JSON document and its schema."""

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from jurat.model.assessment import Assessment
from jurat.model.finding import Finding, Read, Subject, Verdict
from jurat.model.policy import Severity
from jurat.model.resource import Location, Note, Scope
from jurat.reporters.document import render

SCHEMA = json.loads(files("jurat.reporters").joinpath("assessment.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def load(assessment: Assessment) -> Any:
    document = json.loads(render(assessment))
    VALIDATOR.validate(document)
    return document


def test_the_schema_is_valid_and_every_field_is_described() -> None:
    VALIDATOR.check_schema(SCHEMA)
    nodes = [SCHEMA, *SCHEMA["$defs"].values()]
    while nodes:
        node = nodes.pop()
        assert node["description"]
        if "properties" in node:
            assert node["additionalProperties"] is False
            nodes += node["properties"].values()


@pytest.mark.parametrize("name", ["rich", "nothing", "clean", "hostile"])
def test_every_assessment_is_valid(name: str, request: pytest.FixtureRequest) -> None:
    assert load(request.getfixturevalue(name))["schema"] == "jurat/assessment/1"


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "jurat/assessment/2"},
        {"extra": 1},
        {"coverage": {"resources": -1, "judged": 0, "types": [], "uncovered": [], "notes": []}},
        {"errors": [{"kind": "input"}]},
    ],
)
def test_the_schema_refuses_what_is_not_a_document(
    nothing: Assessment, change: dict[str, Any]
) -> None:
    assert not VALIDATOR.is_valid(load(nothing) | change)


def test_a_run_that_judged_nothing_says_so(nothing: Assessment) -> None:
    assert load(nothing) == {
        "schema": "jurat/assessment/1",
        "jurat": {"version": "0.1.0", "packs": {}, "params": {}, "engines": {}},
        "inputs": [],
        "findings": [],
        "controls": [],
        "frameworks": [],
        "coverage": {"resources": 0, "judged": 0, "types": [], "uncovered": [], "notes": []},
        "errors": [],
    }


def test_what_ran_the_policies_is_named(rich: Assessment) -> None:
    assert load(rich)["jurat"]["engines"] == {"rego": "opa 1.22.2"}


def test_keys_come_in_a_fixed_order(rich: Assessment) -> None:
    document = load(rich)
    assert list(document) == [
        "schema",
        "jurat",
        "inputs",
        "findings",
        "controls",
        "frameworks",
        "coverage",
        "errors",
    ]
    assert document["jurat"]["packs"] == {
        "acme": {"version": None, "sha256": "7e" * 32},
        "jurat": {"version": "0.1.0", "sha256": "5d" * 32},
    }
    assert list(document["jurat"]["packs"]) == ["acme", "jurat"]


def test_a_failure_carries_its_evidence(rich: Assessment) -> None:
    found = [f for f in load(rich)["findings"] if f["fingerprint"] == "8f3a5b"]
    assert found == [
        {
            "policy": "s3/bucket_public_acl",
            "title": "S3 buckets must not be public through their ACL",
            "verdict": "fail",
            "severity": "critical",
            "resource": {
                "address": "aws_s3_bucket.logs",
                "type": "AWS::S3::Bucket",
                "file": "main.tf",
                "line": 12,
                "account": "123456789012",
                "region": "eu-central-1",
                "tier": "plan",
            },
            "input": "plan.json",
            "message": "the ACL grants access to everyone",
            "at": "AccessControl",
            "location": {"file": "main.tf", "line": 30},
            "reads": [
                {
                    "path": "AccessControl",
                    "state": "known",
                    "value": "PublicRead",
                    "source": "aws_s3_bucket_acl.logs: acl",
                    "location": {"file": "main.tf", "line": 30},
                },
                {
                    "path": "PublicAccessBlockConfiguration",
                    "state": "absent",
                    "source": None,
                    "location": None,
                },
            ],
            "unknown": [],
            "waiver": None,
            "remediation": "Remove `AccessControl` and turn on the public access block.",
            "fingerprint": "8f3a5b",
            "engine": "rego",
        }
    ]


def test_a_waived_failure_stays_a_failure(rich: Assessment) -> None:
    waived = [f for f in load(rich)["findings"] if f["waiver"]]
    assert [f["verdict"] for f in waived] == ["fail"]
    assert waived[0]["waiver"] == {
        "reason": "a public web site",
        "owner": "shop team",
        "approver": "security officer",
        "expires": "2027-01-31",
    }


def test_findings_of_every_verdict_are_there_in_the_given_order(rich: Assessment) -> None:
    verdicts = [finding["verdict"] for finding in load(rich)["findings"]]
    assert verdicts == ["fail", "error", "unknown", "pass", "fail", "fail", "not-applicable"]


def test_a_control_carries_both_axes_and_its_links(rich: Assessment) -> None:
    control = load(rich)["controls"][1]
    assert control == {
        "framework": "gdpr",
        "id": "Art.32(1)(a)",
        "title": "Pseudonymisation and encryption",
        "evidence": "partial",
        "status": "not-evaluated",
        "verdict": "undetermined",
        "technical": "not-evaluated",
        "attested": "missing",
        "assurance": "none",
        "links": [
            {
                "policy": "s3/bucket_own_key",
                "relationship": "equal",
                "role": "primary",
                "rationale": "keeps out who has no business there",
                "attest": False,
                "result": "not-evaluated",
                "severity": "high",
                "reason": "unknown value",
                "findings": 3,
            }
        ],
        "reasons": ["s3/bucket_own_key is not evaluated: unknown value", "no attestation"],
    }


def test_a_framework_carries_its_figures(rich: Assessment) -> None:
    gdpr, iso = load(rich)["frameworks"]
    assert (gdpr["id"], gdpr["edition"], gdpr["draft"]) == ("gdpr", "2016/679", True)
    assert gdpr["numbers"]["conformity_low"] == 100 / 3
    assert gdpr["numbers"]["undetermined"] == 1
    assert iso["numbers"]["evaluated"] is None


def test_what_was_not_covered_is_there(rich: Assessment) -> None:
    coverage = load(rich)["coverage"]
    assert (coverage["resources"], coverage["judged"]) == (5, 3)
    assert {"type": "AWS::SNS::Topic", "resources": 2, "judged": 0} in coverage["types"]
    assert [each["attribute"] for each in coverage["uncovered"]] == [None, None, "magic"]
    assert coverage["notes"] == [
        {"file": "stack.yaml", "line": 7, "text": "Fn::Transform is not expanded"}
    ]


def finding(read: Read) -> Finding:
    subject = Subject("a", "t", Scope(), "plan.json")
    return Finding("p", Verdict.FAIL, Severity.LOW, subject, "m", reads=(read,))


def test_a_sensitive_value_is_never_written(nothing: Assessment) -> None:
    read = Read("Password", "sensitive", "hunter2")
    text = render(replace(nothing, findings=(finding(read),)))
    assert "hunter2" not in text
    assert json.loads(text)["findings"][0]["reads"][0] == {
        "path": "Password",
        "state": "sensitive",
        "source": None,
        "location": None,
    }


def test_a_line_that_no_editor_has_is_not_written(nothing: Assessment) -> None:
    document = load(replace(nothing, notes=(Note(Location("a", 0), "n"),)))
    assert document["coverage"]["notes"][0]["line"] is None


@pytest.mark.parametrize("value", [float("nan"), "\ud800", [1 << 20_000], {1: ()}, b"bytes"])
def test_any_value_makes_a_valid_document(nothing: Assessment, value: Any) -> None:
    load(replace(nothing, findings=(finding(Read("x", "known", value)),)))
