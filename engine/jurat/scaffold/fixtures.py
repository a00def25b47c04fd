"""Fixtures made up from the tables: the least that each format needs to show an example."""

import json
from collections.abc import Sequence
from typing import Any

import yaml

from jurat.model import Verdict
from jurat.scaffold.account import account
from jurat.scaffold.example import Example
from jurat.scaffold.form import Form
from jurat.scaffold.plan import plan


def fixture(example: Example, form: Form, verdict: Verdict) -> str | None:
    """Return the text of a fixture for one of three verdicts; ``None`` if the format has none.

    Where it is unknown, a plan knows the value after the apply, a template leaves it to a condition
    that nobody decides, and live JSON has not collected it.
    """
    if form is Form.TFPLAN:
        return as_json(plan(example, verdict))
    if form is Form.CFN:
        return as_yaml(_template(example, verdict))
    document = account(example.type, example.path[0], example.canonical(verdict), verdict)
    return None if document is None else as_json(document)


def as_json(document: Any) -> str:
    """Write JSON as the fixtures of a pack are written."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def as_yaml(document: Any, dumper: type[yaml.CSafeDumper] = yaml.CSafeDumper) -> str:
    """Write YAML in the order of the document."""
    text = yaml.dump(document, Dumper=dumper, sort_keys=False, allow_unicode=True, width=100)
    return str(text)


def _template(example: Example, verdict: Verdict) -> dict[str, Any]:
    accepted, refused = (example.canonical(each) for each in (Verdict.PASS, Verdict.FAIL))
    if verdict is not Verdict.UNKNOWN:
        value = accepted if verdict is Verdict.PASS else refused
        return {"Resources": {"Example": _resource(example, value)}}
    other = {"Ref": "AWS::NoValue"} if refused is None else refused
    return {
        "Parameters": {"Stage": {"Type": "String"}},
        "Conditions": {"IsLive": {"Fn::Equals": [{"Ref": "Stage"}, "live"]}},
        "Resources": {"Example": _resource(example, {"Fn::If": ["IsLive", accepted, other]})},
    }


def _resource(example: Example, value: Any) -> dict[str, Any]:
    kind = {"Type": example.type}
    return kind if value is None else {**kind, "Properties": _nested(example.rule.target, value)}


def _nested(steps: Sequence[str], value: Any) -> Any:
    """Put a value at the end of a canonical path; ``[]`` is a list of one."""
    for step in reversed(steps):
        value = [value] if step == "[]" else {step: value}
    return value
