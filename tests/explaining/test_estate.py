"""A whole estate, in every format: explanations agree with what a check reports."""

from io import BytesIO
from pathlib import Path

import pytest

from jurat.assess import Options, assess
from jurat.explaining.case import explain_case
from jurat.explaining.explanation import CaseExplained, Reached, Run
from jurat.judge import Settings
from jurat.model import Verdict
from jurat.pack import Pack
from jurat.readers import read

FILES = ("plan.json", "template.yaml", "account.json")


def cases(file: Path, pack: Pack) -> dict[tuple[str, Verdict], CaseExplained]:
    """Explain one finding of each verdict in each language, and check the verdict."""
    reading = read([str(file)], BytesIO())
    by_id = {policy.id: policy for policy in pack.policies}
    found: dict[tuple[str, Verdict], CaseExplained] = {}
    for finding in assess(reading, pack, Options(frameworks=("gdpr",))).findings:
        policy = by_id[finding.policy]
        if (policy.language, finding.verdict) in found or policy.quantifier.by_scope:
            continue
        (number,) = (
            number
            for number, resource in enumerate(reading.estate.resources)
            if (resource.address, resource.type) == (finding.subject.address, finding.subject.type)
        )
        case = explain_case(reading.estate, policy, number, Settings(library=pack.library))
        assert case.verdict is finding.verdict
        assert finding in case.findings
        found[policy.language, finding.verdict] = case
    return found


@pytest.mark.parametrize("name", FILES)
def test_explanations_agree_with_the_check(root: Path, pack: Pack, name: str) -> None:
    found = cases(root / "fixtures/estates/meridian" / name, pack)
    assert len(found) >= 4
    for (language, _), case in found.items():
        assert case.parts
        assert case.runs
        for run in case.runs:
            assert run.trace.blocks
            assert _fails(run, language) is (run.verdict is Verdict.FAIL)


def _fails(run: Run, language: str) -> bool:
    """Tell whether a trace shows a failure: a ``deny`` that holds, or a line that yields one."""
    if language == "rego":
        denies = [block for block in run.trace.blocks if block.name.startswith("deny")]
        return any(block.reached is Reached.HELD for block in denies)
    notes = [line.note for block in run.trace.blocks for line in block.lines]
    return any("yields Failure" in n and "not passed on" not in n for n in notes)
