"""What of each policy its fixtures leave out: lines, branches, parameters, messages, relations."""

import ast
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jurat.errors import PackError
from jurat.model import Finding, Policy
from jurat.testing.measuring import Seen, tracer
from jurat.testing.trials import Trial

_SAYING = {"Failure", "Undecided", "NotApplicable"}
_REGO_MESSAGE = re.compile(
    r"""^(?!\s*\#).*?"message":\s*(?:sprintf\(\s*)?("(?:[^"\\]|\\.)*"|`[^`]*`)""", re.MULTILINE
)
_VERB = re.compile("%[-+# 0-9.]*[a-zA-Z]")
_PART = "…"


@dataclass(frozen=True, slots=True)
class Exercise:
    """How much of one policy its fixtures exercise.

    ``percent`` is the share of lines (of Python: of lines and branches) that were executed, or
    ``None`` if nobody counts them in the policy's language. ``lines`` were never executed; on a
    line of ``branches`` not every way was taken. ``unread`` parameters were never looked at,
    ``unchanged`` ones never had another value than their default. ``unrelated`` relations never had
    anything in them. ``unsaid`` messages were in no finding; ``…`` is what they are filled with.
    """

    policy: str
    file: str
    percent: float | None
    lines: tuple[int, ...] = ()
    branches: tuple[int, ...] = ()
    unread: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    unrelated: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing at all is left out."""
        rest = (self.lines, self.branches, self.unread, self.unchanged, self.unrelated, self.unsaid)
        return self.percent in {None, 100.0} and not any(rest)


def exercises(
    policies: Iterable[Policy], trials: Iterable[Trial], seen: Mapping[str, Seen]
) -> tuple[Exercise, ...]:
    """Say for each policy what its trials left out."""
    findings: dict[str, list[Finding]] = {}
    for trial in trials:
        findings.setdefault(trial.fixture.policy, []).extend(trial.findings)
    return tuple(
        _exercise(policy, findings.get(policy.id, []), seen.get(policy.id, Seen()))
        for policy in policies
    )


def _exercise(policy: Policy, findings: Sequence[Finding], seen: Seen) -> Exercise:
    if policy.language == "python":
        percent, lines, branches = _of_python(policy.file, seen)
    else:
        percent, lines, branches = _of_lines(seen, tried=bool(findings))
    return Exercise(
        policy=policy.id,
        file=policy.file,
        percent=percent,
        lines=lines,
        branches=branches,
        unread=tuple(sorted(policy.params.keys() - seen.read)),
        unchanged=tuple(sorted((policy.params.keys() & seen.read) - seen.changed)),
        unrelated=tuple(sorted(policy.related.keys() - seen.related)),
        unsaid=tuple(_unsaid(policy, findings)),
    )


_Counted = tuple[float | None, tuple[int, ...], tuple[int, ...]]


def _of_lines(seen: Seen, *, tried: bool) -> _Counted:
    if not seen.lines:
        return (None if tried else 0.0), (), ()
    share = _percent(len(seen.executed), len(seen.lines))
    return share, tuple(sorted(seen.lines - seen.executed)), ()


def _of_python(file: str, seen: Seen) -> _Counted:
    """Let coverage.py say which statements and branches a module has, and which were taken."""
    from coverage.exceptions import CoverageException  # noqa: PLC0415 - an optional dependency

    measured, name = tracer(file), os.path.realpath(file)
    try:
        measured.get_data().add_arcs({name: seen.arcs})
        _, statements, _, missing, _ = measured.analysis2(name)
        branches = measured.branch_stats(name)
    except CoverageException as error:
        raise PackError(f"{file}: cannot be measured: {error}") from None
    ways = sum(total for total, _ in branches.values())
    taken = sum(done for _, done in branches.values())
    half = sorted(line for line, (total, done) in branches.items() if done < total)
    return (
        _percent(len(statements) - len(missing) + taken, len(statements) + ways),
        tuple(missing),
        tuple(line for line in half if line not in set(missing)),
    )


def _percent(part: int, whole: int) -> float:
    """Return a share in percent, rounded down: 100 means all."""
    return 100.0 if part == whole else int(1000 * part / whole) / 10


def _unsaid(policy: Policy, findings: Iterable[Finding]) -> Iterator[str]:
    said = {text for finding in findings for text in _texts(finding)}
    for parts in dict.fromkeys(_messages(policy)):
        pattern = re.compile(".*".join(map(re.escape, parts)), re.DOTALL)
        if not any(pattern.fullmatch(text) for text in said):
            yield _PART.join(parts)


def _texts(finding: Finding) -> Iterator[str]:
    """Yield what a policy said in a finding: the judge joins reasons that stand side by side."""
    yield finding.message
    yield from finding.message.split("; ")
    yield from (gap.why for gap in finding.gaps)


def _messages(policy: Policy) -> Iterator[tuple[str, ...]]:
    """Yield the messages that a policy's text holds, as the fixed parts around what is filled in.

    A message that is put together elsewhere is not found.
    """
    try:
        text = Path(policy.file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    if policy.language == "python":
        yield from _python_messages(text)
    elif policy.language == "rego":
        for written in _REGO_MESSAGE.findall(text):
            yield tuple(_VERB.split(_rego_text(written)))


def _rego_text(written: str) -> str:
    if written.startswith("`"):
        return written.strip("`")
    try:
        return str(json.loads(written))
    except ValueError:
        return written.strip('"')


def _python_messages(text: str) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            first = [*node.args[:1], *(k.value for k in node.keywords if k.arg != "at")][:1]
            if node.func.id in _SAYING and first:
                yield from _written(first[0])


def _written(node: ast.expr) -> Iterator[tuple[str, ...]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield (node.value,)
    elif isinstance(node, ast.IfExp):
        yield from _written(node.body)
        yield from _written(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        parts = [""]
        for piece in node.values:
            if isinstance(piece, ast.Constant):
                parts[-1] += str(piece.value)
            else:
                parts.append("")
        yield tuple(parts)
