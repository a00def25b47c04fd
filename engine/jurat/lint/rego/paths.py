"""Which part of the input an expression of Rego stands for, followed through aliases."""

from collections.abc import Mapping
from typing import Any, Final

from jurat.languages.rego_reads import kind_of
from jurat.lint.rego.module import Definition, RegoModule, walk
from jurat.lint.rego.scopes import arguments_of, locals_of

Path = tuple[str, ...]
ANY: Final = "*"
_ARGUMENT: Final = "$"
_BRANCHES: Final = {"params", "related", "resource", "scope"}


class Paths:
    """The aliases of one module, or of one definition of it.

    A path begins with a part of the input, or with ``$`` and the name of a function's argument.
    """

    def __init__(self, module: RegoModule, names: Mapping[str, Path]) -> None:
        self._module = module
        self._names = dict(names)

    def inside(self, definition: Definition) -> "Paths":
        """Return the aliases in a definition, where its own names hide those of the module."""
        own = locals_of(self._module, definition)
        names = {name: path for name, path in self._names.items() if name not in own}
        names |= {name: (f"{_ARGUMENT}{name}",) for name in arguments_of(definition)}
        inner = Paths(self._module, names)
        for node in walk(list(definition.bodies)):
            kind, parts = kind_of(node)
            if kind == "AssignExpr" and kind_of(parts["lhs"])[0] == "Var":
                inner.bind(parts["lhs"]["Var"]["value"], inner.of(parts["rhs"]))
            elif kind == "SomeIn" and kind_of(parts["value"])[0] == "Var":
                name = parts["value"]["Var"]["value"]
                inner.bind(name, _element(inner.of(parts["collection"])))
            elif kind == "Every":
                name = self._module.spelled(parts["value"])
                inner.bind(name, _element(inner.of(parts["domain"])))
        return inner

    def bind(self, name: str, path: Path | None) -> None:
        """Let a name stand for a path, or for none any more."""
        if path is None:
            self._names.pop(name, None)
        else:
            self._names[name] = path

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


def _element(path: Path | None) -> Path | None:
    return None if path is None else (*path, ANY)


def spelled(path: Path) -> str:
    """Write a path as a policy would."""
    steps = path if path[0].startswith(_ARGUMENT) else ("input", *path)
    return ".".join(steps).removeprefix(_ARGUMENT).replace(f".{ANY}", "[_]")


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
    return paths


def may_be_missing(path: Path) -> bool:
    """Tell whether there need not be something at a path.

    A resource has all its parts and its scope all its names; what is below ``properties`` need not
    be there. A relation has its list, whose elements are resources. An argument is always there,
    what is in it need not be.
    """
    if path[:1] == ("related",) and path[2:3] == (ANY,):
        path = ("resource", *path[3:])
    if path[:2] == ("resource", "scope"):
        path = path[1:]
    return len(path) > (2 if path[:1] and path[0] in _BRANCHES else 1)
