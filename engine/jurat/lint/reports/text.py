"""Lint for people and editors: one fault a line, as compilers write them."""

from jurat.lint.fault import Fault, Report
from jurat.lint.rules import Level


def render(report: Report, root: str) -> str:
    """Write what is not suppressed, and a last line that counts."""
    del root  # places stand as the user named the packs
    shown = [fault for fault in report.faults if fault.suppressed is None]
    return "".join(f"{line}\n" for line in (*map(_line, shown), _summary(report)))


def _line(fault: Fault) -> str:
    place = fault.place
    column = "" if place.column is None else f":{place.column}"
    text = f"{place}{column}: {fault.level}: {fault.message} [{fault.rule}]"
    return "".join(c if c.isprintable() else " " for c in text)


def _summary(report: Report) -> str:
    errors, warnings = (len(report.of(level)) for level in (Level.ERROR, Level.WARNING))
    policies = _count(report.policies, "policy", "policies")
    silent = len(report.suppressed)
    aside = f", {silent} suppressed" if silent else ""
    if not errors and not warnings:
        return f"clean: no faults in {policies}{aside}"
    found = f"{_count(errors, 'error', 'errors')}, {_count(warnings, 'warning', 'warnings')}"
    return f"{found} in {policies}{aside}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
