"""``docs/testing.md`` tells the truth."""

import json
import shlex
from pathlib import Path

import pytest
from tests.cli.conftest import Jurat
from tests.testing.conftest import bucket, write

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/testing.md").read_text()
PLAN = ROOT / "fixtures/estates/meridian/plan.json"


pytest_plugins = ("pytester",)


def block(language: str, containing: str = "") -> str:
    blocks = (text.partition("\n") for text in PAGE.split("```")[1::2])
    (found,) = (text for name, _, text in blocks if name == language and containing in text)
    return found


def test_its_commands_run(own: Path, jurat: Jurat) -> None:
    own.rename(own.parent / "my-pack")
    commands = [shlex.split(line, comments=True) for line in block("sh").splitlines()]
    assert len(commands) == 8
    for _, *arguments in commands:
        if "--watch" in arguments:
            continue
        named = any(argument.startswith("my-pack") for argument in arguments)
        folder = own.parent if named else own.parent / "my-pack"
        ran = jurat(*arguments, cwd=folder)
        assert ran.status == 0, ran.out + ran.err


def test_its_parameters_are_understood(own: Path, jurat: Jurat) -> None:
    write(own, "fixtures/own/named/fail-prefix-x.cfn.yaml", bucket(BucketName="x-orders"))
    text = block("yaml", "params.yaml").splitlines()
    write(own, "fixtures/own/named/params.yaml", "\n".join(text[:2]))
    assert jurat("test", cwd=own).status == 0
    write(own, "fixtures/own/named/params.yaml", "\n".join(text))
    ran = jurat("test", cwd=own)
    assert "params.yaml:3: '*-long.cfn.yaml' fits no fixture" in ran.err


def test_its_tests_pass(
    own: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    own.rename(pytester.path / "compliance")
    (pytester.path / "plan.json").write_bytes(PLAN.read_bytes())
    write(pytester.path, "tests/test_own.py", block("python"))
    write(pytester.path, "pyproject.toml", block("toml"))
    ran = pytester.runpytest_subprocess("-W", "error", "-p", "jurat.pytest_plugin")
    ran.assert_outcomes(passed=8)


def test_its_difference_is_what_is_shown(own: Path, jurat: Jurat) -> None:
    assert jurat("test", "--update", cwd=own).status == 0
    policy = own / "policies/own/named.rego"
    policy.write_text(policy.read_text().replace("the bucket has no name", "nobody named it"))
    assert block("", "-Bucket") in jurat("test", cwd=own).out


def test_its_broken_promise_is_what_is_shown(own: Path, jurat: Jurat) -> None:
    change = {"actions": ["create"], "after": {}, "after_unknown": {"bucket": True}}
    resource = {
        "address": "aws_s3_bucket.shop",
        "mode": "managed",
        "type": "aws_s3_bucket",
        "name": "shop",
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": change,
    }
    plan = {"format_version": "1.2", "resource_changes": [resource]}
    write(own, "fixtures/own/named/fail-shop.tfplan.json", json.dumps(plan))
    ran = jurat("test", cwd=own)
    assert block("", "fail-shop") in ran.out, ran.out
