"""Judge an estate by policies, in worker processes."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jurat.errors import PackError
from jurat.judge.judgement import Bench, subject
from jurat.judge.quantify import by_scope, missing
from jurat.judge.worker import Broken, Limits, Progress, WorkerError, run
from jurat.languages import Evaluator, load
from jurat.model import Estate, Finding, Policy, Resource, Verdict

Job = tuple[int, int]
_JOBS_A_WORKER = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """How to judge.

    ``params`` override defaults, by policy id. ``inventory_complete`` says that the inputs are all
    there is, so that what does not exist in them does not exist. ``evidence_of_passes`` keeps what
    was read for passes too. ``library`` are Rego modules that policies may import.
    """

    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    inventory_complete: bool = False
    evidence_of_passes: bool = True
    limits: Limits = field(default_factory=Limits)
    library: tuple[str, ...] = ()
    progress: Progress | None = None


def judge(
    estate: Estate, policies: Sequence[Policy], settings: Settings | None = None
) -> tuple[Finding, ...]:
    """Return the findings of every policy on every resource it applies to, in a total order.

    Raises ``PackError`` if a policy cannot be loaded.
    """
    settings = settings or Settings()
    jobs = list(_jobs(estate, policies))
    workers = max(1, min(os.cpu_count() or 1, len(jobs) // _JOBS_A_WORKER))
    # Neighbours are alike and cost alike: deal them out evenly.
    jobs = [job for first in range(workers) for job in jobs[first::workers]]
    used = frozenset(policy for policy, _ in jobs)
    try:
        setup = _Setup(estate, policies, settings, used)
        results = run(setup, jobs, settings.limits, workers, settings.progress)
    except WorkerError as error:
        raise PackError(str(error)) from error
    found: dict[int, list[Finding]] = {index: [] for index in range(len(policies))}
    for (policy, resource), result in zip(jobs, results, strict=True):
        if isinstance(result, Broken):
            found[policy].append(
                _broken(policies[policy], estate.resources[resource], result.reason)
            )
        else:
            found[policy] += result
    quantified = (
        finding
        for index, policy in enumerate(policies)
        for finding in _quantified(policy, found[index], estate, settings)
    )
    return tuple(sorted(quantified, key=_order))


def _jobs(estate: Estate, policies: Sequence[Policy]) -> Iterator[Job]:
    """Pair each resource with the policies that apply to its type; resource by resource."""
    by_type: dict[str, list[int]] = {}
    for index, policy in enumerate(policies):
        for kind in policy.applies_to:
            by_type.setdefault(kind, []).append(index)
    for number, resource in enumerate(estate.resources):
        chosen = by_type.get(resource.type, []) + by_type.get("*", [])
        for index in sorted(set(chosen)):
            yield index, number


class _Setup:
    """What a worker needs to start; a class, so that it can also be sent to a fresh process."""

    def __init__(
        self,
        estate: Estate,
        policies: Sequence[Policy],
        settings: Settings,
        used: frozenset[int],
    ) -> None:
        self._estate = estate
        self._policies = policies
        self._settings = settings
        self._used = used

    def __call__(self) -> Callable[[Job], tuple[Finding, ...]]:
        bench = Bench(
            self._estate,
            params=self._settings.params,
            evidence_of_passes=self._settings.evidence_of_passes,
        )
        evaluators = {index: self._ready(index) for index in self._used}

        def do(job: Job) -> tuple[Finding, ...]:
            policy, number = job
            resource = self._estate.resources[number]
            try:
                return bench.findings(self._policies[policy], evaluators[policy], resource)
            except Exception as error:  # noqa: BLE001 - a defect of ours costs one verdict, no more
                broke = f"made jurat break with {type(error).__name__}"
                return (_broken(self._policies[policy], resource, broke),)

        return do

    def _ready(self, index: int) -> Evaluator:
        """Load a policy and analyse it, so that what is wrong with it shows before any job."""
        evaluator = load(self._policies[index], self._settings.library)
        _ = evaluator.traits
        return evaluator


def _quantified(
    policy: Policy, findings: list[Finding], estate: Estate, settings: Settings
) -> Iterator[Finding]:
    if not policy.quantifier.by_scope:
        yield from findings
        return
    yield from by_scope(policy, findings)
    if settings.inventory_complete:
        yield from missing(policy, findings, estate)


def _broken(policy: Policy, resource: Resource, reason: str) -> Finding:
    """Say that a policy took its worker down on a resource."""
    return Finding(
        policy=policy.id,
        verdict=Verdict.ERROR,
        severity=policy.severity,
        subject=subject(resource),
        message=f"{policy.file}: the policy {reason}",
        location=resource.origin(()).location,
        remediation=policy.remediation,
        engine=policy.language,
        fingerprint=f"{policy.id}:{resource.address}",
    )


def _order(finding: Finding) -> tuple[Any, ...]:
    about = finding.subject
    return (finding.policy, about.file, about.address, finding.at or "", finding.message)
