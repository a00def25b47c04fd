"""What intrinsic functions, conditions and loops need from whoever evaluates them."""

from collections.abc import Mapping
from typing import Protocol, Self

from jurat.model import Value
from jurat.readers.cloudformation.node import Node


class Names(Protocol):
    """What a stack knows by name."""

    @property
    def mappings(self) -> Mapping[str, Node]:
        """The section ``Mappings``."""

    def has_condition(self, name: str) -> bool:
        """Tell whether a condition is defined."""

    def truth(self, condition: str) -> bool | None:
        """Tell whether a condition holds; ``None`` if that is not decided."""

    def reference(self, name: str) -> Value:
        """Return what ``Ref`` yields."""

    def attribute(self, name: str, attribute: str) -> Value:
        """Return what ``Fn::GetAtt`` yields."""

    def qualified(self, name: str) -> str:
        """Return a name that is unique among nested stacks."""

    def note(self, place: Node, text: str) -> None:
        """Tell the user that something was not understood."""

    def spend(self, amount: int) -> None:
        """Account for work; raise ``InputError`` if a template asks for too much."""


class Evaluator(Protocol):
    """Works out nodes of one stack, inside the loops and under the conditions around them."""

    @property
    def names(self) -> Names:
        """The stack."""

    @property
    def bindings(self) -> Mapping[str, Value]:
        """Values of the loop variables in force."""

    def resolve(self, node: Node) -> Node:
        """Return a node without intrinsic functions; its value is ``ABSENT`` for no value."""

    def value(self, node: Node) -> Value:
        """Return what a node resolves to, without places."""

    def name(self, node: Node) -> str:
        """Return the text of a node that must name something."""

    def truth(self, condition: str) -> bool | None:
        """Tell whether a condition holds; ``None`` if that is not decided."""

    def binding(self, bindings: Mapping[str, Value]) -> Self:
        """Return an evaluator inside a loop."""

    def assuming(self, condition: str, *, holds: bool) -> Self:
        """Return an evaluator for what exists only if a condition holds, or does not."""
