"""Python policies: metadata from the source text, every look at the document recorded."""

import ast
import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, overload

from jurat.errors import PackError, PolicyError
from jurat.languages.contract import Constants, Outcome, Traits
from jurat.languages.metadata import to_policy
from jurat.model import Policy
from jurat.model.reads import ReadSet
from jurat.policy import Check, Failure, NotApplicable, Undecided

Step = str | int


def describe(text: str, policy_id: str, file: str) -> Policy:
    """Read the literal arguments of ``@policy`` and the docstring; raises ``PackError``."""
    function, call = _marked_function(_parse(text, file), policy_id, file)
    fields: dict[str, Any] = {"description": ast.get_docstring(function) or ""}
    for keyword in call.keywords:
        try:
            fields[str(keyword.arg)] = ast.literal_eval(keyword.value)
        except ValueError as error:
            raise PackError(
                f"{file}:{keyword.lineno}: `{keyword.arg}` must be a literal value"
            ) from error
    return to_policy(fields, policy_id, file, "python")


def _parse(text: str, file: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise PackError(f"{file}{f':{line}' if line else ''}: not Python: {error}") from error


def _marked_function(
    tree: ast.Module, policy_id: str, file: str
) -> tuple[ast.FunctionDef, ast.Call]:
    """Find the function that carries ``@policy(…)`` and is named as the file."""
    name = policy_id.rpartition("/")[2]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            for mark in node.decorator_list:
                if (
                    isinstance(mark, ast.Call)
                    and isinstance(mark.func, ast.Name)
                    and mark.func.id == "policy"
                ):
                    return node, mark
    raise PackError(f"{file}: no function `{name}` marked with `@policy(…)`")


def evaluator(policy: Policy, library: tuple[str, ...]) -> "PythonEvaluator":
    """Load a policy's module; raises ``PackError`` if it cannot be imported."""
    del library  # Python policies import what they need from the package
    return PythonEvaluator(policy)


class PythonEvaluator:
    """One Python policy, imported and ready to run."""

    def __init__(self, policy: Policy) -> None:
        self._file = policy.file
        name = policy.id.rpartition("/")[2]
        self._check: Check = getattr(_import(policy), name)

    @cached_property
    def traits(self) -> Traits:
        """The constants of the module; what is read shows only in a run."""
        return Traits(find_constants=self._constants)

    def _constants(self) -> Constants:
        tree = _parse(Path(self._file).read_text(encoding="utf-8"), self._file)
        values = list(_literals(tree))
        texts = (v for v in values if isinstance(v, str))
        numbers = (v for v in values if isinstance(v, int | float) and not isinstance(v, bool))
        return Constants(tuple(dict.fromkeys(texts)), tuple(dict.fromkeys(numbers)))

    def evaluate(self, document: dict[str, Any]) -> Outcome:
        """Run the policy on tracked views of ``document``; raises ``PolicyError``."""
        log = _Log()
        try:
            found = tuple(dict.fromkeys(self._check(_Subject(document, log))))
        except RecursionError as error:
            raise PolicyError(f"{self._file}: recursion too deep") from error
        except MemoryError as error:
            raise PolicyError(f"{self._file}: out of memory") from error
        except Exception as error:
            raise PolicyError(
                f"{self._file}{_line_of(error, self._file)}: {_brief(error)}"
            ) from error
        for item in found:
            if not isinstance(item, Failure | Undecided | NotApplicable):
                raise PolicyError(f"{self._file}: yielded {type(item).__name__}, not Failure")
        return Outcome(
            tuple(item for item in found if isinstance(item, Failure)),
            log.reads,
            tuple(item for item in found if isinstance(item, Undecided)),
            tuple(item for item in found if isinstance(item, NotApplicable)),
        )


def _literals(tree: ast.AST) -> Iterator[Any]:
    """Yield the constants that code compares with: neither docstrings nor metadata."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        for name, field in ast.iter_fields(node):
            if name == "decorator_list":
                continue
            items = field if isinstance(field, list) else [field]
            pending += [item for item in items if isinstance(item, ast.AST)]
        if isinstance(node, ast.Constant):
            yield node.value
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            pending.remove(node.value)


def _import(policy: Policy) -> ModuleType:
    name = f"jurat_policies.{policy.id.replace('/', '.')}"
    spec = importlib.util.spec_from_file_location(name, policy.file)
    if spec is None or spec.loader is None:
        raise PackError(f"{policy.file}: cannot be imported")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise PackError(f"{policy.file}{_line_of(error, policy.file)}: {_brief(error)}") from error
    return module


def _brief(error: Exception) -> str:
    """Name the kind of error only: its text may hold a value of the document."""
    return f"the policy raised {type(error).__name__}"


def _line_of(error: BaseException, file: str) -> str:
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return f":{line}" if line else ""


class _Log:
    """What one evaluation looked at."""

    __slots__ = ("reads",)

    def __init__(self) -> None:
        self.reads = ReadSet()


def _view(value: Any, parent: ReadSet, step: Step) -> Any:
    """Note that the value at a step is read; wrap a container, return a scalar."""
    node = parent.children.get(step)
    if node is None:
        node = parent.children[step] = ReadSet()
    kind = type(value)
    if kind is dict:
        return MappingView(value, node)
    if kind is list:
        return SequenceView(value, node)
    node.whole = True
    return value


def _copy(value: Any) -> Any:
    """Copy containers, so that a policy cannot change what the next one sees."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value


class MappingView(Mapping[str, Any]):
    """A read-only JSON object that records each look into it."""

    __slots__ = ("_data", "_reads")

    def __init__(self, data: dict[str, Any], reads: ReadSet) -> None:
        self._data = data
        self._reads = reads

    def __getitem__(self, key: str) -> Any:
        if key not in self._data:
            self._reads.reach((key,))
            raise KeyError(key)
        return _view(self._data[key], self._reads, key)

    def get(self, key: str, default: Any = None) -> Any:
        if key not in self._data:
            self._reads.reach((key,))
            return default
        return _view(self._data[key], self._reads, key)

    def __contains__(self, key: object) -> bool:
        # Presence is decided by the value: an unknown one may turn out to be absent.
        self._reads.reach((str(key),))
        return key in self._data

    def __iter__(self) -> Iterator[str]:
        self._reads.shape = True
        return iter(self._data)

    def __len__(self) -> int:
        self._reads.shape = True
        return len(self._data)

    def __eq__(self, other: object) -> bool:
        return self.whole() == (other.whole() if isinstance(other, MappingView) else other)

    def __hash__(self) -> int:
        raise TypeError("a view of the document cannot be hashed")

    def __repr__(self) -> str:
        return f"<object with {len(self._data)} keys>"

    def whole(self) -> dict[str, Any]:
        """Return a copy of the plain object; all of it counts as read."""
        self._reads.whole = True
        return {key: _copy(item) for key, item in self._data.items()}


class SequenceView(Sequence[Any]):
    """A read-only JSON array that records each look into it."""

    __slots__ = ("_data", "_reads")

    def __init__(self, data: list[Any], reads: ReadSet) -> None:
        self._data = data
        self._reads = reads

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        self._reads.shape = True
        if isinstance(index, slice):
            positions = range(*index.indices(len(self._data)))
            return [_view(self._data[i], self._reads, i) for i in positions]
        position = index if index >= 0 else len(self._data) + index
        return _view(self._data[index], self._reads, position)

    def __iter__(self) -> Iterator[Any]:
        self._reads.shape = True
        for index, item in enumerate(self._data):
            yield _view(item, self._reads, index)

    def __len__(self) -> int:
        self._reads.shape = True
        return len(self._data)

    def __eq__(self, other: object) -> bool:
        return self.whole() == (other.whole() if isinstance(other, SequenceView) else other)

    def __hash__(self) -> int:
        raise TypeError("a view of the document cannot be hashed")

    def __repr__(self) -> str:
        return f"<array of {len(self._data)}>"

    def whole(self) -> list[Any]:
        """Return a copy of the plain array; all of it counts as read."""
        self._reads.whole = True
        return [_copy(item) for item in self._data]


class _Scope:
    """``scope`` of a subject or resource."""

    __slots__ = ("_view",)

    def __init__(self, view: MappingView) -> None:
        self._view = view

    account = property(lambda self: self._view.get("account"))
    region = property(lambda self: self._view.get("region"))
    partition = property(lambda self: self._view.get("partition"))
    tier = property(lambda self: self._view.get("tier"))


class _Resource:
    """A resource of the document, as ``ResourceView`` describes it."""

    __slots__ = ("_view",)

    def __init__(self, view: MappingView) -> None:
        self._view = view

    address = property(lambda self: self._view["address"])
    type = property(lambda self: self._view["type"])
    arn = property(lambda self: self._view["arn"])
    properties = property(lambda self: self._view["properties"])
    scope = property(lambda self: _Scope(self._view["scope"]))


class _Resources(Sequence[_Resource]):
    """The resources of one relation; who only counts them looks at none of them."""

    __slots__ = ("_views",)

    def __init__(self, views: SequenceView) -> None:
        self._views = views

    @overload
    def __getitem__(self, index: int) -> _Resource: ...
    @overload
    def __getitem__(self, index: slice) -> list[_Resource]: ...
    def __getitem__(self, index: int | slice) -> _Resource | list[_Resource]:
        if isinstance(index, slice):
            return [_Resource(view) for view in self._views[index]]
        return _Resource(self._views[index])

    def __iter__(self) -> Iterator[_Resource]:
        return map(_Resource, self._views)

    def __len__(self) -> int:
        return len(self._views)


class _Related(Mapping[str, Sequence[_Resource]]):
    """The declared relations; each is the list of resources found."""

    __slots__ = ("_view",)

    def __init__(self, view: MappingView) -> None:
        self._view = view

    def __getitem__(self, name: str) -> Sequence[_Resource]:
        return _Resources(self._view[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._view)

    def __len__(self) -> int:
        return len(self._view)


class _Subject:
    """The whole document, as ``jurat.policy.Subject`` describes it."""

    __slots__ = ("_view",)

    def __init__(self, document: dict[str, Any], log: _Log) -> None:
        self._view = MappingView(document, log.reads)

    resource = property(lambda self: _Resource(self._view["resource"]))
    related = property(lambda self: _Related(self._view["related"]))
    scope = property(lambda self: _Scope(self._view["scope"]))
    params = property(lambda self: self._view["params"])
