"""What a body asks for, and what it names that need not be there."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from jurat.languages.rego_reads import kind_of, name_of, parts_of
from jurat.lint.rego.functions import always_answers, functions_of
from jurat.lint.rego.module import (
    COMPREHENSIONS,
    REFERENCES,
    Definition,
    Node,
    RegoModule,
    of_kind,
    root_of,
)
from jurat.lint.rego.paths import ANY, Path, Paths, may_be_missing, spelled
from jurat.lint.rego.scopes import locals_of

Guard = Path | str
"""A path of the input, the name of a rule, or a call or look-up as :func:`written`."""

_PLACES = {"eidx", "qidx", "sidx", "span"}


class Presence:
    """What may be missing in one module; ``inside`` a definition its own names count."""

    def __init__(
        self,
        module: RegoModule,
        paths: Paths,
        library: Mapping[str, RegoModule],
        definition: Definition | None = None,
    ) -> None:
        self.module = module
        self.paths = paths
        self._library = library
        self._functions = functions_of(module, library.values())
        self._bodies = list(definition.bodies) if definition else []
        self._own = locals_of(module, definition) if definition else frozenset[str]()

    def inside(self, definition: Definition) -> "Presence":
        """Return what may be missing in a definition."""
        return Presence(self.module, self.paths.inside(definition), self._library, definition)

    def missing(self, node: Any) -> Guard | None:
        """Return what a reference or call stands for if it need not be there."""
        kind, body = kind_of(node)
        if kind == "Call":
            name = name_of(body["fcn"])
            found = self._functions.get(name)
            return written(node) if found and not always_answers(name, self._functions) else None
        path = self.paths.of(node)
        if path is not None:
            return path if may_be_missing(path) else None
        root = root_of(node)
        definitions = () if root in self._own else self.module.rules.get(root, ())
        if not definitions:
            return None
        if kind == "Var":
            return None if any(map(_is_there, definitions)) else root
        return written(node) if _is_looked_up(node) and not self._has_key(node) else None

    def _has_key(self, node: Any) -> bool:
        """Tell whether a look-up is by a key that an object spelled out is sure to have."""
        kind, body = kind_of(node)
        if kind != "RefBrack" or kind_of(body["refr"])[0] != "Var":
            return False
        keys = self._texts(body["refr"], "Object")
        return keys is not None and self._values(body["index"]) <= keys

    def _values(self, index: Any) -> frozenset[str | None]:
        """Return what a variable ranges over; ``None`` stands for what cannot be told."""
        name = root_of(index)
        found: set[str | None] = set()
        for declared in of_kind(self._bodies, "SomeIn"):
            if root_of(declared["value"]) == name:
                found |= self._texts(declared["collection"], "Array", "Set") or {None}
        return frozenset(found or {None})

    def _texts(self, node: Any, *kinds: str) -> frozenset[str] | None:
        """Return the keys or elements of a literal, or of a rule that is one, if all are texts."""
        kind, body = kind_of(node)
        if kind == "Var" and body["value"] not in self._own:
            definitions = self.module.rules.get(body["value"], ())
            if len(definitions) != 1 or definitions[0].bodies:
                return None
            kind, body = kind_of((definitions[0].head.get("assign") or {}).get("value"))
        if kind not in kinds:
            return None
        parts = [key for _, key, _ in body["fields"]] if kind == "Object" else body["items"]
        texts = [kind_of(part)[1]["value"] for part in parts if kind_of(part)[0] == "String"]
        return frozenset(texts) if len(texts) == len(parts) else None

    def name(self, node: Any) -> str:
        """Name what may be missing, as a policy would spell it."""
        kind, body = kind_of(node)
        path = self.paths.of(node)
        if path is not None:
            return spelled(path)
        return f"{name_of(body['fcn'])}(…)" if kind == "Call" else _outlined(node)

    def needed(self, statements: Iterable[Any]) -> frozenset[Guard]:
        """Return what statements need to be there for their body to hold."""
        needed = frozenset(guard for each in statements for guard in self._needs(each))
        return needed | self._needs_of_rules(needed)

    def _needs(self, node: Any) -> Iterator[Guard]:
        kind, body = kind_of(node)
        if kind in COMPREHENSIONS or kind == "NotExpr":
            return
        if kind == "Every":
            domain = self.paths.of(body["domain"])
            if domain is not None:
                yield (*domain, ANY)  # its own body is about elements that are there
            yield from self._needs(body["domain"])
            return
        if kind == "SomeIn" and body["key"] is not None:
            yield written({"RefBrack": {"refr": body["collection"], "index": body["key"]}})
        path = self.paths.of(node)
        if path is not None:
            yield path
        elif kind == "Var" and body["value"] not in self._own:
            yield str(body["value"])
        elif kind in REFERENCES or kind == "Call":
            yield written(node)
        for part in items(node):
            yield from self._needs(part)

    def _needs_of_rules(self, needed: Iterable[Guard]) -> frozenset[Guard]:
        """Return what rules with a single body need that this body needs."""
        found: set[Guard] = set()
        for name in needed:
            definitions = self.module.rules.get(name, ()) if isinstance(name, str) else ()
            bodies = [body for definition in definitions for body in definition.bodies]
            if len(definitions) == 1 and len(bodies) == 1 and definitions[0].form == "value":
                for statement in bodies[0]["query"]["stmts"]:
                    found |= set(self._needs(statement["literal"]))
        return frozenset(found)


def positive(statements: Sequence[Node]) -> list[Any]:
    """Return the literals of statements that ask for something to be there."""
    literals = [statement["literal"] for statement in statements]
    return [literal for literal in literals if kind_of(literal)[0] != "NotExpr"]


def is_guarded(what: Guard, guarded: frozenset[Guard]) -> bool:
    """Tell whether a body asks for something, or for something below it."""
    if what in guarded:
        return True
    if isinstance(what, str):
        return False
    return any(
        isinstance(other, tuple) and len(other) > len(what) and other[: len(what)] == what
        for other in guarded
    )


def operands(node: Any) -> Iterator[Node]:
    """Yield the references and calls that an expression needs; comprehensions are always there."""
    kind = kind_of(node)[0]
    if kind in COMPREHENSIONS:
        return
    if kind in REFERENCES:
        yield node
        yield from indices(node)
    elif kind == "Call":
        yield node
        yield from arguments(node)
    else:
        for part in items(node):
            yield from operands(part)


def arguments(call: Node) -> Iterator[Node]:
    """Yield the operands in the arguments of a call."""
    for parameter in call["Call"]["params"]:
        yield from operands(parameter)


def indices(node: Any) -> Iterator[Node]:
    """Yield the operands inside the brackets of a reference."""
    kind, body = kind_of(node)
    if kind == "RefDot":
        yield from indices(body["refr"])
    elif kind == "RefBrack":
        yield from indices(body["refr"])
        yield from operands(body["index"])


def items(node: Any) -> Iterator[Any]:
    """Yield the nodes right below a node; lists are seen through."""
    if not isinstance(node, dict | list):
        return
    for part in node if isinstance(node, list) else parts_of(node):
        if isinstance(part, list):
            yield from items(part)
        elif isinstance(part, dict):
            yield part


def written(node: Any) -> str:
    """Return what an expression says, wherever it stands."""
    return json.dumps(_bare(node), sort_keys=True)


def _bare(node: Any) -> Any:
    """Return a tree without what tells where it stands: positions, and numbers of expressions."""
    if isinstance(node, list):
        return [_bare(item) for item in node]
    if isinstance(node, dict):
        if "line" in node and "start" in node:
            return None
        return {key: _bare(part) for key, part in node.items() if key not in _PLACES}
    return node


def _is_there(definition: Definition) -> bool:
    """Tell whether a rule has a value, whatever the input."""
    return definition.form in {"set", "function"} or definition.always


def _is_looked_up(node: Any) -> bool:
    """Tell whether a reference has a step that only a run can tell."""
    kind, body = kind_of(node)
    if kind == "RefBrack" and kind_of(body["index"])[0] not in {"String", "RawString", "Number"}:
        return True
    return kind in {"RefDot", "RefBrack"} and _is_looked_up(body["refr"])


def _outlined(node: Any) -> str:
    kind, body = kind_of(node)
    if kind == "RefDot":
        return f"{_outlined(body['refr'])}.{body['field'][1]}"
    if kind == "RefBrack":
        return f"{_outlined(body['refr'])}[…]"
    return str(body["value"])
