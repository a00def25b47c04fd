"""A Rego module as a syntax tree, with what rules ask of it again and again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jurat.languages.rego_reads import kind_of, name_of, parts_of
from jurat.lint.fault import Fault
from jurat.model.resource import Location

Node = dict[str, Any]
REFERENCES = {"Var", "RefDot", "RefBrack"}
COMPREHENSIONS = {"ArrayCompr", "SetCompr", "ObjectCompr"}
RESULTS = ("deny", "undecided", "not_applicable")
"""The rules of a policy that somebody asks for."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition of a rule: its name up to the first variable part, and its tree.

    ``form`` is ``value``, ``function``, ``set`` or ``default``. Several may share a name.
    """

    name: str
    form: str
    node: Node
    head: Node
    bodies: tuple[Node, ...]

    @property
    def always(self) -> bool:
        """Whether it holds without any condition."""
        return self.form == "default" or not self.bodies or _ends_in_else(self.bodies)


def _ends_in_else(bodies: tuple[Node, ...]) -> bool:
    return not bodies[-1]["query"]["stmts"]


@dataclass(frozen=True)
class RegoModule:
    """A parsed file."""

    file: str
    text: str
    tree: Node

    @cached_property
    def package(self) -> str:
        """The dotted package."""
        return name_of(self.tree["package"]["refr"])

    @cached_property
    def imports(self) -> tuple[tuple[str, str, Node], ...]:
        """What is imported, as which name, and where."""
        found = []
        for node in self.tree.get("imports", ()):
            path = name_of(node["refr"])
            name = self.spelled(node["as"]) if node.get("as") else path.rpartition(".")[2]
            found.append((path, name, node))
        return tuple(found)

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """All definitions in the order of the text."""
        return tuple(_definition(node) for node in self.tree["rules"])

    @cached_property
    def rules(self) -> Mapping[str, tuple[Definition, ...]]:
        """Definitions by the first part of their names."""
        found: dict[str, list[Definition]] = {}
        for definition in self.definitions:
            found.setdefault(definition.name, []).append(definition)
        return {name: tuple(each) for name, each in found.items()}

    @cached_property
    def _bytes(self) -> bytes:
        return self.text.encode()

    def spelled(self, span: Node) -> str:
        """Return the text at a position."""
        return self._bytes[span["start"] : span["end"]].decode("utf-8", "replace")

    def at(self, node: Any) -> Location:
        """Return where a node begins; columns count characters."""
        span = _first_span(node)
        if span is None:
            return Location(self.file, 1)
        start = span["start"]
        line_start = self._bytes.rfind(b"\n", 0, start) + 1
        column = len(self._bytes[line_start:start].decode("utf-8", "replace")) + 1
        return Location(self.file, span["line"], column)

    def fault(self, rule: str, node: Any, message: str) -> Fault:
        """Make a fault at a node."""
        return Fault(rule, self.at(node), message)


def _first_span(node: Any) -> Node | None:
    """Return the leftmost position below a node: that of a call is its bracket."""
    if isinstance(node, dict) and "line" in node and "start" in node:
        return node
    best: Node | None = None
    body = kind_of(node)[1] or node
    if isinstance(body, dict):
        best = body.get("span")
        for key in ("refr", "fcn", "lhs", "value"):
            inner = _first_span(body[key]) if isinstance(body.get(key), dict) else None
            if inner is not None and (best is None or inner["start"] < best["start"]):
                best = inner
    return best


def _definition(node: Node) -> Definition:
    kind, body = kind_of(node)
    if kind == "Default":
        return Definition(root_of(body["refr"]), "default", body, body, ())
    form, head = kind_of(body["head"])
    forms = {"Func": "function", "Set": "set"}
    name = root_of(head["refr"])
    return Definition(name, forms.get(str(form), "value"), body, head, tuple(body["bodies"]))


def root_of(node: Any) -> str:
    """Return the variable that a reference starts from."""
    kind, body = kind_of(node)
    if kind == "Var":
        return str(body["value"])
    return root_of(body["refr"]) if kind in {"RefDot", "RefBrack"} else ""


def walk(node: Any) -> Iterator[Any]:
    """Yield every node below and including ``node`` that has a kind, outer ones first."""
    pending = [node]
    while pending:
        here = pending.pop()
        if isinstance(here, list):
            pending += reversed(here)
            continue
        if kind_of(here)[0] is not None:
            yield here
        if isinstance(here, dict):
            pending += reversed(list(parts_of(here)))


def references(node: Any) -> Iterator[Any]:
    """Yield the outermost references below and including ``node``, and those in their brackets."""
    pending = [node]
    while pending:
        here = pending.pop()
        if isinstance(here, list):
            pending += reversed(here)
            continue
        if kind_of(here)[0] in REFERENCES:
            yield here
            while (body := kind_of(here)[1]) is not None and "refr" in body:
                pending += [body["index"]] if "index" in body else []
                here = body["refr"]
        elif isinstance(here, dict):
            pending += reversed(list(parts_of(here)))


def of_kind(node: Any, *kinds: str) -> Iterator[Node]:
    """Yield the bodies of all nodes of some kinds."""
    for found in walk(node):
        kind, body = kind_of(found)
        if kind in kinds:
            yield body


def modules_by_package(modules: Iterable[RegoModule]) -> dict[str, RegoModule]:
    """Return modules by their packages."""
    return {module.package: module for module in modules}
