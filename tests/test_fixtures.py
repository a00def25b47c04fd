"""Every policy on every fixture: the file name is the promise.

This is the home of the bundled pack's promises. The plugin of pytest tests users' packs; here it
collects nothing, because ``testpaths`` leaves ``fixtures/`` out.
"""

from functools import cache
from pathlib import Path

import pytest

from jurat.model import Verdict
from jurat.pack import load_pack
from jurat.testing import Fixture, Trial, fixtures, run_fixture, run_fixtures

FOLDER = Path(__file__).resolve().parent.parent / "fixtures"
FIXTURES = list(fixtures(FOLDER))
PACK = load_pack()
POLICIES = {policy.id: policy for policy in PACK.policies}
ONE_OF_EACH = {
    (fixture.policy, fixture.expected, fixture.file.name.partition(".")[2]): fixture
    for fixture in FIXTURES
}


@cache
def trials(policy: str) -> dict[Path, Trial]:
    group = [fixture for fixture in FIXTURES if fixture.policy == policy]
    return {trial.fixture.file: trial for trial in run_fixtures(PACK, group)}


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda f: str(f.file.relative_to(FOLDER)))
def test_fixture_keeps_its_promise_with_evidence(fixture: Fixture) -> None:
    trial = trials(fixture.policy)[fixture.file]
    said = [(f.subject.address, str(f.verdict), f.message) for f in trial.findings]
    assert trial.unusable is None
    assert trial.found is not None, "nothing was judged"
    assert trial.kept, f"{fixture.expected} promised, {trial.found} found: {said}"
    policy = POLICIES[fixture.policy]
    for finding in trial.findings:
        assert finding.policy == fixture.policy
        assert finding.message
        assert finding.fingerprint
        assert finding.verdict is not Verdict.UNKNOWN or finding.gaps
        excused = finding.verdict is Verdict.NOT_APPLICABLE or policy.related
        assert finding.reads or finding.gaps or excused


@pytest.mark.parametrize("fixture", list(ONE_OF_EACH.values())[::6], ids=lambda f: f.file.name)
def test_the_quick_way_finds_what_the_judge_finds(fixture: Fixture) -> None:
    again = run_fixture(PACK, POLICIES[fixture.policy], fixture)
    assert trials(fixture.policy)[fixture.file] == again
