"""Many fixtures in few processes: a worker loads a policy once and tries all its fixtures.

A fixture that takes its worker down, or on which jurat itself breaks, is judged once more by
``jurat.judge``, which blames the single resource.
"""

import contextlib
import os
from collections.abc import Callable, Iterable, Sequence

from jurat.errors import InputError, PackError
from jurat.judge import Limits
from jurat.judge.judgement import Bench
from jurat.judge.quantify import by_scope
from jurat.judge.run import order
from jurat.judge.worker import Broken, Plan, Progress, WorkerError, run
from jurat.languages import Evaluator, load
from jurat.model import Finding, Policy
from jurat.pack import Pack
from jurat.testing.measuring import Meter, Seen, meter
from jurat.testing.parameters import fitting
from jurat.testing.trials import Fixture, Trial, concluded, read_fixture, run_fixture

_JOBS_A_WORKER = 20

Tried = tuple[Trial, Seen]


def run_fixtures(
    pack: Pack,
    fixtures: Iterable[Fixture],
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> tuple[Trial, ...]:
    """Try each fixture by its policy; the trials come in the order of the fixtures.

    A fixture that cannot be judged is a trial that says why. Raises ``PackError`` if a policy
    cannot be loaded or does not exist.
    """
    return tuple(trial for trial, _ in _run(pack, fixtures, limits, progress, measured=False))


def measure_fixtures(
    pack: Pack,
    fixtures: Iterable[Fixture],
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> tuple[tuple[Trial, ...], dict[str, Seen]]:
    """Try fixtures as ``run_fixtures`` does, and tell for each policy what they exercised."""
    tried = _run(pack, fixtures, limits, progress, measured=True)
    seen: dict[str, Seen] = {}
    for trial, new in tried:
        policy = trial.fixture.policy
        seen[policy] = seen.get(policy, Seen()) | new
    return tuple(trial for trial, _ in tried), seen


def _run(
    pack: Pack,
    fixtures: Iterable[Fixture],
    limits: Limits | None,
    progress: Progress | None,
    *,
    measured: bool,
) -> list[Tried]:
    limits = limits or Limits()
    policies = {policy.id: policy for policy in pack.policies}
    tried: dict[int, Tried] = {}
    groups: dict[str, list[tuple[int, Fixture]]] = {}
    for position, fixture in enumerate(fixtures):
        policy = policies.get(fixture.policy)
        if policy is None:
            raise PackError(f"{fixture.file}: there is no policy {fixture.policy}")
        if policy.id in pack.sets:  # raw Rego has a judge of its own
            tried[position] = _again(pack, policy, fixture, limits), Seen()
        else:
            groups.setdefault(policy.id, []).append((position, fixture))
    tasks = [(policies[name], [fixture for _, fixture in group]) for name, group in groups.items()]
    count = sum(map(len, groups.values()))
    workers = max(1, min(os.cpu_count() or 1, count // _JOBS_A_WORKER))
    plan = Plan(_Setup(pack.library, measured=measured), tasks, limits)
    _warm_up(fixture for _, jobs in tasks for fixture in jobs)
    try:
        results = run(plan, workers, progress)
    except WorkerError as error:
        raise PackError(str(error)) from None
    for (policy, _), group, outcomes in zip(tasks, groups.values(), results, strict=True):
        for (position, fixture), outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome, Broken) or outcome is None:
                tried[position] = _again(pack, policy, fixture, limits), Seen()
            else:
                tried[position] = outcome
    return [tried[position] for position in sorted(tried)]


def _warm_up(fixtures: Iterable[Fixture]) -> None:
    """Read one fixture of each format here, so that no worker has to load readers and tables."""
    for fixture in {each.file.name.partition(".")[2]: each for each in fixtures}.values():
        with contextlib.suppress(InputError):  # its trial says so
            read_fixture(fixture)


class _Setup:
    """What a worker needs to start; a class, so that it can also be sent to a fresh process."""

    def __init__(self, library: tuple[str, ...], *, measured: bool) -> None:
        self._library = library
        self._measured = measured

    def __call__(self) -> Callable[[Policy], Callable[[Fixture], Tried | None]]:
        def prepare(policy: Policy) -> Callable[[Fixture], Tried | None]:
            if not self._measured:
                evaluator = load(policy, self._library)
                return lambda fixture: _try(policy, evaluator, fixture, None)
            measuring = meter(policy)
            loaded = measuring.load(lambda: load(policy, self._library))
            return lambda fixture: _try(policy, loaded, fixture, measuring)

        return prepare


def _try(
    policy: Policy, evaluator: Evaluator, fixture: Fixture, measuring: Meter | None
) -> Tried | None:
    """Try one fixture in this process; ``None`` if jurat broke on it."""
    try:
        params = fitting(policy, fixture.params, fixture.file)
        estate = read_fixture(fixture).estate
    except (InputError, PackError) as error:
        return Trial(fixture, None, (), unusable=str(error)), Seen()
    bench = Bench(estate, {policy.id: params})
    try:
        if measuring is None:
            return concluded(fixture, _findings(bench, policy, evaluator), estate.secrets), Seen()
        findings = measuring.watch(lambda: _findings(bench, policy, evaluator))
        return concluded(fixture, findings, estate.secrets), measuring.seen(bench, params)
    except Exception:  # noqa: BLE001 - the second judging finds out which resource it was
        return None


def _findings(bench: Bench, policy: Policy, evaluator: Evaluator) -> Sequence[Finding]:
    """Judge an estate by one policy, in the order of ``jurat.judge``."""
    case = bench.case(policy, evaluator)
    resources = [each for each in bench.estate.resources if policy.judges(each.type)]
    found: Iterable[Finding] = [
        finding for resource in resources for finding in case.findings(resource)
    ]
    if policy.quantifier.by_scope:
        found = by_scope(policy, found)
    return sorted(found, key=order)


def _again(pack: Pack, policy: Policy, fixture: Fixture, limits: Limits) -> Trial:
    try:
        return run_fixture(pack, policy, fixture, limits)
    except (InputError, PackError) as error:
        return Trial(fixture, None, (), unusable=str(error))
