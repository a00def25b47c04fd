"""What a Python policy looks up by fixed names, as far as the text alone tells."""

import ast
from collections.abc import Collection, Iterator

from jurat.lint.python.module import PythonModule, name_of
from jurat.lint.python.results import own_nodes
from jurat.lint.reads import RESOURCE, Property, Reads
from jurat.model.resource import Location

Path = tuple[str, ...]

_PARAMS: Path = ("params",)
_RELATED: Path = ("related",)
_PROPERTIES: Path = ("resource", "properties")


def looked_up(module: PythonModule) -> Reads:
    """Return what is surely looked up, and every text that may be such a name."""
    params: dict[str, Location] = {}
    relations: dict[str, Location] = {}
    properties: dict[tuple[str, Path], Property] = {}
    handed: set[str] = set()
    functions = [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef)]
    own = {function.name for function in functions}
    for node in functions:
        follower = _Function(node)
        handed |= follower.handed(own)
        for path, found in follower.lookups():
            place = module.at(found)
            if path[:1] == _PARAMS:
                params.setdefault(path[1], place)
            elif path[:1] == _RELATED:
                relations.setdefault(path[1], place)
            owned = _property(path)
            if owned is not None:
                properties.setdefault(owned, Property(*owned, place))
    texts = frozenset(_texts(module.tree))
    return Reads(
        params,
        relations,
        tuple(properties.values()),
        maybe_params=None if handed & {"", "params"} else texts,
        maybe_relations=None if handed & {"", "related"} else texts,
    )


def _property(path: Path) -> tuple[str, Path] | None:
    """Return whose property a path leads to, and its names."""
    if path[:2] == _PROPERTIES:
        owner, inside = RESOURCE, path[2:]
    elif path[:1] == _RELATED and path[2:4] == ("*", "properties"):
        owner, inside = path[1], path[4:]
    else:
        return None
    names = tuple(step for step in inside if step != "*")
    return (owner, names) if names else None


def _texts(tree: ast.Module) -> Iterator[str]:
    """Yield the texts of the code, without the metadata."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        for field, value in ast.iter_fields(node):
            if field != "decorator_list":
                items = value if isinstance(value, list) else [value]
                pending += [item for item in items if isinstance(item, ast.AST)]


class _Function:
    """Follows the subject of one function through simple assignments and loops."""

    def __init__(self, function: ast.FunctionDef) -> None:
        self._nodes = list(own_nodes(function))
        self._names: dict[str, Path | None] = {
            each.arg: () for each in function.args.args if _is_subject(each)
        }
        self._bind()

    def _bind(self) -> None:
        """Let variables stand for what is assigned to them; one with two meanings has none."""
        bound = [pair for node in self._nodes for pair in _bindings(node)]
        for _ in range(3):  # a chain of aliases is short
            meanings: dict[str, set[Path | None]] = {}
            for target, value, steps in bound:
                path = self._path(value)
                meant = None if path is None else (*path, *steps)
                meanings.setdefault(target, set()).add(meant)
            for name, found in meanings.items():
                self._names[name] = found.pop() if len(found) == 1 else None

    def lookups(self) -> Iterator[tuple[Path, ast.AST]]:
        """Yield each path below parameters, relations and properties that is spelled out."""
        for node in self._nodes:
            if isinstance(node, ast.Subscript | ast.Call):
                path = self._path(node)
                if path is not None and len(path) > 1:
                    yield path, node

    def handed(self, own: Collection[str]) -> set[str]:
        """Return what is given whole to functions of other modules: ``""`` is the subject."""
        found: set[str] = set()
        for node in self._nodes:
            if isinstance(node, ast.Call) and name_of(node.func) not in own:
                given = [*node.args, *(word.value for word in node.keywords)]
                paths = [self._path(each) for each in given]
                found |= {"".join(path) for path in paths if path is not None and len(path) <= 1}
        return found

    def _path(self, node: ast.AST) -> Path | None:
        """Return the path from the subject that an expression spells."""
        if isinstance(node, ast.Name):
            return self._names.get(node.id)
        if isinstance(node, ast.Attribute):
            base = self._path(node.value)
            return None if base is None else (*base, node.attr)
        inner, step = _looked_into(node)
        base = self._path(inner) if inner is not None else None
        return None if base is None or step is None else (*base, step)


def _is_subject(argument: ast.arg) -> bool:
    annotation = argument.annotation
    named = name_of(annotation) if annotation is not None else ""
    return named == "Subject" or (annotation is None and argument.arg == "subject")


def _looked_into(node: ast.AST) -> tuple[ast.AST | None, str | None]:
    """Return the container and the step of ``x["a"]`` and ``x.get("a")``."""
    match node:
        case ast.Subscript(value=base, slice=index):
            return base, _step(index)
        case ast.Call(func=ast.Attribute(value=base, attr="get"), args=[index, *_]):
            return base, _step(index)
    return None, None


def _step(node: ast.AST) -> str | None:
    """Return the step that an index spells: a name, or ``*`` for a position."""
    if not isinstance(node, ast.Constant):
        return None
    return node.value if isinstance(node.value, str) else "*"


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.AST, Path]]:
    """Yield a variable, what it is taken from, and the step that leads to it."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=False)
            else:
                pairs = zip([target], [node.value], strict=True)
            yield from ((t.id, value, ()) for t, value in pairs if isinstance(t, ast.Name))
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        if isinstance(node.target, ast.Name):
            yield node.target.id, node.value, ()
    elif isinstance(node, ast.For | ast.comprehension):
        if isinstance(node.target, ast.Name):
            yield node.target.id, node.iter, ("*",)
        for inner in ast.walk(node.target):
            if isinstance(inner, ast.Name) and inner is not node.target:
                yield inner.id, ast.Constant(None), ()
