"""Parameters: declarations, values given and assumed, and pseudo parameters."""

import re
from dataclasses import dataclass, replace
from typing import Final

from jurat.model import ABSENT, Reference, Sensitive, Unknown, Value, hide
from jurat.readers.cloudformation.alternatives import choices, one_of
from jurat.readers.cloudformation.misuse import Misuse
from jurat.readers.cloudformation.node import Node, readings
from jurat.readers.cloudformation.text import as_text, assemble, split_parts
from jurat.readers.source import Hints

SUFFIXES: Final = {
    "aws": "amazonaws.com",
    "aws-us-gov": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
}

NUMBER: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a template declares about one parameter."""

    name: str
    type: str
    default: Value
    allowed: tuple[Value, ...]
    hidden: bool

    @property
    def is_list(self) -> bool:
        """Whether its text is a list with commas."""
        return "List<" in self.type or "CommaDelimitedList" in self.type

    @property
    def from_store(self) -> bool:
        """Whether its text names an entry of the parameter store that holds the value."""
        return self.type.startswith("AWS::SSM::Parameter::Value<")

    @property
    def kind(self) -> str:
        """The JSON type of its value."""
        if self.is_list:
            return "array"
        return "number" if self.type == "Number" else "string"


def declared(name: str, node: Node) -> Parameter:
    """Return a declaration; whatever is malformed in it counts as missing."""
    body = node.value if isinstance(node.value, dict) else {}
    known = {key: readings(item) for key, item in body.items()}
    allowed = body["AllowedValues"].value if "AllowedValues" in body else None
    default = known.get("Default", ABSENT)
    return Parameter(
        name=name,
        type=str(known.get("Type", "String")),
        default=ABSENT if default is None or isinstance(default, dict) else default,
        allowed=tuple(map(readings, allowed)) if isinstance(allowed, list) else (),
        hidden=(as_text(known.get("NoEcho")) or "").lower() == "true",
    )


def typed(parameter: Parameter, value: Value) -> Value:
    """Return what ``Ref`` yields for a value that was given, passed down or assumed."""
    if value is ABSENT:
        return value
    if isinstance(value, Unknown) and value.oneof:
        oneof = [_typed(parameter, one) for one in choices(value)]
        result: Value = one_of(value.why, oneof, value.condition)
    else:
        result = _typed(parameter, value)
    return hidden(result) if parameter.hidden else result


def open_value(parameter: Parameter) -> Unknown:
    """Return the value of a parameter that nobody gives."""
    name = parameter.name
    if parameter.from_store:
        return Unknown(f"parameter {name} is read from the parameter store", kind=parameter.kind)
    if parameter.hidden:
        return Unknown(f"NoEcho parameter {name}", kind=parameter.kind, sensitive=True)
    finite = [] if parameter.is_list else [_typed(parameter, one) for one in parameter.allowed]
    return replace(one_of(f"parameter {name} has no value", finite), kind=parameter.kind)


def allows(parameter: Parameter, value: str) -> bool:
    """Tell whether a value given by the user is one of those the template allows."""
    texts = [as_text(one) for one in parameter.allowed]
    given = [part.strip() for part in value.split(",")] if parameter.is_list else [value]
    return not texts or all(part in texts for part in given)


def hidden(value: Value) -> Value:
    """Mark a value, or each item of a list, sensitive."""
    return [hide(item) for item in value] if isinstance(value, list) else hide(value)


def pseudo(hints: Hints, name: str) -> Value | None:
    """Return the value of a pseudo parameter; ``None`` if it is not one."""
    if name == "AWS::NoValue":
        return ABSENT
    if name == "AWS::NotificationARNs":
        return Unknown("AWS::NotificationARNs", kind="array")
    if name not in {"AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::URLSuffix"}:
        known = name in {"AWS::StackName", "AWS::StackId"}
        return Unknown(name, kind="string") if known else None
    given = {
        "AWS::Region": hints.region,
        "AWS::AccountId": hints.account,
        "AWS::Partition": hints.partition,
        "AWS::URLSuffix": SUFFIXES.get(hints.partition or ""),
    }[name]
    return Unknown(name, kind="string") if given is None else given


def _typed(parameter: Parameter, value: Value) -> Value:
    if isinstance(value, Sensitive):
        return hidden(_typed(parameter, value.value))
    if parameter.is_list:
        return _list(value)
    if isinstance(value, Unknown | Reference):
        return value
    text = as_text(value)
    if text is None:
        return Unknown(f"parameter {parameter.name} is not given a {parameter.kind}")
    return _number(text) if parameter.type == "Number" else _text(text)


def _list(value: Value) -> Value:
    if isinstance(value, list):
        return value
    if isinstance(value, Reference):
        return [value]
    if isinstance(value, Unknown):
        pieces = split_parts(value, ",")
        return replace(value, kind="array", parts=()) if pieces is None else pieces
    text = as_text(value)
    return [_text(item.strip()) for item in (text or "").split(",")]


def _text(text: str) -> Value:
    try:
        return assemble([text])
    except Misuse as misuse:
        return Unknown(str(misuse), kind="string")


def _number(text: str) -> Value:
    """Return the number that a text is the usual spelling of, else the text."""
    if not NUMBER.fullmatch(text):
        return _text(text)
    number = float(text) if "." in text else int(text)
    return number if repr(number) == text else text
