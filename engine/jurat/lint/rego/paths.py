"""Which part of the input an expression of Rego stands for, followed through aliases."""

from collections.abc import Mapping
from typing import Any, Final

from jurat.languages.rego_reads import kind_of, name_of
from jurat.lint.rego.module import Definition, RegoModule, of_kind, references, root_of, walk
from jurat.lint.rego.scopes import arguments_of, locals_of

Path = tuple[str, ...]
ANY: Final = "*"
_LOCAL: Final = "$"
_BRANCHES: Final = {"params", "related", "resource", "scope"}


class Paths:
    """The aliases of one module, or of one definition of it.

    A path begins with a part of the input, or with ``$`` and a local name: an argument of a
    function, or a variable that holds something made of the input, nobody knows which part.
    """

    def __init__(
        self, module: RegoModule, names: Mapping[str, Path], constants: frozenset[str] = frozenset()
    ) -> None:
        self._module = module
        self._names = dict(names)
        self._constants = constants

    def inside(self, definition: Definition) -> "Paths":
        """Return the aliases in a definition, where its own names hide those of the module."""
        own = locals_of(self._module, definition)
        names = {name: path for name, path in self._names.items() if name not in own}
        names |= {name: _local(name) for name in arguments_of(definition)}
        inner = Paths(self._module, names, self._constants - own)
        for node in walk(list(definition.bodies)):
            kind, parts = kind_of(node)
            if kind == "AssignExpr":
                inner._assign(parts["lhs"], parts["rhs"], new=parts["op"] == "ColEq")
            elif kind == "SomeIn":
                inner._range(parts["value"], parts["collection"])
            elif kind == "Every":
                name = self._module.spelled(parts["value"])
                inner._range({"Var": {"value": name}}, parts["domain"])
            elif kind == "Call" and name_of(parts["fcn"]) == "walk":
                inner._spread(parts["params"][1:], parts["params"][0])
        return inner

    def _assign(self, target: Any, source: Any, *, new: bool) -> None:
        kind, body = kind_of(target)
        path = self.of(source)
        if kind == "Var" and path is not None:
            self.bind(body["value"], path)
        elif new:
            self._spread(target, source)

    def _range(self, target: Any, collection: Any) -> None:
        kind, body = kind_of(target)
        path = self.of(collection)
        if kind == "Var" and path is not None:
            self.bind(body["value"], (*path, ANY))
        else:
            self._spread(target, collection)

    def _spread(self, target: Any, source: Any) -> None:
        """Let the variables of a pattern stand for parts of what is made of the input."""
        for variable in of_kind(target, "Var"):
            name = variable["value"]
            self.bind(name, None if self.is_constant(source) else _local(name))

    def is_constant(self, node: Any) -> bool:
        """Tell whether an expression says the same whatever the input."""
        rules = self._module.rules.keys() - self._constants
        roots = {root_of(each) for each in references(node)}
        return not roots & (rules | self._names.keys()) and roots.isdisjoint({"input", "data"})

    def bind(self, name: str, path: Path | None) -> None:
        """Let a name stand for a path, or for none any more."""
        if path is None:
            self._names.pop(name, None)
        else:
            self._names[name] = path

    def fix(self, name: str) -> None:
        """Let a rule count as a constant."""
        self._constants |= {name}

    def of(self, node: Any) -> Path | None:
        """Return the input path that a reference stands for."""
        kind, body = kind_of(node)
        if kind == "Var":
            return self._names.get(body["value"])
        if kind == "RefDot":
            base = self.of(body["refr"])
            return None if base is None else (*base, str(body["field"][1]))
        if kind == "RefBrack":
            base = self.of(body["refr"])
            index, value = kind_of(body["index"])
            fixed = index in {"String", "RawString", "Number"}
            return None if base is None else (*base, str(value["value"]) if fixed else ANY)
        return None


def _local(name: str) -> Path:
    return (f"{_LOCAL}{name}",)


def is_local(path: Path) -> bool:
    """Tell whether a path begins with a local name."""
    return path[:1] != () and path[0].startswith(_LOCAL)


def spelled(path: Path) -> str:
    """Write a path as a policy would."""
    steps = path if is_local(path) else ("input", *path)
    return ".".join(steps).removeprefix(_LOCAL).replace(f".{ANY}", "[_]")


def module_paths(module: RegoModule) -> Paths:
    """Return the aliases that hold throughout a module: imports, and rules that only rename."""
    paths = Paths(module, {"input": ()})
    for path, name, _ in module.imports:
        if path.startswith("input."):
            paths.bind(name, tuple(path.split(".")[1:]))
    for _ in range(3):  # a chain of aliases is short
        for rule, (first, *others) in module.rules.items():
            if not others and first.form == "value" and not first.bodies:
                assigned = first.head.get("assign")
                renamed = paths.of(assigned["value"]) if assigned else None
                if renamed is not None:
                    paths.bind(rule, renamed)
                elif assigned and paths.is_constant(assigned["value"]):
                    paths.fix(rule)
    return paths


def may_be_missing(path: Path) -> bool:
    """Tell whether there need not be something at a path.

    A resource has all its parts and its scope all its names; what is below ``properties`` need not
    be there. A relation has its list, whose elements are resources. An argument or variable is
    always there, what is in it need not be.
    """
    if path[:1] == ("related",) and path[2:3] == (ANY,):
        path = ("resource", *path[3:])
    if path[:2] == ("resource", "scope"):
        path = path[1:]
    return len(path) > (2 if path[:1] and path[0] in _BRANCHES else 1)
