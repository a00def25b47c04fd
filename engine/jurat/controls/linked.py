"""What each linked policy says over the whole scope, with the cause where it says nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from jurat.controls.status import policy_result
from jurat.model import (
    Finding,
    Link,
    LinkResult,
    Policy,
    PolicyResult,
    Quantifier,
    Severity,
    Tier,
    Verdict,
)

_NAMED = 3
_FROM_RECORDS = {Quantifier.EVIDENCE, Quantifier.ATTEST}
_OPEN = {Verdict.ERROR, Verdict.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Statement:
    """One policy's result, the cause of it in words, and how far its evidence goes.

    ``attest`` tells whether the policy is an attestation, ``None`` if it took no part.
    """

    result: PolicyResult
    severity: Severity
    reason: str
    findings: int
    assurance: str
    attest: bool | None


def statements(
    wanted: Collection[str],
    policies: Mapping[str, Policy],
    findings: Iterable[Finding],
    *,
    inventory_complete: bool,
    incomplete: str | None,
) -> Mapping[str, Statement]:
    """Sum up the findings of each wanted policy once, for all its links."""
    grouped: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        grouped[finding.policy].append(finding)
    whole = inventory_complete and incomplete is None
    return {
        name: _selected(policies[name], grouped.get(name, ()), whole=whole, incomplete=incomplete)
        if name in policies
        else _not_selected(grouped.get(name, ()))
        for name in wanted
    }


def link_result(link: Link, said: Mapping[str, Statement]) -> LinkResult:
    """Put a policy's statement on one of its links.

    A link that takes a policy on resources for an attestation, or the reverse, would feed the wrong
    axis: only its failure counts.
    """
    statement = said[link.policy]
    result, reason = statement.result, statement.reason
    agreed = statement.attest in {None, link.attest}
    if not agreed and result is not PolicyResult.FAIL:
        result = PolicyResult.NOT_EVALUATED
        reason = "link and policy disagree on whether it is an attestation"
    return LinkResult(link, result, statement.severity, reason, statement.findings)


def _selected(
    policy: Policy, findings: Sequence[Finding], *, whole: bool, incomplete: str | None
) -> Statement:
    """Sum up a policy that took part.

    Where an input is incomplete only a failure stands: what was not read might fail. A deprecated
    policy can still fail a control but no longer speaks for one.
    """
    result = policy_result(findings, policy.quantifier, inventory_complete=whole)
    reason = _cause(policy, findings, result)
    if incomplete is not None and result is not PolicyResult.FAIL and not _open(findings):
        result, reason = PolicyResult.NOT_EVALUATED, f"input incomplete: {incomplete}"
    elif policy.deprecated is not None and result is PolicyResult.PASS:
        result, reason = PolicyResult.NOT_EVALUATED, f"policy deprecated: {policy.deprecated}"
    attest = policy.quantifier is Quantifier.ATTEST
    assurance = _assurance(policy, findings)
    return Statement(result, policy.severity, reason, len(findings), assurance, attest)


def _not_selected(findings: Sequence[Finding]) -> Statement:
    """Let a policy that took no part say nothing, unless a failure of it is on record."""
    failed = [item.severity for item in findings if _is_failure(item)]
    worst = max(failed, key=lambda severity: severity.rank, default=Severity.LOW)
    result = PolicyResult.FAIL if failed else PolicyResult.NOT_EVALUATED
    return Statement(result, worst, "policy not selected", len(findings), "none", None)


def _assurance(policy: Policy, findings: Sequence[Finding]) -> str:
    """Name the weakest evidence a policy's findings rest on."""
    if not findings:
        return "none"
    if policy.quantifier is Quantifier.ATTEST:
        return "attested"
    live = all(item.subject.scope.tier is Tier.LIVE for item in findings)
    return "operating" if live else "design"


def _is_failure(finding: Finding) -> bool:
    return finding.verdict is Verdict.FAIL and finding.waiver is None


def _open(findings: Sequence[Finding]) -> list[Finding]:
    """Pick the findings that decided nothing."""
    return [item for item in findings if item.verdict in _OPEN]


def _cause(policy: Policy, findings: Sequence[Finding], result: PolicyResult) -> str:
    """Say in words why a policy did not simply pass."""
    if result is PolicyResult.PASS:
        return ""
    if result is PolicyResult.NOT_EVALUATED:
        return _unsettled(policy, findings)
    failures = sum(map(_is_failure, findings))
    if failures:
        return f"{failures} of {len(findings)} findings failed"
    if result is PolicyResult.WAIVED:
        return "every failure is waived"
    return f"no {_types(policy)} exists in the scope"


def _unsettled(policy: Policy, findings: Sequence[Finding]) -> str:
    """Name what kept a policy from a result: an error, an unknown value, or nothing to judge."""
    still_open = _open(findings)
    if not still_open:
        return _nothing_read(policy, findings)
    count = f"{len(still_open)} of {len(findings)} findings"
    broken = [item for item in still_open if item.verdict is Verdict.ERROR]
    if broken:
        return f"policy error ({count}): {broken[0].message}"
    gaps = [gap for item in still_open for gap in item.gaps]
    detail = f"{gaps[0].path} is not known: {gaps[0].why}" if gaps else still_open[0].message
    return f"unknown value ({count}): {detail}"


def _nothing_read(policy: Policy, findings: Sequence[Finding]) -> str:
    if policy.quantifier in _FROM_RECORDS:
        return "no record was read"
    if findings:
        return "nothing was read that the policy applies to"
    return f"no {_types(policy)} was read"


def _types(policy: Policy) -> str:
    """Name what a policy judges."""
    if not policy.applies_to or "*" in policy.applies_to:
        return "resource"
    more = len(policy.applies_to) - _NAMED
    named = " or ".join(policy.applies_to[:_NAMED])
    return f"{named} or {more} other types" if more > 0 else named
