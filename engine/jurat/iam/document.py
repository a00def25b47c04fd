"""Policy documents: every statement of any JSON, read without failing.

What cannot be read is taken as an attacker would like it: an Allow as wide as it could be, a Deny
as one that denies nothing. So a document never looks safer than it is.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from jurat.iam.conditions import Clause, read_clauses
from jurat.iam.principals import Kind, Principal, Principals, read_principals
from jurat.iam.selection import Selection, read_selection
from jurat.model import Path

_DEEPEST: Final = 4
_EVERYTHING: Final = Selection(("*",))
_EVERYONE: Final = Principals((Principal(Kind.EVERYONE, "*"),))


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy document.

    ``path`` leads to it from the resource that holds the document; ``source`` names that document
    for people. ``resource`` is ``None`` where the document is attached to what it speaks of,
    ``principal`` is ``None`` in identity policies. A statement that is not ``readable`` has the
    most dangerous meaning it could have.
    """

    path: Path
    allows: bool
    action: Selection
    resource: Selection | None
    principal: Principals | None
    clauses: tuple[Clause, ...] = ()
    sid: str = ""
    source: str = ""
    readable: bool = True

    @property
    def action_path(self) -> Path:
        """Where its actions stand."""
        return (*self.path, "NotAction" if self.action.negated else "Action")

    @property
    def resource_path(self) -> Path:
        """Where its resources stand, or the statement if it names none."""
        if self.resource is None:
            return self.path
        return (*self.path, "NotResource" if self.resource.negated else "Resource")

    @property
    def principal_path(self) -> Path:
        """Where its principals stand, or the statement if it names none."""
        if self.principal is None:
            return self.path
        return (*self.path, "NotPrincipal" if self.principal.negated else "Principal")


def statements(document: Any, at: Path = (), source: str = "") -> tuple[Statement, ...]:
    """Return every statement of a policy document, whatever it is.

    ``document`` is parsed JSON or its text, URL-encoded or not; ``None`` has no statements. ``at``
    is the document's own path in the resource that holds it.
    """
    return tuple(_statements(document, at, source, _DEEPEST))


def load(text: str) -> Any:
    """Parse the text of a document, URL-encoded or not; raise ``ValueError`` if it is no JSON."""
    plain = text.strip()
    if plain[:3].upper() in {"%7B", "%5B", "%22"}:
        plain = unquote(plain)
    try:
        return json.loads(plain)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _statements(document: Any, at: Path, source: str, depth: int) -> Iterator[Statement]:
    if document is None:
        return
    if isinstance(document, str) and depth:
        try:
            parsed = load(document)
        except ValueError:
            yield _worst(at, source)
        else:
            yield from _statements(parsed, at, source, depth - 1)
    elif isinstance(document, Mapping):
        keys = _keys(document)
        if "statement" in keys:
            key = keys["statement"]
            yield from _listed(document[key], (*at, key), source, depth)
        elif "effect" in keys:
            yield _statement(document, at, source)
    elif isinstance(document, Sequence) and not isinstance(document, str):
        yield from _listed(document, at, source, depth)
    else:
        yield _worst(at, source)


def _listed(value: Any, at: Path, source: str, depth: int) -> Iterator[Statement]:
    """Yield the statements of one statement or a list of statements, or of documents."""
    if isinstance(value, Mapping):
        yield _statement(value, at, source)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, item in enumerate(value):
            if depth and isinstance(item, Mapping) and "statement" in _keys(item):
                yield from _statements(item, (*at, index), source, depth - 1)
            elif isinstance(item, Mapping):
                yield _statement(item, (*at, index), source)
            else:
                yield _worst((*at, index), source)
    else:
        yield _worst(at, source)


def _keys(value: Mapping[str, Any]) -> dict[str, str]:
    """Return the keys as written, by their lower-case form."""
    return {str(key).lower(): key for key in value}


def _worst(at: Path, source: str) -> Statement:
    return Statement(
        at,
        allows=True,
        action=_EVERYTHING,
        resource=_EVERYTHING,
        principal=_EVERYONE,
        source=source,
        readable=False,
    )


def _statement(value: Mapping[str, Any], at: Path, source: str) -> Statement:
    elements = {name: value[key] for name, key in _keys(value).items()}
    effect = elements.get("effect")
    allows = not (isinstance(effect, str) and effect.strip().lower() == "deny")
    principal = _principals(elements, allows=allows)
    action = _selection(elements, "action", allows=allows)
    resource = _selection(elements, "resource", allows=allows)
    widest = _EVERYTHING if allows else Selection((), generous=False)
    if resource is None and principal is None:
        resource = widest
    sid = elements.get("sid")
    return Statement(
        at,
        allows,
        widest if action is None else action,
        resource,
        principal,
        read_clauses(elements.get("condition")),
        sid if isinstance(sid, str) else "",
        source,
        readable=action is not None and isinstance(effect, str),
    )


def _selection(elements: Mapping[str, Any], name: str, *, allows: bool) -> Selection | None:
    """Return what ``Name`` or ``NotName`` selects; both at once cannot be read."""
    plain, opposite = name in elements, f"not{name}" in elements
    if plain and opposite:
        return _EVERYTHING if allows else Selection((), generous=False)
    if opposite:
        return read_selection(elements[f"not{name}"], negated=True, allows=allows)
    return read_selection(elements[name], negated=False, allows=allows) if plain else None


def _principals(elements: Mapping[str, Any], *, allows: bool) -> Principals | None:
    plain, opposite = "principal" in elements, "notprincipal" in elements
    if plain and opposite:
        return _EVERYONE if allows else Principals(())
    if opposite:
        return read_principals(elements["notprincipal"], negated=True, allows=allows)
    if plain:
        return read_principals(elements["principal"], negated=False, allows=allows)
    return None
