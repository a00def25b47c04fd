"""Rego policies on the embedded engine (regorus).

METADATA are read from the text by us, since the engine has no ``rego.metadata``. Each policy has an
engine of its own with the shared library modules, so that one cannot disturb another.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from jurat.errors import PackError, PolicyError
from jurat.languages.contract import Outcome, Traits
from jurat.languages.metadata import to_policy
from jurat.languages.rego_reads import analyse
from jurat.model import Policy
from jurat.model.reads import ReadSet
from jurat.policy import Failure, NotApplicable, Undecided

_DOTTED_KEYS = {"title", "description"}
_PACKAGE = re.compile(r"^package (\S+)\s*$", re.MULTILINE)


def describe(text: str, policy_id: str, file: str) -> Policy:
    """Read the package's ``# METADATA`` block; raises ``PackError``."""
    package = "jurat.policies." + policy_id.replace("/", ".")
    if package not in _PACKAGE.findall(text):
        raise PackError(f"{file}: the package must be `{package}`")
    block, line = metadata_block(text, file)
    try:
        parsed = yaml.load(block, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        place = line + (error.problem_mark.line if error.problem_mark else 0)
        raise PackError(f"{file}:{place}: METADATA is not YAML: {error.problem}") from error
    if not isinstance(parsed, dict) or not isinstance(parsed.get("custom", {}), dict):
        raise PackError(f"{file}:{line}: METADATA must be a mapping")
    fields = {key: value for key, value in parsed.items() if key in _DOTTED_KEYS}
    fields |= parsed.get("custom", {})
    listed = parsed.get("related_resources", [])
    if not isinstance(listed, list):
        raise PackError(f"{file}:{line}: `related_resources` must be a list")
    references = [
        item["ref"] if isinstance(item, dict) and "ref" in item else item for item in listed
    ]
    return to_policy({**fields, "references": references}, policy_id, file, "rego")


def metadata_block(text: str, file: str) -> tuple[str, int]:
    """Return the YAML of the first METADATA comment and the line it starts on."""
    lines = text.splitlines()
    try:
        start = lines.index("# METADATA") + 1
    except ValueError as error:
        raise PackError(f"{file}: no `# METADATA` block above the package") from error
    end = start
    while end < len(lines) and lines[end].startswith("#"):
        end += 1
    return "\n".join(line[1:].removeprefix(" ") for line in lines[start:end]), start + 1


def evaluator(policy: Policy, library: tuple[str, ...]) -> "RegoEvaluator":
    """Parse a policy with its library; raises ``PackError`` with file and line."""
    return RegoEvaluator(policy, library)


def new_engine() -> Any:
    """Return an engine without policies."""
    # With a backtrace each error message is slow and full of native frames.
    os.environ.update(RUST_BACKTRACE="0", RUST_LIB_BACKTRACE="0")
    import regorus  # noqa: PLC0415 - only a run with Rego policies pays for the engine

    engine = regorus.Engine()
    engine.set_policy_length_config(max_col=4096, max_file_bytes=1 << 22, max_lines=50000)
    return engine


def engine_version() -> str:
    """Return name and version of the embedded engine, as it tells them itself."""
    engine = new_engine()
    add_module(engine, "version.rego", "package version\n\nruntime := opa.runtime()\n")
    runtime = evaluate_rule(engine, "data.version.runtime", "version.rego")
    return f"regorus {runtime['regorus-version']}"


def add_module(engine: Any, file: str, text: str) -> None:
    """Parse a module; raises ``PackError`` with file and line."""
    try:
        engine.add_policy(file, text)
    except RuntimeError as error:
        raise PackError(_one_line(str(error), file)) from error


def syntax_trees(engine: Any) -> list[Any]:
    """Return the syntax trees of an engine's modules."""
    found: list[Any] = json.loads(engine.get_ast_as_json())
    return found


def set_input(engine: Any, document: Any, file: str) -> None:
    """Set what rules are evaluated on; raises ``PolicyError``."""
    with _errors_of(file):
        engine.set_input_json(json.dumps(document, allow_nan=False))


def evaluate_rule(engine: Any, path: str, file: str) -> Any:
    """Return a rule's value on the input, ``None`` if it is undefined; raises ``PolicyError``."""
    with _errors_of(file):
        result = json.loads(engine.eval_rule_as_json(path))
    return None if result == "<undefined>" else result


@contextmanager
def _errors_of(file: str) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, ValueError) as error:
        # The engine's words may quote a value of the document.
        place = _one_line(str(error), file).split(": ")[0]
        raise PolicyError(f"{place}: the policy broke on this document") from error
    except BaseException as error:
        # A panic of the engine derives from BaseException and has no importable type.
        if type(error).__name__ != "PanicException":
            raise
        raise PolicyError(f"{file}: the Rego engine panicked") from error


class RegoEvaluator:
    """One Rego policy in an engine of its own: ``package``, and the result ``sets`` it defines."""

    def __init__(self, policy: Policy, library: tuple[str, ...]) -> None:
        self._engine = new_engine()
        self.package = f"jurat.policies.{policy.id.replace('/', '.')}"
        for file in (*library, policy.file):
            add_module(self._engine, file, _text(file))
        self._file = policy.file
        text = _text(policy.file)
        others = re.findall(r"^(undecided|not_applicable) contains\b", text, re.MULTILINE)
        self.sets = tuple(dict.fromkeys(("deny", *others)))

    @cached_property
    def modules(self) -> list[Any]:
        """The syntax trees of the library's modules and, last, of the policy."""
        return syntax_trees(self._engine)

    @cached_property
    def traits(self) -> Traits:
        """Reads, blurred reads and constants by static analysis of the syntax tree."""
        return analyse(self.modules, self._file)

    def evaluate(self, document: dict[str, Any]) -> Outcome:
        """Evaluate ``deny`` and ``undecided`` on one document; raises ``PolicyError``."""
        set_input(self._engine, document, self._file)
        paths = {name: f"data.{self.package}.{name}" for name in self.sets}
        return self.outcome(
            {name: evaluate_rule(self._engine, path, self._file) for name, path in paths.items()}
        )

    def outcome(self, said: Mapping[str, Any]) -> Outcome:
        """Read the values of the result sets, whichever engine gave them; ``None`` is undefined."""
        found = {name: _elements(value, name, self._file) for name, value in said.items()}
        return Outcome(
            found["deny"],
            self.traits.reads or ReadSet(),
            tuple(Undecided(x.message, x.at) for x in found.get("undecided", ())),
            tuple(NotApplicable(x.message, x.at) for x in found.get("not_applicable", ())),
        )

    def measure(self) -> None:
        """Note from now on which lines are evaluated."""
        self._engine.set_enable_coverage(True)

    def measured(self) -> tuple[frozenset[int], frozenset[int]]:
        """Return the policy's lines that can be evaluated, and those that were."""
        for module in json.loads(self._engine.get_coverage_report_as_json())["files"]:
            if module["path"] == self._file:
                executed = frozenset(module["covered"])
                return executed | frozenset(module["not_covered"]), executed
        return frozenset(), frozenset()


def _text(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise PackError(f"{file}: cannot be read: {error.strerror}") from error


def _elements(value: Any, name: str, file: str) -> tuple[Failure, ...]:
    if not isinstance(value, list | None):
        raise PolicyError(f"{file}: `{name}` must be a set of objects")
    return tuple(_element(item, file) for item in value or ())


def _element(item: Any, file: str) -> Failure:
    if not isinstance(item, dict) or not isinstance(item.get("message"), str):
        raise PolicyError(f"{file}: an element of a result set has no `message`")
    place = item.get("at")
    if isinstance(place, list):
        return Failure(item["message"], tuple(place))
    return Failure(item["message"], place if isinstance(place, str) else None)


def _one_line(text: str, file: str) -> str:
    """Turn the engine's block of text into ``file:line: message``."""
    text = text.partition("\n\nStack backtrace:")[0]
    place = re.search(r"-->\s*(\S+?):(\d+):\d+", text)
    message = re.search(r"error:\s*(.+)", text)
    where = f"{place[1]}:{place[2]}" if place else file
    return f"{where}: {message[1] if message else ' '.join(text.split()) or 'failed'}"
