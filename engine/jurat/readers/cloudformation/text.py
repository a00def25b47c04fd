"""Strings as CloudFormation builds them: scalars in text, unknown parts, dynamic references."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from jurat.model import Reference, Sensitive, Unknown, Value
from jurat.readers.cloudformation.misuse import Misuse

MAX_TEXT: Final = 2**20
OPENING: Final = "{{resolve:"
CLOSING: Final = "}}"
BRACKETS: Final = re.compile(f"({re.escape(OPENING)}|{CLOSING})")


def as_text(value: Value) -> str | None:
    """Write a scalar as CloudFormation does; ``None`` if it is not one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return repr(value) if isinstance(value, int | float) else None


def assemble(parts: Iterable[Value]) -> Value:
    """Join parts to one string; an ``Unknown`` that keeps them in order if one is not known."""
    pieces = list(_merged(_resolved(_bounded(_flat(parts)))))
    if not pieces:
        return ""
    if len(pieces) == 1:
        return pieces[0]
    if all(isinstance(piece, str | Sensitive) for piece in pieces):
        shown = (piece.value if isinstance(piece, Sensitive) else piece for piece in pieces)
        return Sensitive("".join(shown))
    return Unknown(
        "string with an unknown part",
        kind="string",
        parts=tuple(pieces),
        references=tuple(addresses(pieces)),
        sensitive=any(map(is_sensitive, pieces)),
    )


def split_parts(value: Unknown, delimiter: str) -> list[Value] | None:
    """Split a partly known string; ``None`` if a part that is not known may hold the delimiter."""
    groups: list[list[Value]] = [[]]
    for part in value.parts:
        if isinstance(part, str):
            first, *others = part.split(delimiter)
            groups[-1].append(first)
            groups += [[other] for other in others]
        elif isinstance(part, Reference) and delimiter == ",":
            groups[-1].append(part)
        else:
            return None
    return [assemble(group) for group in groups] if value.parts else None


def addresses(values: Iterable[Value]) -> Iterator[str]:
    """Yield the addresses that references among ``values`` point to, each once."""
    seen: dict[str, None] = {}
    for value in values:
        if isinstance(value, Reference):
            seen[value.address] = None
        elif isinstance(value, Unknown):
            seen |= dict.fromkeys(value.references)
    return iter(seen)


def is_sensitive(value: Value) -> bool:
    """Tell whether a value itself must not be shown."""
    return isinstance(value, Sensitive) or (isinstance(value, Unknown) and value.sensitive)


def _bounded(parts: Iterable[Value]) -> Iterator[Value]:
    total = 0
    for part in parts:
        text = part.value if isinstance(part, Sensitive) else part
        total += len(text) if isinstance(text, str) else 1
        if total > MAX_TEXT:
            raise Misuse(f"string of more than {MAX_TEXT} characters")
        yield part


def _flat(parts: Iterable[Value]) -> Iterator[Value]:
    for part in parts:
        if isinstance(part, Unknown) and part.parts:
            yield from part.parts
        elif isinstance(part, Unknown | Reference):
            yield part
        elif isinstance(part, Sensitive):
            yield Sensitive(_scalar(part.value))
        else:
            yield _scalar(part)


def _scalar(value: Value) -> str:
    text = as_text(value)
    if text is None:
        raise Misuse("only strings, numbers and booleans can be part of a string")
    return text


def _resolved(parts: Iterable[Value]) -> Iterator[Value]:
    """Replace each ``{{resolve:…}}``, which may span several parts, by an ``Unknown``."""
    inside: list[Value] | None = None
    for token in _tokens(parts):
        if inside is None and token == OPENING:
            inside = []
        elif inside is None:
            yield token
        elif token == CLOSING:
            yield _dynamic_reference(inside)
            inside = None
        else:
            inside.append(token)
    if inside is not None:
        yield OPENING
        yield from inside


def _tokens(parts: Iterable[Value]) -> Iterator[Value]:
    for part in parts:
        if isinstance(part, str):
            yield from BRACKETS.split(part)
        else:
            yield part


def _dynamic_reference(inside: list[Value]) -> Unknown:
    name = "".join(part if isinstance(part, str) else "…" for part in inside)
    service = name.partition(":")[0]
    return Unknown(
        f"dynamic reference to {name[:120]}",
        kind="string",
        references=tuple(addresses(inside)),
        sensitive=service != "ssm",
    )


def _merged(parts: Iterable[Value]) -> Iterator[Value]:
    for is_text, group in groupby(parts, lambda part: isinstance(part, str)):
        if not is_text:
            yield from group
        elif text := "".join(group):
            yield text
