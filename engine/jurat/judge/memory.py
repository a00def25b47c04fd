"""Outcomes remembered by what was read: equal read sets give equal outcomes."""

import json
from typing import Any

from jurat.errors import PolicyError
from jurat.languages.contract import Evaluator, Outcome
from jurat.model.reads import ReadSet

_TRIAL = 200
_WORTH_IT = 0.1
_LARGEST_KEY = 10_000


class Memory:
    """What one policy said so far.

    Where the reads are known beforehand they are the key. Where they show only in a run, the key is
    all that any run has read: whoever agrees on that agrees on what the policy would read.
    """

    def __init__(self) -> None:
        self._reads = ReadSet()
        self._outcomes: dict[str, Outcome] = {}
        self._asked = 0
        self._known = 0
        self._too_large = False

    def outcome(self, evaluator: Evaluator, plain: dict[str, Any]) -> Outcome | str:
        """Evaluate, or remember; a policy's failure comes back as its text."""
        try:
            if evaluator.traits.reads is not None:
                return self._static(evaluator, evaluator.traits.reads.project(plain))
            useless = self._asked > _TRIAL and self._known < self._asked * _WORTH_IT
            if useless or self._too_large:
                return evaluator.evaluate(plain)
            return self._dynamic(evaluator, plain)
        except PolicyError as error:
            return str(error)

    def _static(self, evaluator: Evaluator, part: dict[str, Any]) -> Outcome:
        key = json.dumps(part)
        if key not in self._outcomes:
            self._outcomes[key] = evaluator.evaluate(part)
        return self._outcomes[key]

    def _dynamic(self, evaluator: Evaluator, plain: dict[str, Any]) -> Outcome:
        self._asked += 1
        key = self._key(plain)
        if key in self._outcomes:
            self._known += 1
            return self._outcomes[key]
        outcome = evaluator.evaluate(plain)
        if self._reads.merge(outcome.reads):
            self._outcomes.clear()
            key = self._key(plain)
        self._outcomes[key] = outcome
        return outcome

    def _key(self, plain: dict[str, Any]) -> str:
        key = json.dumps(self._reads.project(plain), sort_keys=True)
        self._too_large |= len(key) > _LARGEST_KEY
        return key
