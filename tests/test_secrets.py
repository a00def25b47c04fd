"""A planted secret reaches no output, wherever it stands."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from jurat.assess import assess
from jurat.pack import Pack
from jurat.readers import read
from jurat.reporters.registry import NAMES, render
from jurat.reporters.style import Style

SECRET = "correct-horse-battery"  # noqa: S105 - planted on purpose
KEY_ID = "AKIAIOSFODNN7EXAMPLE"


def _change(address: str, after: dict[str, Any], sensitive: dict[str, Any]) -> dict[str, Any]:
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
            "after_unknown": {},
            "before_sensitive": False,
            "after_sensitive": sensitive,
        },
    }


def _plan() -> dict[str, Any]:
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "variables": {"db_password": {"value": SECRET}},
        "planned_values": {},
        "resource_changes": [
            _change(
                "aws_db_instance.orders",
                {"identifier": "orders", "engine": "postgres", "password": SECRET},
                {"password": True},
            ),
            _change(
                "aws_s3_bucket.exports",
                {"bucket": "exports", "tags": {"note": SECRET, "data-classification": SECRET}},
                {"tags": {"note": True}},
            ),
            _change(
                "aws_instance.web",
                {"ami": "ami-1", "user_data": f"#!/bin/sh\nexport TOKEN={SECRET} KEY={KEY_ID}"},
                {},
            ),
            _change(
                "aws_lambda_function.assistant",
                {
                    "function_name": "assistant",
                    "environment": [{"variables": {"API_TOKEN": SECRET, "OTHER": KEY_ID}}],
                },
                {},
            ),
        ],
        "configuration": {
            "provider_config": {"aws": {"name": "aws"}},
            "root_module": {"variables": {"db_password": {"sensitive": True}}},
        },
    }


@pytest.mark.parametrize("form", NAMES)
def test_no_secret_of_a_plan_is_shown(tmp_path: Path, pack: Pack, form: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(_plan()))
    assessment = assess(read([str(file)], BytesIO()), pack)
    assert assessment.findings
    text = render(form, assessment, Style(verbose=True, show_passes=True))
    assert SECRET not in text
    assert KEY_ID not in text


TEMPLATE = f"""
Parameters:
  Token: {{Type: String, NoEcho: true, Default: {SECRET}}}
Resources:
  Assistant:
    Type: AWS::Lambda::Function
    Properties:
      Environment: {{Variables: {{API_TOKEN: !Ref Token, OTHER: {KEY_ID}}}}}
  Orders:
    Type: AWS::RDS::DBInstance
    Properties: {{Engine: postgres, MasterUserPassword: !Ref Token}}
  Exports:
    Type: AWS::S3::Bucket
    Properties:
      Tags: [{{Key: note, Value: !Sub "x-${{Token}}"}}]
"""


@pytest.mark.parametrize("form", NAMES)
def test_no_secret_of_a_template_is_shown(tmp_path: Path, pack: Pack, form: str) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE)
    assessment = assess(read([str(file)], BytesIO()), pack)
    assert assessment.findings
    text = render(form, assessment, Style(verbose=True, show_passes=True))
    assert SECRET not in text
    assert KEY_ID not in text


@pytest.mark.parametrize("ahead", [280, 290, 300, 2000])
def test_no_half_of_a_secret_is_shown_where_a_value_is_cut(
    tmp_path: Path, pack: Pack, ahead: int
) -> None:
    plan = _plan()
    after = plan["resource_changes"][2]["change"]["after"]
    after["user_data"] = f"export DB_PASSWORD={SECRET}\n{'x' * ahead} {SECRET} {'y' * 400}"
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    assessment = assess(read([str(file)], BytesIO()), pack)
    assert any(r.path == "UserData" for f in assessment.findings for r in f.reads)
    for form in NAMES:
        text = render(form, assessment, Style(verbose=True, show_passes=True))
        assert SECRET[:9] not in text
