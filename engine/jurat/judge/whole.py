"""Judge whole inputs by raw policies, which speak about no resource in particular."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jurat.errors import PackError
from jurat.judge.completions import Decision, decide
from jurat.judge.judgement import fingerprint
from jurat.judge.worker import Broken, Limits, Plan, WorkerError, run
from jurat.languages.conftest import ConftestEvaluator, PolicySet
from jurat.model import Finding, Gap, Location, Policy, Scope, Subject, Verdict, show_path
from jurat.readers import WholeInput

_MOST_GAPS = 12
_TYPE = "input"


def judge_whole(
    inputs: Sequence[WholeInput],
    policies: Sequence[Policy],
    sets: Mapping[str, PolicySet],
    limits: Limits,
) -> tuple[Finding, ...]:
    """Return what each policy says about each input, in a total order.

    A failure is put down to the resource whose address its message names, if it is just one.
    Raises ``PackError`` if a policy cannot be loaded.
    """
    tasks = [(number, range(len(inputs))) for number in range(len(policies)) if inputs]
    try:
        results = run(Plan(_Setup(inputs, policies, sets), tasks, limits))
    except WorkerError as error:
        raise PackError(str(error)) from error
    found: list[Finding] = []
    for (number, indices), rulings in zip(tasks, results, strict=True):
        for index, ruling in zip(indices, rulings, strict=True):
            policy, whole = policies[number], inputs[index]
            if isinstance(ruling, Broken):
                message = f"{policy.file}: the policy {ruling.reason}"
                found.append(_finding(policy, whole, Verdict.ERROR, message))
            else:
                found += ruling
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Setup:
    """What a worker needs to start; a class, so that it can also be sent to a fresh process."""

    inputs: Sequence[WholeInput]
    policies: Sequence[Policy]
    sets: Mapping[str, PolicySet]

    def __call__(self) -> Callable[[int], Callable[[int], tuple[Finding, ...]]]:
        def prepare(number: int) -> Callable[[int], tuple[Finding, ...]]:
            policy = self.policies[number]
            evaluator = ConftestEvaluator(policy, self.sets[policy.id])
            return lambda index: tuple(_findings(policy, evaluator, self.inputs[index]))

        return prepare


def _findings(policy: Policy, evaluator: ConftestEvaluator, whole: WholeInput) -> Iterator[Finding]:
    if evaluator.types and whole.types.isdisjoint(evaluator.types):
        named = ", ".join(sorted(evaluator.types)[:3])
        message = f"the input holds nothing of the types that the rule names: {named}"
        yield _finding(policy, whole, Verdict.NOT_APPLICABLE, message)
        return
    decision = decide(evaluator, whole.value)
    if decision.verdict is Verdict.FAIL:
        for failure in decision.failures:
            yield _finding(policy, whole, Verdict.FAIL, failure.message)
    else:
        yield _finding(policy, whole, decision.verdict, _message(policy, decision), _gaps(decision))


def _message(policy: Policy, decision: Decision) -> str:
    if decision.verdict is Verdict.ERROR:
        return decision.error or "the policy could not be evaluated"
    if decision.verdict is Verdict.UNKNOWN:
        return f"not decided: {', '.join(gap.path for gap in _gaps(decision))} not known"
    if decision.verdict is Verdict.NOT_APPLICABLE:
        return "; ".join(item.reason for item in decision.not_applicable)
    return policy.title


def _gaps(decision: Decision) -> tuple[Gap, ...]:
    gaps = (Gap(show_path(path), unknown.why) for path, unknown in decision.gaps)
    return tuple(dict.fromkeys(gaps))[:_MOST_GAPS]


def _finding(
    policy: Policy,
    whole: WholeInput,
    verdict: Verdict,
    message: str,
    gaps: tuple[Gap, ...] = (),
) -> Finding:
    about = _subject(whole, message if verdict is Verdict.FAIL else "")
    return Finding(
        policy=policy.id,
        verdict=verdict,
        severity=policy.severity,
        subject=about,
        message=message,
        location=about.location,
        gaps=gaps,
        remediation=policy.remediation,
        engine=policy.language,
        fingerprint=fingerprint(policy.id, about.type, about.address, (), message),
    )


def _subject(whole: WholeInput, message: str) -> Subject:
    """Return the one resource that a message names, or the input."""
    scope = Scope(tier=whole.tier)
    named = [address for address in whole.resources if _names(message, address)]
    if len(named) == 1:
        kind, place = whole.resources[named[0]]
        return Subject(named[0], kind, scope, whole.file, place)
    return Subject(whole.file, _TYPE, scope, whole.file, Location(whole.file))


def _names(message: str, address: str) -> bool:
    """Tell whether a message holds an address that is not just a part of a longer one."""
    return (
        address in message
        and re.search(rf"(?<![\w.-]){re.escape(address)}(?![\w\[-]|\.\w)", message) is not None
    )
