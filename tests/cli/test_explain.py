"""``jurat explain`` with inputs, as its users meet it."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Jurat

POLICY = "s3/bucket_public_access_block"
BUCKETS = {
    "Parameters": {"Flag": {"Type": "String"}, "Region": {"Type": "String"}},
    "Resources": {
        "Open": {"Type": "AWS::S3::Bucket", "Properties": {}},
        "Maybe": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": {"Ref": "Flag"},
                    "BlockPublicPolicy": True,
                    "IgnorePublicAcls": True,
                    "RestrictPublicBuckets": True,
                }
            },
        },
    },
}


@pytest.fixture
def template(tmp_path: Path) -> str:
    (tmp_path / "t.json").write_text(json.dumps(BUCKETS, indent=1))
    return "t.json"


def test_a_policy_on_a_resource(jurat: Jurat, template: str) -> None:
    ran = jurat("explain", POLICY, "--input", template, "--resource", "Open")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"FAIL  {POLICY}\n")
    assert "no public access block is configured" in ran.out
    assert "+ not block" in ran.out
    assert "PublicAccessBlockConfiguration: (absent)" in ran.out


def test_the_hints_are_those_of_check(jurat: Jurat, template: str) -> None:
    maybe = ("explain", POLICY, "--input", template, "--resource", "Maybe")
    unknown = jurat(*maybe).out
    assert unknown.startswith("UNKNOWN")
    assert "To decide, this would have to be known" in unknown
    assert jurat(*maybe, "--parameter", "Flag=true").out.startswith("PASS")
    assert jurat(*maybe, "--parameter", "Flag=false").out.startswith("FAIL")
    region = ("explain", "residency/allowed_regions", "--input", template, "--resource", "Open")
    assert jurat(*region, "--region", "eu-central-1").out.startswith("PASS")
    assert jurat(*region, "--region", "us-east-1").out.startswith("FAIL")
    allowed = jurat(*region, "--region", "us-east-1", "--param", "allowed_regions=us-east-1").out
    assert allowed.startswith("PASS")
    assert 'allowed_regions = ["us-east-1"] (default' in allowed


def test_a_finding_by_the_fingerprint_of_the_json_result(jurat: Jurat, template: str) -> None:
    result = json.loads(jurat("check", template, "--policy", POLICY, "-f", "json").out)
    for finding in result["findings"]:
        ran = jurat("explain", finding["fingerprint"], "--input", template, "-f", "json")
        (case,) = json.loads(ran.out)["cases"]
        assert case["findings"] == [finding]
        assert case["resource"] == finding["resource"]


def test_a_control(jurat: Jurat, template: str) -> None:
    ran = jurat("explain", "GDPR:Art.25(2)", "--input", template)
    assert ran.status == 0
    assert ran.out.startswith("FAIL  GDPR:Art.25(2)\n")
    assert "HOW THE STATUS CAME ABOUT" in ran.out
    assert "WHAT IS MISSING FOR A PASS" in ran.out
    assert "Open  t.json:" in ran.out


def test_from_a_pipe_and_several_inputs(jurat: Jurat, template: str) -> None:
    data = json.dumps(BUCKETS).encode()
    piped = jurat("explain", POLICY, "--input", "-", "--resource", "Open", stdin=data)
    assert piped.out.startswith("FAIL")
    both = jurat(
        *("explain", POLICY, "--input", template, "--input", "-", "--resource", "Open"),
        *("-f", "json"),
        stdin=data,
    )
    assert [case["resource"]["file"] for case in json.loads(both.out)["cases"]] == ["t.json", "-"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["s3/bucket_versionin"], "did you mean s3/bucket_versioning"),
        (["s3/bucket_versionin", "--input", "t.json"], "did you mean s3/bucket_versioning"),
        (["gdpr:art.25(2)"], "did you mean GDPR:Art.25(2)"),
        (["GDPR:Art.25(22)", "--input", "t.json"], "did you mean GDPR:Art.25(2)"),
        (["nonsense-without-likeness"], "see `jurat list policies`"),
        (["0123456789abcdef"], "add --input FILE"),
        (["0123456789abcdef", "--input", "t.json"], "no finding of these inputs"),
        ([POLICY, "--resource", "Open"], "Add --input FILE"),
        ([POLICY, "-f", "json"], "add --input FILE"),
        ([POLICY, "--input", "t.json", "--resource", "Opn"], "did you mean Open?"),
        (["kms/cmk_rotation", "--input", "t.json"], "hold nothing that it judges: AWS::KMS::Key"),
        (
            ["kms/cmk_rotation", "--input", "t.json", "--resource", "Open"],
            "does not judge AWS::S3::Bucket; it judges AWS::KMS::Key",
        ),
        ([POLICY, "--input", "none.json"], "none.json"),
        ([POLICY, "--input", "t.json", "--param", "no_such=1"], "no_such"),
        ([POLICY, "--input", "t.json", "--pack", "nowhere"], "nowhere"),
        ([POLICY, "-f", "pdf"], "pdf"),
        (["\x1b[31m\n"], "no such policy or control"),
    ],
)
def test_a_slip_is_one_line_and_status_2(
    jurat: Jurat, template: str, arguments: list[str], said: str
) -> None:
    assert template == "t.json"
    ran = jurat("explain", *arguments)
    assert ran.status == 2
    assert said in ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert "\x1b" not in ran.err
    assert "pdf" in arguments or len(ran.err.splitlines()) == 1


def test_an_input_that_cannot_be_read_beside_one_that_can(jurat: Jurat, template: str) -> None:
    ran = jurat("explain", POLICY, "--input", template, "--input", "none.json")
    assert ran.status == 2
    assert "none.json" in ran.err
    assert ran.out.startswith("FAIL")


def test_raw_rules_show_their_findings(tmp_path: Path, jurat: Jurat, template: str) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "main.rego").write_text(
        'package main\n\ndeny contains "no names" if not input.Resources.Open.Properties.BucketName'
    )
    ran = jurat("explain", "main/deny", "--conftest", "raw", "--input", template)
    assert ran.status == 0, ran.err
    assert ran.out.startswith("FAIL  main/deny")
    assert "no names" in ran.out
