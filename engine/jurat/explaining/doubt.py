"""Why a verdict is unknown: completions that disagree, and what would have to be known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jurat.explaining.explanation import Assumption, Decisive, Doubt
from jurat.explaining.values import in_words, origin_of
from jurat.judge.completions import RETURNED, Tried, is_branch
from jurat.judge.judgement import Examination
from jurat.languages.contract import Outcome
from jurat.model import ABSENT, Location, Path, Unknown, Value, Verdict, show_path

_MOST_VALUES = 6
_MEMBER = 3
"""Steps of the path of a related resource: ``related``, the relation's name, the position."""
_PAIRS = (
    (Verdict.FAIL, Verdict.PASS),
    (Verdict.FAIL, Verdict.NOT_APPLICABLE),
    (Verdict.FAIL, Verdict.UNKNOWN),
    (Verdict.ERROR, Verdict.PASS),
    (Verdict.ERROR, Verdict.NOT_APPLICABLE),
    (Verdict.ERROR, Verdict.FAIL),
    (Verdict.ERROR, Verdict.UNKNOWN),
    (Verdict.UNKNOWN, Verdict.PASS),
    (Verdict.UNKNOWN, Verdict.NOT_APPLICABLE),
)
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": (str, Unknown),
    "boolean": bool,
    "number": (int, float),
    "array": list,
    "object": dict,
}
_DOES = {
    Verdict.FAIL: "fail",
    Verdict.ERROR: "break",
    Verdict.UNKNOWN: "say that it cannot tell",
    Verdict.PASS: "pass",
    Verdict.NOT_APPLICABLE: "not apply",
}

Variable = tuple[tuple[Path, Unknown], ...]
"""The places that one unknown fills, as ``Trials.variables`` has them."""


@dataclass(frozen=True, slots=True)
class Evaluations:
    """All completions of one document with what came of each."""

    tried: tuple[Tried, ...]
    variables: tuple[Variable, ...]

    def pair(self) -> tuple[Tried, Tried] | None:
        """Return two that disagree and differ in as few values as can be, the worse one first."""
        by_verdict: dict[Verdict, list[Tried]] = {}
        for tried in self.tried:
            by_verdict.setdefault(verdict_of(tried.result), []).append(tried)
        for worse, better in _PAIRS:
            pairs = [
                (self._distance(one, other), self._oddity(one, other), n, m)
                for n, one in enumerate(by_verdict.get(worse, ()))
                for m, other in enumerate(by_verdict.get(better, ()))
            ]
            if pairs:
                *_, n, m = min(pairs)
                return by_verdict[worse][n], by_verdict[better][m]
        return None

    def _distance(self, one: Tried, other: Tried) -> int:
        differ = self.differing(one, other)
        return len(differ) + (one.rendition != other.rendition)

    def _oddity(self, one: Tried, other: Tried) -> int:
        """Count values that are hardly what will stand there: none at all, or of another type."""
        differing = self.differing(one, other)
        return sum(_oddities(each, tried) for each in differing for tried in (one, other))

    def differing(self, one: Tried, other: Tried) -> list[Variable]:
        """Return the unknowns to which two completions give other values."""
        return [v for v in self.variables if not _agree(one, other, v)]

    def decisive(self, first: Tried) -> list[tuple[Variable, Tried]]:
        """Return the unknowns that alone turn the verdict, each beside what it does so.

        That is ``first`` if it turns there.
        """
        found = []
        for variable in self.variables:
            groups: dict[tuple[int, ...], list[Tried]] = {}
            for tried in (first, *self.tried):
                groups.setdefault(self._rest(variable, tried), []).append(tried)
            turning = (
                group[0]
                for group in groups.values()
                if len({verdict_of(tried.result) for tried in group}) > 1
            )
            beside = next(turning, None)
            if beside is not None:
                found.append((variable, beside))
        return found

    def _rest(self, variable: Variable, tried: Tried) -> tuple[int, ...]:
        """Identify all that a completion puts in for the other unknowns."""
        others = (v for path, v in tried.filled.items() if not _fills(variable, path))
        return (tried.rendition, *map(id, others))

    def outcomes(self, variable: Variable, like: Tried) -> Mapping[str, tuple[str, ...]]:
        """Say which values of an unknown give which verdict, all else being as in ``like``."""
        others = [v for v in self.variables if v is not variable]
        found: dict[str, dict[str, None]] = {}
        likely_first = sorted(self.tried, key=lambda tried: _oddities(variable, tried))
        for tried in likely_first:
            if tried.rendition == like.rendition and all(_agree(tried, like, v) for v in others):
                verdict = verdict_of(tried.result)
                found.setdefault(verdict, {})[said_of(variable, tried.filled)] = None
        return {verdict: _cut(tuple(found[verdict])) for verdict in Verdict if verdict in found}


def evaluations(examination: Examination) -> Evaluations:
    """Evaluate all completions of what the decision on a resource hangs on."""
    trials = examination.trials
    return Evaluations(tuple(trials), trials.variables)


def verdict_of(result: Outcome | str) -> Verdict:
    """Return what one evaluation alone would say."""
    if isinstance(result, str):
        return Verdict.ERROR
    if result.failures:
        return Verdict.FAIL
    if result.undecided:
        return Verdict.UNKNOWN
    return Verdict.NOT_APPLICABLE if result.not_applicable else Verdict.PASS


def assumptions(
    variables: Sequence[Variable], tried: Tried, examination: Examination
) -> Iterator[Assumption]:
    """Say what a completion puts in for unknowns."""
    for variable in variables:
        yield Assumption(name_of(variable, examination), said_of(variable, tried.filled))


def doubt(examination: Examination, found: Evaluations, pair: tuple[Tried, Tried] | None) -> Doubt:
    """Say in words why a verdict is open, and which values would settle it."""
    decision, tried = examination.decision, len(found.tried)
    if decision.verdict is not Verdict.UNKNOWN:
        exists = examination.document.resource.exists
        why = exists.why if exists else ""
        return Doubt(f"it fails if it exists, and whether it does is not known: {why}", (), tried)
    if pair is not None:
        turning = found.decisive(pair[0]) or [(v, pair[0]) for v in found.differing(*pair)]
        decisive = tuple(_decisive(v, examination, found, beside) for v, beside in turning)
        return Doubt(_of_pair(found, pair, examination), decisive, tried)
    reasons = "; ".join(dict.fromkeys(item.reason for item in decision.undecided))
    if reasons:
        return Doubt(f"the policy says itself that it cannot tell: {reasons}", (), tried)
    decisive = tuple(_alone(variable, examination) for variable in found.variables)
    return Doubt(_of_agreement(found, examination), decisive, tried)


def _of_pair(found: Evaluations, pair: tuple[Tried, Tried], examination: Examination) -> str:
    names = [name_of(variable, examination) for variable in found.differing(*pair)]
    worse, better = (verdict_of(tried.result) for tried in pair)
    if not names:
        return (
            "the policy tells apart two texts that were made up for the name of a resource which "
            "is not known yet"
        )
    listed = " and ".join(names)
    return (
        f"it depends on {listed}: one answer makes it {_DOES[worse]}, another makes it "
        f"{_DOES[better]}"
    )


def _of_agreement(found: Evaluations, examination: Examination) -> str:
    """Say why completions that all agree prove nothing."""
    verdicts = {verdict_of(tried.result) for tried in found.tried}
    said = next(iter(verdicts), Verdict.ERROR)
    if not found.tried:
        return "no completion could be evaluated"
    if examination.trials.cut:
        return f"all completions that were tried say {said}, but there are more than can be tried"
    if not examination.trials.proves:
        return (
            f"all completions that were tried say {said}, but they are examples of what may stand "
            "there, and another value could decide otherwise"
        )
    return f"all completions that were tried say {said}, but what the policy reads kept growing"


def _decisive(
    variable: Variable, examination: Examination, found: Evaluations, like: Tried
) -> Decisive:
    return replace(_alone(variable, examination), outcomes=found.outcomes(variable, like))


def _alone(variable: Variable, examination: Examination) -> Decisive:
    """Describe an unknown without what follows from it."""
    path, unknown = variable[0]
    source: str | None = None
    location: Location | None = None
    owner = examination.document.owner(path)
    if owner is not None:
        source, location = origin_of(*owner), owner[0].origin(owner[1]).location
    why = unknown.why
    if unknown.references:
        why += f" ({', '.join(unknown.references[:3])})"
    return Decisive(name_of(variable, examination), why, source, location, {})


def name_of(variable: Variable, examination: Examination) -> str:
    """Name what is not known: the condition that decides it, a relative, or a value's path."""
    path, unknown = variable[0]
    document = examination.document
    if is_branch(unknown):
        return f"the condition {unknown.condition}"
    if path[-1:] == (RETURNED,):
        return f"what {unknown.why.partition(' returns it as ')[0]} returns"
    if path[:1] == ("related",) and len(path) == _MEMBER:
        _, name, index = path
        members = document.related.get(str(name), ())
        known = isinstance(index, int) and index < len(members)
        return f"whether {members[int(index)].address if known else 'something else'} is in {name}"
    owner = document.owner(path)
    if owner is None:
        return show_path(path)
    resource, inner = owner
    name = show_path(inner) or "(everything)"
    return name if resource is document.resource else f"{resource.address}: {name}"


def said_of(variable: Variable, filled: Mapping[Path, Value]) -> str:
    """Say in words which value a completion gives to an unknown."""
    path, unknown = variable[0]
    value = filled.get(path, ABSENT)
    if is_branch(unknown):
        return "true" if value is unknown.oneof[0] else "false"
    if path[:1] == ("related",) and len(path) == _MEMBER:
        return "no" if value is ABSENT else "yes"
    return in_words(value)


def _oddities(variable: Variable, tried: Tried) -> int:
    return sum(_is_odd(tried.filled.get(path, ABSENT), unknown) for path, unknown in variable)


def _is_odd(value: Value, unknown: Unknown) -> bool:
    expected = _TYPES.get(unknown.kind or "", object)
    return value is ABSENT or not isinstance(value, expected)


def _agree(one: Tried, other: Tried, variable: Variable) -> bool:
    """Tell whether two completions give an unknown the same value: choices are shared objects."""
    return all(one.filled.get(path) is other.filled.get(path) for path, _ in variable)


def _fills(variable: Variable, path: Path) -> bool:
    return any(path == place for place, _ in variable)


def _cut(values: tuple[str, ...]) -> tuple[str, ...]:
    rest = len(values) - _MOST_VALUES
    return (*values[:_MOST_VALUES], f"and {rest} more") if rest > 0 else values
