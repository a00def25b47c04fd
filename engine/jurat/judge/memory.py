"""Decisions remembered by what was read: equal looks give equal decisions."""

from collections.abc import Callable
from typing import Any

from jurat.judge.completions import Decision
from jurat.judge.documents import Document, Shared
from jurat.model.reads import ReadSet

_TRIAL = 200
_WORTH_IT = 0.1
_LARGEST_KEY = 10_000

Key = tuple[Any, ...]


class Memory:
    """What one policy decided so far.

    Where the reads are known beforehand they are the key. Where they show only in a run, the key is
    all that any run has read: whoever agrees on that agrees on what the policy would read.
    """

    def __init__(self, static: ReadSet | None) -> None:
        self._reads = static or ReadSet()
        self._is_static = static is not None
        self._project = self._reads.projector()
        self._kept: dict[Key, Decision] = {}
        self._asked = 0
        self._known = 0
        self._too_large = False

    def decision(self, document: Document, decide: Callable[[Document], Decision]) -> Decision:
        """Remember the decision on a document that looks the same, or decide."""
        if self._is_useless():
            return decide(document)
        self._asked += 1
        key = self._key(document)
        if key in self._kept:
            self._known += 1
            return self._kept[key]
        decision = decide(document)
        if decision.repeatable:
            if not self._is_static and self._reads.merge(decision.reads):
                self._project = self._reads.projector()
                self._kept.clear()
                key = self._key(document)
            self._kept[key] = decision
        return decision

    def _is_useless(self) -> bool:
        return self._too_large or (self._asked > _TRIAL and self._known < self._asked * _WORTH_IT)

    def _key(self, document: Document) -> Key:
        """Return what is read of a document, and what is covered of it."""
        value, related = document.value, document.related
        shared = {name for name, members in related.items() if isinstance(members, Shared)}
        looked_at = self._project(
            {
                "resource": value["resource"],
                "related": {k: v for k, v in value["related"].items() if k not in shared},
                "scope": value["scope"],
            }
        )
        text = repr(looked_at)  # unlike equality it tells 1 from true, and markers from texts
        self._too_large |= len(text) > _LARGEST_KEY
        others = [m.covered for name in related if name not in shared for m in related[name]]
        return (text, document.resource.covered, *others, *(id(related[name]) for name in shared))
