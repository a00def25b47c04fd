"""The resources of a stack and of those nested in it, as the model knows them."""

from collections.abc import Iterator
from typing import Final

from jurat.model import (
    Location,
    Origin,
    Path,
    Resource,
    Scope,
    Tier,
    Value,
    show_path,
)
from jurat.readers.cloudformation.foreach import Entry
from jurat.readers.cloudformation.identities import identities
from jurat.readers.cloudformation.node import Node, plain
from jurat.readers.cloudformation.stack import STACK, Stack, member
from jurat.readers.cloudformation.text import as_text

UNDERSTOOD: Final = frozenset({"AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"})
"""Macros that are applied, or that change nothing but resources of their own types."""

Origins = dict[Path, Origin]


def read_stack(stack: Stack) -> Iterator[Resource]:
    """Yield the resources of a stack and below; note what it says beyond them."""
    _tell_macros(stack)
    stack.parameters.tell_secrets()
    rules = member(stack.root, "Rules")
    if rules is not None:
        stack.note(rules, "Rules are not evaluated")
    for name, entry in stack.resources.items():
        if stack.holds(entry) is not False:
            yield from _read(stack, name, entry)
    stack.parameters.tell_assumptions(stack.root)


def _read(stack: Stack, name: str, entry: Entry) -> Iterator[Resource]:
    node = member(entry.node, "Type")
    type_ = None if node is None else as_text(stack.resolver(entry).value(node))
    if type_ is None:
        stack.gap(f"{name} has no type")
        return
    yield _resource(stack, name, type_, entry)
    hidden = _hides(type_)
    if hidden:
        stack.gap(f"{name} is {hidden}, which is not expanded")
    if type_ == STACK:
        child = stack.child(name)
        if child is not None:
            yield from read_stack(child)


def _resource(stack: Stack, name: str, type_: str, entry: Entry) -> Resource:
    address = stack.qualified(name)
    place = Location(stack.file, entry.node.line, entry.node.column)
    resolved = _properties(stack, entry)
    known = resolved is not None and isinstance(resolved.value, dict)
    properties: dict[str, Value] = plain(resolved) if resolved is not None and known else {}
    origins: Origins = {(): Origin(address, None, place)}
    if resolved is not None and known:
        _trace(origins, address, stack.file, (), resolved)
    if not known:
        stack.note(entry.node, f"the properties of {name} are not known")
        stack.gap(f"the properties of {name} are not known")
    scope = _scope(stack)
    return Resource(
        address=address,
        type=type_,
        properties=properties,
        scope=scope,
        file=stack.file,
        origins=origins,
        covered=None if known else frozenset(),
        identities=identities(type_, properties, scope),
        exists=stack.existence(entry),
        input=stack.journal.path if stack.address else "",
    )


def _properties(stack: Stack, entry: Entry) -> Node | None:
    """Return the resolved properties; ``None`` if a macro may change them."""
    if any(key.startswith("Fn::") for key in entry.node.value):
        return None
    node = member(entry.node, "Properties")
    if node is None or node.value is None:
        return Node({}, entry.node.line, entry.node.column)
    return stack.resolver(entry).resolve(node)


def _trace(origins: Origins, address: str, file: str, path: Path, node: Node) -> None:
    """Record the place of every property."""
    steps: list[tuple[str | int, Node]] = []
    if isinstance(node.value, dict):
        steps += node.value.items()
    elif isinstance(node.value, list):
        steps += enumerate(node.value)
    for step, item in steps:
        below = (*path, step)
        place = Location(file, item.line, item.column)
        origins[below] = Origin(address, show_path(below), place)
        _trace(origins, address, file, below, item)


def _scope(stack: Stack) -> Scope:
    hints = stack.journal.hints
    return Scope(hints.account, hints.region, hints.partition, Tier.TEMPLATE)


def _hides(type_: str) -> str | None:
    """Say what a resource is if it stands for others that are not seen."""
    if type_.endswith("::MODULE"):
        return "a module"
    if type_ == "AWS::CloudFormation::StackSet":
        return "a stack set"
    return "a serverless resource" if type_.startswith("AWS::Serverless::") else None


def _tell_macros(stack: Stack) -> None:
    for name in _macros(stack):
        if name not in UNDERSTOOD:
            stack.gap(f"macro {name} is not applied: what it adds or changes is not seen")


def _macros(stack: Stack) -> Iterator[str]:
    """Yield the names of the macros that apply to the whole template."""
    node = member(stack.root, "Transform")
    items = [] if node is None else node.value if isinstance(node.value, list) else [node]
    for item in items:
        name = member(item, "Name") or item
        yield name.value if isinstance(name.value, str) else "without a name"
    if member(stack.root, "Fn::Transform") is not None:
        yield "Fn::Transform"
