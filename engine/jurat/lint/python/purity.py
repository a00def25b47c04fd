"""A policy is a pure function of what it reads: no files, no network, no clock, no chance."""

import ast
import sys
from collections.abc import Iterator
from typing import Final

from jurat.lint.fault import Fault, Faults, quote
from jurat.lint.python.module import PythonModule, name_of

_PURE: Final = frozenset(
    """
    __future__ abc base64 binascii bisect collections collections.abc contextlib copy csv
    dataclasses datetime decimal difflib enum fnmatch fractions functools graphlib hashlib heapq
    hmac html ipaddress itertools json keyword math numbers operator re statistics string struct
    textwrap tomllib types typing unicodedata urllib.parse xml.sax.saxutils zlib
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
"""Modules of the standard library whose functions depend on their arguments only."""

_OURS: Final = (["policy"], ["net"], ["iam"], ["tags"])
_REACHING: Final = frozenset(
    """
    __import__ breakpoint compile eval exec exit globals hash help id input locals open print quit
    vars
    """.split()  # noqa: SIM905 - as above
)
_CLOCKS: Final = {"now", "today", "utcnow"}
_DATES: Final = {"date", "datetime"}
_HARMLESS: Final = {"__doc__", "__name__"}
_BROAD: Final = {"Exception", "BaseException"}


def purity_faults(module: PythonModule) -> Faults:
    """Yield imports, calls and handlers that a pure function has no use for."""
    own = frozenset(_own_names(module.tree))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _import(module, node)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if node.id in _REACHING and node.id not in own:
                message = f"`{node.id}` reaches out of what a policy is given"
                yield Fault("python/forbidden-call", module.at(node), message)
        elif isinstance(node, ast.Attribute):
            yield from _attribute(module, node)
        elif isinstance(node, ast.ExceptHandler):
            yield from _handler(module, node)


def _own_names(tree: ast.Module) -> Iterator[str]:
    """Yield every name that the file itself gives a meaning."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield node.asname or node.name


def _import(module: PythonModule, node: ast.Import | ast.ImportFrom) -> Faults:
    for alias in node.names:
        names = [alias.name]
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "", f"{node.module}.{alias.name}"]
        root = names[0].partition(".")[0]
        if isinstance(node, ast.ImportFrom) and node.level > 0:
            message = "a policy has no package to import from"
            yield Fault("python/forbidden-import", module.at(node), message)
        elif root == "jurat":
            if not any(name.split(".")[1:2] in _OURS for name in names):
                message = f"{quote(names[-1])} is no part of jurat that policies may use"
                yield Fault("python/forbidden-import", module.at(node), message)
        elif _PURE.isdisjoint(names):
            yield from _foreign(module, node, names[0], root)


def _foreign(module: PythonModule, node: ast.AST, name: str, root: str) -> Faults:
    if root in sys.stdlib_module_names:
        message = f"{quote(name)} reaches out of what a policy is given"
        yield Fault("python/forbidden-import", module.at(node), message)
    else:
        message = f"{quote(name)} is not part of Python or jurat, so it may be missing or impure"
        yield Fault("python/foreign-import", module.at(node), message)


def _attribute(module: PythonModule, node: ast.Attribute) -> Faults:
    name, base = node.attr, name_of(node.value).rpartition(".")[2]
    if name in _CLOCKS and base in _DATES:
        message = f"`{base}.{name}` reads the clock, so a verdict would change by itself"
        yield Fault("python/forbidden-call", module.at(node), message)
    elif name.startswith("__") and name.endswith("__") and name not in _HARMLESS:
        message = f"`{name}` reaches into the interpreter"
        yield Fault("python/forbidden-call", module.at(node), message)


def _handler(module: PythonModule, node: ast.ExceptHandler) -> Faults:
    """Yield a handler that turns any break of the policy into silence, which means pass."""
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    named = {name_of(kind) if kind is not None else "everything" for kind in kinds}
    broad = named & (_BROAD | {"everything"})
    raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
    if broad and not raises:
        message = f"`except` catches {min(broad)}, so that a policy that broke seems to pass"
        yield Fault("python/broad-except", module.at(node), message)
