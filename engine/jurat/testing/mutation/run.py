"""Mutation testing of a pack: whether some fixture notices each mistake."""

import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

from jurat.errors import PackError
from jurat.judge.worker import Broken, Limits, Plan, Progress, WorkerError, run
from jurat.model import Policy
from jurat.pack import Pack
from jurat.testing.mutation.explained import Explained, Explanations
from jurat.testing.mutation.mutant import Mutant, Outcome
from jurat.testing.mutation.trial import Staged
from jurat.testing.mutation.worker import Listing, Ruling, Stage, Trials, ordered
from jurat.testing.parameters import fitting
from jurat.testing.trials import Fixture, read_fixture

Job = TypeVar("Job")
Done = TypeVar("Done")

KINDS = ("inputs", "policy")
_CHUNK = 60


@dataclass(frozen=True, slots=True)
class Settings:
    """How to mutate.

    ``kinds`` are ``inputs`` (what policies read), ``policy`` (what is written in them) or both.
    ``budget`` is in seconds; with one, mutants are tried in an order drawn by ``seed``, and each
    policy gets its share of the time that is left. ``limits`` hold for one mutant on all fixtures.
    ``progress`` is told how many policies are done, and of how many.
    """

    kinds: frozenset[str] = frozenset(KINDS)
    budget: float | None = None
    seed: int = 0
    limits: Limits = field(default_factory=Limits)
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A mutant and what became of it; ``explained`` says why it is right that it survived."""

    mutant: Mutant
    ruling: Ruling
    explained: Explained | None = None

    @property
    def survived(self) -> bool:
        """Whether a fixture is missing: it survived, and nobody said why."""
        return self.ruling.outcome is Outcome.SURVIVED and self.explained is None


@dataclass(frozen=True, slots=True)
class Score:
    """The mutants of one policy; the stillborn are left out."""

    policy: str
    fixtures: int
    results: tuple[Result, ...]

    def count(self, *outcomes: Outcome) -> int:
        """Return how many mutants had one of these outcomes, explained or not."""
        return sum(result.ruling.outcome in outcomes for result in self.results)

    @property
    def killed(self) -> int:
        """How many were noticed."""
        return sum(result.ruling.outcome.killed for result in self.results)

    @property
    def explained(self) -> int:
        """How many survive for a reason that is written down."""
        return sum(result.explained is not None for result in self.results)

    @property
    def survivors(self) -> list[Result]:
        """The mutants that ask for a fixture."""
        return [result for result in self.results if result.survived]

    @property
    def counted(self) -> int:
        """How many make up the score: all that were tried, without the explained ones."""
        return self.killed + len(self.survivors)


@dataclass(frozen=True, slots=True)
class Report:
    """The scores of policies, by id, and the explanations that explain nothing any more."""

    scores: tuple[Score, ...]
    stale: tuple[str, ...] = ()

    @property
    def percent(self) -> float:
        """Killed mutants of all that count, in percent; 100 without any."""
        return percent(self.scores)

    @property
    def survivors(self) -> list[Result]:
        """All mutants that ask for a fixture."""
        return [result for score in self.scores for result in score.survivors]

    @property
    def unsound(self) -> list[str]:
        """Verdicts that are surer than what they rest on."""
        rulings = (result.ruling for score in self.scores for result in score.results)
        return [ruling.unsound for ruling in rulings if ruling.unsound]

    @property
    def counted(self) -> int:
        """How many mutants make up the score."""
        return sum(score.counted for score in self.scores)

    @property
    def untried(self) -> int:
        """How many mutants the budget left no time for."""
        return sum(score.count(Outcome.UNTRIED) for score in self.scores)


def percent(scores: Sequence[Score]) -> float:
    """Return the killed share of the mutants that count, in percent."""
    counted = sum(score.counted for score in scores)
    return 100.0 * sum(score.killed for score in scores) / counted if counted else 100.0


def mutate_pack(
    pack: Pack,
    policies: Sequence[Policy],
    fixtures: Sequence[Fixture],
    explanations: Explanations,
    settings: Settings | None = None,
) -> Report:
    """Put the mutants of ``policies`` on trial before their fixtures.

    Policy sets in the manner of conftest are left out: they judge whole documents, not resources.
    Raises ``InputError`` for a fixture that cannot be read, ``PackError`` for a policy that cannot
    be loaded and for a fixture that does not keep its promise.
    """
    settings = settings or Settings()
    start = time.monotonic()
    by_policy: dict[str, list[Fixture]] = {}
    for fixture in fixtures:
        by_policy.setdefault(fixture.policy, []).append(fixture)
    scores: list[Score] = []
    mutable = sorted((p for p in policies if p.id not in pack.sets), key=lambda policy: policy.id)
    for index, policy in enumerate(mutable):
        if settings.progress is not None:
            settings.progress(index, len(mutable))
        deadline = float("inf")
        if settings.budget is not None:
            now = time.monotonic()
            left = max(0.0, start + settings.budget - now)
            deadline = now + left / (len(mutable) - index)
        mine = by_policy.get(policy.id, [])
        staged = ordered([_staged(policy, fixture) for fixture in mine])
        with tempfile.TemporaryDirectory(prefix="jurat-mutants-") as folder:
            stage = Stage(policy, pack.library, staged, folder, deadline)
            scores.append(_score(stage, explanations, settings))
    if settings.progress is not None:
        settings.progress(len(mutable), len(mutable))
    return Report(tuple(scores), tuple(_stale(scores, explanations, settings)))


def _score(stage: Stage, explanations: Explanations, settings: Settings) -> Score:
    mutants = _listed(stage, settings)
    rulings = _tried(stage, mutants, settings)
    results = (
        _result(mutant, rulings[mutant.key], explanations)
        for mutant in mutants
        if rulings[mutant.key].outcome is not Outcome.STILLBORN
    )
    return Score(stage.policy.id, len(stage.staged), tuple(results))


def _staged(policy: Policy, fixture: Fixture) -> Staged:
    fitting(policy, fixture.params, fixture.file)
    return Staged(fixture, read_fixture(fixture).estate)


def _listed(stage: Stage, settings: Settings) -> tuple[Mutant, ...]:
    plan = Plan(Listing(stage, settings.kinds), [(None, [None])], settings.limits)
    ((listed,),) = _run(stage, plan, 1)
    if isinstance(listed, Broken):
        raise PackError(f"{stage.policy.file}: the policy {listed.reason}")
    return listed


def _tried(stage: Stage, mutants: Sequence[Mutant], settings: Settings) -> dict[str, Ruling]:
    """Return what became of each mutant, by key."""
    order = list(mutants)
    if settings.budget is not None:
        random.Random(f"{settings.seed} {stage.policy.id}").shuffle(order)  # noqa: S311 - a sample
    chunks = [order[n : n + _CHUNK] for n in range(0, len(order), _CHUNK)]
    plan = Plan(Trials(stage), [(None, chunk) for chunk in chunks], settings.limits)
    results = _run(stage, plan, settings.workers)
    rulings = chain.from_iterable(results)
    return {
        mutant.key: Ruling(Outcome.STOPPED) if isinstance(ruling, Broken) else ruling
        for mutant, ruling in zip(order, rulings, strict=True)
    }


def _run(stage: Stage, plan: Plan[None, Job, Done], workers: int) -> list[list[Done | Broken]]:
    try:
        return run(plan, workers)
    except WorkerError as error:
        raise PackError(str(error) or stage.policy.file) from error


def _result(mutant: Mutant, ruling: Ruling, explanations: Explanations) -> Result:
    """Add why a mutant survives, if that is written; what is killed needs no reason."""
    survived = ruling.outcome is Outcome.SURVIVED
    return Result(
        mutant, ruling, explanations.get((mutant.policy, mutant.key)) if survived else None
    )


def _stale(
    scores: Sequence[Score], explanations: Explanations, settings: Settings
) -> Iterator[str]:
    """Say which explanations name no mutant, or one that is killed by now."""
    if settings.kinds != frozenset(KINDS):
        return
    judged = {score.policy for score in scores}
    outcomes = {(s.policy, r.mutant.key): r.ruling.outcome for s in scores for r in s.results}
    for (policy, key), explained in explanations.items():
        outcome = outcomes.get((policy, key))
        if policy in judged and outcome is None:
            yield f"{explained.place}: {policy} has no mutant {key!r} any more"
        elif policy in judged and outcome is not None and outcome.killed:
            yield f"{explained.place}: {policy}: {key!r} is killed by a fixture"
