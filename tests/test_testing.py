"""Fixtures by name, and the worst of their verdicts."""

from pathlib import Path

import pytest

from jurat.model import Finding, Scope, Severity, Subject, Verdict
from jurat.testing import Fixture, fixtures, worst


@pytest.mark.parametrize(
    ("name", "promised"),
    [
        ("pass-private.cfn.yaml", [Verdict.PASS]),
        ("not-applicable-tcp.tfplan.json", [Verdict.NOT_APPLICABLE]),
        ("unknown-not-applicable.tfplan.json", [Verdict.UNKNOWN]),
        ("not-private.cfn.yaml", []),
        ("pass.cfn.yaml", []),
        ("passing-private.cfn.yaml", []),
    ],
)
def test_a_name_begins_with_its_promise(tmp_path: Path, name: str, promised: list[Verdict]) -> None:
    folder = tmp_path / "lb" / "tls_only"
    folder.mkdir(parents=True)
    (folder / name).touch()
    found = list(fixtures(tmp_path))
    assert [fixture.expected for fixture in found] == promised
    assert all(fixture.policy == "lb/tls_only" for fixture in found)


def test_the_home_of_a_fixture_is_the_folder_of_its_policy(tmp_path: Path) -> None:
    folder = tmp_path / "lb" / "tls_only"
    for name in ("pass-a.cfn.yaml", "deep/pass-b.cfn.yaml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    assert [fixture.home for fixture in fixtures(tmp_path)] == [folder, folder]
    assert Fixture("lb/tls_only", Path("x.json"), Verdict.PASS).home == Path()


def test_files_beside_the_folders_of_policies_are_no_fixtures(tmp_path: Path) -> None:
    (tmp_path / "estates").mkdir()
    (tmp_path / "estates" / "pass-shop.tfplan.json").touch()
    assert list(fixtures(tmp_path)) == []


def test_the_worst_verdict_is_the_one_that_counts() -> None:
    order = ["fail", "error", "unknown", "pass", "not-applicable"]
    findings = [_finding(Verdict(name)) for name in reversed(order)]
    while findings:
        assert worst(findings) == order.pop(0)
        findings.pop()
    assert worst(findings) is None


def _finding(verdict: Verdict) -> Finding:
    subject = Subject("aws_lb.shop", "AWS::ElasticLoadBalancingV2::LoadBalancer", Scope(), "plan")
    return Finding("lb/tls_only", verdict, Severity.HIGH, subject, "said")
