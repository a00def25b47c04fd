"""What every policy language offers to the judge."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

from jurat.model import Policy
from jurat.model.reads import Projection, ReadSet
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
    """The literals a policy compares with: boundary values for what is not known.

    ``known`` are values of the document at hand that it reads and may compare with too.
    """

    strings: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()
    known: tuple[str | float, ...] = ()


@dataclass(frozen=True)
class Traits:
    """What is known about a policy before it runs.

    ``reads`` over-approximates the read set, or is ``None`` if only a run can tell. ``blurred``
    holds paths whose values pass through functions that cannot be inverted. ``find_constants``
    looks for the literals when something unknown is met for the first time.
    """

    reads: ReadSet | None = None
    blurred: ReadSet = field(default_factory=ReadSet)
    find_constants: Callable[[], Constants] = Constants

    @cached_property
    def constants(self) -> Constants:
        """The literals that the policy compares with."""
        return self.find_constants()

    @cached_property
    def projection(self) -> Projection:
        """What of a document the policy may look at: all of it if only a run can tell."""
        return (lambda document: document) if self.reads is None else self.reads.projector()


class Evaluator(Protocol):
    """A policy, ready to run on documents without markers."""

    @property
    def traits(self) -> Traits: ...

    def evaluate(self, document: dict[str, Any]) -> Outcome:
        """Run on ``{"resource", "related", "scope", "params"}``; raises ``PolicyError``."""
        ...


@runtime_checkable
class Foresighted(Evaluator, Protocol):
    """An evaluator that does better if it knows what it will be asked."""

    def expect(self, documents: Iterable[dict[str, Any]]) -> None:
        """Evaluate documents together that will be asked for one by one."""
        ...


class RegoEngine(Protocol):
    """A way to run Rego other than the embedded engine, ready for use."""

    @property
    def described(self) -> str:
        """Its name and version."""
        ...

    def evaluator(self, policy: Policy, library: tuple[str, ...]) -> Evaluator:
        """Make a policy ready to run; raises ``PackError`` with file and line."""
        ...
