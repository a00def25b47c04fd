"""The resolver: a node of the document in, a node without intrinsic functions out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from jurat.model import ABSENT, Sensitive, Unknown, Value
from jurat.readers.cloudformation.conditions import decide
from jurat.readers.cloudformation.evaluator import Names
from jurat.readers.cloudformation.foreach import LOOP, Entry, entries, substitute
from jurat.readers.cloudformation.intrinsics import call
from jurat.readers.cloudformation.misuse import Misuse
from jurat.readers.cloudformation.node import Node, at, plain, wrap
from jurat.readers.cloudformation.text import OPENING, as_text, assemble


@dataclass(frozen=True, slots=True)
class Resolver:
    """Works out nodes of one stack; ``assumed`` are conditions taken for decided."""

    names: Names
    bindings: Mapping[str, Value] = field(default_factory=dict)
    assumed: Mapping[str, bool] = field(default_factory=dict)

    def resolve(self, node: Node) -> Node:
        """Return a node without intrinsic functions; its value is ``ABSENT`` for no value."""
        self.names.spend(1)
        try:
            return self._resolve(node)
        except Misuse as misuse:
            self.names.note(node, str(misuse))
            return at(node, Unknown(str(misuse)))

    def value(self, node: Node) -> Value:
        """Return what a node resolves to, without places."""
        return plain(self.resolve(node))

    def name(self, node: Node) -> str:
        """Return the text of a node that must name something."""
        text = node.word or as_text(self.value(node))
        if text is None:
            raise Misuse("a name is missing or not known")
        return text

    def decide(self, node: Node) -> bool | None:
        """Decide the expression of a condition."""
        try:
            return decide(self, node)
        except Misuse as misuse:
            self.names.note(node, str(misuse))
            return None

    def truth(self, condition: str) -> bool | None:
        """Tell whether a condition holds; ``None`` if that is not decided."""
        assumed = self.assumed.get(condition)
        return self.names.truth(condition) if assumed is None else assumed

    def binding(self, bindings: Mapping[str, Value]) -> Self:
        """Return a resolver inside a loop."""
        return replace(self, bindings=bindings)

    def assuming(self, condition: str, *, holds: bool) -> Self:
        """Return a resolver for what exists only if a condition holds, or does not."""
        return replace(self, assumed={**self.assumed, condition: holds})

    def _resolve(self, node: Node) -> Node:
        if isinstance(node.value, dict):
            function = self._function(node.value)
            return self._members(node) if function is None else self._call(node, function)
        if isinstance(node.value, list):
            items = [self.resolve(item) for item in node.value]
            return at(node, [item for item in items if item.value is not ABSENT])
        if isinstance(node.value, str) and "{" in node.value:
            return at(node, self._text(node.value))
        return node

    def _text(self, text: str) -> Value:
        if not self.bindings and OPENING not in text:
            return text
        return assemble([substitute(self.bindings, text)])

    def _function(self, members: dict[str, Node]) -> str | None:
        """Return the name of the intrinsic function that a mapping is."""
        for name, argument in members.items():
            condition = (
                name == "Condition" and isinstance(argument.value, str) and len(members) == 1
            )
            if condition and self.names.has_condition(argument.value):
                return name
            if name == "Ref" or (name.startswith("Fn::") and not name.startswith(LOOP)):
                return name
        return None

    def _call(self, node: Node, name: str) -> Node:
        if len(node.value) > 1:
            raise Misuse(f"{name} stands beside other keys")
        result = call(self, name, node.value[name])
        if isinstance(result, Node):
            return at(node, result.value)
        self.names.spend(_size(result))
        return wrap(result, node)

    def _members(self, node: Node) -> Node:
        members: dict[str, Node] = {}
        for entry in entries(self, node.value):
            if not entry.certain:
                return at(node, Unknown(f"{entry.name} is not known", kind="object"))
            if entry.name in members:
                raise Misuse(f"two members have the name {entry.name}")
            resolved = self._entry(entry)
            if resolved.value is not ABSENT:
                members[entry.name] = resolved
        return at(node, members)

    def _entry(self, entry: Entry) -> Node:
        inside = self if entry.bindings is self.bindings else self.binding(entry.bindings)
        return inside.resolve(entry.node)


def _size(value: Value) -> int:
    """Return about how much memory a computed value takes, in nodes."""
    if isinstance(value, str):
        return len(value) // 64
    if isinstance(value, Sensitive):
        return _size(value.value)
    if isinstance(value, Unknown):
        return 1 + _size([*value.oneof, *value.parts])
    return sum(1 + _size(item) for item in value) if isinstance(value, list) else 1
