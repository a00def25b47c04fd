"""Explains the unknown values of instances: as references, rebuilt documents or with reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jurat.model import Unknown, Value, is_known
from jurat.readers.terraform.address import Module
from jurat.readers.terraform.blocks import Candidates, pair
from jurat.readers.terraform.changes import Change
from jurat.readers.terraform.configuration import (
    Configuration,
    Configured,
    Expression,
    expressions,
    is_expression,
)
from jurat.readers.terraform.constants import evaluate
from jurat.readers.terraform.documents import DOCUMENT
from jurat.readers.terraform.leaves import Leaf, Leaves, explain, reasons
from jurat.readers.terraform.references import Frame, Resolution, Resolver

NESTED: Final = 20
_ORDERED: Final = frozenset({(DOCUMENT, "statement")})
_BARE: Final = frozenset({"id", "name", "arn"})


@dataclass(frozen=True, slots=True)
class Linked:
    """The values of an instance, explained, and the names of those that are merely computed."""

    values: Mapping[str, Value]
    computed: frozenset[str] = frozenset()


class Linker:
    """Explains the unknown values of one plan's instances."""

    def __init__(
        self,
        configuration: Configuration,
        variables: Mapping[str, Any],
        changes: Mapping[str, Change],
    ) -> None:
        self._configuration = configuration
        self._variables = variables
        self._changes = changes
        self._plain_blocks = _plain_blocks(configuration, changes.values())
        self._linked: dict[str, Linked] = {}
        self._linking: set[str] = set()
        self.resolver = Resolver(
            configuration, ((change.address, change.place) for change in changes.values())
        )
        self.leaves = Leaves(changes, self.resolver, self._values_of)

    def link(self, change: Change) -> Linked:
        """Explain every unknown value of an instance; leave out what is merely computed."""
        linked = self._linked.get(change.address)
        if linked is not None:
            return linked
        written = self._configuration.resource(change.place)
        if written is None or not change.open:
            return Linked(change.values)
        self._linking.add(change.address)
        linked = self._linked[change.address] = self._link(change, written)
        self._linking.discard(change.address)
        return linked

    def _link(self, change: Change, written: Configured) -> Linked:
        filler: _Filler | None = None  # most unknown values are computed, which needs none
        values = dict(change.values)
        computed: set[str] = set()
        for name in change.open:
            node = written.expressions.get(name)
            if node is not None and not self.is_null(node, change.place.module):
                filler = filler or _Filler(self, change, written)
                values[name] = filler.fill(values[name], node, name)
            elif self._is_computed(change.place.type, name, values[name]):
                del values[name]
                computed.add(name)
        return Linked(values, frozenset(computed))

    def is_null(self, node: Any, module: Module) -> bool:
        """Tell whether a written value is a plain ``null``: then it counts as not written."""
        return evaluate(self._configuration, self._variables, node, module) is None

    def _is_computed(self, kind: str, name: str, value: Value) -> bool:
        """Tell whether an unknown value that nobody configured is the provider's own.

        It is not where other instances show that the provider leaves the block empty: then a
        ``dynamic`` block, which the configuration does not show, fills it.
        """
        return isinstance(value, Unknown) and (kind, name) not in self._plain_blocks

    def _values_of(self, address: str) -> Mapping[str, Value]:
        """Return the explained values of an instance that another one refers to."""
        change = self._changes[address]
        if address in self._linking or len(self._linking) > NESTED:
            return change.values
        return self.link(change).values


class _Filler:
    """Walks the values of one instance along its configuration."""

    def __init__(self, linker: Linker, change: Change, written: Configured) -> None:
        self._linker = linker
        self._change = change
        self._frame = Frame(change.place.module, change.place.key, written.each)
        self._resolutions: dict[int, Resolution] = {}

    def fill(self, value: Value, node: Any, name: str) -> Value:
        """Explain the value of an attribute or block from what is written for it."""
        if not isinstance(value, Unknown) and is_known(value):
            return value
        if is_expression(node):
            return self._linker.leaves.settle(Leaf(self._change, name, self._resolve(node)), value)
        if isinstance(node, list) and isinstance(value, list):
            ordered = (self._change.place.type, name) in _ORDERED
            candidates = pair(value, node, ordered=ordered)
            return [
                self._content(item, node, chosen, name)
                for item, chosen in zip(value, candidates, strict=True)
            ]
        if isinstance(node, Mapping) and isinstance(value, Mapping):
            return self._content(value, [node], (0,), name)
        return self._explain(value, node)

    def _resolve(self, expression: Expression) -> Resolution:
        key = id(expression)
        if key not in self._resolutions:
            self._resolutions[key] = self._linker.resolver.resolve(expression, self._frame)
        return self._resolutions[key]

    def _content(
        self, block: Value, written: Sequence[Any], chosen: Candidates, outer: str
    ) -> Value:
        """Explain the values inside a block that may come from any of the ``chosen`` ones."""
        if not isinstance(block, Mapping):
            return self._explain(block, written)
        contents = [written[index] for index in chosen]
        filled: dict[str, Value] = {}
        for name, value in block.items():
            nodes = self._named(contents, name)
            alike = len(nodes) == len(contents) and all(node == nodes[0] for node in nodes)
            if is_known(value):
                filled[name] = value
            elif nodes and alike:
                # `id` alone says nothing; `launch_template.id` names a launch template.
                said = f"{outer}_{name}" if name in _BARE else name
                filled[name] = self.fill(value, nodes[0], said)
            elif nodes or len(contents) != 1:
                filled[name] = self._explain(value, self._named(written, name))
            elif not _is_computed_inside(value):
                filled[name] = value
        return filled

    def _named(self, contents: Sequence[Any], name: str) -> list[Any]:
        nodes = [node[name] for node in contents if isinstance(node, Mapping) and name in node]
        module = self._change.place.module
        return [node for node in nodes if not self._linker.is_null(node, module)]

    def _explain(self, value: Value, node: Any) -> Value:
        found = (reasons(self._resolve(expression)) for expression in expressions(node))
        return explain(value, (text for texts in found for text in texts))


def _is_computed_inside(value: Value) -> bool:
    """Inside a block, an unknown list may as well be the work of a ``dynamic`` block: keep it."""
    return isinstance(value, Unknown) and value.kind != "array"


def _plain_blocks(
    configuration: Configuration, changes: Iterable[Change]
) -> frozenset[tuple[str, str]]:
    """Find blocks and lists that the provider leaves empty at creation if nobody writes them."""
    found: set[tuple[str, str]] = set()
    for change in changes:
        empty = [name for name, value in change.values.items() if value == []]
        written = configuration.resource(change.place) if empty else None
        if written is not None and change.action == "create":
            kind = change.place.type
            found.update((kind, name) for name in empty if name not in written.expressions)
    return frozenset(found)
