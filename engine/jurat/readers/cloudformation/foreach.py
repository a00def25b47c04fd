"""``Fn::ForEach``: the members of a mapping with its loops unrolled."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from jurat.model import Reference, Unknown, Value
from jurat.readers.cloudformation.evaluator import Evaluator
from jurat.readers.cloudformation.misuse import Misuse
from jurat.readers.cloudformation.node import Node
from jurat.readers.cloudformation.text import as_text, assemble

LOOP: Final = "Fn::ForEach::"
VARIABLE: Final = re.compile(r"([$&])\{([A-Za-z0-9]+)\}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """One member of a mapping, with the loop variables it may use.

    ``certain`` is false for a member that stands for any number of members: the collection of its
    loop is not known.
    """

    name: str
    node: Node
    bindings: Mapping[str, Value]
    certain: bool = True


def entries(evaluator: Evaluator, members: Mapping[str, Node]) -> Iterator[Entry]:
    """Yield the members of a mapping; a loop yields its body for each item of its collection."""
    for key, node in members.items():
        if key.startswith(LOOP):
            yield from _loop(evaluator, key, node)
        else:
            yield _member(evaluator, key, node)


def substitute(bindings: Mapping[str, Value], text: str) -> Value:
    """Put the values of loop variables into a text."""
    if not bindings or not VARIABLE.search(text):
        return text
    parts: list[Value] = []
    end = 0
    for match in VARIABLE.finditer(text):
        if match[2] in bindings:
            parts += [text[end : match.start()], variable(bindings, match[1], match[2])]
            end = match.end()
    return assemble([*parts, text[end:]])


def variable(bindings: Mapping[str, Value], sigil: str, name: str) -> Value:
    """Return the value of a loop variable; ``&`` leaves out all but letters and digits."""
    value = bindings[name]
    if sigil == "&" and isinstance(value, str):
        return re.sub(r"[^A-Za-z0-9]", "", value)
    return value


def _member(evaluator: Evaluator, key: str, node: Node) -> Entry:
    bindings = evaluator.bindings
    if not bindings:
        return Entry(key, node, bindings)
    known = {name: value for name, value in bindings.items() if isinstance(value, str)}
    used = {match[2] for match in VARIABLE.finditer(key)} & bindings.keys()
    return Entry(substitute(known, key), node, bindings, certain=used <= known.keys())


def _loop(evaluator: Evaluator, key: str, node: Node) -> Iterator[Entry]:
    try:
        name, items, body = _parts(evaluator, node)
    except Misuse as misuse:
        evaluator.names.note(node, f"{key}: {misuse}")
        yield Entry(key, node, evaluator.bindings, certain=False)
        return
    known = [item for item in items if isinstance(item, str)]
    for item in known:
        inside = evaluator.binding({**evaluator.bindings, name: item})
        yield from entries(inside, body)
    if len(known) < len(items):
        evaluator.names.note(node, f"{key}: the collection is not known")
        open_ = Unknown(f"loop variable {name} of {key}", kind="string")
        inside = evaluator.binding({**evaluator.bindings, name: open_})
        for entry in entries(inside, body):
            yield Entry(entry.name, entry.node, entry.bindings, certain=False)


def _parts(evaluator: Evaluator, node: Node) -> tuple[str, list[Value], dict[str, Node]]:
    """Return variable, items and body; an item that is not known is no string."""
    if not isinstance(node.value, list) or len(node.value) != 3:  # noqa: PLR2004 - so it is defined
        raise Misuse("a loop needs a variable, a collection and a body")
    variable_, collection, body = node.value
    if not isinstance(body.value, dict):
        raise Misuse("the body of a loop must be a mapping")
    found = evaluator.value(collection)
    if isinstance(found, Unknown | Reference):
        return evaluator.name(variable_), [found], body.value
    if not isinstance(found, list):
        raise Misuse("the collection of a loop must be a list")
    items = [text if (text := as_text(item)) is not None else item for item in found]
    return evaluator.name(variable_), items, body.value
