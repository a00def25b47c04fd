"""The report for the author of a policy: broken promises with all that led to them."""

from collections.abc import Iterator, Sequence

from jurat.model import Finding, Gap, Read, Verdict
from jurat.reporters.style import Style
from jurat.reporters.text.subject import own, title
from jurat.reporters.text.terminal import (
    brief,
    counted,
    first,
    heading,
    itemized,
    labelled,
    listed,
    page,
    paint,
    safe,
    wrap,
)
from jurat.testing.exercise import Exercise
from jurat.testing.report import Report
from jurat.testing.trials import Trial

_READS = 12
_LONGEST_VALUE = 70
_LISTED = 40
_COLOURS = {
    Verdict.FAIL: "red",
    Verdict.ERROR: "magenta",
    Verdict.UNKNOWN: "yellow",
    Verdict.PASS: "green",
    Verdict.NOT_APPLICABLE: "cyan",
}

_MARKS = {"-": "red", "+": "green"}
"""What was expected, and what was found instead."""


def render(report: Report, style: Style) -> str:
    """Write the report for a person: what is broken, what is left out, and the counts."""
    return page(_lines(report, style))


def explain(trial: Trial, style: Style) -> str:
    """Write what became of one trial, in short on the first line."""
    return "\n".join([_headline(trial), *_trial(style, trial)])


def _headline(trial: Trial) -> str:
    if trial.unusable is not None:
        return "the fixture cannot be used"
    if trial.differences and trial.found is trial.fixture.expected:
        return f"{trial.found} as promised, but not as pinned"
    found = "nothing was judged" if trial.found is None else f"{trial.found} found"
    return f"{trial.fixture.expected} promised, {found}"


def _lines(report: Report, style: Style) -> Iterator[str]:
    if report.broken:
        text = f"BROKEN  {counted(len(report.broken), 'promise')}"
        yield from heading(style, text, "red")
        for trial in report.broken:
            yield ""
            yield paint(style, safe(str(trial.fixture.file)), "bold")
            yield from _trial(style, trial)
    if report.unusable:
        yield from heading(style, f"NOT USED  {counted(len(report.unusable), 'file')}", "red")
        for problem in first(style, [safe(each) for each in report.unusable], _LISTED):
            yield from wrap(style, problem, 2)
    if report.untested:
        number = counted(len(report.untested), "policy")
        yield from heading(style, f"WITHOUT FIXTURES  {number}", "yellow")
        for policy in first(style, [safe(each) for each in report.untested], _LISTED):
            yield f"  {policy}"
    if report.exercises is not None:
        yield from _exercises(style, report, report.exercises)
    yield ""
    good = not (report.broken or report.unusable or report.wanting) and report.trials
    yield paint(style, _summary(report), "bold", "green" if good else "red")


def _trial(style: Style, trial: Trial) -> Iterator[str]:
    """Write what was expected and what was found, with the evidence for it."""
    fixture, found = trial.fixture, trial.found
    if trial.unusable is not None:
        yield from wrap(style, safe(trial.unusable), 2)
        return
    said = "nothing was judged" if found is None else str(found)
    colour = "red" if found is None else _COLOURS[found]
    yield from labelled(style, "expected", paint(style, str(fixture.expected), "bold"), 2)
    yield from labelled(style, "found", paint(style, said, "bold", colour), 2)
    if fixture.params:
        values = [f"{safe(k)} = {brief(v, _LONGEST_VALUE)}" for k, v in fixture.params.items()]
        yield from itemized(style, "params", values, 2)
    for line in trial.differences:
        yield paint(style, f"    {_difference(line)}", _MARKS.get(line[:1], "dim"))
    if found is not fixture.expected:
        for finding in trial.findings:
            yield from _finding(style, finding)


def _difference(line: str) -> str:
    """Keep the mark and the indent of a line of difference, and what a terminal obeys out of it."""
    body = line[1:].lstrip(" ") if line[:1] in {*_MARKS, " "} else line
    return line[: len(line) - len(body)] + safe(body)


def _finding(style: Style, finding: Finding) -> Iterator[str]:
    yield from (f"  {line}" for line in title(style, finding.subject))
    verdict = paint(style, f"{finding.verdict!s:<9}", _COLOURS[finding.verdict])
    head, *rest = wrap(style, safe(finding.message), 14)
    yield f"    {verdict} {head.lstrip()}"
    yield from rest
    if finding.at:
        yield from labelled(style, "at", safe(finding.at), 4)
    yield from _reads(style, finding)
    gaps = [_gap(finding, gap) for gap in finding.gaps]
    yield from itemized(style, "unknown", gaps, 4)


def _reads(style: Style, finding: Finding) -> Iterator[str]:
    most = len(finding.reads) if style.verbose else _READS
    texts = [_read(finding, read) for read in finding.reads[:most]]
    if rest := len(finding.reads) - len(texts):
        texts.append(f"and {rest} more")
    yield from itemized(style, "read", texts, 4)


def _read(finding: Finding, read: Read) -> str:
    """Return path and value or state, then the source's own name for it."""
    path = safe(own(finding.subject, read.path)) or "(everything)"
    if read.state in {"absent", "sensitive", "unknown"}:
        text = f"{path}: ({read.state})"
    else:
        state = "" if read.state == "known" else f" ({read.state})"
        text = f"{path} = {brief(read.value, _LONGEST_VALUE)}{state}"
    source = safe(own(finding.subject, read.source or ""))
    return f"{text}  <- {source}" if source and source != path else text


def _gap(finding: Finding, gap: Gap) -> str:
    path = safe(own(finding.subject, gap.path))
    return f"{path}: {safe(gap.why)}" if path else safe(gap.why)


def _exercises(style: Style, report: Report, exercises: Sequence[Exercise]) -> Iterator[str]:
    """Write what fixtures leave out of each policy."""
    yield from heading(style, f"COVERAGE  {counted(len(exercises), 'policy')}")
    wanting = {each.policy for each in report.wanting}
    for each in exercises:
        if each.complete and not style.verbose:
            continue
        share = "lines not counted" if each.percent is None else f"{each.percent:g} %"
        colours = ("bold", "red") if each.policy in wanting else ("bold",)
        yield f"  {paint(style, safe(each.policy), *colours)}  {share}"
        for label, items in _left_out(each):
            yield from listed(style, label, first(style, items, _LISTED), 4)
        for message in each.unsaid:
            yield from labelled(style, "unsaid", safe(message), 4)
    rest = sum(each.complete for each in exercises)
    if rest and not style.verbose:
        yield f"  {counted(rest, 'policy')} with nothing left out"


def _left_out(each: Exercise) -> Iterator[tuple[str, list[str]]]:
    unread = [f"{safe(name)} (never read)" for name in each.unread]
    default = [f"{safe(name)} (only its default)" for name in each.unchanged]
    for label, items in (
        ("lines", ranges(each.lines)),
        ("branches", [str(line) for line in each.branches]),
        ("params", [*unread, *default]),
        ("related", [f"{safe(name)} (never anything in it)" for name in each.unrelated]),
    ):
        if items:
            yield label, items


def ranges(lines: Sequence[int]) -> list[str]:
    """Return line numbers with runs of them joined: ``3``, ``7-9``."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]


def _summary(report: Report) -> str:
    if not report.trials:
        return "nothing was run"
    policies = len({trial.fixture.policy for trial in report.trials})
    kept = sum(trial.kept for trial in report.trials)
    parts = [f"{kept} of {counted(len(report.trials), 'promise')} kept"]
    if report.unusable:
        parts.append(f"{counted(len(report.unusable), 'file')} not used")
    if report.untested:
        parts.append(f"{counted(len(report.untested), 'policy')} without fixtures")
    if report.wanting:
        parts.append(f"{counted(len(report.wanting), 'policy')} below {report.least:g} %")
    return f"{', '.join(parts)}; {counted(policies, 'policy')} tested"
