"""The values a stack's parameters take, and what the user must be told about them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from jurat.model import ABSENT, Sensitive, Unknown, Value
from jurat.readers.cloudformation.alternatives import choices, one_of
from jurat.readers.cloudformation.journal import Journal
from jurat.readers.cloudformation.node import Node
from jurat.readers.cloudformation.parameters import (
    Parameter,
    allows,
    declared,
    open_value,
    typed,
)

Given = Callable[[str], Value]
"""What a parameter of some name is given; ``ABSENT`` if nothing."""


@dataclass(slots=True, eq=False)
class ParameterValues:
    """Works out each parameter once.

    ``nested`` tells whether a template, not the user, decides what is given: then a default that
    nothing replaces is no assumption.
    """

    journal: Journal
    file: str
    declarations: Mapping[str, Node]
    given: Given
    nested: bool
    assumed: set[str] = field(default_factory=set)
    _values: dict[str, Value] = field(default_factory=dict)

    def value(self, name: str) -> Value:
        """Return what ``Ref`` of a declared parameter yields."""
        if name not in self._values:
            # What asks for itself on the way, through outputs of nested stacks, stays unknown.
            self._values[name] = Unknown(f"parameter {name} depends on itself")
            self._values[name] = self._work_out(declared(name, self.declarations[name]))
        return self._values[name]

    def tell_secrets(self) -> None:
        """Note every default that is a secret in plain sight, used or not."""
        for name, node in self.declarations.items():
            parameter = declared(name, node)
            if parameter.hidden and self._is_secret(typed(parameter, parameter.default)):
                text = f"default of NoEcho parameter {name} is a secret written in the template"
                self.journal.note(self.file, node, text)

    def tell_assumptions(self, place: Node) -> None:
        """Note the defaults that were assumed."""
        if self.assumed:
            names = ", ".join(sorted(self.assumed))
            self.journal.note(self.file, place, f"parameters take their defaults: {names}")

    def _work_out(self, parameter: Parameter) -> Value:
        given = self.given(parameter.name)
        if isinstance(given, Unknown) and ABSENT in given.oneof:
            default = self._not_given(parameter)
            oneof = [default if one is ABSENT else one for one in choices(given)]
            given = one_of(given.why, oneof, given.condition)
        if given is ABSENT:
            return self._not_given(parameter)
        if parameter.from_store and self.nested:
            return open_value(parameter)
        if not self.nested and not allows(parameter, str(given)):
            place = self.declarations[parameter.name]
            text = f"parameter {parameter.name} is given a value that it does not allow"
            self.journal.note(self.file, place, text)
        value = typed(parameter, given)
        if self._is_secret(value) and not self.nested:
            # Supplied with the run, it is no secret that the template holds.
            return Unknown(f"parameter {parameter.name} supplies it", "string", sensitive=True)
        return value

    def _not_given(self, parameter: Parameter) -> Value:
        assume = self.nested or self.journal.hints.assume_defaults
        if parameter.from_store or parameter.default is ABSENT or not assume:
            return open_value(parameter)
        value = typed(parameter, parameter.default)
        if not self.nested:
            self.assumed.add(parameter.name)
        return value

    def _is_secret(self, value: Value) -> bool:
        """Tell whether a value is a known secret, and remember it as one no output may hold."""
        items = value if isinstance(value, list) else [value]
        known = [item.value for item in items if isinstance(item, Sensitive)]
        found = {str(secret) for secret in known if secret not in {"", False, True}}
        self.journal.secrets |= found
        return bool(found)
