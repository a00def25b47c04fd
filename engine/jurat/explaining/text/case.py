"""One policy on one resource: verdict, reason, trace, values, relatives."""

from collections.abc import Collection, Iterator, Sequence

from jurat.explaining.explanation import CaseExplained, Decisive, Doubt, Relatives, Run
from jurat.explaining.text.trace import trace
from jurat.model import Finding, Read, Severity, Subject, Verdict
from jurat.reporters.style import Style
from jurat.reporters.text.evidence import at, shown_read
from jurat.reporters.text.subject import own, title
from jurat.reporters.text.terminal import (
    brief,
    counted,
    heading,
    labelled,
    listed,
    paint,
    safe,
    wrap,
)

COLOURS = {
    Verdict.FAIL: "red",
    Verdict.ERROR: "red",
    Verdict.UNKNOWN: "yellow",
    Verdict.PASS: "green",
    Verdict.NOT_APPLICABLE: "cyan",
}
_SEVERITIES = {
    Severity.CRITICAL: "magenta",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
}
_MOST_ASSUMED = 8
_LONGEST = 120
"""Characters of a value in words that are shown."""
_MOST_READ = 20


def case(style: Style, explained: CaseExplained) -> Iterator[str]:
    """Write one case, the answer first."""
    yield from heading(
        style,
        f"{_shout(explained.verdict)}  {safe(explained.policy.id)}",
        COLOURS[explained.verdict],
    )
    yield from wrap(style, safe(explained.policy.title), 2)
    yield ""
    yield from title(style, explained.subject)
    yield from _findings(style, explained)
    if explained.note:
        yield from labelled(style, "note", safe(explained.note), 2)
    if explained.doubt is not None:
        yield from _doubt(style, explained.doubt)
    yield from _runs(style, explained)
    yield from _values(style, explained)
    yield from _relatives(style, explained.relatives)
    yield from _elsewhere(style, explained)
    yield from _params(style, explained)


def _shout(verdict: Verdict) -> str:
    return verdict.upper().replace("-", " ")


def _findings(style: Style, explained: CaseExplained) -> Iterator[str]:
    for finding in explained.findings:
        colour = _SEVERITIES[finding.severity]
        severity = f"{finding.severity.upper():<9}" if _is_bad(finding) else " " * 9
        first, *rest = wrap(style, safe(finding.message), 12) or [""]
        yield f"  {paint(style, severity, 'bold', colour)} {first[12:]}"
        yield from rest
        if finding.at:
            yield from labelled(style, "at", at(finding), 12)
        if finding.waiver is not None:
            yield from labelled(style, "waived", safe(finding.waiver.reason), 12)
    if explained.verdict in {Verdict.FAIL, Verdict.UNKNOWN}:
        yield from labelled(style, "fix", safe(explained.policy.remediation), 12)
        if explained.controls:
            yield from listed(style, "controls", map(safe, explained.controls), 12)


def _is_bad(finding: Finding) -> bool:
    return finding.verdict in {Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN}


# Why it is not known


def _doubt(style: Style, doubt: Doubt) -> Iterator[str]:
    yield from heading(style, "NOT DECIDED", "yellow")
    tried = f" ({counted(doubt.tried, 'completion')} tried)" if doubt.tried > 1 else ""
    yield from wrap(style, f"{safe(doubt.sentence)}{tried}", 2)
    if doubt.decisive:
        yield from wrap(style, "To decide, this would have to be known:", 2)
    for each in doubt.decisive:
        yield from _decisive(style, each)


def _decisive(style: Style, each: Decisive) -> Iterator[str]:
    source = "" if each.source and each.source.endswith(f": {each.path}") else each.source
    origin = ", ".join(safe(part) for part in (source, str(each.location or "")) if part)
    yield from wrap(style, f"{safe(each.path)}{f' ({origin})' if origin else ''}", 4)
    yield from labelled(style, "because", f"not known: {safe(each.why)}", 6, 11)
    for verdict, values in each.outcomes.items():
        yield from labelled(
            style, verdict, f"if {'; '.join(safe(value, _LONGEST) for value in values)}", 6, 11
        )


# Evaluations


def _runs(style: Style, explained: CaseExplained) -> Iterator[str]:
    for number, run in enumerate(explained.runs, 1):
        several = explained.doubt is not None
        name = f"COMPLETION {number}" if several else "EVALUATION"
        yield from heading(style, f"{name}  {_shout(run.verdict)}", COLOURS[run.verdict])
        yield from _assumed(style, run)
        if several:
            yield from (
                line for said in run.said for line in labelled(style, "says", safe(said), 2)
            )
        yield from trace(style, run.trace)


def _assumed(style: Style, run: Run) -> Iterator[str]:
    most = len(run.assumed) if style.verbose else _MOST_ASSUMED
    for each in run.assumed[:most]:
        yield from labelled(
            style, "assumed", f"{safe(each.path)} = {safe(each.value, _LONGEST)}", 2
        )
    if rest := len(run.assumed) - len(run.assumed[:most]):
        yield from labelled(style, "", f"and {rest} more", 2)


# What was looked at


def _values(style: Style, explained: CaseExplained) -> Iterator[str]:
    """Write the resource's values: what was read, or with ``-v`` all of them."""
    if not explained.parts:
        return
    read = [part for part in explained.parts if part.looked_at]
    count = f"{len(read)} of {counted(len(explained.parts), 'value')} read"
    hint = "" if style.verbose or len(read) == len(explained.parts) else "; all with -v"
    yield from heading(style, f"RESOURCE  {count}{hint}")
    shown = explained.parts if style.verbose else read
    for part in shown:
        mark = " " if part.looked_at or not style.verbose else "-"
        yield from _value(style, explained.subject, part.value, mark)


def _value(style: Style, subject: Subject, value: Read, mark: str) -> Iterator[str]:
    first, *rest = wrap(style, shown_read(style, value.path, value), 4) or [""]
    yield f"  {mark} {first[4:]}"
    yield from rest
    source = own(subject, value.source or "")
    source = "" if source == value.path else source
    place = str(value.location or "")
    if not source and place == str(subject.location or subject.file):
        return  # it is where its resource is
    where = ", ".join(safe(each) for each in (source, place) if each)
    if where:
        yield from (paint(style, line, "dim") for line in wrap(style, f"from {where}", 8))


def _relatives(style: Style, relatives: Sequence[Relatives]) -> Iterator[str]:
    if relatives:
        yield from heading(style, "RELATED")
    for relation in relatives:
        yield from labelled(
            style, safe(relation.name), safe(relation.asks), 2, len(relation.name) + 2
        )
        if not relation.members:
            yield "      none in the inputs"
        for each in relation.members:
            place = f"  {safe(str(each.location))}" if each.location else ""
            yield from wrap(style, f"{safe(each.address)}  {safe(each.type)}{place}", 6)
            yield from wrap(style, safe(each.how), 10)
            if each.doubt is not None:
                yield from wrap(style, f"not certain: {safe(each.doubt)}", 10)


def _elsewhere(style: Style, explained: CaseExplained) -> Iterator[str]:
    """Write what was read beside the resource's own values: of relatives and of the scope."""
    mine = {part.value.path for part in explained.parts}
    others = [read for read in explained.reads if not _holds(read.path, mine)]
    if not others:
        return
    yield from heading(style, f"READ BESIDES  {counted(len(others), 'value')}")
    most = len(others) if style.verbose else _MOST_READ
    for read in others[:most]:
        yield from wrap(style, shown_read(style, read.path, read), 4)
    if rest := len(others) - len(others[:most]):
        yield f"    and {rest} more; all with -v"


def _holds(path: str, shown: Collection[str]) -> bool:
    """Tell whether a value or something inside it is shown already."""
    return any(each.startswith(path) and each[len(path) :][:1] in {"", ".", "["} for each in shown)


def _params(style: Style, explained: CaseExplained) -> Iterator[str]:
    if explained.params:
        yield from heading(style, "PARAMETERS")
    for name, value in explained.params.items():
        default = explained.policy.params.get(name)
        mark = " (default)" if value == default else f" (default {brief(default, 70)})"
        yield from wrap(style, f"{safe(name)} = {brief(value, 200)}{mark}", 4)
