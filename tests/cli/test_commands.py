"""The commands as their users meet them."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Jurat

from jurat import __version__

FULL = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}
POLICY = "s3/bucket_public_access_block"


def template(**buckets: object) -> str:
    return json.dumps(
        {
            "Parameters": {"Flag": {"Type": "String"}},
            "Resources": {
                name: {
                    "Type": "AWS::S3::Bucket",
                    "Properties": {"PublicAccessBlockConfiguration": block} if block else {},
                }
                for name, block in buckets.items()
            },
        }
    )


@pytest.mark.parametrize(
    ("blocks", "flags", "status"),
    [
        ({"A": FULL}, [], 0),
        ({"A": FULL, "B": None}, [], 1),
        ({"B": None}, ["--fail-on", "none"], 0),
        ({"B": None}, ["--fail-on", "critical"], 1),
        ({"A": {**FULL, "BlockPublicAcls": {"Ref": "Flag"}}}, [], 0),
        ({"A": {**FULL, "BlockPublicAcls": {"Ref": "Flag"}}}, ["--strict"], 3),
        ({"A": {**FULL, "BlockPublicAcls": {"Ref": "Flag"}}, "B": None}, ["--strict"], 1),
        ({"A": {**FULL, "BlockPublicAcls": {"Ref": "Flag"}}}, ["--parameter", "Flag=false"], 1),
        ({"A": {**FULL, "BlockPublicAcls": {"Ref": "Flag"}}}, ["--parameter", "Flag=true"], 0),
    ],
)
def test_exit_status(
    tmp_path: Path, jurat: Jurat, blocks: dict[str, object], flags: list[str], status: int
) -> None:
    (tmp_path / "t.json").write_text(template(**blocks))
    ran = jurat("check", "t.json", "--policy", POLICY, *flags)
    assert ran.status == status, ran.out + ran.err


def test_a_policy_that_breaks_is_status_3(tmp_path: Path, jurat: Jurat) -> None:
    policy = tmp_path / "pack" / "policies" / "own" / "broken.py"
    policy.parent.mkdir(parents=True)
    policy.write_text(
        "from jurat.policy import policy\n\n\n"
        '@policy(title="T", severity="low", applies_to=["AWS::S3::Bucket"], remediation="R",\n'
        '        unlinked="a test")\n'
        'def broken(subject):\n    """D."""\n    raise ValueError\n    yield\n'
    )
    (tmp_path / "t.json").write_text(template(A=FULL))
    ran = jurat("check", "t.json", "--pack", "pack", "--policy", "own/broken")
    assert ran.status == 3, ran.out + ran.err
    assert "ValueError" in ran.out


def test_several_outputs_from_one_run(tmp_path: Path, jurat: Jurat) -> None:
    (tmp_path / "t.json").write_text(template(A=None))
    outputs = [flag for name in ("json", "sarif", "junit") for flag in ("-o", f"{name}={name}.out")]
    ran = jurat("check", "t.json", "--policy", POLICY, *outputs)
    assert ran.status == 1
    assert "no public access block" in ran.out
    for name in ("json", "sarif", "junit"):
        assert "bucket_public_access_block" in (tmp_path / f"{name}.out").read_text()


def test_the_same_run_gives_the_same_bytes(tmp_path: Path, jurat: Jurat) -> None:
    (tmp_path / "t.json").write_text(template(A=None, B=FULL))
    assert jurat("check", "t.json", "-f", "json").out == jurat("check", "t.json", "-f", "json").out


def test_a_parameter_of_a_policy_changes_its_verdict(tmp_path: Path, jurat: Jurat) -> None:
    key = {"EnableKeyRotation": True, "RotationPeriodInDays": 300}
    (tmp_path / "t.json").write_text(
        json.dumps({"Resources": {"K": {"Type": "AWS::KMS::Key", "Properties": key}}})
    )
    run = ["check", "t.json", "--policy", "kms/cmk_rotation"]
    assert jurat(*run).status == 0
    assert jurat(*run, "--param", "max_days=180").status == 1
    assert jurat(*run, "--param", "kms/cmk_rotation:max_days=180").status == 1


def test_scan_is_check(tmp_path: Path, jurat: Jurat) -> None:
    (tmp_path / "t.json").write_text(template(A=FULL))
    assert jurat("scan", "t.json", "--policy", POLICY).status == 0


def test_version_and_help(jurat: Jurat) -> None:
    assert jurat("--version").out == f"jurat {__version__}\n"
    for arguments in (["--help"], ["check", "--help"], ["list", "--help"], ["explain", "--help"]):
        assert jurat(*arguments).status == 0
    assert jurat("no-such-command").status == 2


def test_list(jurat: Jurat) -> None:
    policies = jurat("list", "policies").out.splitlines()
    assert any(line.startswith(f"{POLICY}\tcritical\trego\t") for line in policies)
    assert len(jurat("list", "frameworks").out.splitlines()) == 4
    controls = jurat("list", "controls", "--framework", "gdpr").out.splitlines()
    assert len(controls) == 91
    assert "AWS::S3::Bucket\t" in jurat("list", "coverage").out
    assert jurat("list", "controls", "--framework", "gdpr2").status == 2


def test_explain(jurat: Jurat) -> None:
    policy = jurat("explain", POLICY).out
    assert "How to fix:" in policy
    assert "GDPR:Art.25(2)" in policy
    control = jurat("explain", "GDPR:Art.25(2)").out
    assert POLICY in control
    assert jurat("explain", "Art.25(2)").out == control
    assert jurat("explain", "nonsense").status == 2
