"""Take one policy on one resource apart, in a worker that can be limited and killed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from jurat.errors import PackError, PolicyError
from jurat.explaining.doubt import (
    Evaluations,
    assumptions,
    doubt,
    evaluations,
    verdict_of,
)
from jurat.explaining.explanation import CaseExplained, Doubt, Run, Trace
from jurat.explaining.python_trace import python_trace
from jurat.explaining.rego_trace import rego_trace
from jurat.explaining.relatives import relatives
from jurat.explaining.values import parts, reads
from jurat.judge import Settings
from jurat.judge.completions import Tried
from jurat.judge.judgement import Bench, Examination, broken, subject
from jurat.judge.worker import Broken, Plan, WorkerError, run
from jurat.languages import Evaluator, load
from jurat.languages.contract import Outcome
from jurat.model import Estate, Policy, Resource, Sensitive, Unknown, Verdict, markers
from jurat.redact import redactor


@dataclass(frozen=True, slots=True)
class _Ways:
    """The evaluations that show why, and why the verdict is open if it is."""

    runs: tuple[Run, ...]
    doubt: Doubt | None = None


def explain_case(estate: Estate, policy: Policy, number: int, settings: Settings) -> CaseExplained:
    """Explain ``policy`` on the resource at ``number``; raises ``PackError`` if it cannot load.

    The verdict is found first and the ways to it after: a policy that breaks its worker on the
    second still has its verdict.
    """
    tasks = [(number, ["verdict", "ways"])]
    try:
        found = run(Plan(_Setup(estate, policy, settings), tasks, settings.limits))
    except WorkerError as error:
        raise PackError(str(error)) from error
    case, ways = found[0]
    if not isinstance(case, CaseExplained):
        reason = case.reason if isinstance(case, Broken) else ""
        return _broken_case(policy, estate.resources[number], reason)
    if not isinstance(ways, _Ways):
        reason = ways.reason if isinstance(ways, Broken) else ""
        why = f"its evaluations could not be shown: the policy {reason}"
        return replace(case, runs=(Run(case.verdict, (), (), Trace(policy.file, (), why)),))
    return replace(case, runs=ways.runs, doubt=ways.doubt)


def _broken_case(policy: Policy, resource: Resource, reason: str) -> CaseExplained:
    finding = broken(policy, resource, f"the policy {reason}")
    trace = Trace(policy.file, (), f"no trace: the policy {reason}")
    return CaseExplained(
        policy=policy,
        subject=subject(resource),
        verdict=Verdict.ERROR,
        findings=(finding,),
        runs=(Run(Verdict.ERROR, (finding.message,), (), trace),),
    )


@dataclass(frozen=True, slots=True)
class _Setup:
    """What the worker needs to start."""

    estate: Estate
    policy: Policy
    settings: Settings

    def __call__(self) -> Callable[[int], Callable[[str], CaseExplained | _Ways | Broken]]:
        policy, settings = self.policy, self.settings
        bench = Bench(self.estate, params=settings.params)
        clean = redactor(self.estate.secrets).text

        def prepare(number: int) -> Callable[[str], CaseExplained | _Ways | Broken]:
            evaluator = load(policy, settings.library)
            case = bench.case(policy, evaluator)
            resource = self.estate.resources[number]

            # Judged inside the step, where the limits hold, and once for both.
            @cache
            def examination() -> Examination:
                return case.examine(resource)

            def do(step: str) -> CaseExplained | _Ways | Broken:
                try:
                    if step == "verdict":
                        return _case(policy, examination())
                    return _Tracer(policy, evaluator, settings.library, examination(), clean).ways()
                except Exception as error:  # noqa: BLE001 - a defect of ours is told as one
                    return Broken(f"made jurat break with {type(error).__name__}")

            return do

        return prepare


def _case(policy: Policy, examination: Examination) -> CaseExplained:
    document, findings = examination.document, examination.findings
    return CaseExplained(
        policy=policy,
        subject=findings[0].subject,
        verdict=findings[0].verdict,
        findings=findings,
        parts=tuple(parts(examination)),
        relatives=tuple(relatives(policy, document)),
        reads=tuple(reads(examination)),
        params=dict(document.value["params"]),
    )


@dataclass(frozen=True, slots=True)
class _Tracer:
    """Shows the evaluations of one policy on one resource."""

    policy: Policy
    evaluator: Evaluator
    library: Sequence[str]
    examination: Examination
    clean: Callable[[str], str]
    """Takes known secrets out of a text, and what has the form of one."""

    def ways(self) -> _Ways:
        """Return the evaluation that shows the verdict, or the two that keep it open."""
        found = evaluations(self.examination)
        verdict = self.examination.findings[0].verdict
        if verdict is not Verdict.UNKNOWN:
            return _Ways(tuple(self._runs(found, _like(found, verdict))))
        pair = found.pair() if self._is_open() else None
        chosen = pair or _like(found, self.examination.decision.verdict)
        open_ = doubt(self.examination, found, pair)
        return _Ways(tuple(self._runs(found, chosen)), open_)

    def _is_open(self) -> bool:
        return self.examination.decision.verdict is Verdict.UNKNOWN

    def _runs(self, found: Evaluations, chosen: Sequence[Tried]) -> Iterator[Run]:
        differing = found.differing(*chosen) if len(chosen) > 1 else []
        rest = [variable for variable in found.variables if variable not in differing]
        for tried in chosen:
            document = self.examination.trials.document(tried)
            yield Run(
                verdict=verdict_of(tried.result),
                said=tuple(map(self.examination.clean, _said(tried.result))),
                assumed=tuple(assumptions([*differing, *rest], tried, self.examination)),
                trace=self._trace(document),
            )

    def _trace(self, document: Mapping[str, Any]) -> Trace:
        try:
            return self._trace_of(document)
        except PolicyError as error:  # the document itself is one that no policy can be given
            return Trace(self.policy.file, (), str(error))

    def _trace_of(self, document: Mapping[str, Any]) -> Trace:
        if self.policy.language == "python":
            return python_trace(self.policy, self.evaluator, document, self.examination.clean)
        if self.policy.language == "rego":
            shown = None if _has_secrets(self.examination) else self.clean
            return rego_trace(self.policy, self.library, document, shown)
        return Trace(self.policy.file, (), f"no trace of {self.policy.language} policies")


def _like(found: Evaluations, verdict: Verdict) -> tuple[Tried, ...]:
    """Return a completion that shows a verdict, or the first one."""
    alike = (tried for tried in found.tried if verdict_of(tried.result) is verdict)
    chosen = next(alike, None) or next(iter(found.tried), None)
    return () if chosen is None else (chosen,)


def _said(result: Outcome | str) -> tuple[str, ...]:
    if isinstance(result, str):
        return (result,)
    return (
        *(failure.message for failure in result.failures),
        *(item.reason for item in result.undecided),
        *(item.reason for item in result.not_applicable),
    )


def _has_secrets(examination: Examination) -> bool:
    """Tell whether anything in the document must not be shown, also inside what is not known."""
    pending: list[Any] = [examination.document.value]
    while pending:
        for _, marker in markers(pending.pop()):
            if isinstance(marker, Sensitive) or (isinstance(marker, Unknown) and marker.sensitive):
                return True
            if isinstance(marker, Unknown):
                pending += [[*marker.oneof], [*marker.parts]]
    return False
