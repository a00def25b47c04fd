"""Mutants: one deliberate mistake each, and what became of it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

_LONGEST = 72


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a policy's text: bytes ``start`` to ``end`` become ``text``.

    ``where`` names the function, rule or metadata field; ``change`` says what becomes of what;
    ``missing`` completes the sentence "missing: a fixture …". ``line`` is where people should
    look, if that is not where the change begins.
    """

    start: int
    end: int
    text: str
    where: str
    change: str
    missing: str
    line: int | None = None

    def apply(self, source: bytes) -> str:
        """Return the changed text."""
        return (source[: self.start] + self.text.encode() + source[self.end :]).decode()


@dataclass(frozen=True, slots=True)
class Mutant:
    """One deliberate mistake: in the policy's text (``edit``), or in a value that it reads.

    ``key`` tells it from the policy's other mutants and stays when lines move. ``line`` counts
    from 1.
    """

    policy: str
    file: str
    key: str
    missing: str
    line: int | None = None
    edit: Edit | None = None

    @property
    def place(self) -> str:
        """The file, and the line if there is one."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


class Outcome(StrEnum):
    """What became of a mutant.

    ``verdict``: some fixture's verdict changed, or the policy broke on it. ``failures``: a fixture
    still failed, with other messages or at other places. ``stopped``: the mutant crashed its
    process or did not end. ``stillborn``: it cannot be loaded or breaks on every fixture, which no
    author would overlook; it says nothing about fixtures and counts nowhere. ``untried``: the
    budget was used up before.
    """

    VERDICT = "verdict"
    FAILURES = "failures"
    STOPPED = "stopped"
    SURVIVED = "survived"
    STILLBORN = "stillborn"
    UNTRIED = "untried"

    @property
    def killed(self) -> bool:
        """Whether the fixtures noticed."""
        return self in {Outcome.VERDICT, Outcome.FAILURES, Outcome.STOPPED}


def mutants(policy: str, file: str, source: bytes, edits: Iterable[Edit]) -> Iterator[Mutant]:
    """Name the mutants of a text; of equal changes in one place the later ones get a number."""
    seen: Counter[str] = Counter()
    texts: set[str] = set()
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        changed = edit.apply(source)
        if changed in texts:
            continue
        texts.add(changed)
        key = f"{edit.where}: {edit.change}"
        seen[key] += 1
        if seen[key] > 1:
            key = f"{key} (no. {seen[key]})"
        line = edit.line or source.count(b"\n", 0, edit.start) + 1
        yield Mutant(policy, file, key, edit.missing, line, edit)


def snippet(text: str) -> str:
    """Put a piece of source on one line; leave out the middle of one that would drown a report."""
    text = " ".join(text.split())
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half].rstrip()} … {text[-half:].lstrip()}"
