"""What became of each line of a Rego policy on one document.

A body is a conjunction, so it is asked step by step: does its first line hold for anything, do the
first two hold together, and so on. Each question is a rule of its own in a copy of the engine and
in the policy's package. A function has no values to ask with; of its lines the engine's coverage
tells which were evaluated.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jurat.errors import PolicyError
from jurat.explaining.explanation import Block, Line, Reached, Trace
from jurat.explaining.rego_source import RESULTS, Body, RegoSource, Statement
from jurat.languages.rego import add_module, evaluate_rule, new_engine, set_input, syntax_trees
from jurat.model import Policy

_QUESTION = "jurat_explains"
_MOST_SHOWN = 4
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class _Answer:
    """For what the first lines of a body hold; ``None`` if they cannot be asked alone."""

    found: list[Any] | None
    broke: bool = False


def rego_trace(
    policy: Policy,
    library: Sequence[str],
    document: Mapping[str, Any],
    shown: Callable[[str], str] | None,
) -> Trace:
    """Trace the rules of a policy, those that say something first.

    ``shown`` makes the values for which a line held safe to show; ``None``, for documents with
    secrets, shows none.
    Raises ``PolicyError`` if no policy can be given the document.
    """
    engine = new_engine()
    for file in (*library, policy.file):
        add_module(engine, file, Path(file).read_text(encoding="utf-8"))
    set_input(engine, document, policy.file)
    trees = syntax_trees(engine)
    source = RegoSource(next(tree for tree in trees if tree["source"]["file"] == policy.file))
    tracer = _Tracer(policy, engine, source, shown)
    return Trace(policy.file, tuple(map(tracer.block, source.bodies())))


class _Tracer:
    """Asks an engine about the bodies of one policy."""

    def __init__(
        self,
        policy: Policy,
        engine: Any,
        source: RegoSource,
        shown: Callable[[str], str] | None,
    ) -> None:
        self._file = policy.file
        self._engine = engine
        self._shown = shown
        self._package = f"jurat.policies.{policy.id.replace('/', '.')}"
        self._heading = "\n".join((f"package {self._package}", *source.imports))
        self._covered = self._evaluated(source.names)

    def _evaluated(self, names: frozenset[str]) -> set[int]:
        """Evaluate the whole policy; return the lines that were evaluated at all."""
        engine = self._engine.clone()
        engine.set_enable_coverage(True)
        for name in RESULTS:
            if name in names:
                try:
                    evaluate_rule(engine, f"data.{self._package}.{name}", self._file)
                except PolicyError:
                    break  # what was evaluated before it broke counts all the same
        report = json.loads(engine.get_coverage_report_as_json())
        mine = (file["covered"] for file in report["files"] if file["path"] == self._file)
        return {line for covered in mine for line in covered}

    def block(self, body: Body) -> Block:
        """Tell what became of a body."""
        if body.is_function:
            return self._function(body)
        return self._body(body) if body.statements else self._value(body)

    def _function(self, body: Body) -> Block:
        """Tell which lines of a function were evaluated, whatever it was called with."""
        lines = tuple(
            _line(each, Reached.RAN if each.line in self._covered else Reached.NOT_REACHED)
            for each in body.statements
        )
        ran = any(line.reached is Reached.RAN for line in lines)
        return Block(body.head, Reached.RAN if ran else Reached.NOT_REACHED, lines)

    def _value(self, body: Body) -> Block:
        """Tell whether a rule without a body has a value."""
        answer = self._ask(f"it := {body.yields}", "it")
        reached = Reached.HELD if answer.found else Reached.FAILED
        reached = Reached.BROKE if answer.broke else reached
        note = "" if answer.found else "has no value"
        if answer.found and self._shown is not None:
            note = _brief(answer.found[0], self._shown)
        return Block(body.head, reached, (Line(body.line, body.head, reached, note),))

    def _body(self, body: Body) -> Block:
        """Ask a body line by line, until it does not hold."""
        lines: list[Line] = []
        names: tuple[str, ...] = ()
        before, told = 1, ""
        for statement in body.statements:
            if lines and lines[-1].decides:
                break
            names = tuple(dict.fromkeys((*names, *statement.names)))
            asked = "\n".join(each.text for each in body.statements[: len(lines) + 1])
            answer = self._ask(asked, "1")
            if answer.found is None:
                reached = Reached.BROKE if answer.broke else Reached.UNCLEAR
                lines.append(_line(statement, reached, decides=answer.broke))
            elif answer.found:
                bindings = self._bindings(asked, names)
                news = bindings if bindings != told else ""
                lines.append(_line(statement, Reached.HELD, news))
                before, told = len(answer.found), bindings
            else:
                note = f"for none of {before}" if before > 1 else ""
                lines.append(_line(statement, Reached.FAILED, note, decides=True))
        rest = body.statements[len(lines) :]
        lines = [*_cleared(lines), *(_line(each, Reached.NOT_REACHED) for each in rest)]
        if not any(line.decides for line in lines) and self._yields_nothing(body):
            note = "has no value"
            lines.append(Line(body.line, body.head, Reached.FAILED, note, decides=True))
        return Block(body.head, _outcome(lines), tuple(lines))

    def _yields_nothing(self, body: Body) -> bool:
        """Tell whether what a rule would yield is undefined, though its body holds."""
        if body.yields is None:
            return False
        asked = "\n".join(each.text for each in body.statements)
        answer = self._ask(asked, body.yields)
        return answer.found == [] or answer.broke

    def _bindings(self, asked: str, names: Sequence[str]) -> str:
        """Say for which values of variables statements hold."""
        if self._shown is None or not names:
            return ""
        found = self._ask(asked, f"[{', '.join(names)}]").found or []
        pairs = [_pairs(names, values, self._shown) for values in found]
        shown = [each for each in dict.fromkeys(pairs) if each]
        rest = f" and {len(shown) - _MOST_SHOWN} more" if len(shown) > _MOST_SHOWN else ""
        return "; ".join(shown[:_MOST_SHOWN]) + rest

    def _ask(self, statements: str, wanted: str) -> _Answer:
        """Return what ``wanted`` is for each way in which the statements hold."""
        question = f"{self._heading}\n{_QUESTION} := [{wanted} |\n{statements}\n]\n"
        engine = self._engine.clone()
        try:
            engine.add_policy("(explanation)", question)
            found = evaluate_rule(engine, f"data.{self._package}.{_QUESTION}", self._file)
        except PolicyError as error:
            return _Answer(None, broke="unsafe" not in str(error.__cause__))
        except RuntimeError:
            return _Answer(None)  # the first lines alone are no Rego
        return _Answer(found if isinstance(found, list) else None)


def _line(statement: Statement, reached: Reached, note: str = "", *, decides: bool = False) -> Line:
    return Line(statement.line, " ".join(statement.text.split()), reached, note, decides)


def _cleared(lines: Sequence[Line]) -> list[Line]:
    """Take for held what could not be asked alone, if lines below it held together with it."""
    held = [number for number, line in enumerate(lines) if line.reached is Reached.HELD]
    last = held[-1] if held else -1
    return [
        replace(line, reached=Reached.HELD)
        if line.reached is Reached.UNCLEAR and number < last
        else line
        for number, line in enumerate(lines)
    ]


def _outcome(lines: Sequence[Line]) -> Reached:
    """Return what became of a body: what ended it, or else what became of its last line."""
    return next((line.reached for line in lines if line.decides), lines[-1].reached)


def _pairs(names: Sequence[str], values: Sequence[Any], shown: Callable[[str], str]) -> str:
    pairs = [
        f"{name} = {_brief(value, shown)}"
        for name, value in zip(names, values, strict=True)
        if not isinstance(value, dict | list)
    ]
    return ", ".join(pairs)


def _brief(value: Any, shown: Callable[[str], str]) -> str:
    """Write a value; cut only once it is safe, for half a secret looks like none."""
    text = shown(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
