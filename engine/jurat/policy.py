"""What the author of a Python policy imports: ``policy``, ``Failure``, ``Subject`` and a few more.

A policy is one function, named as its file, that yields a ``Failure`` for each thing that is wrong,
``Undecided`` for what it would have to see and the input does not hold, and ``NotApplicable`` for a
resource it does not speak about.
Its metadata are the literal keyword arguments of ``@policy`` and its docstring; they are read from
the source text, so a policy's code runs nowhere but in the judge's worker.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is wrong: a message, and the property path it is about."""

    message: str
    at: str | Path | None = None


@dataclass(frozen=True, slots=True)
class Undecided:
    """Something the policy needs and the input does not hold, so that it cannot say pass.

    Not for values that are merely unknown: those the judge handles, and no policy sees them.
    """

    reason: str
    at: str | Path | None = None


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The policy does not speak about this resource: it is neither evidence for nor against."""

    reason: str
    at: str | Path | None = None


class ScopeView(Protocol):
    """Where a resource lives; each part is ``None`` if not known."""

    @property
    def account(self) -> str | None: ...
    @property
    def region(self) -> str | None: ...
    @property
    def partition(self) -> str | None: ...
    @property
    def tier(self) -> str: ...


class ResourceView(Protocol):
    """A resource as a policy sees it: plain values, every look recorded."""

    @property
    def address(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def arn(self) -> str: ...
    @property
    def properties(self) -> Mapping[str, Any]: ...
    @property
    def scope(self) -> ScopeView: ...


class Subject(Protocol):
    """Everything a policy may look at; nothing else exists for it."""

    @property
    def resource(self) -> ResourceView: ...
    @property
    def related(self) -> Mapping[str, Sequence[ResourceView]]: ...
    @property
    def scope(self) -> ScopeView: ...
    @property
    def params(self) -> Mapping[str, Any]: ...


Check = Callable[[Any], Iterator[Failure | Undecided | NotApplicable]]
CheckT = TypeVar("CheckT", bound=Callable[[Subject], Iterator[Any]])


def policy(**metadata: Any) -> Callable[[CheckT], CheckT]:
    """Mark the policy function of a file; the keyword arguments must be literals."""
    del metadata  # read from the source text by the pack, never from here

    def mark(check: CheckT) -> CheckT:
        return check

    return mark


def plain(value: Any) -> Any:
    """Return a view's whole content as dicts, lists and scalars; all of it counts as read."""
    whole = getattr(value, "whole", None)
    return whole() if whole is not None else value
