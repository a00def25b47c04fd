"""Verdicts in spite of unknowns: evaluate a policy on completions of what it reads.

A completion replaces every marker by a plain value. If all completions that matter agree, that is
the verdict; otherwise it is ``unknown``. It is a falsifier, not a proof, so every doubt about what
was tried counts as ``unknown``.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jurat.errors import PolicyError
from jurat.judge.candidates import OPAQUE, Candidates, candidates, together
from jurat.judge.standins import RENDITIONS, Targets, stand_in
from jurat.languages.contract import Constants, Evaluator, Outcome
from jurat.model import ABSENT, Path, Reference, Sensitive, Unknown, Value, Verdict
from jurat.model.reads import ANY, ReadSet, Touch
from jurat.policy import Failure, NotApplicable, Undecided

MOST_COMBINATIONS = 256
_MOST_ROUNDS = 6
_MOST_KNOWN = 24
RETURNED = "(returned)"
"""The last step of the path under which a reference is filled that is no mere text."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy says about a document that may hold unknowns.

    ``gaps`` are the unknowns that keep it open; ``error`` is the policy's own failure.
    ``repeatable`` says that ``reads`` holds all that it depends on: a run that broke tells none.
    """

    verdict: Verdict
    failures: tuple[Failure, ...]
    reads: ReadSet
    gaps: tuple[tuple[Path, Unknown], ...] = ()
    error: str | None = None
    undecided: tuple[Undecided, ...] = ()
    not_applicable: tuple[NotApplicable, ...] = ()
    repeatable: bool = True


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A variable of the enumeration: the places it fills, and what may stand there."""

    places: tuple[tuple[Path, Unknown], ...]
    choices: tuple[Mapping[Path, Value], ...]
    proves_pass: bool = True
    proves_fail: bool = True


def decide(
    evaluator: Evaluator,
    document: Mapping[str, Value],
    known: Targets | None = None,
) -> Decision:
    """Judge ``document``, in which markers may stand at any depth.

    ``known`` tells about what references lead to.
    """
    run = _Run(evaluator, evaluator.traits.projection(document), known or Targets())
    decision = _decide(run, evaluator.traits.reads)
    return replace(decision, repeatable=False) if run.broke else decision


def _decide(run: "_Run", static: ReadSet | None) -> Decision:
    reads = static or ReadSet()
    if static is None:
        first = run.first()
        if isinstance(first, Outcome):
            reads.merge(first.reads)
        run.probe(reads)
        if not run.is_open(reads):
            return conclude_one(first, reads)
    for _ in range(_MOST_ROUNDS):
        decision, grew = run.decide(reads)
        if not grew:
            return decision
    return Decision(Verdict.UNKNOWN, (), reads, tuple(run.unknowns))


def conclude_one(result: Outcome | str, reads: ReadSet) -> Decision:
    """Turn the outcome on a document without anything open into a verdict."""
    if isinstance(result, str):
        return Decision(Verdict.ERROR, (), reads, error=result)
    if result.failures:
        return Decision(Verdict.FAIL, result.failures, reads)
    if result.undecided:
        return Decision(Verdict.UNKNOWN, (), reads, undecided=result.undecided)
    return _without_fault([result], reads)


def _without_fault(outcomes: Sequence[Outcome], reads: ReadSet) -> Decision:
    """Say pass, or not applicable if the policy may not speak about the resource at all."""
    reasons = tuple(dict.fromkeys(n for outcome in outcomes for n in outcome.not_applicable))
    verdict = Verdict.NOT_APPLICABLE if reasons else Verdict.PASS
    return Decision(verdict, (), reads, not_applicable=reasons)


class _Run:
    """One policy on one document."""

    def __init__(self, evaluator: Evaluator, document: Mapping[str, Value], known: Targets) -> None:
        self.evaluator = evaluator
        self.document = document
        self.known = known
        self.broke = False
        self._settled: dict[int, dict[int, Any]] = {}
        self.unknowns = list(_unknowns(document))
        self._references = list(_references(document, ()))

    def first(self) -> Outcome | str:
        """Evaluate to learn what is read: all unknowns absent, or some text if that breaks it."""
        result = self.outcome({}, 0)
        if isinstance(result, str):
            texts = {path: OPAQUE for path, _ in self.unknowns}
            return self.outcome(texts, 0) if texts else result
        return result

    def probe(self, reads: ReadSet) -> None:
        """Learn how far the policy looks into unknowns that may be structures."""
        paths = [
            path
            for path, unknown in self.unknowns
            if unknown.kind is None and not unknown.oneof and reads.touch(path) is Touch.WHOLE
        ]
        structures: tuple[Value, ...] = ({}, [])
        for structure in structures if paths else ():
            result = self.outcome(dict.fromkeys(paths, structure), 0)
            if isinstance(result, Outcome):
                reads.merge(result.reads)

    def is_open(self, reads: ReadSet) -> bool:
        """Tell whether an unknown or a reference is read."""
        return any(touch is not Touch.NOT for touch in self._touches(reads))

    def _touches(self, reads: ReadSet) -> list[Touch]:
        """Return how each unknown and each reference is read."""
        places = itertools.chain(self.unknowns, self._references)
        return [reads.touch(path) for path, _ in places]

    def outcome(self, filled: Mapping[Path, Value], rendition: int) -> Outcome | str:
        """Evaluate one completion; a policy's failure comes back as its text."""
        structured = any(path[-1:] == (RETURNED,) for path in filled)
        settled = None if structured else self._settled.setdefault(rendition, {})
        completion = Completion(filled, self.known, rendition, settled)
        try:
            result = self.evaluator.evaluate(completion.of(self.document, ()))
        except PolicyError as error:
            self.broke = True
            return str(error)
        if self.evaluator.traits.reads is None:
            for path in completion.shortened:
                _blur_positions(result.reads, path)
        return result

    def decide(self, reads: ReadSet) -> tuple[Decision, bool]:
        """Try the completions of everything in ``reads``; tell whether they read yet more."""
        leaves = list(self._leaves(reads))
        combinations, cut = _combinations(leaves)
        renditions = RENDITIONS if self._reads_an_ambiguous_name(reads) else 1
        touches = self._touches(reads)
        seen = _Seen()
        outcomes: list[Outcome] = []
        errors: list[str] = []
        for filled, rendition in itertools.product(combinations, range(renditions)):
            if seen.tells(filled, rendition):
                continue
            result = self.outcome(filled, rendition)
            if isinstance(result, str):
                errors.append(result)
                continue
            outcomes.append(result)
            if self.evaluator.traits.reads is None:
                reads.merge(result.reads)
                named = renditions > 1 and self._reads_an_ambiguous_name(result.reads)
                seen.add(filled, rendition if named else None, result.reads)
            if _is_settled(outcomes, errors, leaves, cut=cut):
                break
        decision = _conclude(outcomes, errors, leaves, reads)
        if cut and decision.verdict in {Verdict.PASS, Verdict.NOT_APPLICABLE}:
            decision = replace(decision, verdict=Verdict.UNKNOWN, gaps=_gaps(leaves), failures=())
        is_open = decision.verdict is not Verdict.UNKNOWN and self._touches(reads) != touches
        return decision, is_open

    def _reads_an_ambiguous_name(self, reads: ReadSet) -> bool:
        """Tell whether a reference is read whose renditions differ."""
        return any(
            reads.touch(path) is not Touch.NOT
            and len({stand_in(reference, self.known, n) for n in range(RENDITIONS)}) > 1
            for path, reference in self._references
        )

    def _leaves(self, reads: ReadSet) -> Iterator[_Leaf]:
        constants = _with_params(self.evaluator.traits.constants, self.document)
        known = _known_by_name(self.document, reads)
        by_condition: dict[str, list[tuple[Path, Unknown]]] = {}
        by_path: dict[Path, list[Unknown]] = {}
        for path, unknown in self.unknowns:
            if reads.touch(path) is Touch.NOT:
                continue
            if is_branch(unknown):
                by_condition.setdefault(unknown.condition or "", []).append((path, unknown))
            else:
                by_path.setdefault(path, []).append(unknown)
        for path, reference in _references(self.document, ()):
            if reads.touch(path) is Touch.INTO:
                # No text: something inside is read of what another resource returns.
                why = f"{reference.address} returns it as {reference.attribute}"
                found = candidates(path, Unknown(why), Touch.INTO, constants, blurred=False)
                yield _leaf((*path, RETURNED), Unknown(why), found)
        for path, unknowns in by_path.items():
            touch = reads.touch(path)
            blurred = self.evaluator.traits.blurred.touch(path) is not Touch.NOT
            own = replace(constants, known=_comparable(path, known))
            found = together(
                [candidates(path, one, touch, own, blurred=blurred) for one in unknowns]
            )
            yield _leaf(path, unknowns[0], found)
        for places in by_condition.values():
            yield _Leaf(
                tuple(places),
                tuple({path: unknown.oneof[side] for path, unknown in places} for side in (0, 1)),
            )


@dataclass(frozen=True, slots=True)
class Tried:
    """One completion that was tried: what stood for each unknown, and what the policy made of it.

    ``result`` is the policy's failure as text if it broke.
    """

    filled: Mapping[Path, Value]
    rendition: int
    result: Outcome | str


class Trials:
    """All completions of what a decision read, one after the other, for who asks why."""

    def __init__(
        self, evaluator: Evaluator, document: Mapping[str, Value], known: Targets, reads: ReadSet
    ) -> None:
        self._run = _Run(evaluator, evaluator.traits.projection(document), known)
        leaves = list(self._run._leaves(reads))  # noqa: SLF001 - one module
        self._combinations, self.cut = _combinations(leaves)
        ambiguous = self._run._reads_an_ambiguous_name(reads)  # noqa: SLF001 - one module
        self._renditions = RENDITIONS if ambiguous else 1
        self.variables = tuple(leaf.places for leaf in leaves)
        """The places that are filled together, with the unknown that stands at each."""
        self.proves = all(leaf.proves_pass and leaf.proves_fail for leaf in leaves)
        """Whether agreement of all completions is evidence."""

    def __iter__(self) -> Iterator[Tried]:
        for filled, rendition in itertools.product(self._combinations, range(self._renditions)):
            yield Tried(filled, rendition, self._run.outcome(filled, rendition))

    def document(self, tried: Tried) -> dict[str, Any]:
        """Return the document that the policy saw."""
        completion = Completion(tried.filled, self._run.known, tried.rendition)
        found: dict[str, Any] = completion.of(self._run.document, ())
        return found


class _Seen:
    """What the runs so far saw of their completions: any that looks the same gives the same."""

    def __init__(self) -> None:
        self._looks: dict[tuple[Path, ...], set[tuple[int | None, ...]]] = {}

    def add(self, filled: Mapping[Path, Value], rendition: int | None, reads: ReadSet) -> None:
        """Note a run; ``rendition`` only if it mattered."""
        paths = tuple(path for path in filled if reads.touch(_filled_place(path)) is not Touch.NOT)
        look = (rendition, *(id(filled[path]) for path in paths))
        self._looks.setdefault(paths, set()).add(look)

    def tells(self, filled: Mapping[Path, Value], rendition: int) -> bool:
        """Tell whether a run already says what another completion would give."""
        for paths, looks in self._looks.items():
            values = [id(filled[path]) for path in paths]  # choices live as long as their leaf
            if (None, *values) in looks or (rendition, *values) in looks:
                return True
        return False


def _filled_place(path: Path) -> Path:
    return path[:-1] if path[-1:] == (RETURNED,) else path


def is_branch(unknown: Unknown) -> bool:
    """Tell whether a condition decides between two values, so that others hang on it too."""
    pair = len(unknown.oneof) == 2  # noqa: PLR2004 - the branch if true and the one if false
    known = not any(isinstance(choice, Unknown) for choice in unknown.oneof)
    return unknown.condition is not None and pair and known


def _leaf(path: Path, unknown: Unknown, found: Candidates) -> _Leaf:
    choices = tuple({path: value} for value in found.values)
    return _Leaf(((path, unknown),), choices, found.proves_pass, found.proves_fail)


def _is_settled(
    outcomes: list[Outcome], errors: list[str], leaves: list[_Leaf], *, cut: bool
) -> bool:
    """Tell whether more completions cannot change the verdict any more: it is unknown."""
    failed = {bool(outcome.failures) for outcome in outcomes}
    if len(failed) > 1 or errors:
        return True
    if failed == {True}:
        return not all(leaf.proves_fail for leaf in leaves)
    return cut or not all(leaf.proves_pass for leaf in leaves)


def _conclude(
    outcomes: list[Outcome], errors: list[str], leaves: list[_Leaf], reads: ReadSet
) -> Decision:
    """Turn what the completions gave into a verdict; every doubt is ``unknown``."""
    gaps = _gaps(leaves)
    if not outcomes:
        return Decision(Verdict.ERROR, (), reads, gaps, errors[0] if errors else "not evaluated")
    failed = {bool(outcome.failures) for outcome in outcomes}
    if len(failed) > 1 or errors:
        return Decision(Verdict.UNKNOWN, (), reads, gaps)
    if failed == {True} and all(leaf.proves_fail for leaf in leaves):
        return Decision(Verdict.FAIL, _common(outcomes), reads)
    undecided = tuple(dict.fromkeys(gap for outcome in outcomes for gap in outcome.undecided))
    if failed == {False} and not undecided and all(leaf.proves_pass for leaf in leaves):
        return _without_fault(outcomes, reads)
    return Decision(Verdict.UNKNOWN, (), reads, gaps, undecided=undecided)


def _gaps(leaves: list[_Leaf]) -> tuple[tuple[Path, Unknown], ...]:
    return tuple(place for leaf in leaves for place in leaf.places)


def _common(outcomes: list[Outcome]) -> tuple[Failure, ...]:
    """Return the failures that every completion has, or else those of the first."""
    shared = set(outcomes[0].failures).intersection(*(o.failures for o in outcomes[1:]))
    return tuple(f for f in outcomes[0].failures if f in shared) or outcomes[0].failures


def _combinations(leaves: list[_Leaf]) -> tuple[list[dict[Path, Value]], bool]:
    """Return the assignments to try, and whether that is fewer than there are."""
    total = 1
    for leaf in leaves:
        total *= len(leaf.choices)
    if total <= MOST_COMBINATIONS:
        return [
            _joined(picked) for picked in itertools.product(*(x.choices for x in leaves))
        ], False
    first = _joined(leaf.choices[0] for leaf in leaves)
    last = _joined(leaf.choices[-1] for leaf in leaves)
    swept = [{**first, **choice} for leaf in leaves for choice in leaf.choices[1:]]
    return [first, last, *swept], len(leaves) > 1


def _joined(
    parts: Iterator[Mapping[Path, Value]] | tuple[Mapping[Path, Value], ...],
) -> dict[Path, Value]:
    return {path: value for part in parts for path, value in part.items()}


def _with_params(constants: Constants, document: Mapping[str, Value]) -> Constants:
    """Add the parameters' texts and numbers: a policy compares with them too."""
    texts, numbers = list(constants.strings), list(constants.numbers)
    pending = [document.get("params")]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            pending += value
        elif isinstance(value, str):
            texts.append(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            numbers.append(value)
    return Constants(tuple(dict.fromkeys(texts)), tuple(dict.fromkeys(numbers)))


def _known_by_name(document: Value, reads: ReadSet) -> dict[str, dict[str | float, None]]:
    """Return the texts and numbers that are read of a document, by the last name of their path."""
    known: dict[str, dict[str | float, None]] = {}
    for path, value in reads.found(document):
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            known.setdefault(_last_name(path), {})[value] = None
    return known


def _comparable(
    path: Path, known: Mapping[str, Mapping[str | float, None]]
) -> tuple[str | float, ...]:
    """Return which known values an unknown one may well be compared with.

    All that are read, if they are few; else those of the same name: regions with regions.
    """
    everything = dict.fromkeys(value for values in known.values() for value in values)
    if len(everything) > _MOST_KNOWN:
        everything = dict(known.get(_last_name(path), {}))
    return tuple(everything)[:_MOST_KNOWN]


def _last_name(path: Path) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _unknowns(value: Value, path: Path = ()) -> Iterator[tuple[Path, Unknown]]:
    """Yield each unknown, and those inside the values another one may take."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _unknowns(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknowns(item, (*path, index))
    elif isinstance(value, Sensitive):
        yield from _unknowns(value.value, path)
    elif isinstance(value, Unknown):
        yield path, value
        for choice in value.oneof:
            if not isinstance(choice, Unknown):
                yield from _unknowns(choice, path)


def _references(value: Value, path: Path) -> Iterator[tuple[Path, Reference]]:
    """Yield each reference with its path, also those inside texts and choices."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _references(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _references(item, (*path, index))
    elif isinstance(value, Reference):
        yield path, value
    elif isinstance(value, Unknown):
        for choice in (*value.oneof, *value.parts):
            yield from _references(choice, path)


class Completion:
    """Replaces markers by plain values; notes the lists that lost an element.

    ``settled`` keeps, between completions of one document and rendition, the containers in which
    nothing is filled in: they come out the same each time.
    """

    def __init__(
        self,
        filled: Mapping[Path, Value],
        known: Targets,
        rendition: int,
        settled: dict[int, Any] | None = None,
    ) -> None:
        self.filled = filled
        self.known = known
        self.rendition = rendition
        self.shortened: list[Path] = []
        self._settled = {} if settled is None else settled
        self._fills = 0

    def of(self, value: Value, path: Path) -> Any:
        """Return ``value`` completed, or ``ABSENT``."""
        if isinstance(value, dict | list):
            return self._container(value, path)
        if isinstance(value, Sensitive):
            return self.of(value.value, path)
        if isinstance(value, Reference):
            if (*path, RETURNED) in self.filled:
                return self._fill((*path, RETURNED))
            return stand_in(value, self.known, self.rendition)
        if isinstance(value, Unknown):
            return self._fill(path)
        return value

    def _container(self, value: dict[str, Value] | list[Value], path: Path) -> Any:
        settled = self._settled.get(id(value))
        if settled is not None:
            return settled
        before = self._fills
        result: Any
        if isinstance(value, dict):
            pairs = ((key, self.of(item, (*path, key))) for key, item in value.items())
            result = {key: item for key, item in pairs if item is not ABSENT}
        else:
            items = [self.of(item, (*path, index)) for index, item in enumerate(value)]
            result = [item for item in items if item is not ABSENT]
            if len(result) < len(items):
                self.shortened.append(path)
        if self._fills == before:
            self._settled[id(value)] = result
        return result

    def _fill(self, path: Path) -> Any:
        self._fills += 1
        choice = self.filled.get(path, ABSENT)
        if isinstance(choice, Unknown) and choice.parts:
            return self._text(choice, path)
        if isinstance(choice, Unknown):
            return ABSENT
        return self.of(choice, path)

    def _text(self, choice: Unknown, path: Path) -> str:
        """Join a partly known text; its last part fills the holes."""
        *parts, filler = choice.parts
        return "".join(
            filler if isinstance(part, Unknown) else str(self.of(part, path)) for part in parts
        )


def _blur_positions(reads: ReadSet, path: Path) -> None:
    """Let reads of elements of a shortened list stand for any element: positions have moved."""
    for step in path:
        if step not in reads.children:
            return
        reads = reads.children[step]
    every = ReadSet()
    for child in reads.children.values():
        every.merge(child)
    reads.children = {ANY: every}
