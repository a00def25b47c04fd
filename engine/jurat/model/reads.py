"""Read sets: which parts of a document a policy looks at."""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any, Final

from jurat.model.value import ABSENT, Path, Unknown, Value

ANY: Final = "*"
"""The step that stands for every key and index of a container."""


Projection = Callable[[Value], Value]
"""Returns what of a value is read."""


class Touch(Enum):
    """How a policy uses the value at a path."""

    NOT = "not read"
    WHOLE = "read as a value"
    INTO = "looked into: keys, length, elements or parts"


class ReadSet:
    """A set of document paths, as a tree of steps.

    ``whole`` says that the value here counts as read with all it holds; ``shape`` that its keys,
    length or elements were looked at. A node with neither says that somebody asked whether there is
    a value. Steps are names, indices or ``ANY``.
    """

    __slots__ = ("children", "shape", "whole")

    def __init__(self) -> None:
        self.whole = False
        self.shape = False
        self.children: dict[str | int, ReadSet] = {}

    def add(self, path: Path) -> None:
        """Add the value at ``path`` with all it holds."""
        self.reach(path).whole = True

    def add_shape(self, path: Path) -> None:
        """Add which keys, or how many elements, the container at ``path`` has."""
        self.reach(path).shape = True

    def reach(self, path: Path) -> "ReadSet":
        """Add whether there is a value at ``path``; return its node."""
        node = self
        for step in path:
            if step not in node.children:
                node.children[step] = ReadSet()
            node = node.children[step]
        return node

    def merge(self, other: "ReadSet") -> bool:
        """Add everything in ``other``; tell whether that added anything."""
        grew = (other.whole and not self.whole) or (other.shape and not self.shape)
        self.whole |= other.whole
        self.shape |= other.shape
        for step, child in other.children.items():
            mine = self.children.get(step)
            if mine is None:
                mine = self.children[step] = ReadSet()
                grew = True
            if child.children or child.whole or child.shape:
                grew |= mine.merge(child)
        return grew

    def touch(self, path: Path) -> Touch:
        """Tell how the value at ``path`` is used; looking into it outranks reading it whole."""
        nodes, read = [self], self.whole
        for position, step in enumerate(path, 1):
            # Whoever lists or counts what is in a container looks at each element of it.
            read |= position == len(path) and any(node.shape for node in nodes)
            nodes = [found for node in nodes for found in node.step(step)]
            read |= any(node.whole for node in nodes)
        if any(node.children or node.shape for node in nodes):
            return Touch.INTO
        return Touch.WHOLE if read or nodes else Touch.NOT

    def step(self, step: str | int) -> Iterator["ReadSet"]:
        """Yield the nodes one step down: the named one and the one for any step."""
        if step in self.children:
            yield self.children[step]
        if step != ANY and ANY in self.children:
            yield self.children[ANY]

    def project(self, value: Value) -> Value:
        """Return what of ``value`` is read; the rest is left out.

        List positions are kept: an element that is not read becomes ``None``, or stays unknown.
        """
        return self.projector()(value)

    def projector(self) -> Projection:
        """Return ``project`` as a function, for many values; later additions do not change it."""
        if self.whole:
            return _itself
        every = self.children.get(ANY)
        if every is None and not self.shape:
            return _of_named({step: child.projector() for step, child in self.children.items()})
        named = {
            step: (child if every is None else _union(child, every)).projector()
            for step, child in self.children.items()
        }
        rest = None if every is None else every.projector()
        return _of_every(named, rest, shape=self.shape)

    def found(self, value: Any, path: Path = ()) -> Iterator[tuple[Path, Value]]:
        """Yield the paths of ``value`` that are read, with their values; ``ABSENT`` if missing."""
        if self.whole or not self.children:
            yield path, value
        elif isinstance(value, dict):
            yield from self._found_mapping(value, path)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                for child in self.step(index):
                    yield from child.found(item, (*path, index))
        else:
            yield path, value

    def _found_mapping(
        self, value: Mapping[str, Value], path: Path
    ) -> Iterator[tuple[Path, Value]]:
        for step, child in self.children.items():
            if step == ANY:
                for key, item in value.items():
                    if key not in self.children:
                        yield from child.found(item, (*path, key))
            else:
                yield from child.found(value.get(str(step), ABSENT), (*path, step))

    def paths(self) -> Iterator[Path]:
        """Yield every path in the set, in the order added."""
        if self.whole or self.shape or not self.children:
            yield ()
        for step, child in self.children.items():
            for rest in child.paths():
                yield (step, *rest)


def _itself(value: Value) -> Value:
    return value


def _place_of(item: Value) -> Value:
    """Keep the place of something unread; an unknown one may turn out not to be there."""
    return item if isinstance(item, Unknown) else None


def _union(one: ReadSet, other: ReadSet) -> ReadSet:
    both = ReadSet()
    both.merge(one)
    both.merge(other)
    return both


def _of_named(parts: Mapping[str | int, Projection]) -> Projection:
    """Project containers of which only named parts are read."""

    def project(value: Value) -> Value:
        if isinstance(value, dict):
            return {step: part(value[step]) for step, part in parts.items() if step in value}
        if isinstance(value, list):
            return [
                parts[index](item) if index in parts else _place_of(item)
                for index, item in enumerate(value)
            ]
        return value

    return project


def _of_every(
    named: Mapping[str | int, Projection], every: Projection | None, *, shape: bool
) -> Projection:
    """Project containers whose keys or elements are looked at."""

    def project(value: Value) -> Value:
        if isinstance(value, dict):
            return {
                key: _place_of(item) if part is None else part(item)
                for key, item in value.items()
                if (part := named.get(key, every)) is not None or shape
            }
        if isinstance(value, list):
            parts = [(named.get(index, every), item) for index, item in enumerate(value)]
            return [_place_of(item) if part is None else part(item) for part, item in parts]
        return value

    return project
