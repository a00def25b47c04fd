"""What an element of a statement selects: the strings that match, or all that do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from jurat.iam.globs import Glob, action_glob, arn_globs
from jurat.iam.variables import Context, has_variable, is_void, substitute, widen

NOTHING_KNOWN: Final[Context] = {}


@dataclass(frozen=True, slots=True)
class Selection:
    """The patterns of ``Action`` or ``Resource``; of ``NotAction`` or ``NotResource`` if negated.

    ``generous`` tells whether a part that is not known may match anything, or else nothing.
    """

    patterns: tuple[str, ...]
    negated: bool = False
    generous: bool = True

    @property
    def actions(self) -> tuple[Glob, ...]:
        """The patterns, compiled as actions."""
        return _actions(self.patterns)

    def resources(self, context: Context = NOTHING_KNOWN) -> tuple[Glob, ...]:
        """Return the patterns, compiled as ARNs; ``context`` fills policy variables."""
        if not any(has_variable(pattern) for pattern in self.patterns):
            return _resources(self.patterns)
        return _resources(tuple(self._filled(context)))

    def _filled(self, context: Context) -> list[str]:
        found = []
        for pattern in self.patterns:
            known = substitute(pattern, context) if has_variable(pattern) else pattern
            if known is not None:
                found.append(known)
            elif self.generous and not is_void(pattern, context):
                found.append(widen(pattern))
        return found


@lru_cache(maxsize=16384)
def _actions(patterns: tuple[str, ...]) -> tuple[Glob, ...]:
    return tuple(action_glob(pattern) for pattern in patterns)


@lru_cache(maxsize=16384)
def _resources(patterns: tuple[str, ...]) -> tuple[Glob, ...]:
    return tuple(glob for pattern in patterns for glob in arn_globs(pattern))


def read_selection(value: Any, *, negated: bool, allows: bool) -> Selection:
    """Return what an element selects; an entry that is no text counts against the reader."""
    generous = allows != negated
    entries = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    filler = ("*",) if generous else ()
    patterns = [(entry,) if isinstance(entry, str) else filler for entry in entries]
    return Selection(tuple(p for found in patterns for p in found), negated, generous)
