"""What every policy language offers to the judge."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from jurat.model.reads import ReadSet
from jurat.policy import Failure, NotApplicable, Undecided


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one evaluation: what is wrong, what was looked at, what the input lacks."""

    failures: tuple[Failure, ...]
    reads: ReadSet
    undecided: tuple[Undecided, ...] = ()
    not_applicable: tuple[NotApplicable, ...] = ()


@dataclass(frozen=True, slots=True)
class Constants:
    """The literals a policy compares with: boundary values for what is not known."""

    strings: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known about a policy before it runs.

    ``reads`` over-approximates the read set, or is ``None`` if only a run can tell. ``blurred``
    holds paths whose values pass through functions that cannot be inverted.
    """

    reads: ReadSet | None = None
    blurred: ReadSet = field(default_factory=ReadSet)
    constants: Constants = field(default_factory=Constants)


class Evaluator(Protocol):
    """A policy, ready to run on documents without markers."""

    @property
    def traits(self) -> Traits: ...

    def evaluate(self, document: dict[str, Any]) -> Outcome:
        """Run on ``{"resource", "related", "scope", "params"}``; raises ``PolicyError``."""
        ...
