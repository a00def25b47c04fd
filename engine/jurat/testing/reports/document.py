"""The JSON document: ASCII, one trial a line, the same bytes for the same pack."""

from dataclasses import asdict

from jurat.model import Finding, Read
from jurat.reporters.encoding import Row, encode, lines, members
from jurat.reporters.style import Style
from jurat.testing.report import Report
from jurat.testing.trials import Trial

SCHEMA = "jurat/test/1"


def render(report: Report, _style: Style) -> str:
    """Write the report as JSON; it looks the same in every style."""
    texts = {
        "schema": encode(SCHEMA),
        "jurat": encode({"version": report.version, "packs": _packs(report)}),
        "trials": lines(map(_trial, report.trials)),
        "untested": lines(report.untested),
        "coverage": encode(None) if report.exercises is None else lines(_coverage(report)),
        "errors": lines({"kind": "fixture", "message": each} for each in report.unusable),
    }
    return members(texts) + "\n"


def _packs(report: Report) -> Row:
    return {name: asdict(edition) for name, edition in sorted(report.packs.items())}


def _trial(trial: Trial) -> Row:
    return {
        "policy": trial.fixture.policy,
        "fixture": str(trial.fixture.file),
        "params": dict(trial.fixture.params),
        "expected": trial.fixture.expected,
        "found": trial.found,
        "kept": trial.kept,
        "unusable": trial.unusable,
        "differences": list(trial.differences),
        "findings": [_finding(finding) for finding in trial.findings],
    }


def _finding(finding: Finding) -> Row:
    return {
        "resource": finding.subject.address,
        "type": finding.subject.type,
        "verdict": finding.verdict,
        "message": finding.message,
        "at": finding.at,
        "reads": [_read(read) for read in finding.reads],
        "unknown": [asdict(gap) for gap in finding.gaps],
    }


def _read(read: Read) -> Row:
    row: Row = {"path": read.path, "state": read.state, "source": read.source}
    return row if read.state in {"absent", "sensitive"} else {**row, "value": read.value}


def _coverage(report: Report) -> list[Row]:
    wanting = {each.policy for each in report.wanting}
    return [
        {**asdict(each), "enough": each.policy not in wanting} for each in report.exercises or ()
    ]
