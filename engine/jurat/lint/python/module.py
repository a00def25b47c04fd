"""A Python policy as a syntax tree, with the metadata of its marked function."""

import ast
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jurat.lint.fault import Fault
from jurat.lint.source import Source, read_text
from jurat.model.resource import Location

_DEEPEST = 150


@dataclass(frozen=True, slots=True)
class PythonModule:
    """A parsed file; ``function`` is one marked with ``@policy``, that of the file's name first."""

    source: Source
    tree: ast.Module
    function: ast.FunctionDef | None = None

    def at(self, node: ast.AST) -> Location:
        """Return where a node stands; columns count characters."""
        line = getattr(node, "lineno", 1)
        column = getattr(node, "col_offset", 0) + 1
        return Location(self.source.file, line, column)


def read_python(file: Path, name: str) -> tuple[Source, PythonModule | None, list[Fault]]:
    """Read a policy; raises ``PackError`` if the file cannot be read."""
    text = read_text(file)
    source = Source(name, str(file), text)
    tree = _parse(text)
    if isinstance(tree, str):
        line, _, why = tree.partition(":")
        return source, None, [Fault("python/syntax", Location(str(file), int(line)), why)]
    marked = list(_marked(tree))
    module = PythonModule(source, tree)
    if not marked:
        message = f"no function `{source.name}` is marked with `@policy(…)`"
        return source, module, [Fault("python/function-name", Location(str(file), 1), message)]
    faults = [
        Fault(
            "python/function-name",
            module.at(found),
            f"the function is named `{found.name}`, the file `{source.name}`",
        )
        for found, _ in marked
        if found.name != source.name
    ]
    chosen, call = next((m for m in marked if m[0].name == source.name), marked[0])
    fields: dict[str, Any] = {"description": ast.get_docstring(chosen) or ""}
    lines = {"description": chosen.lineno}
    for keyword in call.keywords:
        field = str(keyword.arg)
        lines[field] = keyword.lineno
        try:
            fields[field] = ast.literal_eval(keyword.value)
        except (ValueError, TypeError, MemoryError, RecursionError):
            message = f"`{field}` must be a literal value"
            faults.append(Fault("metadata/not-literal", module.at(keyword.value), message))
            fields[field] = None
    source = Source(name, str(file), text, _literal(fields), lines, call.lineno)
    return source, PythonModule(source, tree, chosen), faults


def _literal(fields: dict[str, Any]) -> dict[str, Any]:
    """Leave out what could not be read: that is said already."""
    return {name: value for name, value in fields.items() if value is not None}


def _parse(text: str) -> ast.Module | str:
    """Return the tree, or line and reason of what is wrong."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes and the like, which the language allows
            tree = ast.parse(text)
    except SyntaxError as error:
        return f"{error.lineno or 1}:not Python: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"1:not Python: {error or 'nested too deeply'}"
    return tree if _depth(tree) <= _DEEPEST else "1:expressions are nested too deeply"


def _depth(tree: ast.AST) -> int:
    """Return how deep a tree is, without recursion."""
    deepest, level = 0, [tree]
    while level:
        deepest += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return deepest


def _marked(tree: ast.Module) -> list[tuple[ast.FunctionDef, ast.Call]]:
    """Return the functions that the loader would take for policies, with their marks."""
    found: list[tuple[ast.FunctionDef, ast.Call]] = []
    for node in tree.body:
        for mark in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
            match node, mark:
                case ast.FunctionDef(), ast.Call(func=ast.Name(id="policy")):
                    found.append((node, mark))
    return found


def name_of(node: ast.AST) -> str:
    """Return the dotted name that an expression spells; nothing if it is no name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = name_of(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""
