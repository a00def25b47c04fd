"""Which lines of a Python policy ran on a document, how its branches went, what it yielded."""

import ast
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from jurat.errors import PolicyError
from jurat.explaining.explanation import Block, Line, Reached, Trace
from jurat.languages.contract import Evaluator, Outcome
from jurat.model import Policy, show_path
from jurat.policy import Failure, NotApplicable, Undecided

_SAID = (Failure, Undecided, NotApplicable)
_BRANCHES = (ast.If, ast.While)
_LOOPS = (ast.For, ast.AsyncFor)
_END = 0
"""Where a step leads that leaves its frame."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(slots=True)
class _Course:
    """What was seen: lines, steps from line to line inside a frame, yields, where it broke.

    ``outcome`` is ``None`` if it broke.
    """

    lines: set[int] = field(default_factory=set)
    steps: Counter[tuple[int, int]] = field(default_factory=Counter)
    said: dict[int, tuple[int, Any]] = field(default_factory=dict)
    raised: tuple[int, str] | None = None
    outcome: Outcome | None = None


def python_trace(
    policy: Policy,
    evaluator: Evaluator,
    document: Mapping[str, Any],
    clean: Callable[[str], str],
) -> Trace:
    """Run a policy on a document and trace the functions of its file; ``clean`` hides secrets."""
    course = _follow(policy.file, lambda: evaluator.evaluate(dict(document)))
    text = Path(policy.file).read_text(encoding="utf-8")
    name = policy.id.rpartition("/")[2]
    return Trace(policy.file, tuple(_blocks(text, name, course, clean)))


def _follow(file: str, run: Callable[[], Outcome]) -> _Course:
    """Run something and note each line of ``file`` that it executes."""
    course = _Course()
    at: dict[FrameType, int] = {}

    def local(frame: FrameType, event: str, value: Any) -> Any:
        if event == "line":
            course.lines.add(frame.f_lineno)
            if frame in at:
                course.steps[at[frame], frame.f_lineno] += 1
            at[frame] = frame.f_lineno
            return local
        if event == "return":
            course.steps[frame.f_lineno, _END] += 1
        if event == "return" and isinstance(value, _SAID) and _is_generator(frame.f_code):
            course.said.setdefault(id(value), (frame.f_lineno, value))
        elif event == "exception" and value[0] not in {StopIteration, GeneratorExit}:
            course.raised = course.raised or (frame.f_lineno, value[0].__name__)
        return local

    def called(frame: FrameType, event: str, value: Any) -> Any:
        del value
        return local if event == "call" and frame.f_code.co_filename == file else None

    before = sys.gettrace()
    sys.settrace(called)
    try:
        course.outcome = run()
        course.raised = None  # what was raised was caught
    except PolicyError:
        pass  # the trace shows where
    finally:
        sys.settrace(before)
    return course


def _is_generator(code: CodeType) -> bool:
    return bool(code.co_flags & 0x20)


def _blocks(text: str, name: str, course: _Course, clean: Callable[[str], str]) -> Iterator[Block]:
    """Yield a block for each function that ran, the policy itself first."""
    source = text.splitlines()
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, _FUNCTIONS)]
    functions.sort(key=lambda node: (node.name != name, node.lineno))
    for function in functions:
        statements = list(_statements(function.body))
        if any(_ran(each.node, course) for each in statements):
            base = _indent(source[function.body[0].lineno - 1])
            writer = _Writer(source, base, course, _decisive(statements, course), clean)
            lines = [line for each in statements for line in writer.lines(each)]
            broke = any(line.reached is Reached.BROKE for line in lines)
            yield Block(function.name, Reached.BROKE if broke else Reached.RAN, tuple(lines))


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement, the branches and loops around it, and whether it opens another suite of theirs.

    Other suites are ``else``, ``except``, ``finally`` and ``case``.
    """

    node: ast.stmt
    around: tuple[ast.stmt, ...]
    opens: bool = False


def _statements(body: list[ast.stmt], around: tuple[ast.stmt, ...] = ()) -> Iterator[_Statement]:
    """Yield the statements of a body in order; neither docstrings nor functions inside."""
    for node in body:
        if isinstance(node, _FUNCTIONS) or _is_text(node):
            continue
        yield _Statement(node, around)
        for name, suite in _suites(node):
            inside = _statements(suite, (*around, node))
            for number, each in enumerate(inside):
                is_elif = isinstance(each.node, ast.If) and each.node.col_offset == node.col_offset
                opens = number == 0 and name != "body" and not is_elif
                yield replace(each, opens=opens or each.opens)


def _suites(node: ast.stmt) -> Iterator[tuple[str, list[ast.stmt]]]:
    """Yield the suites of a compound statement in the order of the text."""
    for name in ("body", "cases", "handlers", "orelse", "finalbody"):
        found = getattr(node, name, [])
        if found and isinstance(found[0], ast.stmt):
            yield name, found
        else:
            yield from ((name, each.body) for each in found)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _head(node: ast.stmt) -> range:
    """Return the lines of a statement, without the statements inside it."""
    if isinstance(node, ast.Match):
        return range(node.lineno, (node.subject.end_lineno or node.lineno) + 1)
    below = next((suite[0].lineno for _, suite in _suites(node)), None)
    end = node.end_lineno or node.lineno
    return range(node.lineno, (end if below is None else max(node.lineno, below - 1)) + 1)


def _ran(node: ast.stmt, course: _Course) -> bool:
    return any(line in course.lines for line in _head(node))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the statements of one function; ``base`` is how far its text is indented."""

    source: list[str]
    base: int
    course: _Course
    decisive: set[int]
    clean: Callable[[str], str]

    def lines(self, statement: _Statement) -> Iterator[Line]:
        """Write a statement on one line, below the ``else`` or the like that it opens."""
        node, span = statement.node, _head(statement.node)
        reached = Reached.RAN if _ran(node, self.course) else Reached.NOT_REACHED
        if self.course.raised is not None and self.course.raised[0] in span:
            reached = Reached.BROKE
        if statement.opens and (above := _opening(self.source, node.lineno)):
            text = self.source[above - 1][self.base :].split("#")[0].rstrip()
            yield Line(above, text, reached)
        note = "" if reached is Reached.NOT_REACHED else _note(node, self.course, self.clean)
        decides = node.lineno in self.decisive or reached is Reached.BROKE
        yield Line(node.lineno, _text(self.source, span, self.base), reached, note, decides)


def _opening(source: list[str], line: int) -> int:
    """Return the line above that a suite hangs on, 0 if it is on the same line."""
    indent = _indent(source[line - 1])
    for number in range(line - 1, 0, -1):
        text = source[number - 1].strip()
        if text and not text.startswith("#"):
            is_opening = _indent(source[number - 1]) < indent and text[0] not in ")]}"
            return number if is_opening else 0
    return 0


def _text(source: list[str], span: range, base: int) -> str:
    """Write the lines of a statement as one, indented as the first of them."""
    first = source[span.start - 1]
    whole = (source[number - 1] for number in span)
    text = " ".join(line.strip() for line in whole if not line.strip().startswith("#"))
    return " " * max(0, _indent(first) - base) + text.strip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _note(node: ast.stmt, course: _Course, clean: Callable[[str], str]) -> str:
    if course.raised is not None and course.raised[0] in _head(node):
        return f"raised {course.raised[1]}"
    said = [item for line, item in course.said.values() if line in _head(node)]
    if said:
        return "; ".join(dict.fromkeys(clean(_saying(item, course.outcome)) for item in said))
    if isinstance(node, _BRANCHES):
        return _ways(node, course)
    if isinstance(node, _LOOPS):
        return _times(_inwards(node, course))
    return ""


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times" if number else "never entered"


def _saying(item: Any, outcome: Outcome | None) -> str:
    """Say what a line yields; a helper's may be taken back by who called it."""
    text = item.message if isinstance(item, Failure) else item.reason
    place = item.at if isinstance(item.at, str) else show_path(tuple(item.at or ()))
    at = f" at {place}" if place else ""
    kept = outcome is None or item in (
        *outcome.failures,
        *outcome.undecided,
        *outcome.not_applicable,
    )
    return f"yields {type(item).__name__}: {text}{at}{'' if kept else ' (not passed on)'}"


def _ways(node: ast.stmt, course: _Course) -> str:
    """Say which way a branch went, and how often if it went both."""
    taken, left = _inwards(node, course), _outwards(node, course)
    if taken and left:
        return f"true {_times(taken)}, false {_times(left)}"
    return "true" if taken else "false"


def _inwards(node: ast.stmt, course: _Course) -> int:
    """Count how often a branch or loop was entered."""
    return _steps(node, course, lambda line: line in _body(node))


def _outwards(node: ast.stmt, course: _Course) -> int:
    """Count how often a branch was not taken."""
    return _steps(node, course, lambda line: line not in _body(node) and line not in _head(node))


def _steps(node: ast.stmt, course: _Course, leads: Callable[[int], bool]) -> int:
    """Count the steps from the head of a statement to lines of a kind."""
    head = _head(node)
    return sum(n for (start, end), n in course.steps.items() if start in head and leads(end))


def _body(node: ast.stmt) -> range:
    """Return the lines of the first suite of a statement."""
    suite = next((suite for _, suite in _suites(node)), [node])
    return range(suite[0].lineno, (suite[-1].end_lineno or suite[-1].lineno) + 1)


def _decisive(statements: list[_Statement], course: _Course) -> set[int]:
    """Return the lines of the branches that led to what was yielded, or away from what was not.

    Where something was yielded it is the innermost branch around it. Else it is each branch that
    turned away from a failure, or that ended the function before one.
    """
    yielded = {line for line, _ in course.said.values()}
    if yielded:
        spoke = [each for each in statements if yielded & set(_head(each.node))]
        return {each.around[-1].lineno for each in spoke if each.around}
    silent = [each for each in statements if _yields(each.node) and not _ran(each.node, course)]
    around = [[node for node in each.around if _ran(node, course)] for each in silent]
    ended = [each for each in statements if silent and isinstance(each.node, ast.Return)]
    around += [list(each.around) for each in ended if _ran(each.node, course)]
    return {nodes[-1].lineno for nodes in around if nodes}


def _yields(node: ast.stmt) -> bool:
    """Tell whether a statement may yield a failure."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Yield | ast.YieldFrom):
        return False
    made = node.value.value
    named = made.func if isinstance(made, ast.Call) else None
    return not (isinstance(named, ast.Name) and named.id in {"Undecided", "NotApplicable"})
