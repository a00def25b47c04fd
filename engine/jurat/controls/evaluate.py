"""Findings become control statuses: one pass over a framework, parts before the whole."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter

from jurat.controls import status as rules
from jurat.controls.linked import Statement, link_result, statements
from jurat.controls.numbers import numbers
from jurat.controls.reasons import part_reasons, row_reasons, unit_reasons
from jurat.model import (
    Attested,
    Control,
    ControlResult,
    Finding,
    Framework,
    FrameworkResult,
    LinkResult,
    Policy,
    PolicyResult,
    Relationship,
    Role,
    Severity,
    Status,
)

_ASSURANCES = ("design", "operating", "attested")
_SETTLED = {PolicyResult.PASS, PolicyResult.FAIL, PolicyResult.WAIVED}


def evaluate(  # noqa: PLR0913 - each is one fact the caller alone knows
    framework: Framework,
    policies: Mapping[str, Policy],
    findings: Sequence[Finding],
    *,
    inventory_complete: bool,
    threshold: Severity = Severity.MEDIUM,
    incomplete: str | None = None,
) -> FrameworkResult:
    """Give every control of a framework its status, and the framework its figures.

    ``policies`` are those that took part, by id. ``inventory_complete`` states that the inputs show
    the whole declared scope; ``incomplete`` says why they do not show even what they stand for.
    """
    said = statements(
        {link.policy for link in framework.links},
        policies,
        findings,
        inventory_complete=inventory_complete,
        incomplete=incomplete,
    )
    view = _View(threshold, said, *_linked(framework, said))
    parts = _parts(framework)
    controls = {control.id: control for control in framework.controls}
    done: dict[str, ControlResult] = {}
    for name in TopologicalSorter(parts).static_order():
        done[name] = _judge(view, controls[name], [done[part] for part in parts[name]])
    results = tuple(done[control.id] for control in framework.controls)
    return FrameworkResult(framework, results, numbers(framework, results))


@dataclass(frozen=True, slots=True)
class _View:
    """What every control is judged by."""

    threshold: Severity
    said: Mapping[str, Statement]
    own: Mapping[str, Sequence[LinkResult]]
    context: Mapping[str, Sequence[LinkResult]]


def _parts(framework: Framework) -> Mapping[str, Sequence[str]]:
    """Map each control to its parts."""
    parts: dict[str, list[str]] = {control.id: [] for control in framework.controls}
    for edge in framework.rollups:
        parts[edge.parent].append(edge.child)
    return parts


_Links = Mapping[str, Sequence[LinkResult]]


def _linked(framework: Framework, said: Mapping[str, Statement]) -> tuple[_Links, _Links]:
    """Put each policy's statement on the controls it is linked to, and as context below them.

    A link to a row that is no unit says nothing exact about any one of its parts. Each unit below
    sees it as overlapping, which never moves a status.
    """
    own: defaultdict[str, list[LinkResult]] = defaultdict(list)
    context: defaultdict[str, list[LinkResult]] = defaultdict(list)
    units = {control.id for control in framework.controls if control.unit}
    parts = _parts(framework)
    for link in framework.links:
        result = link_result(link, said)
        own[link.control].append(result)
        if link.control not in units:
            for unit in _below(link.control, parts) & units:
                context[unit].append(_overlapping(result))
    return own, context


def _below(name: str, parts: Mapping[str, Sequence[str]]) -> set[str]:
    """Collect everything a row rolls up."""
    seen: set[str] = set()
    waiting = list(parts[name])
    while waiting:
        part = waiting.pop()
        if part not in seen:
            seen.add(part)
            waiting.extend(parts[part])
    return seen


def _overlapping(result: LinkResult) -> LinkResult:
    link = replace(result.link, relationship=Relationship.INTERSECTS_WITH, role=Role.SUPPORTING)
    return replace(result, link=link)


def _judge(view: _View, control: Control, parts: Sequence[ControlResult]) -> ControlResult:
    """Derive a control's status from its own links and its parts."""
    own = view.own.get(control.id, ())
    axis = rules.technical(own, view.threshold)
    record = rules.attested(own)
    rolled = rules.rollup(part.status for part in parts)
    if control.unit:
        record = rules.owner_slot(control.evidence, record)
        own_status = rules.control_status(control.evidence, axis, record)
        status = rules.unit_with_parts(own_status, rolled)
        reasons = unit_reasons(control, axis, record, own, view.threshold)
    else:
        status = rules.row_with_parts(rolled, axis, record)
        reasons = row_reasons(control, own, parts=bool(parts))
    return ControlResult(
        control=control,
        technical=axis,
        attested=record,
        status=status,
        outcome=rules.outcome(status),
        assurance=_assurance(view, status, record, own, parts),
        links=(*own, *view.context.get(control.id, ())),
        reasons=(*reasons, *part_reasons(parts)),
    )


def _assurance(
    view: _View,
    status: Status,
    record: Attested,
    own: Iterable[LinkResult],
    parts: Iterable[ControlResult],
) -> str:
    """Name the evidence a status rests on: the weakest technical kind, else attestation."""
    if status is Status.MANUAL_ATTESTED:
        return "attested"
    found = {part.assurance for part in parts}
    found |= {view.said[item.link.policy].assurance for item in own if _settled(item)}
    if record in {Attested.VALID, Attested.REJECTED}:
        found.add("attested")
    return next((kind for kind in _ASSURANCES if kind in found), "none")


def _settled(item: LinkResult) -> bool:
    return rules.decides(item.link) and item.result in _SETTLED
