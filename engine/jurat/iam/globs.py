"""Wildcard patterns of IAM: what a pattern matches, and which patterns cover which.

A pattern is compiled to a row of steps with loops between them and runs as a bit-parallel
automaton, so no input makes matching exponential. In the first five segments of an ARN, ``*`` and
``?`` do not consume a colon.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from jurat.errors import PolicyError

Globs = Sequence["Glob"]

_ARN_SEGMENTS: Final = 6
_MOST_STATES: Final = 20_000
_MOST_READINGS: Final = 64
_MOST_CHOICES: Final = 100_000
_FIRST_FRESH: Final = 0xE000
# The escapes ``${*}`` and ``${?}`` stand for the character itself, so it must not be a wildcard.
_ESCAPES: Final = {"${*}": "\ue0f0", "${?}": "\ue0f1", "${$}": "$"}


class ComplexityError(PolicyError):
    """Patterns are too many or too entangled to be compared within bounds."""


@dataclass(frozen=True, slots=True, eq=False)
class Glob:
    """A compiled pattern; the bits of a mask are positions in it.

    ``letters`` tells at which positions a character is consumed, ``any_one`` are the positions of
    ``?`` and ``loops`` those of ``*``. ``crossing`` are positions whose wildcards may consume a
    colon. ``accept`` is the bit behind the last position. ``generic`` is the pattern with ``None``
    for each wildcard, ``prefix`` what stands before the first.
    """

    letters: dict[str, int]
    any_one: int
    loops: int
    crossing: int
    accept: int
    generic: tuple[str | None, ...]
    prefix: str

    @property
    def literal(self) -> str | None:
        """The only text that matches, if there is no wildcard."""
        return None if self.any_one or self.loops else self.prefix

    def step(self, state: int, letter: str) -> int:
        """Return the positions that can be reached from those in ``state`` by one character."""
        wild = self.crossing if letter == ":" else -1
        moved = state & (self.letters.get(letter, 0) | (self.any_one & wild))
        return (moved << 1) | (state & self.loops & wild)

    def matches(self, text: str) -> bool:
        """Tell whether the pattern matches the whole of ``text``."""
        if not text.startswith(self.prefix):
            return False
        if not (self.any_one or self.loops):
            return len(text) == len(self.prefix)
        state = 1 << len(self.prefix)
        for letter in text[len(self.prefix) :]:
            state = self.step(state, letter)
            if not state:
                return False
        return bool(state & self.accept)


@lru_cache(maxsize=65536)
def text_glob(pattern: str) -> Glob:
    """Compile a pattern over plain strings; case matters."""
    return _compile(pattern, 1)


@lru_cache(maxsize=65536)
def action_glob(pattern: str) -> Glob:
    """Compile a pattern over actions; case does not matter."""
    return _compile(pattern.strip().lower(), 1)


@lru_cache(maxsize=65536)
def arn_globs(pattern: str) -> tuple[Glob, ...]:
    """Compile a pattern over ARNs: one glob for each way to read it."""
    return tuple(_compile(reading, _ARN_SEGMENTS) for reading in arn_readings(pattern))


def arn_readings(pattern: str) -> tuple[str, ...]:
    """Return a pattern over ARNs with all six segments, in each way a shorter one can be read."""
    missing = _ARN_SEGMENTS - 1 - pattern.count(":")
    if missing <= 0:
        return (pattern,)
    # A star of a short pattern may stand for the missing colons as well.
    parts = _collapsed(pattern).split("*")
    if math.comb(len(parts) - 2 + missing, missing) > _MOST_READINGS:
        raise ComplexityError("a resource pattern has too many readings")
    shares = itertools.combinations_with_replacement(range(len(parts) - 1), missing)
    return tuple(_spread(parts, share) for share in shares)


def _collapsed(pattern: str) -> str:
    while "**" in pattern:
        pattern = pattern.replace("**", "*")
    return pattern


def _spread(parts: list[str], share: tuple[int, ...]) -> str:
    """Join ``parts`` by stars; ``share`` lists the star that takes each missing colon."""
    stars = ["*" + ":*" * share.count(index) for index in range(len(parts) - 1)]
    return "".join(map("".join, itertools.zip_longest(parts, stars, fillvalue="")))


def _compile(pattern: str, segments: int) -> Glob:
    for escape, letter in _ESCAPES.items():
        pattern = pattern.replace(escape, letter)
    letters: dict[str, int] = {}
    any_one = loops = crossing = 0
    bit, colons = 1, 0
    generic: list[str | None] = []
    for letter in _collapsed(pattern):
        if colons >= segments - 1:
            crossing |= bit
        generic.append(None if letter in "*?" else letter)
        if letter == "*":
            loops |= bit
            continue
        if letter == "?":
            any_one |= bit
        else:
            letters[letter] = letters.get(letter, 0) | bit
            colons += letter == ":"
        bit <<= 1
    prefix = "".join(step or "*" for step in generic).partition("*")[0]
    return Glob(letters, any_one, loops, crossing, bit, tuple(generic), prefix)


def matches(pattern: str, text: str) -> bool:
    """Tell whether a plain pattern matches ``text``; case matters."""
    return text_glob(pattern).matches(text)


def covers(wide: Globs, narrow: Globs) -> bool:
    """Tell whether every text that matches one of ``narrow`` matches one of ``wide``."""
    return not any(remains((glob,), tuple(wide)) for glob in narrow)


def overlap(must: Sequence[Globs], never: Globs = ()) -> bool:
    """Tell whether some text matches one of each group of ``must`` and none of ``never``."""
    if math.prod(map(len, must)) > _MOST_CHOICES:
        raise ComplexityError("too many patterns to be compared")
    outside = tuple(never)
    return any(remains(choice, outside) for choice in itertools.product(*must))


@lru_cache(maxsize=65536)
def remains(inside: tuple[Glob, ...], outside: tuple[Glob, ...]) -> bool:
    """Tell whether some text matches all of ``inside`` and none of ``outside``."""
    needed = _narrowest(inside)
    for glob in needed:
        text = glob.literal
        if text is not None:
            return all(g.matches(text) for g in needed) and not _any_matches(outside, text)
    if len(needed) == 1 and not any(glob.any_one for glob in outside):
        # A letter that no pattern uses can only be consumed by a star, and whatever stands in its
        # place is consumed by the same star: this one text decides for all.
        fresh = _fresh((*needed, *outside))
        return not _any_matches(outside, "".join(s or fresh for s in needed[0].generic))
    return _search(needed, outside)


def _narrowest(globs: tuple[Glob, ...]) -> tuple[Glob, ...]:
    """Leave out patterns that cover another one, as far as that is easy to tell."""
    kept: list[Glob] = []
    for glob in globs:
        if not any(_easily_covers(glob, other) for other in kept):
            kept = [other for other in kept if not _easily_covers(other, glob)] + [glob]
    return tuple(kept)


def _easily_covers(wide: Glob, narrow: Glob) -> bool:
    if wide.any_one:
        return wide is narrow
    fresh = _fresh((wide, narrow))
    return wide.matches("".join(step or fresh for step in narrow.generic))


def _any_matches(globs: Globs, text: str) -> bool:
    return any(glob.matches(text) for glob in globs)


def _fresh(globs: Globs) -> str:
    """Return a letter that none of the patterns uses."""
    return next(
        letter
        for letter in map(chr, itertools.count(_FIRST_FRESH))
        if not any(letter in glob.letters for glob in globs)
    )


def _search(inside: tuple[Glob, ...], outside: tuple[Glob, ...]) -> bool:
    """Walk all automata together until ``inside`` accepts and ``outside`` does not."""
    globs = inside + outside
    alphabet = {letter for glob in globs for letter in glob.letters} | {":", _fresh(globs)}
    pending = [(1,) * len(globs)]
    seen = set(pending)
    while pending:
        states = pending.pop()
        accepted = [bool(g.accept & s) for g, s in zip(globs, states, strict=True)]
        if all(accepted[: len(inside)]) and not any(accepted[len(inside) :]):
            return True
        for letter in alphabet:
            after = tuple(g.step(s, letter) for g, s in zip(globs, states, strict=True))
            if all(after[: len(inside)]) and after not in seen:
                seen.add(after)
                pending.append(after)
        if len(seen) > _MOST_STATES:
            raise ComplexityError("patterns are too entangled to be compared")
    return False
