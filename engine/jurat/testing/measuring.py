"""What fixtures exercise of a policy: lines, branches, parameters, relations.

Lines of Rego are counted by its engine, lines and branches of Python by coverage.py, both in the
worker that tries the fixtures.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from importlib.util import find_spec
from typing import Any, Protocol, TypeVar, runtime_checkable

from jurat.errors import UsageError
from jurat.judge.judgement import Bench
from jurat.languages import Evaluator, Outcome
from jurat.model import Policy

Arc = tuple[int, int]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Seen:
    """What trials exercised of one policy; several add up.

    ``lines`` are those of Rego that could be evaluated, ``executed`` those that were. ``arcs`` are
    the jumps from line to line of Python. ``read`` are parameters that were looked at, ``changed``
    those that had another value than their default, ``related`` relations with anything in them.
    """

    lines: frozenset[int] = frozenset()
    executed: frozenset[int] = frozenset()
    arcs: frozenset[Arc] = frozenset()
    read: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    related: frozenset[str] = frozenset()

    def __or__(self, other: "Seen") -> "Seen":
        """Return what either has seen."""
        names = [field.name for field in fields(self)]
        return Seen(**{name: getattr(self, name) | getattr(other, name) for name in names})


class Meter(Protocol):
    """Measures one policy in the process that runs it."""

    def load(self, load: Callable[[], Evaluator]) -> Evaluator:
        """Load the policy so that it is measured from its first line on."""
        ...

    def watch(self, judge: Callable[[], Result]) -> Result:
        """Judge by the policy that was loaded, and note what that executes of it."""
        ...

    def seen(self, bench: Bench, params: Mapping[str, Any]) -> Seen:
        """Return what was executed so far, and what this trial exercised."""
        ...


@runtime_checkable
class Measurable(Protocol):
    """An evaluator that counts its own lines."""

    def measure(self) -> None:
        """Note from now on which lines are evaluated."""
        ...

    def measured(self) -> tuple[frozenset[int], frozenset[int]]:
        """Return the lines that can be evaluated, and those that were."""
        ...


def meter(policy: Policy) -> Meter:
    """Return what measures a policy of this language."""
    return _PythonMeter(policy) if policy.language == "python" else _Meter(policy)


def require_coverage(policies: Iterable[Policy]) -> None:
    """Raise ``UsageError`` if some of the policies cannot be measured here."""
    if any(policy.language == "python" for policy in policies) and not find_spec("coverage"):
        raise UsageError(
            "--coverage: lines of Python policies need coverage: pip install 'jurat[dev]'"
        )


class _Meter:
    """Measures what every language has, and the lines of evaluators that count them."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._witness: _Witness | None = None

    def load(self, load: Callable[[], Evaluator]) -> Evaluator:
        evaluator = self.watch(load)
        if isinstance(evaluator, Measurable):
            evaluator.measure()
        self._witness = _Witness(evaluator)
        return self._witness

    def watch(self, judge: Callable[[], Result]) -> Result:
        return judge()

    def seen(self, bench: Bench, params: Mapping[str, Any]) -> Seen:
        policy, witness = self._policy, self._witness
        lines, executed = witness.lines() if witness else (frozenset[int](), frozenset[int]())
        return Seen(
            lines=lines,
            executed=executed,
            read=frozenset(witness.params if witness else ()),
            changed=frozenset(
                name for name, value in params.items() if value != policy.params.get(name)
            ),
            related=frozenset(_related(policy, bench, params)),
        )


class _PythonMeter(_Meter):
    """Measures a Python module by coverage.py."""

    def __init__(self, policy: Policy) -> None:
        super().__init__(policy)
        self._coverage = tracer(policy.file)

    def watch(self, judge: Callable[[], Result]) -> Result:
        self._coverage.start()
        try:
            return judge()
        finally:
            self._coverage.stop()

    def seen(self, bench: Bench, params: Mapping[str, Any]) -> Seen:
        data = self._coverage.get_data()
        mine = [file for file in data.measured_files() if _is_same(file, self._policy.file)]
        arcs = frozenset(arc for file in mine for arc in data.arcs(file) or ())
        return super().seen(bench, params) | Seen(arcs=arcs)


def tracer(file: str) -> Any:
    """Return a ``coverage.Coverage`` of one file that no configuration nearby can change."""
    from coverage import Coverage  # noqa: PLC0415 - an optional dependency

    pattern = re.sub(r"[*?\[\]]", "?", os.path.realpath(file))
    return Coverage(
        data_file=None, branch=True, config_file=False, messages=False, include=[pattern]
    )


def _is_same(file: str, other: str) -> bool:
    return os.path.realpath(file) == os.path.realpath(other)


class _Witness:
    """An evaluator that notes which parameters a policy looks at."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self.traits = evaluator.traits
        self.params: set[str] = set()

    def evaluate(self, document: dict[str, Any]) -> Outcome:
        outcome = self._evaluator.evaluate(document)
        params = outcome.reads.children.get("params")
        if params is not None:
            self.params.update(map(str, params.children))
            if params.whole or params.shape:
                self.params.update(document["params"])
        return outcome

    def lines(self) -> tuple[frozenset[int], frozenset[int]]:
        """Return the lines that can be evaluated, and those that were; none if not counted."""
        if isinstance(self._evaluator, Measurable):
            return self._evaluator.measured()
        return frozenset(), frozenset()


def _related(policy: Policy, bench: Bench, params: Mapping[str, Any]) -> Iterator[str]:
    for resource in (each for each in bench.estate.resources if policy.judges(each.type)):
        related = bench.documents.build(policy, resource, params).value["related"]
        yield from (name for name, members in related.items() if members)
