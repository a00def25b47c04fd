"""Static read sets of Rego: which parts of ``input`` a module can look at.

Variables are followed as aliases of input paths. Wherever the analysis cannot follow (a value that
escapes into a function, a rule, a comprehension) the whole value counts as read. So the result may
be too large, never too small.
"""

from collections.abc import Iterator
from typing import Any

from jurat.errors import PackError
from jurat.languages.contract import Constants, Traits
from jurat.model.reads import ANY, ReadSet

Paths = frozenset[tuple[str | int, ...]]
Node = dict[str, Any]

# Completions of a value carry through these: they test a type, a prefix or build a message.
_TRANSPARENT = {
    "contains",
    "endswith",
    "is_array",
    "is_boolean",
    "is_null",
    "is_number",
    "is_object",
    "is_string",
    "object.get",
    "object.keys",
    "sprintf",
    "startswith",
}

FORBIDDEN = {
    "http.send",
    "net.lookup_ip_addr",
    "opa.runtime",
    "rand.intn",
    "time.now_ns",
    "uuid.rfc4122",
}
"""Builtins whose answer depends on more than their arguments, or that act on the world."""

_NOTHING: Paths = frozenset()
_OBJECT_GET_ARGUMENTS = 3
_MOST_ROUNDS = 30
_MOST_PATHS = 5000


def analyse(modules: list[Node], file: str) -> Traits:
    """Analyse a policy with its library modules; raises ``PackError`` on a forbidden builtin."""
    reads, blurred = ReadSet(), ReadSet()
    constants = Constants()
    for module in modules:
        walker = _Module(module, file)
        walker.run()
        reads.merge(walker.reads)
        blurred.merge(walker.blurred)
        constants = Constants(
            tuple(dict.fromkeys((*constants.strings, *walker.strings))),
            tuple(dict.fromkeys((*constants.numbers, *walker.numbers))),
        )
    return Traits(reads=reads, blurred=blurred, find_constants=lambda: constants)


class _Module:
    """One module: aliases are collected until nothing changes, then reads are recorded."""

    def __init__(self, module: Node, file: str) -> None:
        self.ast = module["ast"]
        self.text = module["source"]["contents"].encode()
        self.file = file
        self.reads = ReadSet()
        self.blurred = ReadSet()
        self.strings: dict[str, None] = {}
        self.numbers: dict[float, None] = {}
        self.alias: dict[str, Paths] = {"input": frozenset({()})}

    def run(self) -> None:
        self._refuse_forbidden(self.ast)
        for imported in self.ast.get("imports", []):
            self._import(imported)
        for _ in range(_MOST_ROUNDS):
            before = dict(self.alias)
            for rule in self.ast["rules"]:
                self._visit(rule)
            if before == self.alias:
                return
            if sum(map(len, self.alias.values())) > _MOST_PATHS:
                break
        # Names that stand for parts of each other grow without end: then all counts as read.
        self.reads.whole = self.blurred.whole = True

    def _refuse_forbidden(self, node: Any) -> None:
        """Refuse a forbidden builtin wherever it is named: ``with`` can put it in for another."""
        name = name_of(node)
        if name in FORBIDDEN:
            raise PackError(f"{self.file}: the builtin `{name}` is not allowed in a policy")
        parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        for part in parts:
            self._refuse_forbidden(part)

    def _import(self, imported: Node) -> None:
        """Make ``import input.a as b`` an alias; without ``as`` the last name is it."""
        paths = self._paths(imported["refr"])
        if paths:
            name = imported.get("as")
            self._bind(self._spelled(name) if name else str(max(paths)[-1]), paths)

    def _bind(self, name: str, paths: Paths) -> None:
        """Let ``name`` stand for ``paths`` as well; names only grow."""
        if name != "_":
            self.alias[name] = self.alias.get(name, _NOTHING) | paths

    def _consume(self, paths: Paths, *, blur: bool = False) -> None:
        for path in paths:
            self.reads.add(path)
            if blur:
                self.blurred.add(path)

    # Expressions

    def _paths(self, node: Any) -> Paths:
        """Return the input paths a reference stands for, if it is one; its indices are read."""
        kind, body = kind_of(node)
        if kind == "Var":
            return self.alias.get(body["value"], _NOTHING)
        if kind == "RefDot":
            return _extend(self._paths(body["refr"]), body["field"][1])
        if kind == "RefBrack":
            base = self._paths(body["refr"])
            return _extend(base, self._step(body["index"])) if base else self._other(node)
        if kind == "Call" and name_of(body["fcn"]) == "object.get":
            return self._object_get(body["params"])
        return _NOTHING

    def _other(self, node: Node) -> Paths:
        self._consume_parts(node)
        return _NOTHING

    def _step(self, index: Node) -> str:
        kind, body = kind_of(index)
        if kind in {"String", "RawString"}:
            return str(body["value"])
        if kind not in {"Number", "Var"} or body.get("value") in self.alias:
            self._expression(index)
        # What stands at a position depends on every element that may be missing before it.
        return ANY

    def _object_get(self, params: list[Node]) -> Paths:
        base = self._paths(params[0]) if len(params) == _OBJECT_GET_ARGUMENTS else _NOTHING
        if not base:
            return _NOTHING
        kind, body = kind_of(params[1])
        steps = (
            [self._step(item) for item in body["items"]]
            if kind == "Array"
            else [self._step(params[1])]
        )
        self._expression(params[2])
        for step in steps:
            base = _extend(base, step)
        return base

    def _expression(self, node: Any, *, blur: bool = False) -> None:
        """Visit an expression whose value is used: a path in it counts as wholly read."""
        if not isinstance(node, dict):
            return
        paths = self._paths(node)
        kind, body = kind_of(node)
        if paths:
            self._consume(paths, blur=blur)
        elif kind in {"String", "RawString"}:
            self.strings[str(body["value"])] = None
        elif kind == "Number":
            self.numbers[body["value"]] = None
        elif kind == "AssignExpr":
            self._assign(body)
        elif kind == "Call":
            self._call(body)
        else:
            self._consume_parts(node, blur=blur)

    def _consume_parts(self, node: Node, *, blur: bool = False) -> None:
        for part in parts_of(node):
            self._visit(part, blur=blur)

    def _assign(self, body: Node) -> None:
        for target, value in ((body["lhs"], body["rhs"]), (body["rhs"], body["lhs"])):
            kind, var = kind_of(target)
            paths = self._paths(value)
            if kind != "Var" or not paths:
                continue
            if body["op"] == "ColEq" or not self._is_alias_of_other(var["value"], paths):
                self._bind(var["value"], paths)
                self._presence(paths)
                return
        self._expression(body["lhs"])
        self._expression(body["rhs"])

    def _is_alias_of_other(self, name: str, paths: Paths) -> bool:
        """Tell whether ``name`` already stands for another path: then ``=`` compares the two."""
        known = self.alias.get(name, _NOTHING)
        return bool(known) and not known <= paths and not paths <= known

    def _call(self, body: Node) -> None:
        name = name_of(body["fcn"])
        for param in body["params"]:
            paths = self._paths(param) if name == "count" else _NOTHING
            if paths:
                self._shape(paths)
            else:
                self._expression(param, blur=name not in _TRANSPARENT)

    def _presence(self, paths: Paths) -> None:
        for path in paths:
            self.reads.reach(path)

    def _shape(self, paths: Paths) -> None:
        for path in paths:
            self.reads.add_shape(path)

    # Statements and rules

    def _visit(self, node: Any, *, blur: bool = False) -> None:
        """Visit any part of the tree: statements bind, expressions consume."""
        if isinstance(node, list):
            for item in node:
                self._visit(item, blur=blur)
            return
        kind, body = kind_of(node)
        if kind == "SomeIn":
            self._iterate(body["key"], body["value"], body["collection"])
        elif kind == "Every":
            self._every(body)
        elif kind == "Compr" and "refr" in body:
            self._head(body)
        elif kind is not None:
            self._expression(node, blur=blur)
        elif isinstance(node, dict):
            self._consume_parts(node, blur=blur)

    def _head(self, body: Node) -> None:
        """Make ``name`` of a rule ``name := path`` an alias; any other value escapes."""
        kind, var = kind_of(body["refr"])
        assign = body.get("assign")
        paths = self._paths(assign["value"]) if assign else _NOTHING
        if kind == "Var" and paths:
            self._bind(var["value"], paths)
            self._presence(paths)
        elif assign:
            self._expression(assign["value"])

    def _iterate(self, key: Any, value: Node, collection: Node) -> None:
        paths = self._paths(collection)
        if not paths:
            self._expression(collection)
            return
        self._shape(paths)
        elements = _extend(paths, ANY)
        kind, var = kind_of(value)
        if kind == "Var":
            self._bind(var["value"], elements)
            self._presence(elements)
        else:
            self._consume(elements)
        if key is not None and kind_of(key)[0] != "Var":
            self._expression(key)

    def _spelled(self, span: Node) -> str:
        """Return the text at a position; the tree has no name for the variable of ``every``."""
        return str(self.text[span["start"] : span["end"]], "utf-8")

    def _every(self, body: Node) -> None:
        paths = self._paths(body["domain"])
        if paths:
            self._shape(paths)
            self._bind(self._spelled(body["value"]), _extend(paths, ANY))
            self._presence(_extend(paths, ANY))
        else:
            self._expression(body["domain"])
        self._visit(body["query"])


def kind_of(node: Any) -> tuple[str | None, Any]:
    """Return the constructor and body of a tree node such as ``{"Var": {…}}``."""
    if isinstance(node, dict) and len(node) == 1:
        ((kind, body),) = node.items()
        if kind[:1].isupper() and isinstance(body, dict):
            return kind, body
    return None, None


def parts_of(node: Node) -> Iterator[Any]:
    """Yield everything below a node but positions in the text."""
    body = kind_of(node)[1]
    for key, part in (node if body is None else body).items():
        if key not in {"span", "field", "op"} and isinstance(part, dict | list):
            yield part


def _extend(paths: Paths, step: str | int) -> Paths:
    return frozenset((*path, step) for path in paths)


def name_of(node: Any) -> str:
    """Return the dotted name of a function, also if it is spelled ``a["b"]``."""
    kind, body = kind_of(node)
    if kind == "Var":
        return str(body["value"])
    if kind == "RefDot":
        return f"{name_of(body['refr'])}.{body['field'][1]}"
    if kind == "RefBrack" and kind_of(body["index"])[0] == "String":
        return f"{name_of(body['refr'])}.{body['index']['String']['value']}"
    return ""
