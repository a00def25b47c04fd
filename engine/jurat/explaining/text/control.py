"""A control: its status, the rules that gave it, what a pass takes, its links and findings."""

from collections.abc import Iterator, Sequence

from jurat.explaining.explanation import ControlExplained, LinkExplained, Needed, Step
from jurat.model import Finding, Outcome, Verdict
from jurat.reporters.qualified import qualify
from jurat.reporters.style import Style
from jurat.reporters.text.subject import named
from jurat.reporters.text.terminal import (
    counted,
    first,
    heading,
    labelled,
    paint,
    safe,
    stacked,
    wrap,
)

_COLOURS = {
    Outcome.FAIL: "red",
    Outcome.UNDETERMINED: "yellow",
    Outcome.EXCEPTION: "yellow",
    Outcome.EXCLUDED: "cyan",
    Outcome.PASS: "green",
}
_MOST_FINDINGS = 5
_MOST_NEEDED = 10
_MOST_LINKS = 20


def control(style: Style, explained: ControlExplained) -> Iterator[str]:
    """Write one control, the status first."""
    result, framework = explained.result, explained.framework
    name = qualify(result.control.framework, result.control.id)
    yield from heading(style, f"{result.outcome.upper()}  {safe(name)}", _COLOURS[result.outcome])
    yield from wrap(style, safe(result.control.name), 2)
    draft = " (mapping: draft)" if framework.draft else ""
    yield from wrap(style, f"{safe(framework.title)}, {safe(framework.edition)}{draft}", 2)
    yield from _steps(style, explained.steps)
    yield from _needed(style, explained)
    yield from _parts(style, explained)
    yield from _links(style, explained.links)


def _steps(style: Style, steps: Sequence[Step]) -> Iterator[str]:
    """Write which rule turned what into what."""
    yield from heading(style, "HOW THE STATUS CAME ABOUT")
    for step in steps:
        yield from wrap(style, f"{step.rule} ({safe(step.given)}) = {step.result}", 4)
        yield from (paint(style, line, "dim") for line in wrap(style, safe(step.because), 10))


def _needed(style: Style, explained: ControlExplained) -> Iterator[str]:
    if explained.result.outcome is Outcome.PASS:
        return
    yield from heading(style, "WHAT IS MISSING FOR A PASS")
    if explained.out_of_reach:
        yield from wrap(style, safe(explained.out_of_reach), 4)
    items = [_need(each) for each in explained.needed]
    yield from stacked(style, first(style, items, _MOST_NEEDED), 4)


def _need(each: Needed) -> str:
    reason = f": {safe(each.reason, 200)}" if each.reason else ""
    return f"{safe(each.what)}: {each.now}, must be {each.to}{reason}"


def _parts(style: Style, explained: ControlExplained) -> Iterator[str]:
    if explained.parts:
        yield from heading(style, "PARTS")
    items = [
        f"{status}  {safe(name)}  {safe(title, 80)}" for name, title, status in explained.parts
    ]
    yield from stacked(style, first(style, items, _MOST_LINKS), 4)


def _links(style: Style, links: Sequence[LinkExplained]) -> Iterator[str]:
    """Write the way from findings over policies and links, what counts and fails first."""
    yield from heading(style, f"LINKS  {counted(len(links), 'policy')}")
    most = len(links) if style.verbose else _MOST_LINKS
    for link in links[:most]:
        yield ""
        yield from _link(style, link)
    if rest := links[most:]:
        yield ""
        yield f"  and {len(rest)} more; all with -v"


def _link(style: Style, link: LinkExplained) -> Iterator[str]:
    colour = {"fail": "red", "pass": "green"}.get(link.result, "yellow")
    head = f"{link.result.upper():<15} {safe(link.policy)}"
    yield f"  {paint(style, head, 'bold', colour)}  ({link.severity})"
    if link.title:
        yield from wrap(style, safe(link.title), 6)
    kind = "attestation" if link.attest else "policy"
    yield from labelled(style, "link", f"{kind}, {link.relationship}, {link.role}", 6, 11)
    yield from labelled(style, "rationale", safe(link.rationale), 6, 11)
    yield from labelled(style, "effect", safe(link.effect), 6, 11)
    if link.reason:
        yield from labelled(style, "because", safe(link.reason), 6, 11)
    yield from _findings(style, link.findings)


def _findings(style: Style, findings: Sequence[Finding]) -> Iterator[str]:
    items = [_finding(each) for each in findings if style.verbose or _is_telling(each)]
    yield from stacked(style, first(style, items, _MOST_FINDINGS), 10)
    quiet = 0 if style.verbose else sum(not _is_telling(each) for each in findings)
    if quiet:
        yield f"          {quiet} in order or not applicable; all with -v"


def _is_telling(finding: Finding) -> bool:
    return finding.verdict not in {Verdict.PASS, Verdict.NOT_APPLICABLE}


def _finding(finding: Finding) -> str:
    waived = " (waived)" if finding.waiver else ""
    return f"{finding.verdict}{waived}  {named(finding.subject)}: {safe(finding.message, 160)}"
