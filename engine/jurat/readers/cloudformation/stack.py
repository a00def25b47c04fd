"""One stack: a template with the parameters it is given, and everything it knows by name."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Self

from jurat.errors import InputError
from jurat.model import ABSENT, Reference, Unknown, Value
from jurat.readers.cloudformation.foreach import Entry, entries
from jurat.readers.cloudformation.journal import Journal
from jurat.readers.cloudformation.misuse import Misuse
from jurat.readers.cloudformation.nested import find, folders, is_local
from jurat.readers.cloudformation.node import Node
from jurat.readers.cloudformation.parameter_values import Given, ParameterValues
from jurat.readers.cloudformation.parameters import pseudo
from jurat.readers.cloudformation.resolver import Resolver
from jurat.readers.cloudformation.text import as_text
from jurat.readers.source import Source

STACK: Final = "AWS::CloudFormation::Stack"
OUTPUTS: Final = "Outputs."
CUSTOM: Final = ("Custom::", "AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Macro")
MAX_NESTING: Final = 8


def member(node: Node, name: str) -> Node | None:
    """Return a member of a mapping; ``None`` if there is none or the node is no mapping."""
    return node.value.get(name) if isinstance(node.value, dict) else None


@dataclass(slots=True, eq=False)
class Stack:
    """Answers by name, each question worked out once.

    ``address`` is empty for the template that is read, else the address of the nested stack;
    ``exists`` says what its existence depends on; ``files`` are the real paths of the templates
    it is nested in and its own.
    """

    journal: Journal
    file: str
    root: Node
    given: Given
    address: str = ""
    exists: Unknown | None = None
    files: tuple[str, ...] = ()
    parameters: ParameterValues = field(init=False)
    _sections: dict[str, dict[str, Entry]] = field(default_factory=dict)
    _truths: dict[str, bool | None] = field(default_factory=dict)
    _outputs: dict[str, Value] = field(default_factory=dict)
    _children: dict[str, Self | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        declarations = self.section("Parameters")
        nested = bool(self.address)
        self.parameters = ParameterValues(self.journal, self.file, declarations, self.given, nested)

    @property
    def mappings(self) -> Mapping[str, Node]:
        """The section ``Mappings``."""
        return self.section("Mappings")

    @property
    def resources(self) -> Mapping[str, Entry]:
        """The section ``Resources``, its loops unrolled."""
        return self._expanded("Resources")

    def section(self, name: str) -> Mapping[str, Node]:
        """Return a section of the template, empty if it has none."""
        node = member(self.root, name)
        return node.value if node is not None and isinstance(node.value, dict) else {}

    def resolver(self, entry: Entry) -> Resolver:
        """Return a resolver for a resource or output, which takes its own condition for true."""
        condition = self.condition_of(entry)
        assumed = {} if condition is None else {condition: True}
        return Resolver(self, entry.bindings, assumed)

    def existence(self, entry: Entry) -> Unknown | None:
        """Return what the existence of a resource depends on, that of its stack included."""
        reasons = [] if self.exists is None else [self.exists]
        if not entry.certain:
            reasons.append(Unknown("the collection of the loop around it is not known"))
        condition = self.condition_of(entry)
        if condition is not None and self.truth(condition) is None:
            why = f"condition {condition} is not decided"
            reasons.append(Unknown(why, condition=self.qualified(condition)))
        if len(reasons) < 2:  # noqa: PLR2004 - several
            return reasons[0] if reasons else None
        return Unknown(" and ".join(reason.why for reason in reasons))

    def condition_of(self, entry: Entry) -> str | None:
        """Return the name of the condition on a resource or output."""
        node = member(entry.node, "Condition")
        if node is None:
            return None
        return node.word or as_text(Resolver(self, entry.bindings).value(node)) or ""

    def holds(self, entry: Entry) -> bool | None:
        """Tell whether the condition on a resource or output holds."""
        condition = self.condition_of(entry)
        return True if condition is None else self.truth(condition)

    def has_condition(self, name: str) -> bool:
        """Tell whether a condition is defined."""
        return name in self._expanded("Conditions")

    def truth(self, condition: str) -> bool | None:
        """Tell whether a condition holds; one that is missing or asks for itself is not decided."""
        if condition not in self._truths:
            self._truths[condition] = None
            entry = self._expanded("Conditions").get(condition)
            if entry is None:
                self.note(self.root, f"condition {condition} is not defined")
            elif entry.certain:
                resolver = Resolver(self, entry.bindings)
                self._truths[condition] = resolver.decide(entry.node)
        return self._truths[condition]

    def reference(self, name: str) -> Value:
        """Return what ``Ref`` yields."""
        value = pseudo(self.journal.hints, name)
        if value is not None:
            return value
        if name in self.parameters.declarations:
            return self.parameters.value(name)
        return self._link(name, "Ref")

    def attribute(self, name: str, attribute: str) -> Value:
        """Return what ``Fn::GetAtt`` yields; outputs of a nested stack are looked up there."""
        if not attribute:
            raise Misuse("Fn::GetAtt needs a resource and an attribute")
        link = self._link(name, attribute)
        type_ = member(self.resources[name].node, "Type")
        kind = None if type_ is None else type_.value
        if isinstance(kind, str) and kind.startswith(CUSTOM):
            # It may return anything, lists and objects too, not only an identifier of itself.
            return Unknown(f"{name} returns it as {attribute}")
        if not attribute.startswith(OUTPUTS) or kind != STACK:
            return link
        child = self.child(name)
        if child is None:
            raise Misuse(f"{attribute} of nested stack {name} is not known")
        return child.output(attribute.removeprefix(OUTPUTS))

    def output(self, name: str) -> Value:
        """Return the value of an output."""
        entry = self._expanded("Outputs").get(name)
        node = None if entry is None else member(entry.node, "Value")
        if entry is None or node is None or self.holds(entry) is False:
            raise Misuse(f"nested stack {self.address} has no output {name}")
        if name not in self._outputs:
            self._outputs[name] = Unknown(f"output {name} depends on itself")
            self._outputs[name] = self.resolver(entry).value(node)
        return self._outputs[name]

    def child(self, name: str) -> Self | None:
        """Return the nested stack that a resource stands for; ``None`` if it cannot be read."""
        if name not in self._children:
            self._children[name] = None
            try:
                self._children[name] = self._open(name, self.resources[name])
            except Misuse as misuse:
                self.gap(f"nested stack {self.qualified(name)} is not read: {misuse}")
        return self._children[name]

    def qualified(self, name: str) -> str:
        """Return a name that is unique among nested stacks."""
        return f"{self.address}/{name}" if self.address else name

    def note(self, place: Node, text: str) -> None:
        """Tell the user that something was not understood."""
        self.journal.note(self.file, place, text)

    def gap(self, reason: str) -> None:
        """Record that the template does not show everything it stands for."""
        self.journal.gap(self.file, reason)

    def spend(self, amount: int) -> None:
        """Account for work; raise ``InputError`` if a template asks for too much."""
        self.journal.spend(amount)

    def _expanded(self, section: str) -> Mapping[str, Entry]:
        if section not in self._sections:
            found = self._sections[section] = {}
            try:
                for entry in entries(Resolver(self), self.section(section)):
                    self._add(found, section, entry)
            except Misuse as misuse:
                self.gap(f"{section} is not read to the end: {misuse}")
        return self._sections[section]

    def _add(self, found: dict[str, Entry], section: str, entry: Entry) -> None:
        self.spend(1)
        if entry.name.startswith("Fn::"):
            self.gap(f"{entry.name} in {section} is not applied: what it adds is not seen")
        elif entry.certain and entry.name in found:
            place = f"{self.file}:{entry.node.line}"
            raise InputError(f"{place}: {section} has two members with the name {entry.name!r}")
        else:
            found.setdefault(entry.name, entry)

    def _link(self, name: str, attribute: str) -> Reference:
        entry = self.resources.get(name)
        if entry is None:
            raise Misuse(f"{name} is not defined")
        if self.holds(entry) is False:
            raise Misuse(f"{name} is left out by its condition")
        return Reference(self.qualified(name), attribute)

    def _open(self, name: str, entry: Entry) -> Self:
        resolver = self.resolver(entry)
        properties = member(entry.node, "Properties") or entry.node
        node = member(properties, "TemplateURL")
        url = None if node is None else resolver.value(node)
        source = find(url, self.file, folders(self.journal.path, self.journal.hints))
        root = self._load(source)
        if node is not None and not is_local(url):
            self.note(node, f"the template at this URL is taken to be the file {source.path}")
        return type(self)(
            self.journal,
            source.path,
            root,
            partial(_handed, resolver, member(properties, "Parameters")),
            address=self.qualified(name),
            exists=self.existence(entry),
            files=(*self.files, os.path.realpath(source.path)),
        )

    def _load(self, source: Source) -> Node:
        if os.path.realpath(source.path) in self.files:
            raise Misuse(f"{source.path} is nested in itself")
        if len(self.files) > MAX_NESTING:
            raise Misuse(f"nested deeper than {MAX_NESTING} templates")
        try:
            root = self.journal.open(source)
        except InputError as error:
            raise Misuse(str(error)) from None
        if not isinstance(root.value, dict):
            raise Misuse(f"{source.path} is not a template")
        return root


def _handed(resolver: Resolver, parameters: Node | None, name: str) -> Value:
    """Return what a nested stack is given for a parameter."""
    if parameters is None:
        return ABSENT
    members = parameters.value
    computed = not isinstance(members, dict) or any(":" in key or key == "Ref" for key in members)
    if not computed and not resolver.bindings:
        return resolver.value(members[name]) if name in members else ABSENT
    found = resolver.value(parameters)
    if isinstance(found, dict):
        return found.get(name, ABSENT)
    return Unknown("parameters of the nested stack are not known")
