"""Learn beforehand what an evaluator will be asked, for engines that answer many at once."""

from collections.abc import Iterator, Sequence
from typing import Any

from jurat.judge.judgement import Bench
from jurat.languages.contract import Foresighted, Outcome, Traits
from jurat.model import Policy, Resource

_AHEAD = 128


class Rehearsal:
    """Judges resources up to the first question, a stretch of them at a time."""

    def __init__(
        self, bench: Bench, policy: Policy, evaluator: Foresighted, resources: Sequence[Resource]
    ) -> None:
        self._evaluator = evaluator
        self._case = bench.case(policy, _Listener(evaluator.traits))
        self._resources = resources
        self._places = {id(resource): place for place, resource in enumerate(resources)}
        self._until = 0

    def reach(self, resource: Resource) -> None:
        """Let the evaluator know what will be asked about this resource and those after it."""
        place = self._places[id(resource)]
        if place >= self._until:
            self._until = place + _AHEAD
            self._evaluator.expect(self._questions(self._resources[place : self._until]))

    def _questions(self, resources: Sequence[Resource]) -> Iterator[dict[str, Any]]:
        for resource in resources:
            try:
                self._case.findings(resource)
            except _Asked as asked:
                yield asked.document
            except Exception:  # noqa: BLE001, S112 - what breaks here shows in its own turn
                continue


class _Asked(Exception):  # noqa: N818 - no error: a question
    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__()
        self.document = document


class _Listener:
    """An evaluator that only hears the question."""

    def __init__(self, traits: Traits) -> None:
        self.traits = traits

    def evaluate(self, document: dict[str, Any]) -> Outcome:
        raise _Asked(document)
