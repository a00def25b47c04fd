"""The part of mutation testing that runs a policy's code: in worker processes only."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import islice, zip_longest
from pathlib import Path

from jurat.errors import JuratError, PackError
from jurat.languages import Evaluator, describe, load
from jurat.model import ABSENT, Policy, Reference, Sensitive, Unknown, Verdict
from jurat.testing.mutation.inputs import (
    Look,
    changed,
    constants_of,
    looks,
    names,
    not_known,
    others,
    shown,
)
from jurat.testing.mutation.mutant import Mutant, Outcome, mutants
from jurat.testing.mutation.trial import Said, Staged, hear

_MOST_PLACES = 20
_MOST_LARGE = 2
_MOST_WAYS = 100
_LARGE = 4
"""Resources in a fixture, from which on judging it again and again takes long."""
_DECIDED = {Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What became of a mutant; ``unsound`` tells of a verdict that is surer than its evidence."""

    outcome: Outcome
    unsound: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a worker needs to put the mutants of one policy on trial.

    ``folder`` is for mutated texts. ``deadline`` is a time of the monotonic clock; after it nothing
    more is tried.
    """

    policy: Policy
    library: tuple[str, ...]
    staged: tuple[Staged, ...]
    folder: str
    deadline: float = float("inf")


@dataclass(frozen=True, slots=True)
class Listing:
    """Starts a worker that lists the mutants of a policy."""

    stage: Stage
    kinds: frozenset[str]

    def __call__(self) -> Callable[[None], Callable[[None], tuple[Mutant, ...]]]:
        return lambda _: lambda _: tuple(self._mutants())

    def _mutants(self) -> Iterator[Mutant]:
        policy = self.stage.policy
        if "policy" in self.kinds:
            source = Path(policy.file).read_bytes()
            language = import_module(f"jurat.testing.mutation.{policy.language}")
            yield from mutants(policy.id, policy.file, source, language.edits(source, policy.file))
        if "inputs" in self.kinds:
            found = [look for trial in _trials(self.stage) for look in trial.looks]
            for name in names(found):
                yield Mutant(policy.id, policy.file, f"reads {name}", f"that {name} decides")


@dataclass(frozen=True, slots=True)
class Trials:
    """Starts a worker that tries mutants of a policy."""

    stage: Stage

    def __call__(self) -> Callable[[None], Callable[[Mutant], Ruling]]:
        return lambda _: _Court(self.stage).rule


class _Trial:
    """One fixture, ready to be judged, and what the policy says about it as it is."""

    def __init__(self, staged: Staged, policy: Policy, evaluator: Evaluator) -> None:
        self.staged = staged
        self.bench = staged.bench()
        self.said = hear(policy, evaluator, self.bench)
        if self.said.verdict is not staged.fixture.expected:
            promised, found = staged.fixture.expected, self.said.verdict or "nothing judged"
            raise PackError(
                f"{staged.fixture.file}: {promised} promised, {found} found: "
                "mutants say something only when every fixture keeps its promise"
            )
        self.looks = looks(policy, evaluator, self.bench)


def _trials(stage: Stage) -> list[_Trial]:
    evaluator = load(stage.policy, stage.library)
    return [_Trial(staged, stage.policy, evaluator) for staged in stage.staged]


class _Court:
    """Tries the mutants of one policy; the fixture that killed last is asked first."""

    def __init__(self, stage: Stage) -> None:
        sys.dont_write_bytecode = True  # every mutant has the same file name
        self._stage = stage
        self._trials = _trials(stage)
        self._order = list(self._trials)
        self._evaluator = load(stage.policy, stage.library)
        self._constants = constants_of(self._evaluator.traits, stage.policy)
        self._source = Path(stage.policy.file).read_bytes()

    def rule(self, mutant: Mutant) -> Ruling:
        if time.monotonic() > self._stage.deadline:
            return Ruling(Outcome.UNTRIED)
        if mutant.edit is None:
            return self._of_input(mutant)
        return Ruling(self._of_policy(mutant.edit.apply(self._source)))

    def _of_policy(self, text: str) -> Outcome:
        policy = self._stage.policy
        file = Path(self._stage.folder) / f"{os.getpid()}{Path(policy.file).suffix}"
        file.write_text(text, encoding="utf-8")
        try:
            mutated = describe(file, policy.id, str(file))
            evaluator = load(mutated, self._stage.library)
            evaluator.traits  # noqa: B018 - what is analysed at first use may fail too
        except JuratError:
            return Outcome.STILLBORN
        found, broke = Outcome.SURVIVED, 0  # on how many fixtures it broke that did not before
        for trial in list(self._order):
            said = hear(mutated, evaluator, trial.bench)
            outcome = _compare(trial.said, said)
            if said.verdict is Verdict.ERROR:
                broke += outcome is Outcome.VERDICT
            elif outcome is Outcome.VERDICT or broke:
                self._order.remove(trial)
                self._order.insert(0, trial)
                return Outcome.VERDICT
            elif outcome is Outcome.FAILURES:
                found = outcome
        if broke == len(self._trials) and broke:
            return Outcome.STILLBORN
        return Outcome.VERDICT if broke else found

    # Inputs

    def _of_input(self, mutant: Mutant) -> Ruling:
        """Change a value in every way and every fixture until one makes a difference."""
        name = mutant.key.removeprefix("reads ")
        places = [(t, look) for t in self._trials for look in t.looks if look.name == name]
        small = [place for place in places if len(place[0].staged.estate.resources) <= _LARGE]
        places = _diverse(small)[:_MOST_PLACES] or _diverse(places)[:_MOST_LARGE]
        unsound = next(filter(None, (self._unsound(*place) for place in places)), "")
        ways = [
            [(trial, look, value) for value in others(look.value, self._constants)]
            for trial, look in places
        ]
        # In turns, so that every place has its turn before the limit.
        in_turns = (way for turn in zip_longest(*ways) for way in turn if way is not None)
        for trial, look, value in islice(in_turns, _MOST_WAYS):
            outcome = _compare(trial.said, self._hear(trial, look, value))
            if outcome is not Outcome.SURVIVED:
                return Ruling(outcome, unsound)
        return Ruling(Outcome.SURVIVED, unsound)

    def _hear(self, trial: _Trial, look: Look, value: object) -> Said:
        bench = trial.staged.bench(changed(trial.staged.estate, look, value))
        return hear(self._stage.policy, self._evaluator, bench)

    def _unsound(self, trial: _Trial, look: Look) -> str:
        """Say how a verdict changes to another sure one if a value it rests on is not known."""
        if look.value is ABSENT or isinstance(look.value, Unknown | Reference | Sensitive):
            return ""
        before = trial.said.verdict
        after = self._hear(trial, look, not_known(look.value)).verdict
        is_modest = before is Verdict.PASS and after is Verdict.NOT_APPLICABLE
        if not {before, after} <= _DECIDED or before is after or is_modest:
            return ""
        where = shown(look, trial.staged.estate.resources[look.resource])
        return f"{trial.staged.fixture.file}: {after} instead of {before} with {where} not known"


def _compare(before: Said, after: Said) -> Outcome:
    if after.verdict is not before.verdict:
        return Outcome.VERDICT
    return Outcome.SURVIVED if after.failures == before.failures else Outcome.FAILURES


def _diverse(places: Sequence[tuple[_Trial, Look]]) -> list[tuple[_Trial, Look]]:
    """Put first where another value stands each time, and last where none does."""
    seen: set[str] = set()
    rank: list[tuple[int, int]] = []
    for number, (_, look) in enumerate(places):
        text = repr(look.value)
        again = text in seen
        seen.add(text)
        rank.append((2 if look.value is ABSENT else int(again), number))
    return [places[number] for _, number in sorted(rank)]


def ordered(staged: Sequence[Staged]) -> tuple[Staged, ...]:
    """Put first what notices most: plain failures, then passes, then the rest; small ones before.

    Deterministic, so that what is found does not hang on the order in which files are listed.
    """
    rank = {Verdict.FAIL: 0, Verdict.PASS: 1, Verdict.NOT_APPLICABLE: 2}
    return tuple(
        sorted(
            staged,
            key=lambda s: (
                rank.get(s.fixture.expected, 3),
                len(s.estate.resources),
                str(s.fixture.file),
            ),
        )
    )
