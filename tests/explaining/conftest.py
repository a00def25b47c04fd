import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from jurat.explaining import Explanation, Question, explain
from jurat.explaining.explanation import Block, CaseExplained, Run
from jurat.languages import describe
from jurat.model import Policy
from jurat.pack import Pack
from jurat.readers import Hints, read

Ask = Callable[..., Explanation]
ONE = "own/one"

REGO_HEAD = """
# METADATA
# title: The bucket is in order
# description: It has to be.
# custom:
#   severity: high
#   applies_to: ["AWS::S3::Bucket"]
#   remediation: Put it in order.
{more}package jurat.policies.own.one

"""
PYTHON_HEAD = '''
from collections.abc import Iterator
from jurat.policy import Failure, NotApplicable, Undecided, policy

@policy(
    title="The bucket is in order",
    severity="high",
    applies_to=["AWS::S3::Bucket"],
    remediation="Put it in order.",
    {more}
)
def one(subject):
    """It has to be."""
'''


def template(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A template with one bucket, named B, among what else is given."""
    resources = {"B": {"Type": "AWS::S3::Bucket", "Properties": properties}}
    resources |= more.pop("Resources", {})
    return {"Resources": resources, **more}


@pytest.fixture
def ask(tmp_path: Path, pack: Pack) -> Ask:
    """Ask about one policy, written in Rego or Python, on one template."""

    def do(
        document: dict[str, Any],
        *,
        rego: str | None = None,
        python: str | None = None,
        more: str = "",
        resource: str | None = "B",
        name: str = ONE,
        **hints: Any,
    ) -> Explanation:
        policy = _policy(tmp_path, rego, python, more)
        file = tmp_path / "template.json"
        file.write_text(json.dumps(document, indent=1))
        own = replace(pack, policies=(policy,), frameworks=())
        reading = read([str(file)], BytesIO(), Hints(**hints))
        assert not reading.failures
        return explain(reading, own, Question(name, resource))

    return do


def _policy(folder: Path, rego: str | None, python: str | None, more: str) -> Policy:
    file = folder / ("one.py" if rego is None else "one.rego")
    if rego is None:
        body = "".join(f"    {line}\n" for line in (python or "").strip("\n").splitlines())
        file.write_text(PYTHON_HEAD.format(more=more) + body)
    else:
        file.write_text(REGO_HEAD.format(more=more) + rego)
    return describe(file, ONE, str(file))


def only_case(explanation: Explanation) -> CaseExplained:
    (case,) = explanation.cases
    return case


def only_run(case: CaseExplained) -> Run:
    (run,) = case.runs
    return run


def shape(block: Block) -> list[tuple[str, str]]:
    """The lines of a block with what became of them."""
    return [(line.text, str(line.reached)) for line in block.lines]
