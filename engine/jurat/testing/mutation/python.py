"""Mistakes in Python policies, made on the syntax tree."""

import ast
import copy
from collections.abc import Iterator, Sequence

from jurat.errors import PackError
from jurat.testing.mutation.metadata import changes
from jurat.testing.mutation.mutant import Edit, snippet

_COMPARISONS: dict[type[ast.cmpop], dict[str, type[ast.cmpop]]] = {
    ast.Eq: {"!=": ast.NotEq},
    ast.NotEq: {"==": ast.Eq},
    ast.Lt: {"<=": ast.LtE, ">=": ast.GtE},
    ast.LtE: {"<": ast.Lt, ">": ast.Gt},
    ast.Gt: {">=": ast.GtE, "<=": ast.LtE},
    ast.GtE: {">": ast.Gt, "<": ast.Lt},
    ast.Is: {"is not": ast.IsNot},
    ast.IsNot: {"is": ast.Is},
    ast.In: {"not in": ast.NotIn},
    ast.NotIn: {"in": ast.In},
}
_SAYING = {"Failure", "NotApplicable", "Undecided"}
"""What is said to people: its words decide nothing."""

_EMPTY = {"str": '""', "tuple": "()", "Sequence": "()", "list": "[]", "dict": "{}", "set": "set()"}
_SWAPPED = {"any": "all", "all": "any"}
_DROPPED = (
    ast.AugAssign,
    ast.Break,
    ast.Continue,
    ast.Delete,
    ast.Expr,
    ast.For,
    ast.If,
    ast.Match,
    ast.Raise,
    ast.Return,
    ast.Try,
    ast.While,
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def edits(source: bytes, file: str) -> Iterator[Edit]:
    """Yield mistakes in a module; raises ``PackError`` if it is not Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        raise PackError(f"{file}{f':{line}' if line else ''}: not Python: {error}") from error
    walker = _Walker(source, _only_said(tree))
    walker.body(tree.body)
    return iter(walker.edits)


def _only_said(scope: ast.AST) -> set[str]:
    """Return the names whose every use in a module or function is within what is said."""
    said = {id(node) for call in ast.walk(scope) if _is_saying(call) for node in ast.walk(call)}
    names = [n for n in ast.walk(scope) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    used = {name.id for name in names}
    return used - {name.id for name in names if id(name) not in said}


def _is_saying(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SAYING
    )


class _Walker:
    """Walks a module and notes the mistakes that can be made."""

    def __init__(self, source: bytes, said: set[str]) -> None:
        self.edits: list[Edit] = []
        self._source = source
        self._said = said
        self._starts = [0]
        for line in source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._where = "module"
        self._function: _Function | None = None

    # Text

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        end_line, end_column = node.end_lineno, node.end_col_offset
        assert end_line is not None  # noqa: S101 - a parsed tree has all positions
        assert end_column is not None  # noqa: S101 - the same
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[end_line - 1] + end_column

    def _text(self, node: ast.expr | ast.stmt) -> str:
        start, end = self._span(node)
        return self._source[start:end].decode()

    def _shown(self, node: ast.expr | ast.stmt) -> str:
        return f"`{snippet(self._text(node))}`"

    def _note(self, node: ast.expr | ast.stmt, text: str, change: str, missing: str) -> None:
        start, end = self._span(node)
        self.edits.append(Edit(start, end, text, self._where, change, missing))

    # Statements

    def body(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Assert | ast.Pass):
            return
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self._def(node)
            return
        if isinstance(node, ast.ClassDef):
            self.body(node.body)
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a docstring
        if self._function is not None and self._may_be_dropped(node):
            head = self._text(node).partition(":\n")[0]
            shown = f"`{snippet(head)}`"
            self._note(node, "pass", f"without {shown}", f"in which {shown} decides")
        self._own(node)
        for name in ("body", "orelse", "finalbody"):
            self.body(getattr(node, name, []))
        for handler in getattr(node, "handlers", []):
            self.body(handler.body)

    def _own(self, node: ast.stmt) -> None:
        """Deal with what a statement holds besides other statements."""
        if isinstance(node, ast.If | ast.While):
            self._condition(node.test)
        elif isinstance(node, ast.Return) and node.value is not None:
            self._returned(node, node.value)
        elif isinstance(node, ast.Match):
            self._match(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            self._assigned(node)
        else:
            for _, value in ast.iter_fields(node):
                if isinstance(value, ast.expr) and not isinstance(value, ast.Name):
                    self._value(value)

    def _may_be_dropped(self, node: ast.stmt) -> bool:
        """Tell whether leaving a statement out is a mistake of its own.

        The last ``return`` and a block of one statement are dealt with in other ways; a name that
        is bound nowhere else would only be missing.
        """
        if isinstance(node, ast.Assign):
            return all(isinstance(t, ast.Name) and self._is_rebound(t.id) for t in node.targets)
        if isinstance(node, ast.If | ast.For | ast.While):
            return len(node.body) > 1 or bool(node.orelse)
        if isinstance(node, ast.Return) and node.value is not None:
            return self._function is not None and node is not self._function.body[-1]
        return isinstance(node, _DROPPED)

    def _is_rebound(self, name: str) -> bool:
        assert self._function is not None  # noqa: S101 - asked for inside functions only
        bound = [n for n in ast.walk(self._function) if isinstance(n, ast.Name) and n.id == name]
        inner = {
            id(n)
            for c in ast.walk(self._function)
            if isinstance(c, ast.comprehension)
            for n in ast.walk(c.target)
        }
        return sum(isinstance(n.ctx, ast.Store) and id(n) not in inner for n in bound) > 1

    def _def(self, node: _Function) -> None:
        outer = self._where, self._function, self._said
        for mark in node.decorator_list:
            if isinstance(mark, ast.Call):
                self._metadata(mark)
        self._where, self._function = node.name, node
        self._said = self._said | _only_said(node)
        self._value_defaults(node)
        statements = [s for s in node.body if not _is_docstring(s)]
        if len(statements) > 1 and _yields(node):
            start, _ = self._span(statements[0])
            text = "return\n" + " " * statements[0].col_offset
            change = "yields nothing"
            self.edits.append(Edit(start, start, text, node.name, change, "in which it decides"))
        self.body(node.body)
        self._where, self._function, self._said = outer

    def _value_defaults(self, node: _Function) -> None:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self._value(default)

    def _metadata(self, mark: ast.Call) -> None:
        nodes = {str(keyword.arg): keyword.value for keyword in mark.keywords}
        fields = {}
        for name, node in nodes.items():
            try:
                fields[name] = ast.literal_eval(node)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                return  # the pack says what is wrong with it
        for change in changes(fields):
            start, end = self._span(nodes[change.field])
            self.edits.append(
                Edit(start, end, repr(change.value), change.where, change.change, change.missing)
            )

    def _assigned(self, node: ast.Assign | ast.AnnAssign) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        only_said = all(isinstance(t, ast.Name) and t.id in self._said for t in targets)
        if node.value is not None and not only_said:
            self._value(node.value)

    def _returned(self, node: ast.Return, value: ast.expr) -> None:
        kind = self._kind_of_result()
        if kind == "bool" and not isinstance(value, ast.Constant):
            shown = self._shown(value)
            for answer in ("True", "False"):
                self._note(value, answer, f"{shown} becomes {answer}", f"in which {shown} decides")
            self._condition(value, negate=False)
            return
        if node is self._function_end() and kind in _EMPTY:
            self._note(value, _EMPTY[kind], "returns nothing", "in which its result decides")
        self._value(value)

    def _kind_of_result(self) -> str:
        result = self._function.returns if self._function is not None else None
        while isinstance(result, ast.Subscript):
            result = result.value
        return result.id if isinstance(result, ast.Name) else ""

    def _function_end(self) -> ast.stmt | None:
        return None if self._function is None else self._function.body[-1]

    def _match(self, node: ast.Match) -> None:
        self._value(node.subject)
        for case in node.cases:
            if isinstance(case.pattern, ast.MatchOr):
                self._alternatives(case.pattern)
            if case.guard is not None:
                self._condition(case.guard)
            self.body(case.body)

    def _alternatives(self, pattern: ast.MatchOr) -> None:
        for index, choice in enumerate(pattern.patterns):
            rest = [p for n, p in enumerate(pattern.patterns) if n != index]
            text = " | ".join(ast.unparse(p) for p in rest)
            shown = ast.unparse(choice)
            start = self._starts[pattern.lineno - 1] + pattern.col_offset
            end = self._starts[pattern.end_lineno - 1] + pattern.end_col_offset
            change, missing = f"without `{shown}`", f"that {shown} decides"
            self.edits.append(Edit(start, end, text, self._where, change, missing))

    # Expressions

    def _condition(self, node: ast.expr, *, negate: bool = True) -> None:
        """Deal with an expression of which only the truth counts."""
        shown = self._shown(node)
        missing = f"in which {shown} decides"
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            operand = self._text(node.operand)
            self._note(node, f"({operand})", f"{shown} without `not`", missing)
            if isinstance(node.operand, ast.BoolOp):
                self._value(node.operand)
            else:
                self._parts(node.operand)
            return
        plain = not isinstance(node, ast.BoolOp | ast.Compare | ast.Constant)
        if negate and plain:
            self._note(node, f"(not ({self._text(node)}))", f"{shown} becomes `not …`", missing)
        self._value(node)

    def _value(self, node: ast.expr) -> None:
        """Deal with an expression whose value is used."""
        if _is_saying(node):
            self._said_parts(node)
        elif isinstance(node, ast.JoinedStr):
            return
        elif isinstance(node, ast.Constant):
            self._constant(node)
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            self._collection(node)
        elif isinstance(node, ast.BoolOp):
            self._bool(node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self._condition(node)
        else:
            if isinstance(node, ast.Compare):
                self._compare(node)
            elif isinstance(node, ast.Dict):
                self._dict(node)
            elif isinstance(node, ast.Call):
                self._call(node)
            self._parts(node)

    def _said_parts(self, node: ast.expr) -> None:
        """Of what is said only the choices count: which words, which place."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.IfExp):
                self._condition(inner.test)

    def _parts(self, node: ast.expr) -> None:
        for name, value in ast.iter_fields(node):
            items = value if isinstance(value, list) else [value]
            for item in items:
                if isinstance(item, ast.comprehension):
                    self._value(item.iter)
                    for test in item.ifs:
                        self._filter(test)
                elif isinstance(item, ast.keyword):
                    self._value(item.value)
                elif isinstance(item, ast.expr) and name == "test":
                    self._condition(item)
                elif isinstance(item, ast.expr) and not (
                    name == "func" and isinstance(item, ast.Name)
                ):
                    self._value(item)

    def _filter(self, test: ast.expr) -> None:
        shown = self._shown(test)
        self._note(test, "True", f"without the filter {shown}", f"in which {shown} does not hold")
        self._condition(test)

    def _constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self._note(node, str(not value), f"{value} becomes {not value}", "in which it decides")
        elif isinstance(value, int):
            missing = f"at the limit of {value}"
            self._note(node, str(value + 1), f"{value} becomes {value + 1}", missing)
        elif isinstance(value, str):
            shown = repr(value)
            self._note(
                node, repr(value + "~"), f"{shown} becomes another text", f"that {shown} decides"
            )

    def _collection(self, node: ast.Tuple | ast.List | ast.Set) -> None:
        """Leave out one element of a collection of constants."""
        if not node.elts or not all(isinstance(item, ast.Constant) for item in node.elts):
            self._parts(node)
            return
        for index, item in enumerate(node.elts):
            other = copy.copy(node)
            other.elts = [element for n, element in enumerate(node.elts) if n != index]
            text = ast.unparse(other) if other.elts or not isinstance(node, ast.Set) else "set()"
            shown = ast.unparse(item)
            if isinstance(node, ast.Tuple) and not text.startswith("("):
                text = f"({text})"
            self._note(node, text, f"without {shown}", f"that {shown} decides")

    def _dict(self, node: ast.Dict) -> None:
        """Leave out one entry of a table."""
        for index, key in enumerate(node.keys):
            if isinstance(key, ast.Constant) and len(node.keys) > 1:
                keys = [k for n, k in enumerate(node.keys) if n != index]
                values = [v for n, v in enumerate(node.values) if n != index]
                shown = ast.unparse(key)
                text = ast.unparse(ast.Dict(keys, values))
                self._note(node, text, f"without {shown}", f"that {shown} decides")

    def _call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _SWAPPED and isinstance(node.func, ast.Name):
            shown = self._shown(node)
            self._note(
                node.func,
                _SWAPPED[name],
                f"{shown} with `{_SWAPPED[name]}`",
                f"with several elements in {shown}, of which not all agree",
            )

    def _bool(self, node: ast.BoolOp) -> None:
        shown = self._shown(node)
        is_and = isinstance(node.op, ast.And)
        other = ast.BoolOp(ast.Or() if is_and else ast.And(), node.values)
        change = f"{shown} with `{'or' if is_and else 'and'}`"
        missing = f"in which the parts of {shown} disagree"
        self._note(node, f"({ast.unparse(other)})", change, missing)
        for index, value in enumerate(node.values):
            rest = [v for n, v in enumerate(node.values) if n != index]
            part = self._shown(value)
            alone = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
            missing = f"in which {part} alone makes the difference"
            self._note(node, f"({ast.unparse(alone)})", f"{shown} without {part}", missing)
        for value in node.values:
            if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not):
                self._parts(value.operand)
            else:
                self._value(value)

    def _compare(self, node: ast.Compare) -> None:
        shown = self._shown(node)
        for index, operator in enumerate(node.ops):
            for symbol, kind in _COMPARISONS[type(operator)].items():
                other = copy.copy(node)
                other.ops = [*node.ops[:index], kind(), *node.ops[index + 1 :]]
                text = f"({ast.unparse(other)})"
                self._note(node, text, f"{shown} with `{symbol}`", f"in which {shown} decides")


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _yields(node: _Function) -> bool:
    return any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(node))
