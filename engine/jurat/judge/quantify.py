"""Policies that ask whether something exists: one verdict for a whole scope."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from jurat.model import Estate, Finding, Policy, Quantifier, Scope, Subject, Verdict

Place = tuple[str | None, ...]


def by_scope(policy: Policy, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Keep, for each scope, what decides it: the best resource, or all that fall short.

    One resource in order suffices. If there is none, an unknown one keeps the scope open; else
    every finding stands, so that each shortcoming is shown where it is.
    """
    groups: dict[Place, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_place(policy, finding.subject), []).append(finding)
    for group in groups.values():
        verdicts = {finding.verdict for finding in group}
        for decisive in (Verdict.PASS, Verdict.ERROR, Verdict.UNKNOWN):
            if decisive in verdicts:
                yield from (finding for finding in group if finding.verdict is decisive)
                break
        else:
            yield from group


def _place(policy: Policy, subject: Subject) -> Place:
    if policy.quantifier is Quantifier.EXISTS_REGION:
        return subject.scope.account or subject.file, subject.scope.region
    if policy.quantifier is Quantifier.EXISTS_ACCOUNT:
        return (subject.scope.account or subject.file,)
    return ()


def missing(policy: Policy, findings: Iterable[Finding], estate: Estate) -> Iterator[Finding]:
    """Yield a failure for each scope of a complete inventory in which nothing exists."""
    seen = {_place(policy, finding.subject) for finding in findings}
    for resource in estate.resources:
        place = _place(policy, _as_subject(resource.scope, resource.file))
        if place in seen:
            continue
        seen.add(place)
        subject = _as_subject(resource.scope, resource.file)
        if policy.quantifier is not Quantifier.EXISTS_REGION:
            subject = replace(subject, scope=replace(resource.scope, region=None))
        wanted = ", ".join(policy.applies_to)
        yield Finding(
            policy=policy.id,
            verdict=Verdict.FAIL,
            severity=policy.severity,
            subject=subject,
            message=f"nothing of the kind exists here: {wanted}",
            remediation=policy.remediation,
            engine=policy.language,
            fingerprint=f"{policy.id}:{':'.join(str(part) for part in place)}",
        )


def _as_subject(scope: Scope, file: str) -> Subject:
    name = " ".join(part for part in (scope.account, scope.region) if part)
    return Subject(address=name or file, type="scope", scope=scope, file=file)
