"""``Fn::FindInMap``: the entry its keys name, or every entry they can name."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from jurat.model import Reference, Unknown, Value, reveal
from jurat.readers.cloudformation.alternatives import distinct, one_of
from jurat.readers.cloudformation.evaluator import Evaluator
from jurat.readers.cloudformation.functions import dependent
from jurat.readers.cloudformation.misuse import Misuse
from jurat.readers.cloudformation.node import Node
from jurat.readers.cloudformation.text import as_text, assemble

MAX_ENTRIES: Final = 64
DEPTH: Final = 3

Names = list[str] | None
"""The names a key can be; ``None`` if it can be any."""


def find_in_map(evaluator: Evaluator, argument: Node) -> Value | Node:
    """Return the entry of a map; with keys that are not known, what can be reached."""
    if not isinstance(argument.value, list) or len(argument.value) not in {DEPTH, DEPTH + 1}:
        raise Misuse("Fn::FindInMap needs a map and two keys")
    keys = [item.word or evaluator.value(item) for item in argument.value[:DEPTH]]
    default = _default(argument)
    if any(isinstance(key, Unknown | Reference) for key in keys):
        return _reachable(evaluator, keys, default)
    entry = next(_entries(evaluator, [_names(key) for key in keys]), None)
    if entry is not None:
        return _content(entry)
    if default is None:
        raise Misuse(f"the mappings have no entry {_path(keys)}")
    return evaluator.resolve(default)


def _default(argument: Node) -> Node | None:
    options = argument.value[DEPTH].value if len(argument.value) > DEPTH else None
    return options.get("DefaultValue") if isinstance(options, dict) else None


def _reachable(evaluator: Evaluator, keys: list[Value], default: Node | None) -> Value:
    """Return what keys may reach; a key that reaches nothing makes the deployment fail."""
    found = _entries(evaluator, [_names(key) for key in keys])
    entries = list(islice(found, MAX_ENTRIES + 1))
    not_known = dependent(keys)
    if len(entries) > MAX_ENTRIES or None in entries:
        return not_known
    values = [_content(entry) for entry in entries if entry is not None]
    if default is not None:
        values.append(evaluator.value(default))
    values = distinct(values)
    if not values:
        raise Misuse("the mappings have no entry that the keys can name")
    return values[0] if len(values) == 1 else one_of(not_known.why, values)


def _names(key: Value) -> Names:
    if isinstance(key, Reference):
        return None
    if isinstance(key, Unknown):
        texts = [as_text(reveal(one)) for one in key.oneof]
        return [text for text in texts if text is not None] if texts and None not in texts else None
    text = as_text(reveal(key))
    return [] if text is None else [text]


def _entries(evaluator: Evaluator, keys: list[Names]) -> Iterator[Node | None]:
    """Yield the entries that keys can name, ``None`` for those that a macro may add."""
    for node in _named(evaluator, evaluator.names.mappings, keys[0]):
        yield from _below(evaluator, node, keys[1:])


def _below(evaluator: Evaluator, node: Node | None, keys: list[Names]) -> Iterator[Node | None]:
    if node is None or not keys:
        yield node
    elif isinstance(node.value, dict):
        for inner in _named(evaluator, node.value, keys[0]):
            yield from _below(evaluator, inner, keys[1:])


def _named(
    evaluator: Evaluator, members: Mapping[str, Node], names: Names
) -> Iterator[Node | None]:
    chosen = members if names is None else [name for name in names if name in members]
    for name in chosen:
        evaluator.names.spend(1)
        yield None if name.startswith("Fn::") else members[name]


def _content(entry: Node) -> Value:
    if isinstance(entry.value, list):
        return [_content(item) for item in entry.value]
    if isinstance(entry.value, dict):
        raise Misuse("an entry of a mapping must be a value or a list")
    return assemble([entry.value]) if isinstance(entry.value, str) else entry.value


def _path(keys: list[Value]) -> str:
    return ".".join(as_text(key) or "?" for key in keys)
