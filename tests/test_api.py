"""The public API: what it returns and raises, and that its documentation tells the truth."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.testing.conftest import NAMED, bucket, write

import jurat

ROOT = Path(__file__).resolve().parent.parent
PLAN = ROOT / "fixtures/estates/meridian/plan.json"
TEMPLATE = ROOT / "fixtures/estates/meridian/template.yaml"
POLICY = "s3/bucket_public_access_block"
OPEN: dict[str, Any] = {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {}}}}
EXAMPLES = re.findall(r"```python\n(.*?)```", (ROOT / "docs/api.md").read_text(), re.DOTALL)


def test_every_public_name_is_there_and_listed() -> None:
    assert dir(jurat) == jurat.__all__
    for name in jurat.__all__:
        assert getattr(jurat, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(jurat, "nothing")  # noqa: B009 - a name that type checkers refuse


def test_errors_derive_from_one() -> None:
    for error in (jurat.InputError, jurat.PackError, jurat.PolicyError, jurat.UsageError):
        assert issubclass(error, jurat.JuratError)


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys, jurat; print([n for n in sys.modules if n.startswith('jurat')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['jurat']\n"


def test_paths_and_documents_are_inputs() -> None:
    one = jurat.check(str(PLAN), policies=[POLICY])
    assert one.findings
    assert jurat.check(PLAN, policies=[POLICY]) == one
    assert jurat.check([PLAN], policies=[POLICY]) == one
    document = jurat.check(json.loads(PLAN.read_text()), policies=[POLICY])
    assert [f.verdict for f in document.findings] == [f.verdict for f in one.findings]
    assert document.inputs[0].path == "<document>/1"
    both = jurat.check([PLAN, OPEN, OPEN], policies=[POLICY])
    assert [each.path for each in both.inputs[1:]] == ["<document>/1", "<document>/2"]
    assert len(both.findings) == len(one.findings) + 2


def test_what_is_asked_for_is_what_is_judged() -> None:
    found = jurat.check(OPEN, policies=["s3/"], frameworks=["gdpr"], region="eu-central-1")
    assert {f.policy.partition("/")[0] for f in found.findings} == {"s3"}
    assert [each.framework.id for each in found.frameworks] == ["gdpr"]
    assert {f.subject.scope.region for f in found.findings} == {"eu-central-1"}


def test_parameters_of_policies_and_templates(tmp_path: Path) -> None:
    write(tmp_path, "pack/policies/own/named.rego", NAMED)
    text = f"Parameters: {{N: {{Type: String}}}}\n{bucket(BucketName='{Ref: N}')}"
    file = write(tmp_path, "t.yaml", text)
    pack = jurat.load_pack(tmp_path / "pack")

    def verdict(**given: Any) -> str:
        found = jurat.check(file, policies=["own/named"], packs=pack, **given)
        return str(found.findings[0].verdict)

    assert verdict() == "unknown"
    assert verdict(parameters={"N": "x-orders"}) == "pass"
    assert verdict(parameters={"N": "x-orders"}, params={"prefix": "x-"}) == "fail"
    assert verdict(parameters={"N": "x-orders"}, params={"own/named:prefix": "x-"}) == "fail"
    assert verdict(parameters={"N": "x-orders"}, params={"own/named:prefix": "y-"}) == "pass"
    again = jurat.check(file, policies=["own/named"], packs=[tmp_path / "pack"])
    assert [str(finding.verdict) for finding in again.findings] == ["unknown"]


@pytest.mark.parametrize(
    ("inputs", "given", "error", "why"),
    [
        ("nowhere.json", {}, jurat.InputError, "nowhere.json: cannot be read"),
        ({"a": 1}, {}, jurat.InputError, "<document>/1: not a Terraform plan"),
        ({"a": object()}, {}, jurat.InputError, "not JSON"),
        ({"a": float("nan")}, {}, jurat.InputError, "not JSON"),
        ("-", {}, jurat.UsageError, "standard input"),
        ([], {}, jurat.UsageError, "no input"),
        (3, {}, jurat.UsageError, "int: an input is"),
        (b"plan.json", {}, jurat.UsageError, "int: an input is"),
        (OPEN, {"policies": ["s3/lost"]}, jurat.UsageError, "s3/lost: no such policy"),
        (OPEN, {"frameworks": ["lost"]}, jurat.UsageError, "lost: no such framework"),
        (OPEN, {"params": {"lost": 1}}, jurat.UsageError, "lost: not a parameter"),
        (OPEN, {"packs": ["nowhere"]}, jurat.UsageError, "nowhere: no pack"),
    ],
)
def test_errors_are_of_jurat_and_of_one_line(
    inputs: Any, given: dict[str, Any], error: type[jurat.JuratError], why: str
) -> None:
    with pytest.raises(error, match=re.escape(why)) as caught:
        jurat.check(inputs, **given)
    assert isinstance(caught.value, jurat.JuratError)
    assert "\n" not in str(caught.value)


def test_a_broken_pack_is_an_error_with_its_file(tmp_path: Path) -> None:
    write(tmp_path, "policies/own/named.rego", "package x\n")
    with pytest.raises(jurat.PackError, match=r"own/named\.rego: the package must be"):
        jurat.load_pack(tmp_path)


def test_what_cannot_be_read_may_be_told_instead_of_raised() -> None:
    found = jurat.check([OPEN, "nowhere.json"], policies=[POLICY], partial=True)
    assert [error.kind for error in found.errors] == ["input"]
    assert found.findings
    assert not any(c.outcome == "pass" for f in found.frameworks for c in f.controls)


def test_nothing_judged_is_told() -> None:
    found = jurat.check({"Resources": {"Q": {"Type": "Custom::Thing"}}}, policies=[POLICY])
    assert found.judged_nothing
    assert not found.findings
    assert not any(c.outcome == "pass" for f in found.frameworks for c in f.controls)


def test_a_document_reads_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = write(tmp_path, "child.yaml", bucket(Tags="[]"))
    monkeypatch.chdir(tmp_path)
    parent = {
        "Resources": {
            "Child": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"TemplateURL": "./child.yaml"},
            }
        }
    }
    for url in ("./child.yaml", "../child.yaml", str(child)):
        parent["Resources"]["Child"]["Properties"] = {"TemplateURL": url}
        assert [each.type for each in jurat.read(parent).resources] == [
            "AWS::CloudFormation::Stack"
        ]
    write(tmp_path, "parent.json", json.dumps(parent).replace(str(child), "./child.yaml"))
    assert "AWS::S3::Bucket" in {each.type for each in jurat.read("parent.json").resources}


def test_an_assessment_is_rendered_in_every_format() -> None:
    found = jurat.check(TEMPLATE, policies=[POLICY])
    assert json.loads(jurat.render(found, "json"))["schema"] == "jurat/assessment/1"
    assert jurat.render(found, "junit").startswith("<?xml")
    assert json.loads(jurat.render(found, "sarif"))["version"] == "2.1.0"
    assert "FAIL" in jurat.render(found)
    assert jurat.render(found, passes=True) != jurat.render(found)
    with pytest.raises(jurat.UsageError, match="fish: no such format"):
        jurat.render(found, "fish")


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 4


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_of_the_documentation_runs(
    number: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Run each block by itself, in a folder with the files that the page speaks of."""
    (tmp_path / "plan.json").write_bytes(PLAN.read_bytes())
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/shop.yaml").write_bytes(TEMPLATE.read_bytes())
    write(tmp_path, "our-pack/policies/own/named.rego", NAMED)
    monkeypatch.chdir(tmp_path)
    exec(compile(EXAMPLES[number], f"docs/api.md[{number}]", "exec"), {})  # noqa: S102 - our own page


def test_the_documentation_names_every_function() -> None:
    page = (ROOT / "docs/api.md").read_text()
    for name in ("check", "read", "load_pack", "render"):
        assert f"jurat.{name}(" in page
