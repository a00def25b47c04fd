"""The whole pack on all fixtures, by the embedded engine and by a genuine OPA: no difference."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from tests.languages.conftest import WrittenPolicy

from jurat.judge.judgement import Bench
from jurat.languages import Evaluator, Outcome, load
from jurat.languages.contract import Traits
from jurat.languages.opa.engine import OpaEngine
from jurat.model import Finding, Policy, Resource
from jurat.pack import Pack
from jurat.readers import read
from jurat.testing import fixtures


class Listening:
    """The embedded engine, with a note of each document it is asked about."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.documents: list[dict[str, Any]] = []
        self._evaluator = evaluator

    @property
    def traits(self) -> Traits:
        return self._evaluator.traits

    def evaluate(self, document: dict[str, Any]) -> Outcome:
        self.documents.append(document)
        return self._evaluator.evaluate(document)


def benches(root: Path) -> Iterator[Bench]:
    """Yield every fixture, whichever policy it was made for, and the whole estates."""
    files = [fixture.file for fixture in fixtures(root / "fixtures")]
    files += sorted((root / "fixtures" / "estates").glob("*/*.*"))
    for file in files:
        yield Bench(read([str(file)], BytesIO()).estate)


def applicable(bench: Bench, policy: Policy) -> list[Resource]:
    every = "*" in policy.applies_to
    return [r for r in bench.estate.resources if every or r.type in policy.applies_to]


def findings(
    each: Sequence[Bench], policy: Policy, evaluator: Evaluator
) -> dict[tuple[int, int], tuple[Finding, ...]]:
    return {
        (number, place): case.findings(resource)
        for number, bench in enumerate(each)
        if (resources := applicable(bench, policy))
        for case in [bench.case(policy, evaluator)]
        for place, resource in enumerate(resources)
    }


def test_both_engines_say_the_same_of_all_fixtures(root: Path, pack: Pack, opa: OpaEngine) -> None:
    each = list(benches(root))
    policies = [policy for policy in pack.policies if policy.language == "rego"]
    compared, differences = 0, []
    for policy in policies:
        embedded = Listening(load(policy, pack.library))
        expected = findings(each, policy, embedded)
        evaluator = opa.evaluator(policy, pack.library)
        evaluator.expect(embedded.documents)
        found = findings(each, policy, evaluator)
        compared += len(found)
        differences += [
            (policy.id, one, found[key]) for key, one in expected.items() if one != found[key]
        ]
    ids = {policy.id for policy in policies}
    made_for_rego = sum(fixture.policy in ids for fixture in fixtures(root / "fixtures"))
    print(f"{compared} verdicts of {len(ids)} policies compared")  # noqa: T201 - shown by -rP
    assert differences == []
    assert compared >= made_for_rego > 0


def generated(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "benchmarks" / "differential.py"), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_generated_documents_of_any_number_are_compared(opa_program: str, root: Path) -> None:
    assert opa_program
    done = generated(root, "--verdicts", "100", "--policy", "cloudfront/tls", "--seed", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "100 verdicts compared, no difference" in done.stdout


@pytest.mark.parametrize(
    "body",
    [
        # A call on what may be absent, under `not`.
        'deny contains {"message": "m"} if not startswith(input.resource.properties.Name, "a")',
        # A head that is undefined for one element.
        "names contains tag.Key if some tag in input.resource.properties.Tags\n\n"
        'deny contains {"message": "m"} if not "a" in names',
        # A loop over what is no collection.
        'deny contains {"message": "m"} if some "a" in input.resource.properties.Tags',
    ],
)
def test_a_policy_that_is_not_portable_is_found(
    opa_program: str, root: Path, write: WrittenPolicy, tmp_path: Path, body: str
) -> None:
    assert opa_program
    policy = write(body)
    done = generated(root, "--verdicts", "2000", "--policy", policy.id, "--pack", str(tmp_path))
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.startswith(f"DIFFERENCE in {policy.id}\n")
    assert "Traceback" not in done.stderr
