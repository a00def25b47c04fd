"""An engine that answers many at once hears beforehand what it will be asked."""

import json
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.judge.conftest import policy_at

from jurat.judge.judgement import Bench
from jurat.judge.rehearsal import Rehearsal
from jurat.languages import Evaluator, Outcome, load
from jurat.languages.contract import Foresighted, Traits
from jurat.readers import read

BODY = """deny contains finding if {
	not input.resource.properties.BucketName
	finding := {"message": "no name", "at": ["BucketName"]}
}
"""


class Listening:
    """An evaluator that notes what it expects and what it is asked."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.traits: Traits = evaluator.traits
        self.expected: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self._evaluator = evaluator

    def expect(self, documents: Iterable[dict[str, Any]]) -> None:
        self.expected += documents

    def evaluate(self, document: dict[str, Any]) -> Outcome:
        self.asked.append(document)
        return self._evaluator.evaluate(document)


def test_each_resource_is_asked_about_as_announced(tmp_path: Path) -> None:
    names = [f"bucket-{n}" for n in range(200)]
    properties = [{"BucketName": name} for name in names] + [{}]
    resources = {
        f"B{n}": {"Type": "AWS::S3::Bucket", "Properties": each}
        for n, each in enumerate(properties)
    }
    template = tmp_path / "template.json"
    template.write_text(json.dumps({"Resources": resources}))
    file = tmp_path / "p.rego"
    file.write_text(f"package jurat.policies.try.p\n\n{BODY}")
    policy = replace(policy_at(file), id="try/p")
    evaluator = Listening(load(policy))
    assert isinstance(evaluator, Foresighted)
    bench = Bench(read([str(template)], BytesIO()).estate)
    case = bench.case(policy, evaluator)
    rehearsal = Rehearsal(bench, policy, evaluator, bench.estate.resources)
    announced = []
    for resource in bench.estate.resources:
        rehearsal.reach(resource)
        announced.append(len(evaluator.expected))
        case.findings(resource)
    assert announced == [128] * 128 + [201] * 73
    assert evaluator.expected == evaluator.asked
