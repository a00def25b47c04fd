"""Judge one policy on one resource, and write down the evidence."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jurat.judge.completions import Decision, Trials, decide
from jurat.judge.documents import Document, Documents, lacks_cover, with_uncovered
from jurat.judge.known import Known
from jurat.judge.memory import Memory
from jurat.judge.relations import Joins
from jurat.judge.standins import targets
from jurat.languages.contract import Evaluator
from jurat.model import (
    ABSENT,
    Estate,
    Finding,
    Gap,
    Path,
    Policy,
    Read,
    Reference,
    Resource,
    Sensitive,
    Subject,
    Unknown,
    Value,
    Verdict,
    show,
    show_path,
)
from jurat.model.reads import ReadSet
from jurat.policy import Failure
from jurat.redact import Redactor, redactor

_LONGEST_VALUE = 300
_MOST_READS = 40
_MOST_GAPS = 12
_Look = tuple[Resource, Path, Value]
"""Something that was looked at: whose it is, the path in its properties, the value."""

_WITHOUT_FAULT = {Verdict.PASS, Verdict.NOT_APPLICABLE}


class Bench:
    """Everything the judging of one estate needs, whatever the policy."""

    def __init__(
        self,
        estate: Estate,
        params: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        evidence_of_passes: bool = True,
    ) -> None:
        self.estate = estate
        self.evidence_of_passes = evidence_of_passes
        self.documents = Documents(Joins(estate))
        self.targets = targets(estate.resources)
        self.known = Known(self.targets)
        self.redact = redactor(estate.secrets)
        self._params = params or {}
        self._subjects: dict[int, Subject] = {}

    def case(self, policy: Policy, evaluator: Evaluator) -> "Case":
        """Open the case of one policy against the estate."""
        params = {**policy.params, **self._params.get(policy.id, {})}
        return Case(self, policy, evaluator, params)

    def subject(self, resource: Resource) -> Subject:
        """Describe a resource as the subject of findings, once."""
        key = id(resource)
        if key not in self._subjects:
            self._subjects[key] = subject(resource)
        return self._subjects[key]

    def bare_pass(self, policy: Policy, resource: Resource) -> Finding:
        """Write a pass without evidence."""
        about = self.subject(resource)
        return Finding(
            policy=policy.id,
            verdict=Verdict.PASS,
            severity=policy.severity,
            subject=about,
            message=policy.title,
            location=about.location,
            remediation=policy.remediation,
            engine=policy.language,
            fingerprint=fingerprint(policy.id, about.type, about.address, (), policy.title),
        )


class Case:
    """One policy against the resources of an estate."""

    def __init__(
        self, bench: Bench, policy: Policy, evaluator: Evaluator, params: Mapping[str, Any]
    ) -> None:
        self.policy = policy
        self._bench = bench
        self._evaluator = evaluator
        self._params = params
        self._memory = Memory(evaluator.traits.reads)

    def findings(self, resource: Resource) -> tuple[Finding, ...]:
        """Judge ``resource``: one finding a failure, or one that says pass, unknown or error.

        None at all is a pass without evidence, if none is wanted.
        """
        document = self._bench.documents.build(self.policy, resource, self._params)
        decision = self._memory.decision(document, self._decide)
        if decision.verdict is Verdict.PASS and not self._bench.evidence_of_passes:
            return ()
        return tuple(self._write(with_uncovered(document, decision.reads), decision))

    def examine(self, resource: Resource) -> "Examination":
        """Judge ``resource`` and keep what the findings are made of, for who asks why."""
        document = self._bench.documents.build(self.policy, resource, self._params)
        decision = self._memory.decision(document, self._decide)
        document = with_uncovered(document, decision.reads)
        trials = Trials(self._evaluator, document.value, self._bench.targets, decision.reads)
        return Examination(document, decision, tuple(self._write(document, decision)), trials)

    def _decide(self, document: Document) -> Decision:
        """Decide, with unknowns where something is read that the source's table cannot fill."""
        static = self._evaluator.traits.reads
        if static is not None:
            return self._decide_patched(with_uncovered(document, static))
        decision = self._decide_patched(document)
        reads = ReadSet()
        while lacks_cover(document, decision.reads) and reads.merge(decision.reads):
            decision = self._decide_patched(with_uncovered(document, reads))
        return decision

    def _decide_patched(self, document: Document) -> Decision:
        bench = self._bench
        known = None if document.patched else bench.known.decide(self._evaluator, document)
        return known or decide(self._evaluator, document.value, bench.targets)

    def _write(self, document: Document, decision: Decision) -> Iterator[Finding]:
        bare = decision.verdict in _WITHOUT_FAULT and not self._bench.evidence_of_passes
        looks = [] if bare else list(_looks(document, decision.reads))
        exists = document.resource.exists
        if decision.verdict is Verdict.FAIL and exists is not None:
            why = f"fails if the resource exists, which is not known: {exists.why}"
            yield self._finding(document, decision, Verdict.UNKNOWN, Failure(why), looks)
        elif decision.verdict is Verdict.FAIL:
            for failure in sorted(decision.failures, key=lambda f: (str(f.at), f.message)):
                yield self._finding(document, decision, Verdict.FAIL, failure, looks)
        else:
            message = _message(self.policy, decision, document)
            yield self._finding(document, decision, decision.verdict, Failure(message), looks)

    def _finding(
        self,
        document: Document,
        decision: Decision,
        verdict: Verdict,
        failure: Failure,
        looks: Sequence[_Look],
    ) -> Finding:
        policy, resource = self.policy, document.resource
        path = _place(failure.at)
        message = failure.message
        if self._bench.known.any_sensitive_in(document):
            message = _without_secrets(message, document, decision.reads)
        return Finding(
            policy=policy.id,
            verdict=verdict,
            severity=policy.severity,
            subject=self._bench.subject(resource),
            message=message,
            at=show_path(path) or None,
            location=resource.origin(path).location,
            reads=tuple(self._reads(document, looks, path)),
            gaps=tuple(_gaps(document, decision)),
            remediation=policy.remediation,
            engine=policy.language,
            fingerprint=fingerprint(policy.id, resource.type, resource.address, path, message),
        )

    def _reads(self, document: Document, looks: Sequence[_Look], about: Path) -> Iterator[Read]:
        """Write down what was looked at; of more than fits a report, what the finding is about."""
        mine = document.resource
        if len(looks) > _MOST_READS:
            looks = sorted(looks, key=lambda look: not (look[0] is mine and _meet(look[1], about)))
        for resource, path, value in looks[:_MOST_READS]:
            found = read(resource, path, value, mine=resource is mine)
            short = _short(found.value, self._bench.redact)
            yield found if short is found.value else replace(found, value=short)


@dataclass(frozen=True, slots=True)
class Examination:
    """One resource judged: the document, the decision, its findings, the completions to try."""

    document: Document
    decision: Decision
    findings: tuple[Finding, ...]
    trials: Trials

    def looks(self) -> Iterator[tuple[Resource, Path, Value]]:
        """Yield what was looked at: whose it is, the path in its properties, the value."""
        return _looks(self.document, self.decision.reads)

    def clean(self, text: str) -> str:
        """Take every sensitive text that the policy looked at out of what it says."""
        return _without_secrets(text, self.document, self.decision.reads)


def broken(policy: Policy, resource: Resource, why: str) -> Finding:
    """Say that a policy broke on a resource in a way that no worker could report."""
    return Finding(
        policy=policy.id,
        verdict=Verdict.ERROR,
        severity=policy.severity,
        subject=subject(resource),
        message=f"{policy.file}: {why}",
        location=resource.origin(()).location,
        remediation=policy.remediation,
        engine=policy.language,
        fingerprint=f"{policy.id}:{resource.address}",
    )


def subject(resource: Resource) -> Subject:
    """Describe a resource as the subject of a finding."""
    return Subject(
        address=resource.address,
        type=resource.type,
        scope=resource.scope,
        file=resource.file,
        location=resource.origin(()).location,
        change=resource.change,
    )


def _place(where: str | Path | None) -> Path:
    """Read the place a policy named; a text is dotted, with or without list positions."""
    if where is None:
        return ()
    if not isinstance(where, str):
        return tuple(where)
    steps = where.replace("[", ".").replace("]", "").split(".")
    return tuple(int(step) if step.isdigit() else step for step in steps if step)


def _message(policy: Policy, decision: Decision, document: Document) -> str:
    if decision.verdict is Verdict.ERROR:
        return decision.error or "the policy could not be evaluated"
    if decision.verdict is Verdict.UNKNOWN:
        names = ", ".join(dict.fromkeys(gap.path for gap in _gaps(document, decision)))
        return f"not decided: {names} not known" if names else "not decided"
    if decision.verdict is Verdict.NOT_APPLICABLE:
        return "; ".join(item.reason for item in decision.not_applicable)
    return policy.title


def _without_secrets(text: str, document: Document, reads: ReadSet) -> str:
    """Take out of a message every sensitive text that the policy looked at."""
    for secret in _secrets(reads.project(document.value)):
        text = text.replace(secret, "(sensitive)")
    return text


def _secrets(value: Value, *, hidden: bool = False) -> Iterator[str]:
    if isinstance(value, Sensitive):
        yield from _secrets(value.value, hidden=True)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _secrets(item, hidden=hidden)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from _secrets(item, hidden=hidden)
    elif isinstance(value, Unknown):
        yield from _secrets([*value.oneof, *value.parts], hidden=hidden)
    elif hidden and isinstance(value, str) and value:
        yield value


def _looks(document: Document, reads: ReadSet) -> Iterator[_Look]:
    """Yield what was looked at of which resource, in the order of the read set."""
    for path, value in reads.found(document.value):
        owner = document.owner(path)
        if owner is not None:
            yield *owner, value


def _meet(one: Path, other: Path) -> bool:
    """Tell whether one path leads to the other."""
    return all(a == b for a, b in zip(one, other, strict=False))


def read(resource: Resource, path: Path, value: Value, *, mine: bool) -> Read:
    """Write down one value of a resource: its state and where it comes from."""
    origin = resource.origin(path)
    state = _state(resource, path, value)
    attribute = f": {origin.attribute}" if origin.attribute else ""
    name = show_path(path)
    return Read(
        path=name if mine else f"{resource.address}: {name}",
        state=state,
        value=None if value is ABSENT else show(value),
        source=f"{origin.address}{attribute}",
        location=origin.location,
    )


def _state(resource: Resource, path: Path, value: Value) -> str:
    if path in resource.defaults:
        return "default"
    if value is ABSENT:
        return "absent"
    for kind, name in ((Sensitive, "sensitive"), (Reference, "reference"), (Unknown, "unknown")):
        if isinstance(value, kind):
            return name
    return "known"


def _short(value: Any, redact: Redactor) -> Any:
    """Cut a shown value that would drown a report, but never through a secret."""
    if isinstance(value, str) and len(value) > _LONGEST_VALUE:
        return redact.text(value)[:_LONGEST_VALUE] + "…"
    if isinstance(value, dict):
        return {key: _short(item, redact) for key, item in value.items()}
    if isinstance(value, list):
        return [_short(item, redact) for item in value]
    return value


def _gaps(document: Document, decision: Decision) -> Iterator[Gap]:
    """Name what keeps a verdict open: canonical path, the source's own name, the reason."""
    seen: set[tuple[str, str]] = set()
    for path, unknown in decision.gaps[: 4 * _MOST_GAPS]:
        owner = document.owner(path)
        if owner is None:
            name = show_path(path)
        else:
            resource, inner = owner
            mine = resource is document.resource
            name = show_path(inner) if mine else f"{resource.address}: {show_path(inner)}"
        why = unknown.why
        if unknown.references:
            why += f" ({', '.join(unknown.references[:3])})"
        if (name, why) not in seen and len(seen) < _MOST_GAPS:
            seen.add((name, why))
            yield Gap(name, why)
    for gap in decision.undecided[:_MOST_GAPS]:
        yield Gap(show_path(_place(gap.at)) or document.resource.address, gap.reason)
    exists = document.resource.exists
    if exists is not None and decision.verdict is Verdict.FAIL:
        yield Gap(document.resource.address, exists.why)


def fingerprint(policy: str, kind: str, address: str, path: Path, message: str) -> str:
    """Identify a finding by what it is about, without lines and list positions."""
    names = [step for step in path if isinstance(step, str)]
    text = "\0".join((policy, kind, address, ".".join(names), message))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
