"""The text of a Rego policy by its syntax tree: rules, bodies, statements as they are written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Node = dict[str, Any]

RESULTS = ("deny", "undecided", "not_applicable")
"""The rules by which a policy says something."""

_CONTAINS = re.compile(r"^\S+\s+contains\s+")
_QUOTES = {b'"', b"`"}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a body: its line, its text, the variables it may bind."""

    line: int
    text: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """One body of a rule under the head that it belongs to; ``is_function`` if that has arguments.

    ``name`` is the rule's. ``yields`` is the expression of what it gives if the body holds, if
    there is one.
    """

    name: str
    head: str
    line: int
    is_function: bool
    statements: tuple[Statement, ...]
    yields: str | None


class RegoSource:
    """One module."""

    def __init__(self, module: Node) -> None:
        self._tree = module["ast"]
        self._text = module["source"]["contents"].encode()
        self._rules = [rule["Spec"] for rule in self._tree["rules"] if "Spec" in rule]
        self.names = frozenset(map(_name_of, self._rules))

    @property
    def imports(self) -> list[str]:
        """The imports as they are written."""
        return [self._words(each["span"]) for each in self._tree["imports"]]

    def bodies(self) -> Iterator[Body]:
        """Yield the bodies of the rules that say something, then of those they lean on.

        A constant has nothing to tell and is left out.
        """
        wanted = [name for name in RESULTS if name in self.names]
        for name in wanted:
            for rule in self._rules:
                if _name_of(rule) == name:
                    wanted += [v for v in _variables(rule) if v in self.names and v not in wanted]
        rank = {name: position for position, name in enumerate(RESULTS)}
        chosen = [rule for rule in self._rules if _name_of(rule) in wanted]
        for rule in sorted(chosen, key=lambda rule: rank.get(_name_of(rule), len(rank))):
            yield from self._bodies(rule)

    def _bodies(self, rule: Node) -> Iterator[Body]:
        kind, head = next(iter(rule["head"].items()))
        given = head.get("key") or (head.get("assign") or {}).get("value")
        yields = None if given is None else self._yields(head)
        name, text, line = _name_of(rule), self._words(head["span"]), head["span"]["line"]
        for body in rule["bodies"]:
            label = f"{text} (else)" if body["is_else"] else text
            statements = tuple(map(self._statement, body["query"]["stmts"]))
            yield Body(name, label, line, kind == "Func", statements, yields)
        is_constant = given is None or not any(True for _ in _variables(given))
        if not rule["bodies"] and kind != "Func" and (name in RESULTS or not is_constant):
            yield Body(name, text, line, is_function=False, statements=(), yields=yields)

    def _yields(self, head: Node) -> str:
        """Return the expression in a head; the engine's own position of an object is not whole."""
        if head.get("assign"):
            return self._exactly(head["assign"]["span"]).lstrip(":=").strip()
        return _CONTAINS.sub("", self._exactly(head["span"]), count=1)

    def _statement(self, node: Node) -> Statement:
        names = [name for name in self._bound(node["literal"]) if name != "_"]
        return Statement(node["span"]["line"], self._exactly(node["span"]), tuple(names))

    def _bound(self, literal: Node) -> Iterator[str]:
        """Yield the variables that a statement brings into its body."""
        kind, body = next(iter(literal.items()))
        if kind == "SomeVars":
            yield from map(self._exactly, body["vars"])
        elif kind == "SomeIn":
            yield from (name for part in ("key", "value") for name in _variables(body[part]))
        elif kind == "Expr" and body["expr"].get("AssignExpr", {}).get("op") == "ColEq":
            yield from _variables(body["expr"]["AssignExpr"]["lhs"])

    def _words(self, span: Node) -> str:
        return " ".join(self._exactly(span).split())

    def _exactly(self, span: Node) -> str:
        """Return what is written at a position; the engine's leave out the quotes of a text."""
        start, end = span["start"], span["end"]
        start -= self._text[start - 1 : start] in _QUOTES
        end += self._text[end : end + 1] in _QUOTES
        return str(self._text[start:end], "utf-8", "replace")


def _inside(node: Node) -> Node:
    """Return the inside of a node such as ``{"Var": {...}}``."""
    body: Node = next(iter(node.values()))
    return body


def _name_of(rule: Node) -> str:
    """Return the first name of a rule's head."""
    refr = _inside(rule["head"])["refr"]
    while "refr" in _inside(refr):
        refr = _inside(refr)["refr"]
    return str(_inside(refr).get("value", ""))


def _variables(node: Any) -> Iterator[str]:
    """Yield the names that stand anywhere in a part of the tree."""
    if isinstance(node, list):
        for item in node:
            yield from _variables(item)
    elif isinstance(node, dict):
        if "Var" in node:
            yield str(node["Var"]["value"])
        for item in node.values():
            yield from _variables(item)
