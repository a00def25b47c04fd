"""Mistakes in what a policy reads: other values where its fixtures hold one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jurat.judge.documents import Document
from jurat.judge.judgement import Bench
from jurat.languages import Evaluator, Outcome
from jurat.languages.contract import Traits
from jurat.model import (
    ABSENT,
    Estate,
    Path,
    Policy,
    Reference,
    Resource,
    Sensitive,
    Unknown,
    Value,
    show_path,
)
from jurat.model.reads import ReadSet
from jurat.testing.mutation.trial import judged

_MOST_CONSTANTS = 24
_MOST_LEAVES = 24
_ELSEWHERE = {"account": "000000000000", "region": "xx-elsewhere-1", "partition": "aws-elsewhere"}
_EVERYBODY = ("*", "0.0.0.0/0", "::/0")
_OPPOSITES = {"Allow": "Deny", "Deny": "Allow"}
_ANYTHING: tuple[Value, ...] = (True, False, 0, 1, "anything", "*", {}, [])


@dataclass(frozen=True, slots=True)
class Look:
    """A value that a policy looks at in a fixture.

    ``name`` is the same for all list positions and all fixtures; ``resource`` is the position in
    the estate; a path that begins with ``scope`` leads to where the resource lives.
    """

    name: str
    resource: int
    path: Path
    value: Value


class Recording:
    """An evaluator that remembers all that was read."""

    def __init__(self, inner: Evaluator) -> None:
        self._inner = inner
        self.reads = ReadSet()

    @property
    def traits(self) -> Traits:
        return self._inner.traits

    def evaluate(self, document: dict[str, Any]) -> Outcome:
        """Run the policy; raises ``PolicyError``."""
        outcome = self._inner.evaluate(document)
        self.reads.merge(outcome.reads)
        return outcome


def looks(policy: Policy, evaluator: Evaluator, bench: Bench) -> list[Look]:
    """Return what a policy looks at in an estate, each value once."""
    numbers = {id(resource): n for n, resource in enumerate(bench.estate.resources)}
    found: dict[tuple[int, Path], Look] = {}
    for resource in judged(policy, bench.estate.resources):
        recording = Recording(evaluator)
        bench.case(policy, recording).findings(resource)
        document = bench.documents.build(policy, resource, {})
        for path, value in recording.reads.found(document.value):
            look = _look(document, numbers, recording.reads, path, value)
            if look is not None:
                found.setdefault((look.resource, look.path), look)
    return list(found.values())


def _look(
    document: Document, numbers: dict[int, int], reads: ReadSet, path: Path, value: Value
) -> Look | None:
    owner = document.owner(path)
    if owner is None or id(owner[0]) not in numbers:
        return None
    resource, inner = owner
    if inner[:1] == ("scope",) and (len(inner) == 1 or inner[1] not in _ELSEWHERE):
        return None  # nothing of it can be changed
    shown, is_whole = _shown(reads, path, len(path) - len(inner))
    if not inner and not is_whole:
        return None  # nobody asks whether a resource has properties
    name = shown or "all properties"
    if path[0] == "related":
        name = f"{path[1]}: {name}"
    return Look(name, numbers[id(resource)], inner, value)


def _shown(reads: ReadSet, path: Path, start: int) -> tuple[str, bool]:
    """Name a path from ``start`` on, and tell whether all below it is read.

    Positions in lists are left out, and so are keys that a policy takes as they come.
    """
    node, text = reads, ""
    for depth, step in enumerate(path):
        comes = node.shape or step not in node.children
        node = next(node.step(step), ReadSet())
        if depth >= start:
            name = "*" if comes and depth > start else step
            text += "[]" if isinstance(step, int) else f".{name}"
    return text.lstrip("."), node.whole


def names(found: Iterable[Look]) -> list[str]:
    """Return the names of what is looked at, in order; of nested ones the innermost."""
    every = dict.fromkeys(look.name for look in found)
    outer = {name[:at] for name in every for at, letter in enumerate(name) if letter in ".["}
    return [name for name in every if name not in outer]


def others(value: Value, constants: Sequence[str | float]) -> Iterator[Value]:
    """Yield other values than ``value``, the likeliest to matter first; ``ABSENT`` removes it."""
    if isinstance(value, Sensitive):
        yield from (
            item if item is ABSENT else Sensitive(item) for item in others(value.value, constants)
        )
        return
    if isinstance(value, dict | list) and value:
        yield from (ABSENT, type(value)())
        leaves = list(_leaves((), value))[:_MOST_LEAVES]
        for path, leaf in leaves:
            yield from (_put(value, path, item) for item in _few(leaf, constants))
        return
    yield from _few(value, constants)


def _leaves(path: Path, value: Value) -> Iterator[tuple[Path, Value]]:
    """Yield what is in a container and no filled container itself."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves((*path, key), item)
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves((*path, index), item)
    else:
        yield path, value


def _few(value: Value, constants: Sequence[str | float]) -> Iterator[Value]:
    """Yield other values than one that holds no more; none twice."""
    if value is ABSENT or isinstance(value, Unknown | Reference | Sensitive):
        candidates = [*_ANYTHING, *constants]
    else:
        candidates = [*_near(value, constants), ABSENT]
    seen: list[Value] = [value]
    for candidate in candidates:
        if not any(candidate is s or (type(candidate) is type(s) and candidate == s) for s in seen):
            seen.append(candidate)
            yield candidate


def _near(value: Value, constants: Sequence[str | float]) -> Iterator[Value]:
    """Yield values of the same kind: the opposite, a neighbour, another constant of the policy."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        numbers = [c for c in constants if isinstance(c, int | float)]
        yield from (value - 1, value + 1, 0)
        yield from (n for number in numbers for n in (number - 1, number, number + 1))
    elif isinstance(value, str):
        yield _OPPOSITES.get(value, value + "~")
        yield from (value.swapcase(), "")
        yield value.replace("*", "x") if "*" in value else value + "*"
        yield from _EVERYBODY
        yield from (c for c in constants if isinstance(c, str))
    elif isinstance(value, list):
        yield []
    elif isinstance(value, dict):
        yield {}


def constants_of(traits: Traits, policy: Policy) -> list[str | float]:
    """Return the first of the texts and numbers that a policy compares with."""
    texts = [*_texts(policy.params), *traits.constants.strings]
    return [*traits.constants.numbers[:_MOST_CONSTANTS], *texts[:_MOST_CONSTANTS]]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def changed(estate: Estate, look: Look, value: Value) -> Estate:
    """Return the estate with another value where a policy looked."""
    resources = list(estate.resources)
    resources[look.resource] = _changed(resources[look.resource], look.path, value)
    return replace(estate, resources=tuple(resources))


def _changed(resource: Resource, path: Path, value: Value) -> Resource:
    if path[:1] == ("scope",):
        part = str(path[1])
        other: Any = {part: None if isinstance(value, Unknown) else _ELSEWHERE[part]}
        return replace(resource, scope=replace(resource.scope, **other))
    properties = _put(dict(resource.properties), path, value)
    if not isinstance(properties, dict):
        properties = {}  # all of them taken away
    defaults = frozenset(p for p in resource.defaults if p[: len(path)] != path)
    return replace(resource, properties=properties, defaults=defaults)


def _put(container: Value, path: Path, value: Value) -> Any:
    """Return a copy of a container with another value at ``path``."""
    if not path:
        return value
    if isinstance(container, Sensitive):
        return Sensitive(_put(container.value, path, value))
    step, rest = path[0], path[1:]
    if isinstance(container, list) and isinstance(step, int) and step < len(container):
        item = _put(container[step], rest, value)
        return [*container[:step], *([] if item is ABSENT else [item]), *container[step + 1 :]]
    if isinstance(container, dict):
        item = _put(container.get(str(step), {} if rest else ABSENT), rest, value)
        without = {key: part for key, part in container.items() if key != step}
        return without if item is ABSENT else {**container, str(step): item}
    return container


def not_known(value: Value) -> Unknown:
    """Return an unknown of the same kind as ``value``."""
    kinds = {bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
    return Unknown("mutated", kind=kinds.get(type(value), "object"))


def shown(look: Look, resource: Resource) -> str:
    """Name a look as people read it."""
    return f"{resource.address}: {show_path(look.path)}"
