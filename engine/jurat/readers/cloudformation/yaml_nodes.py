"""YAML text as nodes, CloudFormation's short tags in their long form."""

import math
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml.constructor import SafeConstructor

from jurat.errors import InputError
from jurat.model import Unknown, Value
from jurat.readers.cloudformation.node import Meter, Node

STANDARD: Final = "tag:yaml.org,2002:"
MERGE: Final = STANDARD + "merge"
TRUTHS: Final = frozenset({"true", "false"})
BARE_FUNCTIONS: Final = frozenset({"Ref", "Condition"})


def read_yaml(path: str, text: str) -> Node:
    """Read YAML; raise ``InputError`` with the line of what is wrong."""
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"{path}:{line}: not valid YAML: {error.problem}") from None
    except yaml.YAMLError:
        raise InputError(f"{path}: holds characters that YAML does not allow") from None
    if root is None:
        raise InputError(f"{path}: holds no document")
    return _Reader(Meter(path)).node(root, root, 0)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns composed nodes into ours, counting what aliases repeat."""

    meter: Meter

    def node(self, raw: yaml.Node, place: yaml.Node, depth: int) -> Node:
        """Return ``raw`` as a node that stands where ``place`` begins."""
        line, column = place.start_mark.line + 1, place.start_mark.column + 1
        self.meter.count(line, depth)
        if len(raw.tag) > 1 and raw.tag.startswith("!"):
            name = raw.tag[1:]
            inner = Node(self._content(raw, depth + 1), line, column)
            key = name if name in BARE_FUNCTIONS else f"Fn::{name}"
            return Node({key: inner}, line, column)
        content = self._content(raw, depth)
        is_word = isinstance(content, bool) and raw.value.lower() not in TRUTHS
        return Node(content, line, column, raw.value if is_word else None)

    def _content(self, raw: yaml.Node, depth: int) -> Any:
        if isinstance(raw, yaml.MappingNode):
            return self._mapping(raw, depth)
        if isinstance(raw, yaml.SequenceNode):
            return [self.node(item, item, depth + 1) for item in raw.value]
        return _scalar(raw)

    def _mapping(self, raw: yaml.MappingNode, depth: int) -> dict[str, Node]:
        members: dict[str, Node] = {}
        merged: list[yaml.Node] = []
        for key, item in raw.value:
            if key.tag == MERGE:
                merged += item.value if isinstance(item, yaml.SequenceNode) else [item]
            elif isinstance(key, yaml.ScalarNode):
                self.meter.put(members, _key(key), self.node(item, key, depth + 1))
            else:
                raise self._error(key, "a key is not a string")
        for item in merged:
            if not isinstance(item, yaml.MappingNode):
                raise self._error(item, "only mappings can be merged")
            for name, node in self.node(item, item, depth + 1).value.items():
                members.setdefault(name, node)
        return members

    def _error(self, raw: yaml.Node, text: str) -> InputError:
        return InputError(f"{self.meter.path}:{raw.start_mark.line + 1}: {text}")


def _key(raw: yaml.ScalarNode) -> str:
    is_truth = raw.tag == STANDARD + "bool" and raw.value.lower() in TRUTHS
    return str(raw.value.lower() if is_truth else raw.value)


def _scalar(raw: yaml.Node) -> Value:
    """Return a scalar by its tag; the text itself for every kind CloudFormation does not have."""
    kind = raw.tag.removeprefix(STANDARD)
    if kind == "null":
        return None
    if kind == "bool":
        return SafeConstructor.bool_values.get(raw.value.lower(), raw.value)
    if kind in {"int", "float"} and isinstance(raw, yaml.ScalarNode):
        return _number(raw, kind)
    return raw.value


def _number(raw: yaml.ScalarNode, kind: str) -> Value:
    """Return a number, or both readings if its text can be read as another one.

    ``012345670123`` is octal and ``13.10`` is 13.1 to YAML, and what the service makes of it is
    not documented.
    """
    reader = SafeConstructor()
    try:
        number = (
            reader.construct_yaml_int(raw) if kind == "int" else reader.construct_yaml_float(raw)
        )
        same = repr(number) == raw.value
    except (ValueError, IndexError):  # `!!int ""`, or more digits than Python writes
        return raw.value
    if not math.isfinite(number):
        return raw.value
    if same:
        return number
    return Unknown("a number that can be read in two ways", oneof=(raw.value, number))
