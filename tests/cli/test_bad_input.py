"""Input that is bad: one clear line, the right status, never a traceback, never 0."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Jurat

BUCKET = {"Resources": {"Exports": {"Type": "AWS::S3::Bucket", "Properties": {}}}}


def deep(depth: int) -> str:
    return '{"Resources": ' + '{"a": ' * depth + "1" + "}" * depth + "}"


BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    + ["Resources: {B: {Type: AWS::S3::Bucket, Properties: {Tags: *a11}}}"]
)
PLAN = {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": []}

FILES: dict[str, tuple[str, str | bytes, str]] = {
    "empty": ("plan.json", "", "empty"),
    "empty object": ("plan.json", "{}", "empty"),
    "truncated": ("plan.json", '{"format_version": "1.2", "resource_changes": [', "plan.json:1"),
    "not json": ("plan.json", "hello", "plan.json"),
    "yaml bomb": ("template.yaml", BOMB, "template.yaml"),
    "200 deep json": ("template.json", deep(200), "template.json"),
    "100000 deep json": ("template.json", deep(100_000), "template.json"),
    "duplicate keys": (
        "template.json",
        '{"Resources": {"B": {\n"Type": "AWS::S3::Bucket",\n"Type": "AWS::SNS::Topic"}}}',
        "first on line 2",
    ),
    "duplicate yaml keys": (
        "template.yaml",
        "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Type: AWS::SNS::Topic\n",
        "template.yaml:4",
    ),
    "plan of format 2": ("plan.json", json.dumps({**PLAN, "format_version": "2.0"}), "2.0"),
    "binary plan": ("plan.tfplan", b"PK\x03\x04" + b"tfplan" * 20, "terraform show -json"),
    "latin-1": (
        "template.json",
        '{"Resources": {"B\u00e9": 1}}'.encode("latin-1"),
        "template.json",
    ),
    "a plan of wrong types": (
        "plan.json",
        json.dumps({**PLAN, "resource_changes": 3}),
        "plan.json",
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_a_bad_file_is_one_line_and_status_2(tmp_path: Path, jurat: Jurat, case: str) -> None:
    name, content, said = FILES[case]
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    ran = jurat("check", name)
    assert ran.status == 2, ran.out + ran.err
    lines = ran.err.strip().splitlines()
    assert len(lines) == 1, ran.err
    assert name in lines[0]
    assert said in lines[0]
    assert "Traceback" not in ran.out + ran.err
    assert "0 of 0" in ran.out


@pytest.mark.parametrize("case", FILES)
def test_the_same_from_standard_input(jurat: Jurat, case: str) -> None:
    _, content, _ = FILES[case]
    data = content if isinstance(content, bytes) else content.encode()
    ran = jurat("check", "-", stdin=data)
    assert ran.status == 2
    assert "Traceback" not in ran.out + ran.err


def _make_tree(root: Path) -> None:
    (root / "empty").mkdir()
    (root / "notes").mkdir()
    (root / "notes" / "readme.json").write_text('{"name": "x"}')
    (root / "loop").mkdir()
    (root / "loop" / "again").symlink_to(root / "loop")


@pytest.mark.parametrize("name", ["missing.json", "empty", "notes", "loop", ""])
def test_a_path_without_anything_to_judge_is_status_2(
    tmp_path: Path, jurat: Jurat, name: str
) -> None:
    _make_tree(tmp_path)
    ran = jurat("check", name)
    assert ran.status == 2, ran.out + ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert "Traceback" not in ran.err


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path, jurat: Jurat) -> None:
    (tmp_path / "bad.json").write_text('{"Resources": ')
    (tmp_path / "good.json").write_text(json.dumps(BUCKET))
    ran = jurat("check", "bad.json", "good.json", "-f", "json")
    assert ran.status == 2
    result = json.loads(ran.out)
    assert [item["path"] for item in result["inputs"]] == ["good.json"]
    assert any(finding["verdict"] == "fail" for finding in result["findings"])
    assert len(result["errors"]) == 1
    assert "bad.json" in ran.err
    assert not any(control["status"] == "pass" for control in result["controls"])


@pytest.mark.parametrize(
    "document",
    [
        PLAN,
        {
            **PLAN,
            "resource_changes": [
                {
                    "address": "random_id.x",
                    "mode": "managed",
                    "type": "random_id",
                    "name": "x",
                    "provider_name": "registry.terraform.io/hashicorp/random",
                    "change": {"actions": ["create"], "after": {}},
                }
            ],
        },
        {"Resources": {"W": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}},
    ],
)
def test_nothing_judged_is_status_3_and_said(tmp_path: Path, jurat: Jurat, document: Any) -> None:
    (tmp_path / "input.json").write_text(json.dumps(document))
    ran = jurat("check", "input.json", "--policy", "s3/")
    assert ran.status == 3, ran.out + ran.err
    assert "judged 0 of" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--policy", "s3/no_such"], "s3/no_such"),
        (["--framework", "gdpr2"], "gdpr2"),
        (["--param", "no_such=1"], "no_such"),
        (["--param", "kms/cmk_rotation:max_days=soon"], "max_days"),
        (["--param", "max_days"], "NAME=VALUE"),
        (["--parameter", "x"], "NAME=VALUE"),
        (["--parameter-file", "none.json"], "none.json"),
        (["-f", "input.json"], "jurat check input.json"),
        (["-f", "pdf"], "pdf"),
        (["-o", "sarif"], "-f sarif"),
        (["-o", "json=/no/such/folder/x.json"], "/no/such/folder/x.json"),
        (["--pack", "nowhere"], "nowhere"),
        (["--fail-on", "huge"], "huge"),
        (["--no-such-flag"], "no-such-flag"),
    ],
)
def test_a_slip_on_the_command_line_is_status_2(
    tmp_path: Path, jurat: Jurat, arguments: list[str], said: str
) -> None:
    (tmp_path / "input.json").write_text(json.dumps(BUCKET))
    ran = jurat("check", "input.json", *arguments)
    assert ran.status == 2, ran.out + ran.err
    assert said in ran.err
    assert "Traceback" not in ran.err


PACKS = {
    "no metadata": ("policies/a/b.rego", "package jurat.policies.a.b\n", "METADATA"),
    "wrong package": ("policies/a/b.rego", "# METADATA\n# title: x\npackage other\n", "package"),
    "bad severity": (
        "policies/a/b.py",
        '@policy(title="T", severity="huge", applies_to=["X"], remediation="R")\n'
        'def b(subject):\n    """D."""\n    yield\n',
        "severity",
    ),
    "computed metadata": (
        "policies/a/b.py",
        '@policy(title="T" + str(1), severity="low", applies_to=["X"], remediation="R")\n'
        'def b(subject):\n    """D."""\n    yield\n',
        "literal",
    ),
    "syntax": ("policies/a/b.py", "def b(:\n", "b.py:1"),
    "vanished policy": (
        "mappings/own/links.csv",
        "policy,control,relationship,role,rationale\na/gone,C1,subset-of,primary,because\n",
        "links.csv:2",
    ),
}


@pytest.mark.parametrize("case", PACKS)
def test_a_broken_pack_is_status_2_with_the_file(tmp_path: Path, jurat: Jurat, case: str) -> None:
    name, text, said = PACKS[case]
    pack = tmp_path / "pack"
    file = pack / name
    file.parent.mkdir(parents=True)
    (pack / "policies").mkdir(exist_ok=True)
    file.write_text(text)
    if name.startswith("mappings"):
        (file.parent / "framework.yaml").write_text(
            "id: own\ntitle: Own\nedition: '1'\nsource: us\nlicence: own\n"
            "draft: true\nabout: ours\n"
        )
        (file.parent / "controls.csv").write_text(
            "id,parent,level,group,title,summary,evidence,responsibility,unit,hook,note\n"
            "C1,,control,All,One,,partial,customer,1,one,\n"
        )
        (file.parent / "rollups.csv").write_text("child,parent\n")
    (tmp_path / "input.json").write_text(json.dumps(BUCKET))
    ran = jurat("check", "input.json", "--pack", "pack")
    assert ran.status == 2, ran.out + ran.err
    assert len(ran.err.strip().splitlines()) == 1, ran.err
    assert said in ran.err
    assert file.name in ran.err


def test_odd_but_valid_json_loses_nothing(tmp_path: Path, jurat: Jurat) -> None:
    text = (
        '{"Resources": {"Odd": {"Type": "AWS::S3::Bucket", "Properties": {"X": 1e400, '
        '"Y": "\\ud800", "Z": "' + "z" * 1_000_000 + '"}}, "B": {"Type": "AWS::S3::Bucket"}}}'
    )
    (tmp_path / "odd.json").write_text(text)
    ran = jurat("check", "odd.json", "-f", "json", "--policy", "s3/bucket_public_access_block")
    assert ran.status == 1, ran.err
    found = {item["resource"]["address"] for item in json.loads(ran.out)["findings"]}
    assert found == {"Odd", "B"}
