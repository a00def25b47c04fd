"""Judge an estate by policies, in worker processes."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jurat.errors import PackError
from jurat.judge.judgement import Bench, Case, broken
from jurat.judge.quantify import by_scope, missing
from jurat.judge.rehearsal import Rehearsal
from jurat.judge.worker import Broken, Limits, Plan, Progress, WorkerError, run
from jurat.languages import load
from jurat.languages.contract import Foresighted, RegoEngine
from jurat.model import Estate, Finding, Policy, Resource

_JOBS_A_WORKER = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """How to judge.

    ``params`` override defaults, by policy id. ``inventory_complete`` says that the inputs are all
    there is, so that what does not exist in them does not exist. ``evidence_of_passes`` keeps what
    was read for passes too. ``library`` are Rego modules that policies may import. ``rego``
    runs Rego policies in place of the embedded engine.
    """

    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    inventory_complete: bool = False
    evidence_of_passes: bool = True
    limits: Limits = field(default_factory=Limits)
    library: tuple[str, ...] = ()
    rego: RegoEngine | None = None
    progress: Progress | None = None


def judge(
    estate: Estate, policies: Sequence[Policy], settings: Settings | None = None
) -> tuple[Finding, ...]:
    """Return the findings of every policy on every resource it applies to, in a total order.

    Raises ``PackError`` if a policy cannot be loaded.
    """
    settings = settings or Settings()
    tasks = list(_tasks(estate, policies))
    jobs = sum(len(resources) for _, resources in tasks)
    workers = max(1, min(os.cpu_count() or 1, jobs // _JOBS_A_WORKER))
    plan = Plan(_Setup(estate, policies, settings, dict(tasks)), tasks, settings.limits)
    try:
        results = run(plan, workers, settings.progress)
    except WorkerError as error:
        raise PackError(str(error)) from error
    bench = Bench(estate)
    found = {
        index: list(_findings(policies[index], resources, rulings, bench))
        for (index, resources), rulings in zip(tasks, results, strict=True)
    }
    quantified = (
        finding
        for index, policy in enumerate(policies)
        for finding in _quantified(policy, found.get(index, []), estate, settings)
    )
    return tuple(sorted(quantified, key=order))


def _tasks(estate: Estate, policies: Sequence[Policy]) -> Iterator[tuple[int, list[int]]]:
    """Pair each policy with the resources of the types it applies to."""
    by_type: dict[str, list[int]] = {}
    for number, resource in enumerate(estate.resources):
        by_type.setdefault(resource.type, []).append(number)
    for index, policy in enumerate(policies):
        every = "*" in policy.applies_to
        kinds = by_type if every else dict.fromkeys(policy.applies_to)
        chosen = sorted(number for kind in kinds for number in by_type.get(kind, ()))
        if chosen:
            yield index, chosen


def _findings(
    policy: Policy,
    resources: Sequence[int],
    rulings: Sequence[tuple[Finding, ...] | Broken],
    bench: Bench,
) -> Iterator[Finding]:
    """Write the findings that no worker wrote: bare passes, and what took a worker down."""
    for number, ruling in zip(resources, rulings, strict=True):
        resource = bench.estate.resources[number]
        if isinstance(ruling, Broken):
            yield broken(policy, resource, f"the policy {ruling.reason}")
        elif ruling:
            yield from ruling
        else:
            yield bench.bare_pass(policy, resource)


class _Setup:
    """What a worker needs to start; a class, so that it can also be sent to a fresh process."""

    def __init__(
        self,
        estate: Estate,
        policies: Sequence[Policy],
        settings: Settings,
        tasks: Mapping[int, Sequence[int]],
    ) -> None:
        self._estate = estate
        self._policies = policies
        self._settings = settings
        self._tasks = tasks

    def __call__(self) -> Callable[[int], Callable[[int], tuple[Finding, ...]]]:
        settings = self._settings
        bench = Bench(
            self._estate, params=settings.params, evidence_of_passes=settings.evidence_of_passes
        )

        def prepare(index: int) -> Callable[[int], tuple[Finding, ...]]:
            policy = self._policies[index]
            evaluator = load(policy, settings.library, settings.rego)
            case = bench.case(policy, evaluator)
            resources = self._estate.resources
            if not isinstance(evaluator, Foresighted):
                return lambda number: _safely(case, resources[number])
            ahead = [resources[number] for number in self._tasks[index]]
            rehearsal = Rehearsal(bench, policy, evaluator, ahead)

            def do(number: int) -> tuple[Finding, ...]:
                rehearsal.reach(resources[number])
                return _safely(case, resources[number])

            return do

        return prepare


def _safely(case: Case, resource: Resource) -> tuple[Finding, ...]:
    try:
        return case.findings(resource)
    except Exception as error:  # noqa: BLE001 - a defect of ours costs one verdict, no more
        why = f"the policy made jurat break with {type(error).__name__}"
        return (broken(case.policy, resource, why),)


def _quantified(
    policy: Policy, findings: list[Finding], estate: Estate, settings: Settings
) -> Iterator[Finding]:
    if not policy.quantifier.by_scope:
        yield from findings
        return
    yield from by_scope(policy, findings)
    if settings.inventory_complete:
        yield from missing(policy, findings, estate)


def order(finding: Finding) -> tuple[Any, ...]:
    """Return what findings are sorted by: a total order that no process changes."""
    about = finding.subject
    return (finding.policy, about.file, about.address, finding.at or "", finding.message)
