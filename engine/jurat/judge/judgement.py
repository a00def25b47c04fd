"""Judge one policy on one resource, and write down the evidence."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jurat.judge.completions import Decision, decide
from jurat.judge.documents import Document, Documents, lacks_cover, with_uncovered
from jurat.judge.known import Known
from jurat.judge.memory import Memory
from jurat.judge.relations import Joins
from jurat.judge.standins import Targets, targets
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

_LONGEST_VALUE = 300
_MOST_READS = 40
_MOST_GAPS = 12
_WITHOUT_FAULT = {Verdict.PASS, Verdict.NOT_APPLICABLE}


@dataclass(slots=True)
class Bench:
    """Everything the judging of one estate needs: joins, stand-in types, memo."""

    estate: Estate
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    evidence_of_passes: bool = True
    documents: Documents = field(init=False)
    targets: Targets = field(init=False)
    known: Known = field(init=False)
    memories: dict[str, Memory] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.documents = Documents(Joins(self.estate))
        self.targets = targets(self.estate.resources)
        self.known = Known(self.targets)

    def findings(
        self, policy: Policy, evaluator: Evaluator, resource: Resource
    ) -> tuple[Finding, ...]:
        """Judge ``resource``: one finding a failure, or one that says pass, unknown or error."""
        params = {**policy.params, **self.params.get(policy.id, {})}
        document = self.documents.build(policy, resource, params)
        memory = self.memories.setdefault(policy.id, Memory())
        static = evaluator.traits.reads
        if static is not None:
            document = with_uncovered(document, static)
        decision = self._decide(evaluator, document, memory)
        if static is None and lacks_cover(document, decision.reads):
            document = with_uncovered(document, decision.reads)
            decision = decide(evaluator, document.value, self.targets, memory)
        return tuple(self._write(policy, document, decision))

    def _decide(self, evaluator: Evaluator, document: Document, memory: Memory) -> Decision:
        known = None if document.patched else self.known.decide(evaluator, document, memory)
        return known or decide(evaluator, document.value, self.targets, memory)

    def _write(self, policy: Policy, document: Document, decision: Decision) -> Iterator[Finding]:
        bare = decision.verdict in _WITHOUT_FAULT and not self.evidence_of_passes
        reads = () if bare else tuple(_reads(document, decision.reads))
        exists = document.resource.exists
        if decision.verdict is Verdict.FAIL and exists is not None:
            why = f"fails if the resource exists, which is not known: {exists.why}"
            yield self._finding(policy, document, decision, Verdict.UNKNOWN, Failure(why), reads)
        elif decision.verdict is Verdict.FAIL:
            for failure in sorted(decision.failures, key=lambda f: (str(f.at), f.message)):
                yield self._finding(policy, document, decision, Verdict.FAIL, failure, reads)
        else:
            message = _message(policy, decision, document)
            yield self._finding(
                policy, document, decision, decision.verdict, Failure(message), reads
            )

    def _finding(  # noqa: PLR0913, PLR0917 - a finding is made of this much
        self,
        policy: Policy,
        document: Document,
        decision: Decision,
        verdict: Verdict,
        failure: Failure,
        reads: tuple[Read, ...],
    ) -> Finding:
        resource = document.resource
        path = _place(failure.at)
        origin = resource.origin(path)
        message = failure.message
        if self._any_sensitive(document):
            message = _without_secrets(message, document, decision.reads)
        return Finding(
            policy=policy.id,
            verdict=verdict,
            severity=policy.severity,
            subject=subject(resource),
            message=message,
            at=show_path(path) or None,
            location=origin.location,
            reads=reads,
            gaps=tuple(_gaps(document, decision)),
            remediation=policy.remediation,
            engine=policy.language,
            fingerprint=_fingerprint(policy.id, resource, path, message),
        )

    def _any_sensitive(self, document: Document) -> bool:
        groups = map(self.known.any_sensitive, document.related.values())
        return self.known.marks(document.resource).sensitive or any(groups)


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


def _reads(document: Document, reads: ReadSet) -> Iterator[Read]:
    """List what was looked at, in the order of the read set, not more than fits a report."""
    shown = 0
    for path, value in reads.found(document.value):
        owner = document.owner(path)
        if owner is None:
            continue
        if shown == _MOST_READS:
            return
        shown += 1
        yield _read(*owner, value, mine=owner[0] is document.resource)


def _read(resource: Resource, path: Path, value: Value, *, mine: bool) -> Read:
    origin = resource.origin(path)
    state = _state(resource, path, value)
    attribute = f": {origin.attribute}" if origin.attribute else ""
    name = show_path(path)
    return Read(
        path=name if mine else f"{resource.address}: {name}",
        state=state,
        value=None if value is ABSENT else _short(show(value)),
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


def _short(value: Any) -> Any:
    """Cut a shown value that would drown a report."""
    if isinstance(value, str) and len(value) > _LONGEST_VALUE:
        return value[:_LONGEST_VALUE] + "…"
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_short(item) for item in value]
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


def _fingerprint(policy: str, resource: Resource, path: Path, message: str) -> str:
    """Identify a finding by what it is about, without lines and list positions."""
    names = [step for step in path if isinstance(step, str)]
    text = "\0".join((policy, resource.type, resource.address, ".".join(names), message))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
