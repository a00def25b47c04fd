"""What the findings mean for each framework: its figures, and the controls that fail."""

import math
from collections.abc import Iterable, Iterator, Sequence

from jurat.model.control import ControlResult, FrameworkResult, LinkResult, Outcome, PolicyResult
from jurat.reporters.qualified import breaks, qualify
from jurat.reporters.style import Style
from jurat.reporters.text.terminal import counted, heading, paint, safe, wrap

_COLUMNS = (
    "pass",
    "fail",
    "exception",
    "undetermined",
    "excluded",
    "conformity",
    "evaluated",
)
_MEANING = (
    "pass: the evidence meets the declared baseline. It does not mean compliance with the law. "
    "The conformity range reaches from what is shown to what is not refuted."
)


def figures(style: Style, frameworks: Sequence[FrameworkResult]) -> Iterator[str]:
    """Write one row a framework, or one paragraph where the terminal is too narrow."""
    if not frameworks:
        return
    rows = [(_name(result), _cells(result)) for result in frameworks]
    yield from heading(style, "CONTROLS")
    yield from _table(style, rows)
    yield from (paint(style, line, "dim") for line in wrap(style, _MEANING, 2))


def _name(result: FrameworkResult) -> str:
    edition = result.framework.edition
    title = result.framework.title or result.framework.id
    name = f"{title} {edition}" if edition and edition not in title else title
    return safe(name, 40) + (" (draft)" if result.framework.draft else "")


def _cells(result: FrameworkResult) -> tuple[str, ...]:
    numbers = result.numbers
    counts = (
        numbers.passed,
        numbers.failed,
        numbers.exception,
        numbers.undetermined,
        numbers.excluded,
    )
    low, high = numbers.conformity_low, numbers.conformity_high
    spread = "n/a" if low is None or high is None else f"{_floor(low)}-{_floor(high)} %"
    evaluated = "n/a" if numbers.evaluated is None else f"{_floor(numbers.evaluated)} %"
    return (*map(str, counts), spread, evaluated)


def _floor(percent: float) -> str:
    """Round down to a tenth, so that 99.96 never reads 100."""
    return f"{math.floor(percent * 10 + 1e-6) / 10:g}"


def _table(style: Style, rows: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    widths = [
        max(len(cell) for cell in (head, *(cells[column] for _, cells in rows)))
        for column, head in enumerate(_COLUMNS)
    ]
    widest = max(len(name) for name, _ in rows)
    if 2 + widest + sum(widths) + 2 * len(widths) > style.width:
        for name, cells in rows:
            pairs = ", ".join(f"{head} {cell}" for head, cell in zip(_COLUMNS, cells, strict=True))
            yield from wrap(style, f"{name}: {pairs}", 2)
        return
    for name, cells in (("", _COLUMNS), *rows):
        texts = (f"  {cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        yield f"  {name:<{widest}}{''.join(texts)}"


def failing(style: Style, frameworks: Iterable[FrameworkResult]) -> Iterator[str]:
    """Write each failing control and the policies that fail it."""
    failed = _with(frameworks, Outcome.FAIL)
    if failed:
        yield from heading(style, f"FAILING  {counted(len(failed), 'control')}", "red")
    for result in failed:
        yield from wrap(style, _title(result), 2)
        by = [_policy(each) for each in result.links if _fails(each)]
        yield from wrap(style, ", ".join(by) if by else _reasons(result), 6)


def _with(frameworks: Iterable[FrameworkResult], outcome: Outcome) -> list[ControlResult]:
    return [
        result
        for framework in frameworks
        for result in framework.controls
        if result.outcome is outcome
    ]


def _title(result: ControlResult) -> str:
    name = qualify(result.control.framework, result.control.id)
    return f"{safe(name)}  {safe(result.control.name, 120)}"


def _fails(result: LinkResult) -> bool:
    return result.result is PolicyResult.FAIL and breaks(result.link)


def _policy(result: LinkResult) -> str:
    return f"{safe(result.link.policy)} ({counted(result.findings, 'finding')})"


def _reasons(result: ControlResult) -> str:
    return "; ".join(map(safe, result.reasons)) or str(result.status)


def settled(style: Style, frameworks: Sequence[FrameworkResult]) -> Iterator[str]:
    """Write the controls that pass with their assurance, if the style asks for passes."""
    found = _with(frameworks, Outcome.PASS) if style.show_passes else []
    if found:
        yield from heading(style, f"PASSING  {counted(len(found), 'control')}", "green")
    for result in found:
        assured = f"{_title(result)}  ({result.status}, assurance: {safe(result.assurance)})"
        yield from wrap(style, assured, 2)


def unsettled(style: Style, frameworks: Sequence[FrameworkResult]) -> Iterator[str]:
    """Write the undetermined controls and what keeps each open, if the style is verbose."""
    found = _with(frameworks, Outcome.UNDETERMINED) if style.verbose else []
    if found:
        yield from heading(style, f"UNDETERMINED  {counted(len(found), 'control')}", "yellow")
    for result in found:
        yield from wrap(style, _title(result), 2)
        yield from wrap(style, _reasons(result), 6)
