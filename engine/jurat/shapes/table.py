"""Tables: how a source's types and attributes become canonical ones. One YAML file a type.

``type``       the canonical type
``terraform``  Terraform type -> entry, the type itself and its companions
``parts``      canonical companion type -> entry, for templates (``AWS::IAM::RolePolicy`` …)
``absent``     canonical path -> what absence means, for all sources or by tier
``boolean``, ``number``, ``text``  paths whose value has this type, however a source writes it
``json``       paths of documents that a source may write as text
``sensitive``  paths whose values are never shown
``attach``     property that names others -> type of these, and their list that names this one
``elsewhere``  paths that Terraform never fills, since it says the same by other properties

An entry:

``returns``  source attribute -> canonical return value (``id: Ref``, ``arn: Arn``)
``map``      source path -> canonical path, or ``{to: path, via: transform, when: {name: value}}``,
             or ``{to: path, is: constant}`` where it matters only that the source says something;
             or a list of these
``same``     source paths whose canonical path is the same words in CamelCase
``drop``     arguments that configure the tool, not the resource
``part_of``  the attribute that names the resource this one is a part of, or attributes with the
             properties of that resource that must have their values
``switch``   attribute whose value must be as given for the entry to apply; ``*`` is any, if set
``set``      canonical path -> constant, unless the source says something else
``emit``     attributes that are resources of their own: ``when`` one is set, or one for ``each``
             element of a list, where paths start (an element that has no names is ``value``)
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from jurat.errors import PackError

Steps = tuple[str, ...]
"""A path with ``[]`` as a step of its own for "each element", ``[K=V]`` for a chosen one."""


_TABLES: Final = Path(__file__).parent / "tables"
_STEP: Final = re.compile(r"\[[^\]]*\]|[^.\[\]]+")
_SUBJECT: Final = re.compile(r"^(?:type: |  )(aws_\w+|(?:AWS|Ext)::\w+::\w+)", re.MULTILINE)
"""The type of a table and the keys of its sections: they stand in these columns and no others."""

_TYPE: Final = re.compile(r"^type: (\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Rule:
    """One source path and where its value goes; ``via`` names the transform on the way.

    With ``when`` it goes there only if an attribute of the same block has the given value. A
    ``constant`` goes there in its place. ``attribute`` is where the source path starts. A rule is
    ``direct`` if no list, block or condition is on its way: most are, and those need no walk.
    """

    source: Steps
    target: Steps
    via: Any = None
    when: tuple[str, Any] | None = None
    constant: Any = None
    attribute: str = field(init=False, repr=False)
    direct: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Frozen for everybody else. Both are asked for every resource.
        direct = len(self.source) == 1 and self.when is None and "[]" not in self.target
        object.__setattr__(self, "direct", direct)
        object.__setattr__(self, "attribute", self.source[0] if self.source else "")


@dataclass(frozen=True, slots=True)
class Entry:
    """How one source type becomes a canonical resource, or a part of one.

    ``like`` holds all attributes that name the whole, with its properties, if one is not enough.
    """

    type: str
    rules: tuple[Rule, ...] = ()
    returns: Mapping[str, str] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()
    part_of: str | None = None
    like: Mapping[str, str] = field(default_factory=dict)
    switch: tuple[str, Any] | None = None
    constants: tuple[tuple[Steps, Any], ...] = ()
    emits: tuple["Emission", ...] = ()


@dataclass(frozen=True, slots=True)
class Emission:
    """An attribute that is a resource of its own; ``back`` is its path that names the owner.

    With ``each`` the attribute is a list, and every element is a resource.
    """

    when: str
    back: Steps
    entry: Entry
    each: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """Everything the tables say about one canonical type."""

    type: str
    terraform: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    parts: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    absent: Mapping[Steps, Any] = field(default_factory=dict)
    attach: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    boolean: tuple[Steps, ...] = ()
    number: tuple[Steps, ...] = ()
    text: tuple[Steps, ...] = ()
    json: tuple[Steps, ...] = ()
    sensitive: tuple[Steps, ...] = ()
    elsewhere: tuple[Steps, ...] = ()

    def covered(self) -> frozenset[tuple[str, ...]]:
        """Return the canonical paths that Terraform input can fill, list positions left out."""
        entries = [entry for group in self.terraform.values() for entry in group]
        targets = [rule.target for entry in entries for rule in entry.rules]
        targets += [target for entry in entries for target, _ in entry.constants]
        targets += self.elsewhere
        return frozenset(names(target) for target in targets)


def names(steps: Steps) -> tuple[str, ...]:
    """Return the names of a path, without its list steps."""
    return tuple(step for step in steps if not step.startswith("["))


def steps(path: str) -> Steps:
    """Split ``a.b[].c`` and ``a[Key=x.y].Value`` into steps."""
    return tuple(_STEP.findall(path))


@cache
def _texts() -> Mapping[str, str]:
    """Return every table file's text; parsing waits until its type is met."""
    return {file.name: file.read_bytes().decode() for file in sorted(_TABLES.glob("*.yaml"))}


@cache
def _by_word() -> Mapping[str, tuple[str, ...]]:
    """Index table files by the Terraform and canonical types that they are about."""
    index: dict[str, list[str]] = {}
    for name, text in _texts().items():
        for word in dict.fromkeys(_SUBJECT.findall(text)):
            index.setdefault(word, []).append(name)
    return {word: tuple(found) for word, found in index.items()}


def _shapes_with(word: str) -> Iterator[Shape]:
    for name in _by_word().get(word, ()):
        yield shape_in(name)


@cache
def shape_in(name: str) -> Shape:
    """Parse one table file; raises ``PackError`` naming it."""
    try:
        document = yaml.load(_texts()[name], Loader=yaml.CSafeLoader)
        return _shape(document)
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise PackError(f"shapes/tables/{name}: {type(error).__name__}: {error}") from error


@cache
def types() -> frozenset[str]:
    """Return the canonical types that have a table."""
    return frozenset(found for text in _texts().values() for found in _TYPE.findall(text))


def table_files() -> tuple[str, ...]:
    """Return the names of all table files."""
    return tuple(_texts())


@cache
def shape(canonical: str) -> Shape:
    """Return the shape of a canonical type; an empty one if no table is about it."""
    for found in _shapes_with(canonical):
        if found.type == canonical:
            return found
    return Shape(canonical)


@cache
def terraform_entries(terraform_type: str) -> tuple[Entry, ...]:
    """Return what the tables say about a Terraform type; nothing if none covers it."""
    return tuple(
        entry
        for found in _shapes_with(terraform_type)
        for entry in found.terraform.get(terraform_type, ())
    )


@cache
def part_entries(canonical: str) -> tuple[Entry, ...]:
    """Return how a canonical companion type is folded into others; nothing if it stands alone."""
    return tuple(
        entry for found in _shapes_with(canonical) for entry in found.parts.get(canonical, ())
    )


_PATHS = ("boolean", "number", "text", "json", "sensitive", "elsewhere")


def _shape(document: Mapping[str, Any]) -> Shape:
    known = {"type", "terraform", "parts", "absent", "attach", *_PATHS}
    if document.keys() - known:
        raise ValueError(f"unknown key {min(document.keys() - known)}")
    canonical = document["type"]
    return Shape(
        type=canonical,
        terraform=_entries(document.get("terraform") or {}, canonical),
        parts=_entries(document.get("parts") or {}, canonical),
        absent={steps(path): value for path, value in (document.get("absent") or {}).items()},
        attach=document.get("attach") or {},
        **{key: tuple(steps(path) for path in document.get(key) or ()) for key in _PATHS},
    )


def _entries(section: Mapping[str, Any], canonical: str) -> dict[str, tuple[Entry, ...]]:
    """Read the entries of a section; a source type may have several, told apart by ``switch``."""
    return {
        name: tuple(_entry(item, canonical) for item in _as_list(body))
        for name, body in section.items()
    }


def _as_list(body: Any) -> list[Any]:
    return body if isinstance(body, list) else [body]


def _entry(body: Mapping[str, Any] | None, canonical: str) -> Entry:
    body = body or {}
    known = {"returns", "map", "same", "drop", "part_of", "switch", "set", "emit"}
    if body.keys() - known:
        raise ValueError(f"unknown key {min(body.keys() - known)}")
    rules = [Rule(steps(path), _camel(steps(path))) for path in body.get("same") or ()]
    rules += [
        _rule(path, target)
        for path, targets in (body.get("map") or {}).items()
        for target in _as_list(targets)
    ]
    switch = body.get("switch")
    part_of = body.get("part_of")
    like = part_of if isinstance(part_of, dict) else {}
    return Entry(
        type=canonical,
        rules=tuple(rules),
        returns=body.get("returns") or {},
        drop=frozenset(body.get("drop") or ()),
        part_of=next(iter(like), None) if like else part_of,
        like=like,
        switch=next(iter(switch.items())) if switch else None,
        constants=tuple((steps(path), value) for path, value in (body.get("set") or {}).items()),
        emits=tuple(_emission(item) for item in body.get("emit") or ()),
    )


def _emission(item: Mapping[str, Any]) -> Emission:
    known = {"type", "when", "each", "back", "map", "set"}
    if item.keys() - known:
        raise ValueError(f"unknown key {min(item.keys() - known)}")
    entry = _entry({key: item[key] for key in ("map", "set") if key in item}, item["type"])
    attribute = item["each"] if "each" in item else item["when"]
    return Emission(attribute, steps(item["back"]), entry, "each" in item)


def _rule(path: str, target: Any) -> Rule:
    if isinstance(target, str):
        return Rule(steps(path), steps(target))
    when = target.get("when")
    return Rule(
        steps(path),
        steps(target["to"]),
        target.get("via"),
        next(iter(when.items())) if when else None,
        target.get("is"),
    )


def _camel(path: Steps) -> Steps:
    return tuple(
        step if step.startswith("[") else "".join(word.capitalize() for word in step.split("_"))
        for step in path
    )
