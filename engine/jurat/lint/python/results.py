"""What a Python policy says: only results, and failures that name what they are about."""

import ast
from collections.abc import Iterator, Mapping

from jurat.lint.fault import Fault, Faults
from jurat.lint.python.module import PythonModule, name_of

_NO_RESULTS = (
    ast.Constant,
    ast.JoinedStr,
    ast.Tuple,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.Compare,
    ast.BinOp,
    ast.ListComp,
    ast.DictComp,
    ast.SetComp,
    ast.GeneratorExp,
)
_BUILTINS = {"bool", "dict", "frozenset", "int", "list", "set", "str", "tuple"}
_NOT_VALUES = {"params", "related", "scope"}
_TEXT_AND_PLACE = 2

Functions = Mapping[str, ast.FunctionDef]


def result_faults(module: PythonModule) -> Faults:
    """Yield results of another kind, and failures without message or place."""
    functions = {n.name: n for n in ast.walk(module.tree) if isinstance(n, ast.FunctionDef)}
    if module.function is not None:
        for function in _sayers(module.function, functions):
            yield from _yields(module, function)
        if "Failure" not in _used_names(module.tree):
            message = "no `Failure` is ever yielded, so whatever it judges passes"
            yield Fault("python/no-failure", module.at(module.function), message)
    constants = _constants(module.tree)
    for function in functions.values():
        yield from _Failures(module, constants).of(function)


def _sayers(first: ast.FunctionDef, functions: Functions) -> Iterator[ast.FunctionDef]:
    """Yield the policy's function and those whose results it passes on."""
    pending, seen = [first], {first.name}
    while pending:
        function = pending.pop()
        yield function
        for node in own_nodes(function):
            if isinstance(node, ast.YieldFrom) and isinstance(node.value, ast.Call):
                name = name_of(node.value.func)
                if name in functions and name not in seen:
                    seen.add(name)
                    pending.append(functions[name])


def own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield the nodes of a function without those of functions inside it."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            pending += ast.iter_child_nodes(node)


def _yields(module: PythonModule, function: ast.FunctionDef) -> Faults:
    for node in own_nodes(function):
        if not isinstance(node, ast.Yield):
            continue
        value = node.value
        called = name_of(value.func) if isinstance(value, ast.Call) else ""
        if value is None or isinstance(value, _NO_RESULTS) or called in _BUILTINS:
            what = "nothing" if value is None else f"`{ast.unparse(value)[:40]}`"
            message = f"{what} is yielded, which is no Failure, Undecided or NotApplicable"
            yield Fault("python/result-form", module.at(node), message)


def _used_names(tree: ast.AST) -> Iterator[str]:
    """Yield the names that code uses, also after a dot; annotations only speak about them."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name | ast.Attribute):
            yield name_of(node).rpartition(".")[2]
        for field, value in ast.iter_fields(node):
            if field not in {"annotation", "returns"}:
                items = value if isinstance(value, list) else [value]
                pending += [item for item in items if isinstance(item, ast.AST)]


def _constants(tree: ast.Module) -> frozenset[str]:
    """Return the names that stand for a fixed text throughout the file."""
    texts: dict[str, bool] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                fixed = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
                texts[target.id] = texts.get(target.id, True) and fixed
    return frozenset(name for name, fixed in texts.items() if fixed)


class _Failures:
    """Finds failures with a fixed text and no place, made where a value was compared."""

    def __init__(self, module: PythonModule, constants: frozenset[str]) -> None:
        self._module = module
        self._constants = constants
        self._read: set[str] = set()

    def of(self, function: ast.FunctionDef) -> Faults:
        for node in own_nodes(function):
            if isinstance(node, ast.Assign) and self._is_read(node.value):
                names = (n for t in node.targets for n in ast.walk(t))
                self._read |= {n.id for n in names if isinstance(n, ast.Name)}
        yield from self._in(function.body, compared=False)

    def _in(self, body: list[ast.stmt], *, compared: bool) -> Faults:
        for statement in body:
            if isinstance(statement, ast.If):
                inside = compared or self._compares(statement.test)
                yield from self._in(statement.body, compared=inside)
                yield from self._in(statement.orelse, compared=inside)
            elif isinstance(statement, ast.For | ast.While | ast.With):
                yield from self._in(statement.body, compared=compared)
            elif compared and not isinstance(statement, ast.FunctionDef):
                yield from self._mute(statement)

    def _mute(self, statement: ast.stmt) -> Faults:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and name_of(node.func).rpartition(".")[2] == "Failure":
                words = {word.arg: word.value for word in node.keywords}
                text = node.args[0] if node.args else words.get("message")
                two = len(node.args) == _TEXT_AND_PLACE
                place = node.args[1] if two else words.get("at")
                unplaced = place is None or (
                    isinstance(place, ast.Constant) and place.value in {None, ""}
                )
                if unplaced and self._is_fixed(text):
                    message = "a failure with a fixed text has no `at` that names the value"
                    yield Fault("python/message-without-value", self._module.at(node), message)

    def _is_fixed(self, text: ast.expr | None) -> bool:
        if isinstance(text, ast.Name):
            return text.id in self._constants
        return isinstance(text, ast.Constant) and isinstance(text.value, str)

    def _compares(self, test: ast.expr) -> bool:
        """Tell whether a test compares a property."""
        return any(
            isinstance(node, ast.Compare)
            and any(self._is_read(side) for side in (node.left, *node.comparators))
            for node in ast.walk(test)
        )

    def _is_read(self, node: ast.expr) -> bool:
        """Tell whether an expression is a value looked up by a fixed name, or such a variable."""
        if isinstance(node, ast.Name):
            return node.id in self._read
        base: ast.expr | None = None
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            base = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            base = node.func.value if node.func.attr == "get" and node.args else None
        if base is None:
            return False
        spelled = name_of(base)
        last = spelled.rpartition(".")[2]
        return bool(spelled) and last not in _NOT_VALUES and not last.lstrip("_").isupper()
