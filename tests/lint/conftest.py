"""A pack in order, in which one thing at a time is made wrong."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from jurat.lint import Report, lint, linting
from jurat.lint.rego import parsing

HEAD = """\
# METADATA
# title: Buckets have a colour
# description: Without a colour nobody finds them again.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html
# custom:
#   severity: high
#   applies_to: ["AWS::S3::Bucket"]
#   remediation: Give it a colour.
#   params: {wanted: red}
#   related:
#     policies: {types: ["AWS::S3::BucketPolicy"], where: Bucket}
package jurat.policies.own.colour
"""
BODY = """
bucket := input.resource.properties

deny contains finding if {
	bucket.BucketName != input.params.wanted
	count(input.related.policies) == 0
	finding := {"message": "it has no colour", "at": ["BucketName"]}
}
"""
PYTHON = '''\
"""Buckets."""

from jurat.policy import Failure, policy


@policy(
    title="Buckets have a shape",
    severity="high",
    applies_to=["AWS::S3::Bucket"],
    related={"policies": {"types": ["AWS::S3::BucketPolicy"], "where": "Bucket"}},
    params={"wanted": "round"},
    remediation="Give it a shape.",
    references=["https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html"],
)
def shape(subject):
    """Without a shape nobody can stack them."""
    bucket = subject.resource.properties
    if bucket.get("BucketName") != subject.params["wanted"] and not subject.related["policies"]:
        yield Failure("it has no shape", at="BucketName")
'''
LINKS = "policy,control,relationship,role,rationale\n"
ROWS = (
    "own/colour,R.1,subset-of,primary,a bucket with a colour is found again\n"
    "own/shape,R.1,subset-of,primary,a bucket with a shape is stacked in order\n"
)
CONTROLS = """\
id,parent,level,group,title,summary,evidence,responsibility,unit,hook,note
R,,section,order,Order,,partial,customer,0,,
R.1,R,rule,order,Names tell owners,,automated,customer,1,tell owners,
R.2,R,rule,order,People are told,,manual,customer,1,tell people,
R.9,R,rule,order,Scope,,none,customer,0,,
"""
FRAMEWORK = """\
id: rules
title: House rules
edition: 2026
source: https://example.org/rules
licence: ours
draft: true
about: Three rules.
"""
SOUND: Mapping[str, str] = {
    "policies/own/colour.rego": HEAD + BODY,
    "policies/own/shape.py": PYTHON,
    "fixtures/own/colour/pass-red.cfn.yaml": "{}",
    "fixtures/own/colour/fail-blue.cfn.yaml": "{}",
    "fixtures/own/colour/unknown-parameter.cfn.yaml": "{}",
    "fixtures/own/shape/pass-round.iam.json": "{}",
    "fixtures/own/shape/fail-square.iam.json": "{}",
    "mappings/rules/framework.yaml": FRAMEWORK,
    "mappings/rules/controls.csv": CONTROLS,
    "mappings/rules/rollups.csv": "child,parent\nR.1,R\n",
    "mappings/rules/links.csv": LINKS + ROWS,
}

Linted = Callable[..., Report]


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parse in this process, and do not load the clean pack at last: many tests are to be fast."""
    linting._outline()
    monkeypatch.setattr(linting, "load_pack", lambda _: None)
    monkeypatch.setattr(parsing, "run", lambda plan: [[_parsed(job) for job in plan.tasks[0][1]]])


def _parsed(job: parsing.Job) -> parsing.Parsed:
    return parsing._syntax_tree(job)


@pytest.fixture
def linted(tmp_path: Path) -> Linted:
    """Lint the sound pack with files replaced, added or, by ``None``, left out."""

    def run(changed: Mapping[str, str | bytes | None] | None = None) -> Report:
        root = tmp_path / "pack"
        for name, text in {**SOUND, **(changed or {})}.items():
            if text is not None:
                file = root / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return lint([root])

    return run
