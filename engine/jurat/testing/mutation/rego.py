"""Mistakes in Rego policies, made on the engine's syntax tree."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from jurat.languages.rego import add_module, new_engine, syntax_trees
from jurat.testing.mutation.metadata import changes
from jurat.testing.mutation.mutant import Edit, snippet

Node = dict[str, Any]

_COMPARISONS = {
    "==": ("!=",),
    "!=": ("==",),
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
}
_OPERATOR = re.compile(r"[=!<>]=|[<>]")
_TEXTS = {"String", "RawString"}
_LITERALS = {*_TEXTS, "Number", "Bool"}
_NOT_DROPPED = {"SomeIn", "SomeVars", "AssignExpr"}
"""Statements that bind names: without them a rule could not be evaluated at all."""


def edits(source: bytes, file: str) -> Iterator[Edit]:
    """Yield mistakes in a module; raises ``PackError`` if it cannot be parsed."""
    engine = new_engine()
    add_module(engine, file, source.decode())
    yield from _metadata(source)
    rules = syntax_trees(engine)[0]["ast"]["rules"]
    _include_quotes(rules)
    for rule in rules:
        yield from _Rule(source).of(rule)


def _metadata(source: bytes) -> Iterator[Edit]:
    """Write the METADATA block anew, on one line, with one field changed."""
    lines = source.splitlines(keepends=True)
    first = next((n for n, line in enumerate(lines) if line.rstrip() == b"# METADATA"), None)
    if first is None:
        return
    last = first = first + 1
    while last < len(lines) and lines[last].startswith(b"#"):
        last += 1
    block = b"".join(line[1:].removeprefix(b" ") for line in lines[first:last])
    parsed = yaml.load(block, Loader=yaml.CSafeLoader)
    start = len(b"".join(lines[:first]))
    end = start + len(b"".join(lines[first:last]))
    for change in changes(parsed["custom"]):
        custom = {**parsed["custom"], change.field: change.value}
        text = json.dumps({**parsed, "custom": custom}, ensure_ascii=False)
        named = (n for n in range(first, last) if f"{change.field}:".encode() in lines[n])
        line = next(named, first) + 1
        yield Edit(start, end, f"# {text}\n", change.where, change.change, change.missing, line)


def _include_quotes(rules: list[Node]) -> None:
    """Let positions hold the quotes of texts: the tree leaves them out, also at the edges."""
    spans = list(_spans(rules))
    inside = [span for kind, span in spans if kind in _TEXTS]
    starts, ends = {span["start"] for span in inside}, {span["end"] for span in inside}
    for _, span in spans:
        start, end = span["start"], span["end"]
        span["start"], span["end"] = start - (start in starts), end + (end in ends)


def _spans(node: Any, kind: str | None = None) -> Iterator[tuple[str | None, Node]]:
    """Yield every position in the tree once, with the constructor it belongs to."""
    if isinstance(node, list):
        for item in node:
            yield from _spans(item)
    elif isinstance(node, dict):
        for name, part in node.items():
            if name == "span":
                yield kind, part
            elif name != "field":
                yield from _spans(part, name)


class _Rule:
    """One rule, and the mistakes that can be made in it."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._name = ""

    def of(self, rule: Node) -> Iterator[Edit]:
        kind, body = _kind(rule)
        head = body if kind == "Default" else _kind(body["head"])[1]
        self._name = self._text(head["refr"]["Var"]["span"]) if "Var" in head["refr"] else "rule"
        if kind == "Default":
            yield from self._literals(body["value"])
            return
        yield from self._literals(body["head"])
        for part in body["bodies"]:
            yield from self._never(part["query"])
            yield from self._literals(part.get("assign"))
            yield from self._query(part["query"])

    def _text(self, span: Node) -> str:
        return self._source[span["start"] : span["end"]].decode()

    def _edit(self, span: Node, text: str, change: str, missing: str) -> Edit:
        return Edit(span["start"], span["end"], text, self._name, change, missing)

    def _never(self, query: Node) -> Iterator[Edit]:
        """Let a rule never hold; a single condition is dealt with as a statement."""
        span, statements = query["span"], query["stmts"]
        if len(statements) > 1 and self._text(span).startswith("{"):
            first = snippet(self._text(statements[0]["span"]))
            inside = {"start": span["start"], "end": span["start"] + 1}
            yield self._edit(
                inside,
                "{ false;",
                f"never holds (`{first}` …)",
                f"in which `{self._name}` with `{first}` decides",
            )

    # Statements

    def _query(self, query: Node) -> Iterator[Edit]:
        for statement in query["stmts"]:
            yield from self._statement(statement, alone=len(query["stmts"]) == 1)

    def _statement(self, statement: Node, *, alone: bool) -> Iterator[Edit]:
        span = statement["span"]
        text = self._text(span)
        kind, body = _kind(statement["literal"])
        inner = _kind(body["expr"]) if kind in {"Expr", "NotExpr"} else (kind, body)
        if inner[0] == "AssignExpr" and self._is_finding(inner[1]["rhs"]):
            return
        shown = f"`{snippet(text)}`"
        if inner[0] not in _NOT_DROPPED:
            missing = f"in which {shown} alone makes the difference"
            yield self._edit(span, "true", f"without {shown}", missing)
            if alone:
                yield self._edit(span, "false", f"{shown} never holds", f"in which {shown} decides")
        if kind == "NotExpr":
            positive = text.removeprefix("not").lstrip()
            missing = f"in which {shown} decides"
            yield self._edit(span, positive, f"{shown} without `not`", missing)
        elif kind == "Expr" and inner[0] not in {"BoolExpr", *_NOT_DROPPED}:
            missing = f"in which {shown} decides"
            yield self._edit(span, f"not {text}", f"{shown} becomes `not …`", missing)
        yield from self._literals(body)

    # Expressions

    def _literals(self, node: Any) -> Iterator[Edit]:
        """Yield mistakes in anything below a node: comparisons, collections and constants."""
        if isinstance(node, list):
            for item in node:
                yield from self._literals(item)
            return
        if not isinstance(node, dict) or self._is_finding(node):
            return
        kind, body = _kind(node)
        if "stmts" in node:
            yield from self._query(node)
        elif kind == "BoolExpr":
            yield from self._comparison(body)
            yield from self._parts(body)
        elif kind in {"Set", "Array"} and self._is_plain(body.get("items")):
            yield from self._collection(str(kind), body)
        elif kind in _LITERALS:
            yield from self._literal(str(kind), body)
        else:
            yield from self._parts(node if body is None else body)

    def _parts(self, body: Node) -> Iterator[Edit]:
        for name, part in body.items():
            if name not in {"span", "field", "op", "fcn"}:
                yield from self._literals(part)

    def _comparison(self, body: Node) -> Iterator[Edit]:
        before, after = _span(body["lhs"])["end"], _span(body["rhs"])["start"]
        found = _OPERATOR.search(self._source[before:after].decode())
        if found is None:
            return
        span = {"start": before + found.start(), "end": before + found.end()}
        shown = f"`{snippet(self._text(body['span']))}`"
        for other in _COMPARISONS[found[0]]:
            yield self._edit(span, other, f"{shown} with `{other}`", f"in which {shown} decides")

    def _collection(self, kind: str, body: Node) -> Iterator[Edit]:
        """Leave out one element of a list or set of constants."""
        items = [_kind(item)[1]["value"] for item in body["items"]]
        for index, item in enumerate(items):
            rest = json.dumps(items[:index] + items[index + 1 :], ensure_ascii=False)[1:-1]
            text = f"[{rest}]" if kind == "Array" else f"{{{rest}}}" if rest else "set()"
            shown = json.dumps(item, ensure_ascii=False)
            yield self._edit(body["span"], text, f"without {shown}", f"that {shown} decides")

    def _literal(self, kind: str, body: Node) -> Iterator[Edit]:
        span, value = body["span"], body["value"]
        if kind in _TEXTS:
            yield self._edit(
                {"start": span["end"] - 1, "end": span["end"] - 1},
                "~",
                f'"{value}" becomes another text',
                f'that "{value}" decides',
            )
        elif kind == "Bool":
            other = json.dumps(not value)
            yield self._edit(
                span, other, f"{json.dumps(value)} becomes {other}", "in which that value decides"
            )
        elif isinstance(value, int):
            yield self._edit(
                span, str(value + 1), f"{value} becomes {value + 1}", f"at the limit of {value}"
            )

    def _is_plain(self, items: Sequence[Node] | None) -> bool:
        return bool(items) and all(_kind(item)[0] in _LITERALS for item in items or ())

    def _is_finding(self, node: Any) -> bool:
        """Tell whether a node is what a rule says about a failure: words, not decisions."""
        kind, body = _kind(node)
        return kind == "Object" and any(
            _kind(field[1])[0] == "String" and _kind(field[1])[1]["value"] == "message"
            for field in body["fields"]
        )


def _kind(node: Any) -> tuple[str | None, Any]:
    """Return the constructor and body of a tree node such as ``{"Var": {…}}``."""
    if isinstance(node, dict) and len(node) == 1:
        ((kind, body),) = node.items()
        if kind[:1].isupper() and isinstance(body, dict):
            return kind, body
    return None, None


def _span(node: Node) -> Node:
    span = _kind(node)[1]["span"]
    assert isinstance(span, dict)  # noqa: S101 - every expression of the tree has a place
    return span
