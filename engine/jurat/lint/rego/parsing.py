"""Rego texts to syntax trees, by the embedded engine in a process that can be killed.

A text that is nested deeply makes the engine's parser take very long or crash its process.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jurat.errors import PackError
from jurat.judge import Limits
from jurat.judge.worker import Broken, Plan, WorkerError, run
from jurat.languages.conftest import add_raw_module
from jurat.languages.rego import add_module, new_engine, syntax_trees
from jurat.lint.fault import Fault, refused
from jurat.lint.rego.module import RegoModule
from jurat.lint.source import line_of
from jurat.model.resource import Location

_LIMITS = Limits(seconds=5.0)
_DEEPEST = 10
_TOKEN = re.compile(
    r'(?P<template>\$(?=["`]))|"(?:[^"\\\n]|\\.)*"|`[^`]*`|#[^\n]*|(?P<bracket>[\[\]{}])'
)
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}
_KEYWORD = re.compile(r"unexpected keyword `(\w+)`")
_FIRST_WORD = re.compile(r"\s*(default|import|package|every|some|not|with|as|else|in|if)\s*[.\[]")

Job = tuple[str, str, bool]
Parsed = str | PackError


def parse(texts: Mapping[str, str], *, raw: bool = False) -> dict[str, RegoModule | Fault]:
    """Return the module of each file, or what keeps it from being one.

    ``raw`` modules, in the manner of conftest, may be written in either version of the language.
    """
    found: dict[str, RegoModule | Fault] = {}
    jobs: list[Job] = []
    for file, text in texts.items():
        fault = _by_sight(file, text)
        if fault is None:
            jobs.append((file, text, raw))
        else:
            found[file] = fault
    plan: Plan[str, Job, Parsed] = Plan(_parser, [("parse", jobs)], _LIMITS)
    try:
        results = run(plan)[0] if jobs else []
    except WorkerError as error:
        raise PackError(f"Rego cannot be parsed: {error}") from error
    for (file, text, _), result in zip(jobs, results, strict=True):
        found[file] = _module(file, text, result)
    return found


def _by_sight(file: str, text: str) -> Fault | None:
    """Find what the parser must not see, or would not explain."""
    depth = 0
    for token in _TOKEN.finditer(text):
        place = Location(file, line_of(text, token.start()))
        if token["template"]:
            message = "regorus has no template strings: use sprintf"
            return Fault("rego/template-string", place, message)
        if token["bracket"]:
            depth += _STEP[token["bracket"]]
            if depth > _DEEPEST:
                message = f"brackets are nested more than {_DEEPEST} deep"
                return Fault("rego/nesting", place, message)
    return None


def _parser() -> Callable[[str], Callable[[Job], Parsed]]:
    return lambda _: _syntax_tree


def _syntax_tree(job: Job) -> Parsed:
    """Parse one module in the worker; the tree travels as text."""
    file, text, raw = job
    engine = new_engine()
    try:
        (add_raw_module if raw else add_module)(engine, file, text)
        return json.dumps(syntax_trees(engine)[0]["ast"])
    except PackError as error:
        return error
    except (RecursionError, MemoryError):
        return PackError(f"{file}: expressions are nested too deeply")


def _module(file: str, text: str, result: Parsed | Broken) -> RegoModule | Fault:
    if isinstance(result, Broken):
        message = f"the parser {result.reason}: a text nested or chained too deeply"
        return Fault("rego/syntax", Location(file, 1), message)
    if isinstance(result, str):
        try:
            tree: dict[str, Any] = json.loads(result)
        except RecursionError:
            return Fault("rego/syntax", Location(file, 1), "expressions are nested too deeply")
        return RegoModule(file, text, tree)
    fault = refused("rego/syntax", result, file)
    return _as_keyword(fault, text.splitlines()) or fault


def _as_keyword(fault: Fault, lines: Sequence[str]) -> Fault | None:
    """Explain an error that a keyword in the place of a name makes."""
    number = (fault.place.line or 1) - 1
    line = lines[number] if number < len(lines) else ""
    found = _KEYWORD.search(fault.message) or _FIRST_WORD.match(line)
    if found is None:
        return None
    message = f"the keyword `{found[1]}` stands where a name or an expression is expected"
    return Fault("rego/keyword-name", fault.place, message)
