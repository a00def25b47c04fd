"""Faults: what lint found, and where."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jurat.errors import PackError
from jurat.lint.rules import RULES, Level
from jurat.model.resource import Location

_PLACED = re.compile(r"(?P<file>.*?):(?P<line>\d+): (?P<message>.*)", re.DOTALL)
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule broken at a place; ``suppressed`` is the reason if the pack switched the rule off."""

    rule: str
    place: Location
    message: str
    suppressed: str | None = None

    @property
    def level(self) -> Level:
        """How bad it is."""
        return RULES[self.rule].level


@dataclass(frozen=True, slots=True)
class Report:
    """All faults of the packs looked at, in the order of their places."""

    packs: tuple[str, ...]
    policies: int
    faults: tuple[Fault, ...]

    def of(self, level: Level) -> tuple[Fault, ...]:
        """Return the faults of a level that are not suppressed."""
        return tuple(f for f in self.faults if f.level is level and f.suppressed is None)

    @property
    def suppressed(self) -> tuple[Fault, ...]:
        """The faults of rules that their pack switched off."""
        return tuple(f for f in self.faults if f.suppressed is not None)


Faults = Iterator[Fault]


def refused(rule: str, error: PackError, file: str) -> Fault:
    """Make a fault of what the loader says about ``file``, at the line it names."""
    text = str(error)
    placed = _PLACED.match(text)
    if placed and placed["file"] == file:
        return Fault(rule, Location(file, int(placed["line"])), placed["message"])
    return Fault(rule, Location(file, 1), text.removeprefix(f"{file}: "))


def guarded(file: str, faults: Iterable[Fault]) -> Faults:
    """Yield faults as long as the tree is not nested deeper than Python can follow."""
    try:
        yield from list(faults)
    except RecursionError:
        rule = "rego/syntax" if file.endswith(".rego") else "python/syntax"
        yield Fault(rule, Location(file, 1), "expressions are nested too deeply to be judged")


def quote(value: object) -> str:
    """Show a value in a message: short, on one line."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else "?" for c in text)
    return f"`{text[:_LONGEST]}…`" if len(text) > _LONGEST else f"`{text}`"


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Sort by file, line, column and rule; what was said twice is said once."""
    return tuple(sorted(dict.fromkeys(faults), key=_key))


def _key(fault: Fault) -> tuple[str, int, int, str, str]:
    place = fault.place
    return place.file, place.line or 0, place.column or 0, fault.rule, fault.message
