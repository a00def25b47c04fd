"""What was found: failures by resource, then what broke, is waived or passed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from jurat.model.finding import Finding, Subject, Verdict
from jurat.model.policy import Severity
from jurat.reporters.style import Style
from jurat.reporters.text.evidence import at, evidence
from jurat.reporters.text.subject import by_place, place, title, urgency
from jurat.reporters.text.terminal import (
    counted,
    first,
    heading,
    labelled,
    listed,
    paint,
    safe,
    stacked,
    wrap,
)

_COLOURS = {
    Severity.CRITICAL: "magenta",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
}

Controls = Mapping[str, tuple[str, ...]]


def failures(style: Style, findings: Iterable[Finding], controls: Controls) -> Iterator[str]:
    """Write every failure, grouped by resource, the worst resource first."""
    groups = _by_subject(f for f in findings if f.verdict is Verdict.FAIL and not f.waiver)
    if not groups:
        return
    total = counted(sum(map(len, groups)), "failure")
    yield from heading(style, f"FAIL  {total} in {counted(len(groups), 'resource')}", "red")
    told: dict[str, Subject] = {}
    for group in groups:
        subject = group[0].subject
        yield ""
        yield from title(style, subject)
        for policy, same in groupby(group, key=lambda finding: finding.policy):
            found = list(same)
            yield from _failure(style, found)
            told_on = told.setdefault(policy, subject)
            if style.verbose or told_on is subject:
                yield from _remedy(style, found[0], controls)
            elif found[0].remediation:
                yield from labelled(style, "fix", f"as for {safe(told_on.address)} above", 12)


def _by_subject(findings: Iterable[Finding]) -> list[list[Finding]]:
    groups: dict[Subject, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.subject, []).append(finding)
    for group in groups.values():
        group.sort(key=_order)
    return sorted(groups.values(), key=lambda group: (_order(group[0])[0], *by_place(group[0])))


def _order(finding: Finding) -> tuple[int, str, str, str]:
    return (urgency(finding), finding.policy, finding.at or "", finding.message)


def _failure(style: Style, findings: Sequence[Finding]) -> Iterator[str]:
    """Write what one policy found on one resource."""
    head = findings[0]
    severity = paint(style, f"{head.severity.upper():<9}", "bold", _COLOURS[head.severity])
    yield f"  {severity} {paint(style, safe(head.policy), 'bold')}"
    for finding in findings:
        yield from wrap(style, safe(finding.message), 12)
        if finding.at:
            yield from labelled(style, "at", at(finding), 12)
    yield from evidence(style, findings, 12)


def _remedy(style: Style, finding: Finding, controls: Controls) -> Iterator[str]:
    """Write how to fix what a policy found and which controls it breaks."""
    if finding.remediation:
        yield from labelled(style, "fix", safe(finding.remediation), 12)
    if named := controls.get(finding.policy):
        shown = named if style.verbose else named[:8]
        rest = f" and {len(named) - len(shown)} more" if len(named) > len(shown) else ""
        items = [safe(control) for control in shown]
        yield from listed(style, "controls", [*items[:-1], items[-1] + rest], 12)


def broken(style: Style, findings: Iterable[Finding]) -> Iterator[str]:
    """Write which policies broke on which resources."""
    errors = sorted((f for f in findings if f.verdict is Verdict.ERROR), key=_by_severity)
    if not errors:
        return
    yield from heading(style, f"ERROR  {counted(len(errors), 'verdict')}, none a pass", "red")
    yield from stacked(style, first(style, [_sentence(each) for each in errors], 20), 2)


def _by_severity(finding: Finding) -> tuple[int, str, str, str]:
    return (urgency(finding), finding.policy, *by_place(finding)[:2])


def _sentence(finding: Finding) -> str:
    where = f"{safe(finding.subject.address)} ({place(finding.subject)})"
    return f"{safe(finding.policy)} on {where}: {safe(finding.message)}"


def waived(style: Style, findings: Iterable[Finding]) -> Iterator[str]:
    """Write the failures that somebody answers for; they remain failures."""
    covered = sorted(
        (f for f in findings if f.waiver and f.verdict is Verdict.FAIL), key=_by_severity
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
    for verdict, name in ((Verdict.PASS, "PASS"), (Verdict.NOT_APPLICABLE, "NOT APPLICABLE")):
        found = [finding for finding in findings if finding.verdict is verdict]
        if found:
            yield from heading(style, f"{name}  {counted(len(found), 'verdict')}", "green")
            for finding in found:
                yield f"  {safe(finding.policy)}  {safe(finding.subject.address)}"
