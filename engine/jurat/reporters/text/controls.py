"""What the findings mean for each framework: its figures, and the controls that fail."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from jurat.model.control import (
    ControlResult,
    Framework,
    FrameworkResult,
    LinkResult,
    Outcome,
    PolicyResult,
)
from jurat.model.finding import Finding, Verdict
from jurat.reporters.qualified import breaks, qualify
from jurat.reporters.style import Style
from jurat.reporters.text.terminal import counted, heading, labelled, paint, safe, whole, wrap

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
    rows = [(_name(result.framework), _cells(result)) for result in frameworks]
    yield from heading(style, "CONTROLS")
    yield from _table(style, rows)
    column = max(len(name) for name, _ in rows) + 2
    for (name, _), result in zip(rows, frameworks, strict=True):
        yield from labelled(style, name, _edition(result.framework), 2, column)
    yield from (paint(style, line, "dim") for line in wrap(style, _MEANING, 2))


def _name(framework: Framework) -> str:
    """Return a name that leaves the table room: the id as people write it."""
    return safe(framework.id.replace("-", " ").upper(), 24)


def _edition(framework: Framework) -> str:
    title, edition = framework.title or framework.id, framework.edition
    name = title if edition in title else f"{title}, {edition}"
    return safe(name) + (" (draft)" if framework.draft else "")


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
    table = [("", *_COLUMNS), *((name, *cells) for name, cells in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    spare = style.width - 2 - sum(widths)
    gap = min(spare // len(_COLUMNS), 2)
    if gap < 1:
        for name, cells in rows:
            pairs = [f"{head} {cell}" for head, cell in zip(_COLUMNS, cells, strict=True)]
            yield from whole(style, [f"{name}: {pairs[0]}", *pairs[1:]], 2)
        return
    for name, *row in table:
        right = [f"{cell:>{gap + width}}" for cell, width in zip(row, widths[1:], strict=True)]
        yield f"  {name:<{widths[0]}}{''.join(right)}"


def failing(
    style: Style, frameworks: Iterable[FrameworkResult], findings: Iterable[Finding]
) -> Iterator[str]:
    """Write each failing control and the policies that fail it, with their failures.

    A row that is no unit is not counted: unless a policy fails it, it only repeats its parts.
    """
    failed = [
        result
        for result in _with(frameworks, Outcome.FAIL)
        if style.verbose or result.control.unit or any(map(_fails, result.links))
    ]
    if not failed:
        return
    yield from heading(style, f"FAILING  {counted(len(failed), 'control')}", "red")
    failures = Counter(f.policy for f in findings if f.verdict is Verdict.FAIL and not f.waiver)
    for result in failed:
        yield from wrap(style, _title(result), 2)
        by = [_policy(each, failures) for each in result.links if _fails(each)]
        yield from whole(style, by, 6) if by else wrap(style, _reasons(result), 6)


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


def _policy(result: LinkResult, failures: Mapping[str, int]) -> str:
    """Return a policy and how often it fails; the link counts findings of every verdict."""
    return f"{safe(result.link.policy)} ({counted(failures[result.link.policy], 'failure')})"


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
