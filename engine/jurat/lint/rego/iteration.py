"""``some … in`` over what may be no collection: OPA finds nothing in it, regorus breaks off.

``list[i]`` finds nothing in both engines. Compared with OPA 1.22 and regorus 0.13.
"""

from collections.abc import Iterator
from typing import Any

from jurat.languages.rego_reads import kind_of, name_of
from jurat.lint.fault import Faults
from jurat.lint.rego.module import Definition, Node, RegoModule, of_kind
from jurat.lint.rego.paths import Path, Paths, is_local, module_paths, spelled
from jurat.lint.rego.scopes import inner_queries, locals_of

_COLLECTIONS = {"is_array", "is_object", "is_set"}
_PROPERTIES = ("resource", "properties")


def iteration_faults(module: RegoModule) -> Faults:
    """Yield each ``some … in`` over a property that nothing above it knows to be a collection."""
    paths = module_paths(module)
    for definition in module.definitions:
        inside = _Collections(module, paths.inside(definition), definition)
        for body in definition.bodies:
            yield from inside.faults(body["query"], frozenset())


class _Collections:
    """Which part of a resource a collection is, in one definition."""

    def __init__(self, module: RegoModule, paths: Paths, definition: Definition) -> None:
        self._module = module
        self._paths = paths
        self._own = locals_of(module, definition)
        self._assigned = {
            assigned["lhs"]["Var"]["value"]: assigned["rhs"]
            for assigned in of_kind(list(definition.bodies), "AssignExpr")
            if kind_of(assigned["lhs"])[0] == "Var" and assigned["op"] == "ColEq"
        }

    def faults(self, query: Node, known: frozenset[Path]) -> Faults:
        """Follow a body in order: regorus evaluates it so."""
        for statement in query["stmts"]:
            literal = statement["literal"]
            for inner in inner_queries(literal):
                yield from self.faults(inner, known)
            kind, body = kind_of(literal)
            if kind == "SomeIn":
                path = self._property(body["collection"])
                if path is not None and path not in known:
                    message = (
                        f"regorus breaks off if {spelled(path)} is a text, a number or null, "
                        "OPA does not: write `x := list[i]`"
                    )
                    yield self._module.fault("rego/some-in", body["collection"], message)
            elif kind == "Expr":
                known |= frozenset(self._collections(body["expr"]))

    def _collections(self, expression: Node) -> Iterator[Path]:
        """Yield what a condition says to be a collection."""
        kind, body = kind_of(expression)
        if kind == "Call" and name_of(body["fcn"]) in _COLLECTIONS:
            path = self._property(body["params"][0])
            if path is not None:
                yield path

    def _property(self, node: Any, above: frozenset[str] = frozenset()) -> Path | None:
        """Return the part of a property that an expression stands for, if it may be anything."""
        path = self._path(node)
        if path is not None and _is_in_a_property(path):
            return path
        kind, body = kind_of(node)
        name = str(body["value"]) if kind == "Var" else ""
        source = None if name in above else self._source(name)
        return None if source is None else self._property(source, above | {name})

    def _path(self, node: Any) -> Path | None:
        """Return the path of a reference, or of ``object.get`` by fixed keys."""
        kind, body = kind_of(node)
        if kind != "Call" or name_of(body["fcn"]) != "object.get" or len(body["params"]) < 2:  # noqa: PLR2004 - object and key
            return self._paths.of(node)
        base, (index, key) = self._path(body["params"][0]), kind_of(body["params"][1])
        keys = [kind_of(item) for item in key["items"]] if index == "Array" else [(index, key)]
        if base is None or any(kind != "String" for kind, _ in keys):
            return None
        return (*base, *(str(each["value"]) for _, each in keys))

    def _source(self, name: str) -> Any:
        """Return what a local name or a rule without conditions stands for."""
        if name in self._own:
            return self._assigned.get(name)
        definitions = self._module.rules.get(name, ())
        if len(definitions) != 1 or definitions[0].bodies or definitions[0].form != "value":
            return None
        return (definitions[0].head.get("assign") or {}).get("value")


def _is_in_a_property(path: Path) -> bool:
    """Tell whether a path leads into the properties of a resource, or into a local value."""
    if path[:1] == ("related",):
        path = ("resource", *path[3:])
    if path[:2] == _PROPERTIES:
        return len(path) > len(_PROPERTIES)
    return len(path) > 1 and is_local(path)
