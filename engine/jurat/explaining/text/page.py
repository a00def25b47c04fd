"""The whole page."""

from collections.abc import Iterator, Sequence

from jurat.explaining.explanation import Explanation
from jurat.explaining.text.case import case
from jurat.explaining.text.control import control
from jurat.model import Finding
from jurat.reporters.style import Style
from jurat.reporters.text.terminal import counted, first, heading, page, safe, stacked

_MOST = 20


def render(explanation: Explanation, style: Style | None = None) -> str:
    """Write an explanation for a person."""
    text = page(_lines(explanation, style or Style()))
    return text.removeprefix("\n")


def _lines(explanation: Explanation, style: Style) -> Iterator[str]:
    for each in explanation.cases:
        yield from case(style, each)
    for explained in explanation.controls:
        yield from control(style, explained)
    yield from _others(style, explanation.others)


def _others(style: Style, findings: Sequence[Finding]) -> Iterator[str]:
    """Name the resources that were not explained in full, worst first."""
    if not findings:
        return
    subjects = len({finding.subject for finding in findings})
    text = f"ELSEWHERE  {counted(subjects, 'resource')} more; explain one with --resource"
    yield from heading(style, text)
    items = [
        f"{finding.verdict}  {safe(finding.subject.address)}: {safe(finding.message)}"
        for finding in findings
    ]
    yield from stacked(style, first(style, items, _MOST), 2)
