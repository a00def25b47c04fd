"""The JSON document of lint, described by ``lint.schema.json``: ASCII, one fault a line."""

from typing import Final

from jurat import __version__
from jurat.lint.fault import Fault, Report
from jurat.lint.rules import RULES, Level
from jurat.reporters.encoding import Row, encode, lines, members

SCHEMA: Final = "jurat/lint/1"


def render(report: Report, root: str) -> str:
    """Write all faults, suppressed ones too."""
    del root  # places stand as the user named the packs
    texts = {
        "schema": encode(SCHEMA),
        "jurat": encode({"version": __version__}),
        "packs": encode(report.packs),
        "policies": encode(report.policies),
        "counts": encode(_counts(report)),
        "faults": lines(map(_fault, report.faults)),
    }
    return members(texts) + "\n"


def _counts(report: Report) -> Row:
    return {
        "error": len(report.of(Level.ERROR)),
        "warning": len(report.of(Level.WARNING)),
        "suppressed": len(report.suppressed),
    }


def _fault(fault: Fault) -> Row:
    return {
        "rule": fault.rule,
        "severity": fault.level,
        "file": fault.place.file,
        "line": fault.place.line,
        "column": fault.place.column,
        "message": fault.message,
        "docs": RULES[fault.rule].anchor,
        "suppressed": fault.suppressed,
    }
