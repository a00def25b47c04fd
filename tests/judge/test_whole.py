"""Raw Rego in the manner of conftest: unchanged, on whole inputs, and honest about unknowns."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from jurat.errors import PackError
from jurat.judge import Limits, judge_whole
from jurat.languages.conftest import policies_of, read_set
from jurat.model import Finding, Severity, Verdict
from jurat.readers import Reading, read

SET = Path(__file__).resolve().parents[2] / "fixtures" / "conftest" / "policy"
Plan = Callable[..., Reading]


def _change(address: str, after: dict[str, Any], **unknown: Any) -> dict[str, Any]:
    kind, name = address.split(".")
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": ["create"],
            "before": None,
            "after": after,
            "after_unknown": unknown,
            "after_sensitive": {},
        },
    }


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    def plan(*changes: dict[str, Any]) -> Reading:
        file = tmp_path / "plan.json"
        content = {
            "format_version": "1.2",
            "terraform_version": "1.9.8",
            "planned_values": {"root_module": {}},
            "resource_changes": changes,
            "configuration": {"root_module": {}},
        }
        file.write_text(json.dumps(content))
        return read([str(file)], BytesIO(), keep_whole=True)

    return plan


def _judged(reading: Reading, folder: Path = SET) -> dict[str, list[Finding]]:
    assert not reading.failures
    found = read_set(folder)
    policies = list(policies_of(found))
    sets = {policy.id: found for policy in policies}
    result: dict[str, list[Finding]] = {policy.id: [] for policy in policies}
    for finding in judge_whole(reading.whole, policies, sets, Limits(5.0)):
        result[finding.policy].append(finding)
    return result


def test_each_rule_of_each_package_is_a_policy() -> None:
    found = {policy.id: policy.severity for policy in policies_of(read_set(SET))}
    assert found == {
        "storage/deny": Severity.HIGH,
        "storage/deny_unencrypted_volume": Severity.HIGH,
        "storage/warn": Severity.LOW,
        "templates/violation": Severity.HIGH,
    }


def test_a_failure_belongs_to_the_resource_that_its_message_names(plan: Plan) -> None:
    reading = plan(
        _change("aws_s3_bucket.logs", {"tags": {"Owner": "ops"}}),
        _change("aws_s3_bucket.media", {"tags": {}}),
        _change("aws_db_instance.orders", {"backup_retention_period": 1}),
    )
    found = _judged(reading)
    (bucket,) = found["storage/deny"]
    assert bucket.verdict is Verdict.FAIL
    assert bucket.message == "aws_s3_bucket.media has no Owner tag"
    assert (bucket.subject.address, bucket.subject.type) == ("aws_s3_bucket.media", "aws_s3_bucket")
    (database,) = found["storage/warn"]
    assert database.message == "aws_db_instance.orders keeps backups for 1 days only"


def test_a_rule_without_anything_to_speak_about_does_not_pass(plan: Plan) -> None:
    found = _judged(plan(_change("aws_s3_bucket.logs", {"tags": {"Owner": "ops"}})))
    assert [f.verdict for f in found["storage/deny"]] == [Verdict.PASS]
    for name in ("storage/deny_unencrypted_volume", "storage/warn", "templates/violation"):
        assert [f.verdict for f in found[name]] == [Verdict.NOT_APPLICABLE], name


@pytest.mark.parametrize(
    ("after", "unknown", "verdict"),
    [
        ({"encrypted": True}, {"id": True, "arn": True}, Verdict.PASS),
        ({}, {"id": True}, Verdict.FAIL),
        ({}, {"encrypted": True}, Verdict.UNKNOWN),
        ({"encrypted": False}, {"kms_key_id": True}, Verdict.FAIL),
    ],
)
def test_what_is_known_after_the_apply_decides_nothing(
    plan: Plan, after: dict[str, Any], unknown: dict[str, Any], verdict: Verdict
) -> None:
    found = _judged(plan(_change("aws_ebs_volume.data", after, **unknown)))
    (finding,) = found["storage/deny_unencrypted_volume"]
    assert finding.verdict is verdict
    if verdict is Verdict.UNKNOWN:
        assert [gap.path for gap in finding.gaps] == ["resource_changes[0].change.after.encrypted"]
        assert [gap.why for gap in finding.gaps] == ["known after apply"]


def test_an_exception_of_the_set_is_no_pass(plan: Plan, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    (folder / "lib").mkdir(parents=True)
    for file in SET.rglob("*.rego"):
        (folder / file.relative_to(SET)).write_text(file.read_text())
    settings = {"settings": {"owner_tag": "Owner", "least_days": 7, "pilot": True}}
    (folder / "settings.json").write_text(json.dumps(settings))
    found = _judged(plan(_change("aws_ebs_volume.data", {"encrypted": False})), folder)
    (finding,) = found["storage/deny_unencrypted_volume"]
    assert finding.verdict is Verdict.NOT_APPLICABLE
    assert "exception" in finding.message


@pytest.mark.parametrize(
    ("control", "verdict"),
    [
        ("PublicRead", Verdict.FAIL),
        ("Private", Verdict.PASS),
        ("!Ref Acl", Verdict.UNKNOWN),
        ("!If [Open, PublicRead, Private]", Verdict.UNKNOWN),
    ],
)
def test_templates_are_judged_as_written(tmp_path: Path, control: str, verdict: Verdict) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(
        "AWSTemplateFormatVersion: '2010-09-09'\n"
        "Parameters: {Acl: {Type: String}}\nConditions: {Open: !Equals [!Ref Acl, x]}\n"
        f"Resources:\n  Media:\n    Type: AWS::S3::Bucket\n    Properties:\n"
        f"      AccessControl: {control}\n"
    )
    found = _judged(read([str(file)], BytesIO(), keep_whole=True))
    (finding,) = found["templates/violation"]
    assert finding.verdict is verdict
    if verdict is Verdict.FAIL:
        assert finding.message == "Media may be read by everybody"
        assert (finding.subject.address, finding.subject.type) == ("Media", "AWS::S3::Bucket")
        assert finding.location is not None
        assert finding.location.line == 5


def test_a_rule_that_breaks_or_hangs_is_an_error(plan: Plan, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "p.rego").write_text(
        "package p\nimport rego.v1\n"
        'deny contains msg if { msg := input.resource_changes[0].address + 1; msg > "" }\n'
        "warn contains msg if { msg := f(input.resource_changes[0].type) }\nf(x) := f([x])\n"
        'violation contains "always"\n'
    )
    found = _judged(plan(_change("aws_ebs_volume.data", {})), folder)
    assert {name: [f.verdict for f in each] for name, each in found.items()} == {
        "p/deny": [Verdict.ERROR],
        "p/warn": [Verdict.ERROR],
        "p/violation": [Verdict.FAIL],
    }


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no Rego policies"),
        ({"a.rego": "deny contains 1"}, "a.rego:1: no package"),
        ({"a.rego": "package a\n", "d.json": "{"}, "d.json:2: neither JSON nor YAML"),
        ({"a.rego": "package a\n", "d.json": "[1]"}, "d.json: data must be an object"),
        (
            {"a.rego": "package a\n", "d.json": '{"x": 1}', "e.yaml": "x: 2"},
            "e.yaml: `x` is in another file too",
        ),
    ],
)
def test_a_bad_set_is_refused(tmp_path: Path, files: dict[str, str], said: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(PackError, match=said.replace("[", r"\[")):
        list(policies_of(read_set(tmp_path)))


def test_a_module_that_does_not_parse_names_its_line(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "a.rego").write_text("package a\n\ndeny contains x if {\n  x ==\n}\n")
    with pytest.raises(PackError, match=r"a\.rego:\d+: "):
        _judged(plan(_change("aws_ebs_volume.data", {})), tmp_path)
