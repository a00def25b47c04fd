"""Packs of one's own: policies, links to any framework, parameters, frameworks, raw Rego."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jurat.cli.check import command
from jurat.errors import PackError
from jurat.pack import bundled, load_pack

POLICY = '''"""Buckets of ours."""

from jurat.policy import Failure, policy


@policy(
    title="Buckets bear our prefix",
    severity="high",
    applies_to=["AWS::S3::Bucket"],
    params={"prefix": "acme-"},
    remediation="Begin the name with the prefix.",
    references=["https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"],
)
def bucket_prefix(subject):
    """A name that begins alike is told apart from what others own."""
    name = subject.resource.properties.get("BucketName")
    if name is not None and not name.startswith(subject.params["prefix"]):
        yield Failure(f"{name} does not begin with {subject.params['prefix']}", at="BucketName")
'''
LINKS = "policy,control,relationship,role,rationale\n"
CLAIM = "subset-of,contributing,it tells whose data a bucket holds\n"
TEMPLATE = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Resources": {
        "Media": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "acme-media"}},
        "Logs": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "other-logs"}},
    },
}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    root = tmp_path / "acme"
    _write(root / "policies/acme/bucket_prefix.py", POLICY)
    _write(root / "mappings/gdpr/links.csv", f"{LINKS}acme/bucket_prefix,Art.32(1)(b),{CLAIM}")
    return root


def _write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def _checked(tmp_path: Path, *arguments: str) -> dict[str, Any]:
    file = _write(tmp_path / "template.json", json.dumps(TEMPLATE))
    done = CliRunner().invoke(command, [str(file), "-f", "json", *arguments], standalone_mode=False)
    assert done.exception is None, done.exception
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _verdicts(found: dict[str, Any], policy: str) -> dict[str, str]:
    return {
        f["resource"]["address"]: f["verdict"] for f in found["findings"] if f["policy"] == policy
    }


def test_a_policy_of_ones_own_reaches_a_control_of_a_bundled_framework(
    pack: Path, tmp_path: Path
) -> None:
    found = _checked(tmp_path, "--pack", str(pack), "--policy", "acme/")
    assert _verdicts(found, "acme/bucket_prefix") == {"Media": "pass", "Logs": "fail"}
    (control,) = [
        control
        for control in found["controls"]
        if control["framework"] == "gdpr" and control["id"] == "Art.32(1)(b)"
    ]
    assert "acme/bucket_prefix" in {link["policy"] for link in control["links"]}
    assert control["status"] == "fail"


def test_parameters_of_an_organisation_stand_behind_those_of_a_run(
    pack: Path, tmp_path: Path
) -> None:
    _write(pack / "params.yaml", "acme/bucket_prefix:\n  prefix: other-\n")
    found = _checked(tmp_path, "--pack", str(pack), "--policy", "acme/")
    assert _verdicts(found, "acme/bucket_prefix") == {"Media": "fail", "Logs": "pass"}
    given = ("--pack", str(pack), "--policy", "acme/", "--param", "prefix=acme-")
    found = _checked(tmp_path, *given)
    assert _verdicts(found, "acme/bucket_prefix") == {"Media": "pass", "Logs": "fail"}


def test_a_framework_is_a_folder_of_data(pack: Path) -> None:
    folder = pack / "mappings/acme"
    _write(
        folder / "framework.yaml",
        "id: acme\ntitle: House rules\nedition: 2026\nsource: https://example.org/rules\n"
        "licence: ours\ndraft: true\nabout: Three rules.\n",
    )
    _write(
        folder / "controls.csv",
        "id,parent,level,group,title,summary,evidence,responsibility,unit,hook,note\n"
        "R.1,,rule,names,Names tell owners,,automated,customer,1,,\n",
    )
    _write(folder / "rollups.csv", "child,parent\n")
    _write(folder / "links.csv", f"{LINKS}acme/bucket_prefix,R.1,equal,primary,it is the rule\n")
    found = {framework.id: framework for framework in load_pack([pack]).frameworks}
    assert [link.policy for link in found["acme"].links] == ["acme/bucket_prefix"]
    assert len(found) == 5


def test_raw_rego_is_linked_like_any_policy(pack: Path, tmp_path: Path) -> None:
    _write(
        pack / "conftest/names.rego",
        "package names\nimport rego.v1\ndeny contains msg if {\n"
        '  some name, bucket in input.Resources\n  bucket.Type == "AWS::S3::Bucket"\n'
        '  startswith(bucket.Properties.BucketName, "other-")\n'
        '  msg := sprintf("%s is not ours", [name])\n}\n',
    )
    with (pack / "mappings/gdpr/links.csv").open("a") as links:
        links.write(f"names/deny,Art.32(1)(b),{CLAIM}")
    found = _checked(tmp_path, "--pack", str(pack), "--policy", "names/deny")
    assert _verdicts(found, "names/deny") == {"Logs": "fail"}
    (control,) = [
        control
        for control in found["controls"]
        if control["framework"] == "gdpr" and control["id"] == "Art.32(1)(b)"
    ]
    assert control["status"] == "fail"


def test_raw_rego_may_stand_outside_of_a_pack(tmp_path: Path) -> None:
    file = _write(tmp_path / "policy/p.rego", 'package p\nimport rego.v1\nwarn contains "m"\n')
    found = _checked(tmp_path, "--conftest", str(file.parent), "--policy", "p/warn")
    assert [(f["verdict"], f["severity"]) for f in found["findings"]] == [("fail", "low")]


def test_every_part_of_a_pack_is_hashed(pack: Path) -> None:
    editions = [load_pack([pack]).editions]
    assert list(editions[0]) == ["bundled", "acme"]
    for file, text in (
        ("pack.yaml", "version: '1.2'\n"),
        ("params.yaml", "acme/bucket_prefix: {prefix: a-}\n"),
        ("conftest/p.rego", 'package p\nimport rego.v1\ndeny contains "m"\n'),
        ("mappings/gdpr/links.csv", LINKS),
        ("policies/acme/bucket_prefix.py", POLICY.replace("acme-", "acme.")),
    ):
        _write(pack / file, text)
        editions.append(load_pack([pack]).editions)
    assert len({found["acme"].sha256 for found in editions}) == len(editions)
    assert len({found["bundled"] for found in editions}) == 1
    assert [found["acme"].version for found in editions[:2]] == [None, "1.2"]


def test_a_pack_may_name_itself(pack: Path, tmp_path: Path) -> None:
    _write(pack / "pack.yaml", "name: acme-rules\nversion: '2026.11'\n")
    found = _checked(tmp_path, "--pack", str(pack), "--policy", "acme/")["jurat"]["packs"]
    assert set(found) == {"bundled", "acme-rules"}
    assert found["acme-rules"]["version"] == "2026.11"
    assert len(found["acme-rules"]["sha256"]) == 64


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("params.yaml", "acme/other: {a: 1}\n", "policy 'acme/other' does not exist"),
        ("params.yaml", "acme/bucket_prefix: {a: 1}\n", "'a' is no parameter of"),
        ("params.yaml", "- a\n", "a mapping is expected"),
        ("params.yaml", "a: 1\n", "policy ids with a mapping of parameters each are expected"),
        ("pack.yaml", "version: 1.2\n", "put a number in quotes"),
        ("pack.yaml", "policies: x\n", "only name and version are expected"),
        ("params.yaml", "a: [\n", "params.yaml:2: not YAML"),
        ("mappings/nist/links.csv", LINKS, "neither framework.yaml nor a framework of that name"),
        (
            "mappings/gdpr/links.csv",
            f"{LINKS}acme/gone,Art.32(1)(b),{CLAIM}",
            "links.csv:2: policy 'acme/gone' does not exist",
        ),
        (
            "mappings/gdpr/links.csv",
            f"{LINKS}acme/bucket_prefix,Art.999,{CLAIM}",
            "links.csv:2: control 'Art.999' is not in controls.csv",
        ),
        (
            "mappings/gdpr/links.csv",
            f"{LINKS}s3/bucket_acl_disabled,Art.32(1)(b),{CLAIM}",
            "links.csv:2: s3/bucket_acl_disabled is linked to Art.32(1)(b) twice",
        ),
        (
            "conftest/p.rego",
            "package p\nimport rego.v1\ndeny contains 1\nimport data.x\n",
            "p.rego:4",
        ),
        ("policies/acme/bucket_prefix.rego", "package x\n", "the package must be"),
    ],
)
def test_what_is_wrong_with_a_pack_is_said_with_its_place(
    pack: Path, tmp_path: Path, file: str, text: str, said: str
) -> None:
    _write(pack / file, text)
    template = _write(tmp_path / "template.json", json.dumps(TEMPLATE))
    done = CliRunner().invoke(command, [str(template), "--pack", str(pack)], standalone_mode=False)
    assert isinstance(done.exception, PackError)
    assert said in str(done.exception)
    assert "\n" not in str(done.exception)


def test_two_packs_of_one_name_or_one_policy_are_refused(pack: Path, tmp_path: Path) -> None:
    other = tmp_path / "other/acme"
    _write(other / "policies/acme/other_prefix.py", POLICY.replace("bucket_prefix", "other_prefix"))
    with pytest.raises(PackError, match="another pack is called 'acme' too"):
        load_pack([pack, other])
    _write(tmp_path / "third/policies/acme/bucket_prefix.py", POLICY)
    with pytest.raises(PackError, match="has the same id"):
        load_pack([pack, tmp_path / "third"])


def test_the_bundled_pack_given_as_an_extra_is_refused() -> None:
    with pytest.raises(PackError, match="has the same id"):
        load_pack([bundled()])
