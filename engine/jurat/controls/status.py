"""The status rules: findings to policy result, links to two axes, axes to status, roll-up.

Pure functions in the order they apply. No rule lets a control read better than its evidence.
"""

from collections.abc import Callable, Iterable, Sequence

from jurat.model import (
    Attested,
    Evidence,
    Finding,
    Link,
    LinkResult,
    Outcome,
    PolicyResult,
    Quantifier,
    Relationship,
    Role,
    Severity,
    Status,
    Technical,
    Verdict,
)

Fresh = Callable[[Finding], bool]
"""Tells whether a finding is young enough to count."""

_FROM_RECORDS = {Quantifier.EVIDENCE, Quantifier.ATTEST}
_OPEN = {Verdict.UNKNOWN, Verdict.ERROR}
_UNSETTLED = {Status.PARTIAL, Status.NOT_EVALUATED}
_WORST_FIRST = (
    Status.FAIL,
    Status.PARTIAL,
    Status.NOT_EVALUATED,
    Status.WAIVED,
    Status.MANUAL_ATTESTED,
    Status.PASS,
)
_TECHNICAL_ALONE = {
    Technical.PASS: Status.PASS,
    Technical.WAIVED: Status.WAIVED,
    Technical.PARTIAL: Status.PARTIAL,
    Technical.CONTRIBUTING_PASS: Status.PARTIAL,
}
_WITH_ATTESTATION = {
    Technical.PASS: Status.PASS,
    Technical.WAIVED: Status.WAIVED,
    Technical.NOT_APPLICABLE: Status.MANUAL_ATTESTED,
}
_OUTCOMES = {
    Status.PASS: Outcome.PASS,
    Status.MANUAL_ATTESTED: Outcome.PASS,
    Status.FAIL: Outcome.FAIL,
    Status.WAIVED: Outcome.EXCEPTION,
    Status.PARTIAL: Outcome.UNDETERMINED,
    Status.NOT_EVALUATED: Outcome.UNDETERMINED,
    Status.NOT_APPLICABLE: Outcome.EXCLUDED,
}


def policy_result(
    findings: Sequence[Finding],
    quantifier: Quantifier,
    *,
    inventory_complete: bool,
    fresh: Fresh | None = None,
) -> PolicyResult:
    """Say what one policy says over the whole declared scope.

    A ``not-applicable`` finding is no subject. A subject with nothing but stale findings keeps the
    result open, also beside fresh findings about others.
    """
    current = findings if fresh is None else [item for item in findings if fresh(item)]
    kinds = {(item.verdict, item.waiver is not None) for item in current}
    verdicts = {verdict for verdict, _ in kinds}
    if (Verdict.FAIL, False) in kinds:
        return PolicyResult.FAIL
    if verdicts & _OPEN or _some_stale(findings, current):
        return PolicyResult.NOT_EVALUATED
    if not verdicts - {Verdict.NOT_APPLICABLE}:
        return _without_subject(quantifier, inventory_complete=inventory_complete)
    return PolicyResult.WAIVED if Verdict.FAIL in verdicts else PolicyResult.PASS


def _some_stale(findings: Sequence[Finding], current: Sequence[Finding]) -> bool:
    """Tell whether some subject has no current finding."""
    if len(current) == len(findings):
        return False
    seen = {(item.subject.file, item.subject.address) for item in current}
    return any((item.subject.file, item.subject.address) not in seen for item in findings)


def _without_subject(quantifier: Quantifier, *, inventory_complete: bool) -> PolicyResult:
    """Judge absence: it proves something only where everything was looked at."""
    if not inventory_complete or quantifier in _FROM_RECORDS:
        return PolicyResult.NOT_EVALUATED
    return PolicyResult.FAIL if quantifier.by_scope else PolicyResult.NOT_APPLICABLE


def decides(link: Link) -> bool:
    """Tell whether a link may move a status; one that only overlaps is context."""
    return link.relationship is not Relationship.INTERSECTS_WITH


def fails(result: LinkResult, threshold: Severity) -> bool:
    """Tell whether a link alone fails its control: a failed ``superset-of`` link says nothing."""
    return (
        result.result is PolicyResult.FAIL
        and result.link.relationship in {Relationship.SUBSET_OF, Relationship.EQUAL}
        and result.severity.rank >= threshold.rank
    )


def technical(results: Iterable[LinkResult], threshold: Severity = Severity.MEDIUM) -> Technical:
    """Derive the technical axis from the links of technical policies."""
    deciding = [item for item in results if decides(item.link) and not item.link.attest]
    if not deciding:
        return Technical.NONE
    if any(fails(item, threshold) for item in deciding):
        return Technical.FAIL
    if _carried(deciding):
        return Technical.PASS
    return _mixture([item for item in deciding if item.result is not PolicyResult.NOT_APPLICABLE])


def _carried(deciding: Sequence[LinkResult]) -> bool:
    """Tell whether a policy that asks all the control asks passes, and none fails or is waived."""
    whole = {Relationship.EQUAL, Relationship.SUPERSET_OF}
    against = {PolicyResult.FAIL, PolicyResult.WAIVED}
    return any(
        item.link.relationship in whole and item.result is PolicyResult.PASS for item in deciding
    ) and not any(item.result in against for item in deciding)


def _said(result: LinkResult) -> PolicyResult:
    """Take a failed ``superset-of`` link for what it is: no answer."""
    silent = result.link.relationship is Relationship.SUPERSET_OF
    if silent and result.result is PolicyResult.FAIL:
        return PolicyResult.NOT_EVALUATED
    return result.result


def _mixture(applicable: Sequence[LinkResult]) -> Technical:
    """Weigh applicable links of which none fails the control and none carries it alone."""
    said = {_said(item) for item in applicable}
    if not said:
        return Technical.NOT_APPLICABLE
    if said == {PolicyResult.NOT_EVALUATED}:
        return Technical.NOT_EVALUATED
    if said & {PolicyResult.NOT_EVALUATED, PolicyResult.FAIL}:
        return Technical.PARTIAL
    waived = PolicyResult.WAIVED in said
    if not any(item.link.role is Role.PRIMARY for item in applicable):
        return Technical.PARTIAL if waived else Technical.CONTRIBUTING_PASS
    return Technical.WAIVED if waived else Technical.PASS


def attested(results: Iterable[LinkResult]) -> Attested:
    """Derive the attested axis: all primary attestations must hold, or all if none is primary."""
    records = [
        item
        for item in results
        if decides(item.link)
        and item.link.attest
        and item.result is not PolicyResult.NOT_APPLICABLE
    ]
    if not records:
        return Attested.NONE
    if any(_said(item) is PolicyResult.FAIL for item in records):
        return Attested.REJECTED
    needed = [item for item in records if item.link.role is Role.PRIMARY] or records
    valid = all(item.result is PolicyResult.PASS for item in needed)
    return Attested.VALID if valid else Attested.MISSING


def owner_slot(evidence: Evidence, axis: Attested) -> Attested:
    """Open a slot for the owner's own attestation where no policy asks for one but one is due."""
    due = evidence in {Evidence.PARTIAL, Evidence.MANUAL}
    return Attested.MISSING if due and axis is Attested.NONE else axis


def control_status(evidence: Evidence, axis: Technical, record: Attested) -> Status:
    """Derive a control's status from its evidence class, technical axis and attested axis."""
    if evidence is Evidence.NONE:
        return Status.NOT_APPLICABLE
    if axis is Technical.FAIL or record is Attested.REJECTED:
        return Status.FAIL
    if evidence is Evidence.MANUAL:
        return Status.MANUAL_ATTESTED if record is Attested.VALID else Status.NOT_EVALUATED
    if evidence is Evidence.AUTOMATED and record is Attested.NONE:
        return _TECHNICAL_ALONE.get(axis, Status.NOT_EVALUATED)
    if record is Attested.VALID:
        if evidence is Evidence.PARTIAL and axis is Technical.CONTRIBUTING_PASS:
            return Status.MANUAL_ATTESTED
        return _WITH_ATTESTATION.get(axis, Status.PARTIAL)
    return Status.PARTIAL if axis in _TECHNICAL_ALONE else Status.NOT_EVALUATED


def outcome(status: Status) -> Outcome:
    """Say a status the way people are told it."""
    return _OUTCOMES[status]


def rollup(statuses: Iterable[Status]) -> Status:
    """Derive the status of a row from those of its parts; not-applicable parts do not count."""
    parts = set(statuses) - {Status.NOT_APPLICABLE}
    if not parts:
        return Status.NOT_APPLICABLE
    if Status.FAIL in parts:
        return Status.FAIL
    if parts == {Status.NOT_EVALUATED}:
        return Status.NOT_EVALUATED
    if parts & _UNSETTLED:
        return Status.PARTIAL
    if Status.WAIVED in parts:
        return Status.WAIVED
    return Status.MANUAL_ATTESTED if parts == {Status.MANUAL_ATTESTED} else Status.PASS


def unit_with_parts(own: Status, rolled: Status) -> Status:
    """Combine a unit's own status with that of its parts: the worse of the two.

    Worst first: fail, partial, not-evaluated, waived, manual-attested, pass. Not-evaluated beside
    anything settled is partial, for something was looked at. Parts that are all not applicable say
    nothing, so the own status stands. So parts never make up for a unit's own missing attestation.
    """
    pair = {own, rolled} - {Status.NOT_APPLICABLE}
    if len(pair) > 1 and Status.NOT_EVALUATED in pair and Status.FAIL not in pair:
        return Status.PARTIAL
    return min(pair, key=_WORST_FIRST.index, default=Status.NOT_APPLICABLE)


def row_with_parts(rolled: Status, axis: Technical, record: Attested) -> Status:
    """Roll up a row that is no unit: own links can fail it, and cannot improve it.

    A row without parts stays not-applicable: it has no status of its own and counts nowhere.
    """
    own_failure = axis is Technical.FAIL or record is Attested.REJECTED
    return Status.FAIL if own_failure else rolled
