"""JUnit XML as build servers read it."""

from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from jurat.model.assessment import Assessment, Coverage
from jurat.model.finding import Finding, Subject, Verdict, WaiverMark
from jurat.model.policy import Severity
from jurat.model.resource import Scope
from jurat.reporters.junit import render

WAIVER = WaiverMark("reason", "owner", "approver", "2027-01-31")


def suites(assessment: Assessment) -> dict[str, ET.Element]:
    root = ET.fromstring(render(assessment))  # noqa: S314 - our own output
    return {suite.attrib["name"]: suite for suite in root}


def results(suite: ET.Element) -> dict[str, str]:
    """Return what became of each case of a suite."""
    return {
        case.attrib["name"]: case[0].tag if len(case) else "passed"
        for case in suite.iter("testcase")
    }


def test_everything_at_once(rich: Assessment, snapshot: SnapshotAssertion) -> None:
    assert render(rich) == snapshot


def test_a_suite_is_a_control_and_a_case_a_policy_on_a_resource(rich: Assessment) -> None:
    suite = suites(rich)["GDPR:Art.32(1)(a) Pseudonymisation and encryption"]
    assert results(suite) == {
        "status not-evaluated": "skipped",
        "s3/bucket_own_key on WebGroup": "error",
        "s3/bucket_own_key on aws_s3_bucket.logs": "skipped",
        's3/bucket_own_key on module.shop["eu"].aws_s3_bucket.data': "passed",
    }


def test_an_undetermined_control_is_never_green(rich: Assessment) -> None:
    for framework in rich.frameworks:
        for result in framework.controls:
            name = f"{result.control.id} {result.control.title}"
            suite = next(each for key, each in suites(rich).items() if key.endswith(name))
            status = results(suite)[f"status {result.status}"]
            assert (status == "passed") == (result.outcome == "pass")


def test_a_policy_without_a_control_is_not_lost(rich: Assessment) -> None:
    assert results(suites(rich)["policies without a control"]) == {
        "ec2/group_open_ssh on WebGroup": "failure",
        'checkov/CKV_AWS_1 on module.shop["eu"].aws_s3_bucket.data': "skipped",
    }


def test_counts_are_those_of_the_cases(rich: Assessment) -> None:
    root = ET.fromstring(render(rich))  # noqa: S314 - our own output
    for element in (root, *root):
        counted = Counter(child.tag for child in element.iter())
        assert element.attrib["tests"] == str(counted["testcase"])
        assert element.attrib["failures"] == str(counted["failure"])
        assert element.attrib["errors"] == str(counted["error"])
        assert element.attrib["skipped"] == str(counted["skipped"])


def test_nothing_judged_is_an_error(nothing: Assessment) -> None:
    assert results(suites(nothing)["jurat"]) == {"judged 0 of 0 resources": "error"}


def test_a_clean_run_has_nothing_but_passes(clean: Assessment) -> None:
    assert {what for suite in suites(clean).values() for what in results(suite).values()} == {
        "passed"
    }


def finding(verdict: Verdict, *, waived: bool = False) -> Finding:
    subject = Subject("a", "t", Scope(), "plan.json")
    waiver = WAIVER if waived else None
    return Finding("p/q", verdict, Severity.LOW, subject, f"is {verdict}", waiver=waiver)


FAIL, WAIVED = finding(Verdict.FAIL), finding(Verdict.FAIL, waived=True)
ERROR, UNKNOWN = finding(Verdict.ERROR), finding(Verdict.UNKNOWN)
PASS, OUT = finding(Verdict.PASS), finding(Verdict.NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("findings", "expected", "message"),
    [
        ((PASS,), "passed", None),
        ((OUT,), "skipped", "not applicable"),
        ((PASS, OUT), "passed", None),
        ((WAIVED, PASS), "skipped", "waived by approver until 2027-01-31: reason"),
        ((UNKNOWN, WAIVED), "skipped", "low unknown: is unknown"),
        ((ERROR, UNKNOWN), "error", "low error: is error"),
        ((WAIVED, ERROR, FAIL), "failure", "low fail: is fail"),
        ((finding(Verdict.UNKNOWN, waived=True),), "skipped", "low unknown: is unknown"),
    ],
)
def test_the_worst_finding_decides(
    nothing: Assessment, findings: tuple[Finding, ...], expected: str, message: str | None
) -> None:
    suite = suites(replace(nothing, findings=findings))["policies without a control"]
    assert results(suite) == {"p/q on a": expected}
    found = [element.attrib["message"] for element in suite[0]]
    assert bool(found) == (message is not None)
    assert not message or message in found[0]


def test_every_failure_of_a_case_is_told(nothing: Assessment) -> None:
    other = replace(FAIL, message="is worse", at="X.Y", remediation="Mend it.")
    suite = suites(replace(nothing, findings=(FAIL, other)))["policies without a control"]
    assert suite[0][0].text == "low fail: is fail\nlow fail: is worse. at X.Y. Mend it"


def test_the_same_address_in_two_inputs_is_two_cases(nothing: Assessment) -> None:
    other = replace(PASS, subject=replace(PASS.subject, file="other.json"))
    suite = suites(replace(nothing, findings=(FAIL, other)))["policies without a control"]
    assert suite.attrib["tests"] == "2"
    assert suite.attrib["failures"] == "1"


def test_hostile_input_stays_text(hostile: Assessment) -> None:
    text = render(hostile)
    assert text.isascii()
    assert "\x1b" not in text
    assert "<b>" not in text
    assert len(text) < 200_000
    assert ET.fromstring(text).tag == "testsuites"  # noqa: S314 - our own output


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text())
def test_any_text_makes_well_formed_xml(text: str) -> None:
    subject = Subject(text, text, Scope(), text)
    found = replace(FAIL, policy=text, subject=subject, message=text, remediation=text, at=text)
    assessment = Assessment(text, {}, (), (found,), (), Coverage(1, 1))
    assert results(suites(assessment)["jurat"]) == {"judged 1 of 1 resources": "passed"}
