"""What was found: failures by resource, then what stayed open, broke, is waived or passed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from jurat.model.finding import Finding, Read, Subject, Verdict
from jurat.model.policy import Severity
from jurat.reporters.style import Style
from jurat.reporters.text.terminal import (
    brief,
    counted,
    first,
    heading,
    labelled,
    paint,
    safe,
    wrap,
)

_COLOURS = {
    Severity.CRITICAL: "magenta",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
}
_RANKS = {severity: severity.rank for severity in Severity}

Controls = Mapping[str, tuple[str, ...]]


def failures(style: Style, findings: Iterable[Finding], controls: Controls) -> Iterator[str]:
    """Write every failure, grouped by resource, the worst resource first."""
    groups = _by_subject(f for f in findings if f.verdict is Verdict.FAIL and not f.waiver)
    if not groups:
        return
    total = counted(sum(map(len, groups)), "failure")
    yield from heading(style, f"FAIL  {total} in {counted(len(groups), 'resource')}", "red")
    for group in groups:
        yield ""
        yield from wrap(style, _title(group[0].subject))
        for _, same in groupby(group, key=lambda finding: finding.policy):
            yield from _failure(style, list(same), controls)


def _by_subject(findings: Iterable[Finding]) -> list[list[Finding]]:
    groups: dict[Subject, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.subject, []).append(finding)
    for group in groups.values():
        group.sort(key=_order)
    return sorted(groups.values(), key=lambda group: (_order(group[0])[0], *_where(group[0])))


def _order(finding: Finding) -> tuple[int, str, str, str]:
    return (-_RANKS[finding.severity], finding.policy, finding.at or "", finding.message)


def _where(finding: Finding) -> tuple[str, str, str]:
    return (finding.subject.file, finding.subject.address, finding.policy)


def _place(subject: Subject) -> str:
    return safe(str(subject.location or subject.file))


def _title(subject: Subject) -> str:
    scope = subject.scope
    known = filter(None, (subject.change, scope.account, scope.region))
    more = ", ".join(map(safe, known))
    parts = (safe(subject.address), safe(subject.type), _place(subject), more and f"({more})")
    return "  ".join(filter(None, parts))


def _failure(style: Style, findings: Sequence[Finding], controls: Controls) -> Iterator[str]:
    """Write what one policy found on one resource; remedy and controls only once."""
    head = findings[0]
    severity = paint(style, f"{head.severity.upper():<9}", "bold", _COLOURS[head.severity])
    yield f"  {severity} {paint(style, safe(head.policy), 'bold')}"
    for finding in findings:
        yield from wrap(style, safe(finding.message), 12)
        if finding.at:
            yield from labelled(style, "at", _at(finding), 12)
    reads = list(dict.fromkeys(_shown(style, read) for each in findings for read in each.reads))
    if reads:
        yield from _list(style, "read", reads, 6)
    if head.remediation:
        yield from labelled(style, "fix", safe(head.remediation), 12)
    if named := controls.get(head.policy):
        shown = named if style.verbose else named[:8]
        rest = f" and {len(named) - len(shown)} more" if len(named) > len(shown) else ""
        yield from labelled(style, "controls", ", ".join(map(safe, shown)) + rest, 12)


def _list(style: Style, label: str, items: list[str], most: int) -> list[str]:
    """Return items one below the other, the label beside the first."""
    lines = first(style, items, most, 22)
    return [*labelled(style, label, lines[0].strip(), 12), *lines[1:]]


def _at(finding: Finding) -> str:
    """Return the canonical path, then the source's own name and place for it."""
    own = next((read for read in finding.reads if read.path == finding.at), None)
    place = (own and own.location) or finding.location
    known = (own and own.source, place and str(place))
    more = ", ".join(safe(part) for part in known if part)
    return safe(finding.at or "") + (f" ({more})" if more else "")


def _shown(style: Style, read: Read) -> str:
    path = safe(read.path) or "(everything)"
    if read.state in {"absent", "sensitive"}:
        return f"{path}: ({read.state})"
    text = f"{path} = {brief(read.value, 400 if style.verbose else 70)}"
    return text if read.state == "known" else f"{text} ({safe(read.state)})"


def undecided(style: Style, findings: Iterable[Finding]) -> Iterator[str]:
    """Write what could not be decided and which values keep it open, by policy."""
    open_ = sorted((f for f in findings if f.verdict is Verdict.UNKNOWN), key=_by_policy)
    if not open_:
        return
    yield from heading(style, f"UNKNOWN  {counted(len(open_), 'verdict')}, none a pass", "yellow")
    for policy, group in groupby(open_, key=lambda finding: finding.policy):
        same = list(group)
        shown = same if style.verbose else same[:5]
        yield f"  {paint(style, safe(policy), 'bold')}  {same[0].severity}"
        for finding in shown:
            yield from wrap(style, f"{safe(finding.subject.address)}  {_place(finding.subject)}", 4)
            yield from first(style, _gaps(finding), 4, 6)
        if len(same) > len(shown):
            yield f"    and {counted(len(same) - len(shown), 'resource')} more"


def _by_policy(finding: Finding) -> tuple[int, str, str, str]:
    return (-_RANKS[finding.severity], finding.policy, *_where(finding)[:2])


def _gaps(finding: Finding) -> list[str]:
    gaps = [f"{safe(gap.path)}: {safe(gap.why)}" for gap in finding.gaps]
    return gaps or [safe(finding.message)]


def broken(style: Style, findings: Iterable[Finding]) -> Iterator[str]:
    """Write which policies broke on which resources."""
    errors = sorted((f for f in findings if f.verdict is Verdict.ERROR), key=_by_policy)
    if not errors:
        return
    yield from heading(style, f"ERROR  {counted(len(errors), 'verdict')}, none a pass", "red")
    yield from first(style, [_sentence(finding) for finding in errors], 20, 2)


def _sentence(finding: Finding) -> str:
    where = f"{safe(finding.subject.address)} ({_place(finding.subject)})"
    return f"{safe(finding.policy)} on {where}: {safe(finding.message)}"


def waived(style: Style, findings: Iterable[Finding]) -> Iterator[str]:
    """Write the failures that somebody answers for; they remain failures."""
    covered = sorted(
        (f for f in findings if f.waiver and f.verdict is Verdict.FAIL), key=_by_policy
    )
    if not covered:
        return
    text = f"WAIVED  {counted(len(covered), 'failure')}, none a pass"
    yield from heading(style, text, "yellow")
    for finding in covered:
        yield from wrap(style, f"{finding.severity.upper()}  {_sentence(finding)}", 2)
        if waiver := finding.waiver:
            who = f"owner {safe(waiver.owner)}, approved by {safe(waiver.approver)}"
            reason = f"{safe(waiver.reason)} ({who}, until {safe(waiver.expires)})"
            yield from labelled(style, "reason", reason, 4)


def passed(style: Style, findings: Sequence[Finding]) -> Iterator[str]:
    """Write what passed and what did not apply, if the style asks for it."""
    if not style.show_passes:
        return
    for verdict, title in ((Verdict.PASS, "PASS"), (Verdict.NOT_APPLICABLE, "NOT APPLICABLE")):
        found = [finding for finding in findings if finding.verdict is verdict]
        if found:
            yield from heading(style, f"{title}  {counted(len(found), 'verdict')}", "green")
            for finding in found:
                yield f"  {safe(finding.policy)}  {safe(finding.subject.address)}"
