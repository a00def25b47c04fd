"""What could not be decided: by the values that keep it open, with all they keep open."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from jurat.model.finding import Finding, Subject, Verdict
from jurat.reporters.style import Style
from jurat.reporters.text.subject import by_place, named, own, urgency
from jurat.reporters.text.terminal import (
    counted,
    first,
    heading,
    itemized,
    listed,
    paint,
    safe,
    stacked,
    whole,
)

_CAUSES = 20
_GAPS = 4
_RESOURCES = 5

Gaps = tuple[str, ...]
Cause = tuple[Gaps, tuple[Finding, ...]]


def undecided(style: Style, findings: Iterable[Finding]) -> Iterator[str]:
    """Write which values are not known, and on what policies cannot decide for lack of them."""
    open_ = sorted((f for f in findings if f.verdict is Verdict.UNKNOWN), key=_order)
    if not open_:
        return
    yield from heading(style, f"UNKNOWN  {counted(len(open_), 'verdict')}, none a pass", "yellow")
    causes = _causes(open_)
    shown = causes if style.verbose else causes[:_CAUSES]
    for gaps, same in shown:
        yield ""
        yield from stacked(style, first(style, gaps, _GAPS), 2)
        yield from _policies(style, same)
        subjects = dict.fromkeys(finding.subject for finding in same)
        names = [named(subject) for subject in subjects]
        yield from itemized(style, "on", first(style, names, _RESOURCES), 6)
    if rest := [finding for _, same in causes[len(shown) :] for finding in same]:
        yield ""
        yield from _remainder(style, rest)


def _order(finding: Finding) -> tuple[int, str, str, str]:
    return (urgency(finding), *by_place(finding))


def _causes(findings: Iterable[Finding]) -> list[Cause]:
    """Group what lacks the same values: by resource, then resources that are alike."""
    lacking: dict[tuple[Subject, Gaps], list[Finding]] = {}
    for finding in findings:
        lacking.setdefault((finding.subject, _gaps(finding)), []).append(finding)
    alike: dict[tuple[Gaps, tuple[str, ...]], list[Finding]] = {}
    for (_, gaps), same in lacking.items():
        policies = tuple(finding.policy for finding in same)
        alike.setdefault((gaps, policies), []).extend(same)
    return [(gaps, tuple(same)) for (gaps, _), same in alike.items()]


def _gaps(finding: Finding) -> Gaps:
    """Return what is missing; the resource's own address is told once, beside ``on``."""
    gaps = [(own(finding.subject, gap.path), safe(gap.why)) for gap in finding.gaps]
    texts = tuple(f"{safe(path)}: {why}" if path else why for path, why in gaps)
    return texts or (safe(finding.message),)


def _policies(style: Style, findings: Iterable[Finding]) -> Iterator[str]:
    known = {finding.policy: finding.severity for finding in findings}
    for severity, policies in groupby(known, key=lambda policy: known[policy]):
        yield from listed(style, severity.upper(), [safe(policy) for policy in policies], 6)


def _remainder(style: Style, findings: list[Finding]) -> Iterator[str]:
    """Say what is not shown: nothing that is open goes unnamed."""
    resources = len({finding.subject for finding in findings})
    counts = Counter(finding.policy for finding in findings)
    yield paint(style, f"  and more causes, on {counted(resources, 'resource')}, keep open", "bold")
    items = [f"{safe(policy)} ({count})" for policy, count in counts.items()]
    yield from whole(style, items, 4)
