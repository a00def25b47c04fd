"""Lint as SARIF 2.1.0, for code hosts and editors."""

from jurat import __version__
from jurat.lint.fault import Fault, Report
from jurat.lint.rules import RULES, Rule
from jurat.reporters.encoding import Row, encode, lines, members
from jurat.reporters.sarif.log import SCHEMA, VERSION
from jurat.reporters.sarif.places import physical, text

_INDEX = {name: position for position, name in enumerate(RULES)}


def render(report: Report, root: str) -> str:
    """Write one run with every rule and all faults; suppressed ones say why."""
    driver = {"name": "jurat", "version": __version__, "rules": list(map(_rule, RULES.values()))}
    run = {
        "tool": encode({"driver": driver}),
        "invocations": encode([{"executionSuccessful": True}]),
        "originalUriBaseIds": encode({"%SRCROOT%": {"description": text("the current folder")}}),
        "results": lines(_result(fault, root) for fault in report.faults),
        "columnKind": encode("unicodeCodePoints"),
    }
    log = {"$schema": encode(SCHEMA), "version": encode(VERSION), "runs": f"[{members(run)}]"}
    return members(log) + "\n"


def _rule(rule: Rule) -> Row:
    return {
        "id": rule.id,
        "shortDescription": text(rule.demand),
        "help": text(f"{rule.demand} See {rule.anchor}."),
        "defaultConfiguration": {"level": rule.level},
    }


def _result(fault: Fault, root: str) -> Row:
    row: Row = {
        "ruleId": fault.rule,
        "ruleIndex": _INDEX[fault.rule],
        "kind": "fail",
        "level": fault.level,
        "message": text(fault.message),
        "locations": [physical(fault.place, root)],
    }
    if fault.suppressed is not None:
        row["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": fault.suppressed}
        ]
    return row
