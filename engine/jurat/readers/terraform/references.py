"""Where the traversals of an expression lead, through modules, variables, outputs and keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from jurat.readers.terraform.address import (
    Index,
    Key,
    Module,
    Place,
    Step,
    parse,
    show_module,
)
from jurat.readers.terraform.configuration import (
    Configuration,
    Expression,
    references,
)

DEPTH: Final = 20
STEPS: Final = 500
FANOUT: Final = 200
ALLOWANCE: Final = 2_000_000
_CONTEXT = frozenset({"count", "path", "terraform", "self"})
_DEAD_ENDS = frozenset({"each", "ephemeral", "local"})
_WORDS = _CONTEXT | _DEAD_ENDS | {"data", "module", "var"}
_SCALARS = ("arn", "id", "name", "json")


class Frame(NamedTuple):
    """Where an expression is evaluated: module instance, the object's key, its ``for_each``.

    ``through`` tells that the way came through ``each.value``: then the same key is meant.
    """

    module: Module
    key: Key = None
    each: Expression | None = None
    through: bool = False


class Target(NamedTuple):
    """An attribute of an instance; no attribute if the plan cut the expression short."""

    address: str
    place: Place
    attribute: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join((self.address, *self.attribute))


@dataclass(frozen=True, slots=True)
class Resolution:
    """What an expression contains: instance attributes, dead ends, module instances without output.

    It says what the expression contains, not that the expression is one of them. A target that is
    referred to twice is there twice.
    """

    targets: tuple[Target, ...] = ()
    loose: tuple[str, ...] = ()
    cut: tuple[Module, ...] = ()


@dataclass(slots=True)
class _Trail:
    """The state of one search; dicts serve as ordered sets."""

    targets: list[Target] = field(default_factory=list)
    loose: dict[str, None] = field(default_factory=dict)
    cut: dict[Module, None] = field(default_factory=dict)
    active: set[tuple[object, ...]] = field(default_factory=set)
    steps: int = 0

    def end(self) -> Resolution:
        return Resolution(tuple(self.targets), tuple(self.loose), tuple(self.cut))


class _Way(NamedTuple):
    """How the search came to an expression, and what it still has to apply to what it finds."""

    frame: Frame
    tail: tuple[Step, ...] = ()
    depth: int = 0
    moving: bool = False


class Resolver:
    """Resolves expressions of one plan."""

    def __init__(
        self, configuration: Configuration, instances: Iterable[tuple[str, Place]]
    ) -> None:
        self._configuration = configuration
        self._groups: dict[tuple[Module, str, str, str], dict[Key, Target]] = {}
        self._calls: dict[tuple[Module, str], dict[Key, None]] = {}
        self._parsed: dict[str, tuple[Step, ...] | None] = {}
        self._outputs: dict[Module, Resolution] = {}
        self._allowance = ALLOWANCE
        for address, place in instances:
            group = self._groups.setdefault((place.module, place.mode, place.type, place.name), {})
            group[place.key] = Target(address, place, ())
        for module in dict.fromkeys(group[0] for group in self._groups):
            for length, (name, key) in enumerate(module):
                self._calls.setdefault((module[:length], name), {})[key] = None

    def resolve(self, expression: Expression | None, frame: Frame) -> Resolution:
        """Return everything the references of ``expression`` lead to."""
        plain = self._plain(references(expression), frame.module)
        if plain is not None:
            return Resolution((plain,))
        trail = _Trail()
        self._follow(trail, expression, _Way(frame))
        return trail.end()

    def _plain(self, texts: list[str], module: Module) -> Target | None:
        """Find what most expressions are: one attribute of the only instance of a resource."""
        match self._parse(texts[0]) if len(texts) == 1 else None:
            case (str(kind), str(name), *rest) if kind not in _WORDS:
                group = self._groups.get((module, "managed", kind, name), {})
                if group.keys() == {None} and not any(isinstance(step, Index) for step in rest):
                    return group[None]._replace(attribute=_attribute(rest, ()))
        return None

    def resolve_outputs(self, module: Module) -> Resolution:
        """Return everything that the outputs of a module instance lead to."""
        if module not in self._outputs:
            trail = _Trail()
            scope = self._configuration.scope(module)
            for expression in scope.outputs.values() if scope else ():
                self._follow(trail, expression, _Way(Frame(module)))
            self._outputs[module] = trail.end()
        return self._outputs[module]

    def _follow(self, trail: _Trail, expression: Expression | None, way: _Way) -> None:
        frame = way.frame
        here = (id(expression), frame.module, frame.key, id(frame.each), frame.through, way.tail)
        if way.depth > DEPTH or here in trail.active:
            trail.loose["a chain of references that does not end"] = None
            return
        trail.active.add(here)
        texts = references(expression)
        way = way._replace(moving=_moves(texts))
        for text in texts:
            trail.steps += 1
            self._allowance -= 1
            if trail.steps > STEPS or self._allowance < 0:
                trail.loose["more references than are followed"] = None
                break
            self._step(trail, text, way)
        trail.active.discard(here)

    def _step(self, trail: _Trail, text: str, way: _Way) -> None:
        steps = self._parse(text)
        match steps:
            case (str(kind), str(name), *rest) if kind not in _WORDS:
                self._instances(trail, ("managed", kind, name), rest, way)
            case (str(head), *_) if head in _CONTEXT:
                return
            case ("each", "key", *_):
                return
            case ("each", "value", *rest) if way.frame.each is not None:
                frame = way.frame._replace(each=None, through=True)
                self._follow(trail, way.frame.each, _onward(way, frame, rest))
            case ("var", str(name), *rest):
                self._variable(trail, name, rest, way)
            case ("module", str(name), *rest):
                self._module(trail, name, rest, way)
            case ("data", str(kind), str(name), *rest):
                self._instances(trail, ("data", kind, name), rest, way)
            case (str(kind), str(name), *rest) if kind not in _DEAD_ENDS:
                self._instances(trail, ("managed", kind, name), rest, way)
            case _:
                trail.loose[text] = None

    def _variable(self, trail: _Trail, name: str, rest: list[Step], way: _Way) -> None:
        module = way.frame.module
        scope = self._configuration.scope(module)
        # A root variable has a value in every plan, and so has a default: neither is unknown.
        if module and scope is not None and name in scope.inputs:
            frame = Frame(module[:-1], module[-1][1], scope.each)
            self._follow(trail, scope.inputs[name], _onward(way, frame, rest))

    def _module(self, trail: _Trail, name: str, rest: list[Step], way: _Way) -> None:
        module = way.frame.module
        calls = self._calls.get((module, name), {None: None})
        keys, path = _pick(calls, rest, way)
        steps = [step for step in path if isinstance(step, str)]
        if len(keys) > FANOUT or not keys:
            trail.loose[f"module.{name}"] = None
            return
        for key in keys:
            child = (*module, (name, key))
            scope = self._configuration.scope(child)
            if not steps:
                trail.cut[child] = None
            elif scope is None or steps[0] not in scope.outputs:
                trail.loose[f"{show_module(child)}.{steps[0]}"] = None
            else:
                tail = path[path.index(steps[0]) + 1 :]
                onward = _Way(Frame(child), tail, way.depth + 1)
                self._follow(trail, scope.outputs[steps[0]], onward)

    def _instances(
        self, trail: _Trail, what: tuple[str, str, str], rest: list[Step], way: _Way
    ) -> None:
        group = self._groups.get((way.frame.module, *what))
        scope = self._configuration.scope(way.frame.module)
        if group is None and scope is not None and what in scope.resources:
            return  # it has no instance, so it cannot be what is unknown
        keys, _ = _pick(group or {}, rest, way)
        if group is None or not keys or len(keys) + len(trail.targets) > FANOUT:
            trail.loose[_show(what)] = None
            return
        attribute = _attribute(rest, way.tail)
        trail.targets.extend(group[key]._replace(attribute=attribute) for key in keys)

    def _parse(self, text: str) -> tuple[Step, ...] | None:
        if text not in self._parsed:
            self._parsed[text] = parse(text)
        return self._parsed[text]


def _onward(way: _Way, frame: Frame, rest: list[Step]) -> _Way:
    return _Way(frame, (*rest, *way.tail), way.depth + 1)


def _moves(texts: list[str]) -> bool:
    """Tell whether ``each.key`` or ``count.index``, and nothing else, can be the key in brackets.

    The plan cuts ``x.y[each.key].z`` to ``x.y`` and ``each.key``.
    """
    heads = {text if text == "each.key" else text.split(".", 1)[0] for text in texts}
    return bool(heads & {"each.key", "count"}) and not heads & {"each", "var", "local"}


def _pick(
    group: Mapping[Key, object], rest: list[Step], way: _Way
) -> tuple[list[Key], tuple[Step, ...]]:
    """Choose the instances that a traversal means, and return what follows the key."""
    path = (*rest, *way.tail)
    keys = list(group)
    match path:
        case (Index(key), *_) if key is not None:
            found = _find(group, key)
            if found is not None:
                return [found], path[1:]
            if rest:
                return [], path
    found = _find(group, way.frame.key) if way.moving or way.frame.through else None
    return (keys if found is None else [found]), path


def _find(group: Mapping[Key, object], key: Key) -> Key:
    """Find a key in either form: ``for_each`` over a tuple has the keys ``"0"``, ``"1"`` …."""
    if key in group:
        return key
    other: Key = str(key) if isinstance(key, int) else None
    if isinstance(key, str) and key.isdecimal():
        other = int(key[:9])
    return other if other in group else None


def _attribute(rest: list[Step], tail: tuple[Step, ...]) -> tuple[str, ...]:
    own = tuple(step for step in rest if isinstance(step, str))
    more = tuple(step for step in tail if isinstance(step, str))
    # What follows an identifier picks a part of the object that was built around it.
    return own if own and own[-1].endswith(_SCALARS) else own + more


def _show(what: tuple[str, str, str]) -> str:
    mode, kind, name = what
    return f"data.{kind}.{name}" if mode == "data" else f"{kind}.{name}"
