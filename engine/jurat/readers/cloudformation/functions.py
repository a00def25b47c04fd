"""Intrinsic functions that depend on nothing but their arguments."""

import json
from collections.abc import Callable, Iterable
from ipaddress import ip_network
from itertools import islice
from typing import Final

from jurat.model import ABSENT, Reference, Unknown, Value, is_known, markers
from jurat.readers.cloudformation.misuse import Misuse
from jurat.readers.cloudformation.text import (
    MAX_TEXT,
    addresses,
    as_text,
    assemble,
    is_sensitive,
    split_parts,
)

Arguments = tuple[Value, ...]
MAX_SUBNETS: Final = 256


def dependent(arguments: Iterable[Value], kind: str | None = None) -> Unknown:
    """Return the result of a function that needs more than is known of its arguments."""
    found = [marker for argument in arguments for _, marker in markers(argument)]
    whys = [marker.why for marker in found if isinstance(marker, Unknown)]
    whys += [f"{link.attribute} of {link.address}" for link in found if isinstance(link, Reference)]
    return Unknown(
        whys[0] if whys else "depends on something unknown",
        kind=kind,
        references=tuple(addresses(found)),
        sensitive=any(map(is_sensitive, found)),
    )


def join(arguments: Arguments) -> Value:
    """Join a list to a string; parts that are not known keep their place."""
    delimiter, items = _pair(arguments, "Fn::Join")
    if isinstance(items, Unknown | Reference) or not isinstance(delimiter, str):
        return _unless_wrong(arguments, "Fn::Join needs a string and a list", "string")
    if not isinstance(items, list):
        raise Misuse("Fn::Join needs a string and a list")
    if any(isinstance(item, Unknown) and ABSENT in item.oneof for item in items):
        return dependent(items, "string")  # its delimiter may be absent, too
    parts = [part for item in items for part in (delimiter, item)]
    return assemble(parts[1:])


def split(arguments: Arguments) -> Value:
    """Split a string to a list."""
    delimiter, source = _pair(arguments, "Fn::Split")
    if delimiter == "":
        raise Misuse("Fn::Split needs a delimiter")
    if isinstance(delimiter, str) and isinstance(source, Unknown):
        pieces = split_parts(source, delimiter)
        return dependent(arguments, "array") if pieces is None else pieces
    text = as_text(source)
    if text is None or not isinstance(delimiter, str):
        return _unless_wrong(arguments, "Fn::Split needs two strings", "array")
    return list(text.split(delimiter))


def select(arguments: Arguments) -> Value:
    """Return one item of a list."""
    index, items = _pair(arguments, "Fn::Select")
    text = as_text(index)
    if text is None or not isinstance(items, list):
        return _unless_wrong(arguments, "Fn::Select needs a number and a list")
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(len(items))):
        raise Misuse("Fn::Select has no such item in its list")
    before = items[: int(text)]
    if any(isinstance(item, Unknown) and ABSENT in item.oneof for item in before):
        return dependent(items)
    if int(text) >= len(items):
        raise Misuse("Fn::Select has no such item in its list")
    return items[int(text)]


def base64(arguments: Arguments) -> Value:
    """Return the plain text: policies look inside user data."""
    return assemble(arguments)


def cidr(arguments: Arguments) -> Value:
    """Return the first subnets of a network."""
    texts = [as_text(argument) for argument in arguments]
    if not all(map(is_known, arguments)):
        return dependent(arguments, "array")
    if len(texts) not in {2, 3} or None in texts:
        raise Misuse("Fn::Cidr needs a network and two numbers")
    block, count, bits = (*map(str, texts), "8")[:3]
    try:
        network = ip_network(block, strict=False)
        subnets = network.subnets(new_prefix=network.max_prefixlen - int(bits))
        found = [str(subnet) for subnet in islice(subnets, min(int(count), MAX_SUBNETS))]
    except ValueError:
        raise Misuse("Fn::Cidr cannot divide this network so") from None
    if len(found) != int(count):
        raise Misuse("Fn::Cidr cannot divide this network so")
    return found


def availability_zones(arguments: Arguments) -> Value:
    """Return a list whose length and content the account decides."""
    region = as_text(arguments[0]) if len(arguments) == 1 else None
    return Unknown(f"availability zones of {region or 'the region'}", kind="array")


def length(arguments: Arguments) -> Value:
    """Return the number of items of a list."""
    items = arguments[0]
    if not isinstance(items, list):
        return _unless_wrong(arguments, "Fn::Length needs a list", "number")
    if any(isinstance(item, Unknown) and ABSENT in item.oneof for item in items):
        return dependent(items, "number")
    return len(items)


def to_json(arguments: Arguments) -> Value:
    """Return a value as JSON text."""
    if not is_known(list(arguments)):
        return dependent(arguments, "string")
    text = json.dumps(arguments[0], separators=(",", ":"), ensure_ascii=False)
    if len(text) > MAX_TEXT:
        raise Misuse(f"string of more than {MAX_TEXT} characters")
    return text


FUNCTIONS: Final[dict[str, Callable[[Arguments], Value]]] = {
    "Fn::Join": join,
    "Fn::Split": split,
    "Fn::Select": select,
    "Fn::Base64": base64,
    "Fn::Cidr": cidr,
    "Fn::GetAZs": availability_zones,
    "Fn::Length": length,
    "Fn::ToJsonString": to_json,
}
WHOLE: Final = frozenset({"Fn::Base64", "Fn::GetAZs", "Fn::Length", "Fn::ToJsonString"})
"""Functions whose one argument may itself be a list."""


def _pair(arguments: Arguments, name: str) -> tuple[Value, Value]:
    if len(arguments) != 2:  # noqa: PLR2004 - a pair
        raise Misuse(f"{name} needs two arguments")
    return arguments[0], arguments[1]


def _unless_wrong(arguments: Arguments, complaint: str, kind: str | None = None) -> Unknown:
    """Return an ``Unknown`` if something not known explains the failure, else complain."""
    if is_known(list(arguments)):
        raise Misuse(complaint)
    return dependent(arguments, kind)
