"""The five states of a value: known, absent, unknown, reference, sensitive.

A known value is plain JSON. An absent one is a missing key. The other three are marker objects that
stand inside plain dicts and lists. Policies never see a marker: the judge replaces each before it
asks a policy anything.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final

Value = Any
"""A JSON value in which ``Unknown``, ``Reference`` and ``Sensitive`` may stand at any depth."""

Path = tuple[str | int, ...]
"""Names and list indices from the top of a value to a part of it."""


class Absent(Enum):
    """The type of ``ABSENT``."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
"""A value the source says nothing about; only ever stands inside ``Unknown.oneof``."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is set, or may be, but is not known now.

    ``why`` completes the sentence "not known: …". ``kind`` is the JSON type, if known. ``oneof``
    lists every possible value when they are finitely many; ``ABSENT`` among them means "not set".
    ``parts`` is a string of which some parts are known. ``condition`` names the template condition
    that decides, so that two values of one condition are decided together. ``sensitive`` says that
    the source calls it a secret: whatever it turns out to be, it is no literal.
    """

    why: str
    kind: str | None = None
    oneof: tuple[Value, ...] = ()
    parts: tuple[Value, ...] = ()
    references: tuple[str, ...] = ()
    condition: str | None = None
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """An attribute of another resource: which string is not known, but which resource is.

    ``address`` is that resource's address in the same input; ``attribute`` is the canonical return
    value: ``Ref``, ``Arn`` or another ``Fn::GetAtt`` name, and the source's own name if it has no
    canonical one.
    """

    address: str
    attribute: str


@dataclass(frozen=True, slots=True)
class Sensitive:
    """A known value that must never be shown."""

    value: Value


Marker = Unknown | Reference | Sensitive
_MARKERS: Final = frozenset({Unknown, Reference, Sensitive})
_NOT_PLAIN: Final = _MARKERS | {dict, list}


def markers(value: Value) -> list[tuple[Path, Marker]]:
    """Return every marker in ``value`` with its path, in the order of the document."""
    found: list[tuple[Path, Marker]] = []
    _collect(value, (), found)
    return found


def _collect(value: Value, path: Path, found: list[tuple[Path, Marker]]) -> None:
    # Runs over every value of an estate: only containers and markers cost a call or a path.
    kind = type(value)
    if kind in _MARKERS:
        found.append((path, value))
    elif kind is dict or kind is list:
        for step, item in value.items() if kind is dict else enumerate(value):
            if type(item) in _NOT_PLAIN:
                _collect(item, (*path, step), found)


def is_known(value: Value) -> bool:
    """Tell whether no part of ``value`` is unknown or a reference."""
    return all(isinstance(marker, Sensitive) for _, marker in markers(value))


def reveal(value: Value) -> Value:
    """Return ``value`` with every ``Sensitive`` replaced by what it hides; for the judge alone."""
    if isinstance(value, Sensitive):
        return reveal(value.value)
    if isinstance(value, dict):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item) for item in value]
    return value


def show_path(path: Path) -> str:
    """Write a path as people read it: ``SecurityGroupIngress[0].CidrIp``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def show(value: Value) -> Value:
    """Return ``value`` as plain JSON that is safe to show: markers become ``$``-objects."""
    if isinstance(value, dict):
        return {key: show(item) for key, item in value.items()}
    if isinstance(value, list):
        return [show(item) for item in value]
    if isinstance(value, Sensitive):
        return {"$sensitive": True}
    if isinstance(value, Reference):
        return {"$reference": value.address, "attribute": value.attribute}
    if isinstance(value, Unknown):
        return {"$unknown": value.why}
    return value


def hide(value: Value) -> Value:
    """Mark what is known of a value sensitive, also inside what is not known as a whole."""
    if isinstance(value, Unknown):
        oneof = tuple(choice if choice is ABSENT else hide(choice) for choice in value.oneof)
        return replace(value, oneof=oneof, parts=tuple(hide(part) for part in value.parts))
    if isinstance(value, Reference | Sensitive) or value is None:
        return value
    return Sensitive(value)
