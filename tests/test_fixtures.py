"""Every policy on every fixture: the file name is the promise."""

from pathlib import Path

import pytest

from jurat.model import Verdict
from jurat.pack import Pack
from jurat.testing import Fixture, fixtures, run_fixture

FOLDER = Path(__file__).resolve().parent.parent / "fixtures"
FIXTURES = list(fixtures(FOLDER))


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda f: str(f.file.relative_to(FOLDER)))
def test_fixture_keeps_its_promise(fixture: Fixture, pack: Pack) -> None:
    policy = next(item for item in pack.policies if item.id == fixture.policy)
    trial = run_fixture(pack, policy, fixture)
    said = [(f.subject.address, str(f.verdict), f.message) for f in trial.findings]
    assert trial.found is not None, "nothing was judged"
    assert trial.kept, f"{fixture.expected} promised, {trial.found} found: {said}"
    assert all(finding.policy == policy.id for finding in trial.findings)


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda f: str(f.file.relative_to(FOLDER)))
def test_a_finding_carries_its_evidence(fixture: Fixture, pack: Pack) -> None:
    policy = next(item for item in pack.policies if item.id == fixture.policy)
    for finding in run_fixture(pack, policy, fixture).findings:
        assert finding.message
        assert finding.fingerprint
        assert finding.verdict is not Verdict.UNKNOWN or finding.gaps
        excused = finding.verdict is Verdict.NOT_APPLICABLE or policy.related
        assert finding.reads or finding.gaps or excused
