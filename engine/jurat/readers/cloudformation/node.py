"""A document as a tree in which every node knows its place in the file."""

import json
from dataclasses import dataclass
from typing import Any, Final

from jurat.errors import InputError
from jurat.model import Unknown, Value

MAX_BYTES: Final = 16 * 2**20
MAX_DEPTH: Final = 100
MAX_NODES: Final = 1_000_000
MAX_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands: where its key begins, or the value itself if it has none.

    ``value`` is a dict or list of nodes, a scalar, a marker of the model, or ``ABSENT``. ``word``
    is how a boolean was written if not as such: ``Yes`` may also be a name.
    """

    value: Any
    line: int
    column: int
    word: str | None = None


@dataclass(slots=True)
class Meter:
    """Counts the nodes of one document and refuses one that is too large or too deep."""

    path: str
    nodes: int = 0

    def count(self, line: int, depth: int) -> None:
        """Add one node at ``depth``; aliases count each time they are used."""
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise InputError(f"{self.path}:{line}: nested deeper than {MAX_DEPTH} levels")
        if self.nodes > MAX_NODES:
            raise InputError(f"{self.path}:{line}: holds more than {MAX_NODES} values")

    def put(self, members: dict[str, Node], key: str, node: Node) -> None:
        """Add a member to a mapping; a second one of the same name is refused."""
        if key in members:
            first = members[key].line
            name = json.dumps(key[:MAX_SHOWN])
            raise InputError(
                f"{self.path}:{node.line}: duplicate key {name} (first on line {first})"
            )
        members[key] = node


def plain(node: Node) -> Value:
    """Return the value of a node without places."""
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


def readings(node: Node) -> Value:
    """Return a scalar as it is compared: a word that is also a boolean has two readings."""
    if node.word is None:
        return plain(node)
    why = f"{node.word} can be read as a boolean"
    return Unknown(why, oneof=(node.word, "true" if node.value else "false"))


def at(place: Node, value: Any) -> Node:
    """Return a node that stands at ``place``."""
    return Node(value, place.line, place.column)


def wrap(value: Value, place: Node) -> Node:
    """Return a plain value as nodes that all stand at ``place``."""
    if isinstance(value, dict):
        value = {key: wrap(item, place) for key, item in value.items()}
    elif isinstance(value, list):
        value = [wrap(item, place) for item in value]
    return at(place, value)
