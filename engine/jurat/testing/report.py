"""The result of testing policies: the only thing its reporters see."""

from collections.abc import Mapping
from dataclasses import dataclass

from jurat.model import Edition
from jurat.testing.exercise import Exercise
from jurat.testing.trials import Trial


@dataclass(frozen=True, slots=True)
class Report:
    """What one run of tests found.

    ``untested`` are ids of policies without fixtures. ``problems`` are files that could not be used
    as what they seem to be. ``exercises`` are ``None`` if nobody asked for them; a policy below
    ``least`` percent is a broken promise too. ``packs`` tells the edition of each pack by its name.
    """

    version: str
    packs: Mapping[str, Edition]
    trials: tuple[Trial, ...]
    untested: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    exercises: tuple[Exercise, ...] | None = None
    least: float | None = None

    @property
    def broken(self) -> tuple[Trial, ...]:
        """The trials in which a promise was broken."""
        return tuple(t for t in self.trials if not t.kept and t.unusable is None)

    @property
    def unusable(self) -> tuple[str, ...]:
        """Why what could not be used could not be used."""
        return (*self.problems, *(t.unusable for t in self.trials if t.unusable is not None))

    @property
    def wanting(self) -> tuple[Exercise, ...]:
        """The policies that are exercised too little; one that nobody can measure is none."""
        if self.least is None:
            return ()
        least = self.least
        return tuple(e for e in self.exercises or () if e.percent is not None and e.percent < least)
