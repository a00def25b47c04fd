"""Rego policies on the embedded engine (regorus).

METADATA are read from the text by us, since the engine has no ``rego.metadata``. Each policy has an
engine of its own with the shared library modules, so that one cannot disturb another.
"""

import json
import os
import re
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


def describe(text: str, policy_id: str, file: str) -> Policy:
    """Read the package's ``# METADATA`` block; raises ``PackError``."""
    package = "jurat.policies." + policy_id.replace("/", ".")
    if not re.search(rf"^package {re.escape(package)}\s*$", text, re.MULTILINE):
        raise PackError(f"{file}: the package must be `{package}`")
    block, line = _metadata_block(text, file)
    try:
        parsed = yaml.load(block, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        place = line + (error.problem_mark.line if error.problem_mark else 0)
        raise PackError(f"{file}:{place}: METADATA is not YAML: {error.problem}") from error
    if not isinstance(parsed, dict) or not isinstance(parsed.get("custom", {}), dict):
        raise PackError(f"{file}:{line}: METADATA must be a mapping")
    fields = {key: value for key, value in parsed.items() if key in _DOTTED_KEYS}
    fields |= parsed.get("custom", {})
    references = [
        item["ref"] if isinstance(item, dict) and "ref" in item else item
        for item in parsed.get("related_resources", [])
    ]
    return to_policy({**fields, "references": references}, policy_id, file, "rego")


def _metadata_block(text: str, file: str) -> tuple[str, int]:
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


class RegoEvaluator:
    """One Rego policy in an engine of its own."""

    def __init__(self, policy: Policy, library: tuple[str, ...]) -> None:
        # With a backtrace each error message is slow and full of native frames.
        os.environ.update(RUST_BACKTRACE="0", RUST_LIB_BACKTRACE="0")
        import regorus  # noqa: PLC0415 - only a run with Rego policies pays for the engine

        self._engine = regorus.Engine()
        self._engine.set_policy_length_config(max_col=4096, max_file_bytes=1 << 22, max_lines=50000)
        self._package = f"data.jurat.policies.{policy.id.replace('/', '.')}"
        for file in (*library, policy.file):
            self._add(file)
        self._file = policy.file
        text = Path(policy.file).read_text(encoding="utf-8")
        self._others = re.findall(r"^(undecided|not_applicable) contains\b", text, re.MULTILINE)

    def _add(self, file: str) -> None:
        try:
            self._engine.add_policy(file, Path(file).read_text(encoding="utf-8"))
        except (RuntimeError, OSError) as error:
            raise PackError(_one_line(str(error), file)) from error

    @cached_property
    def traits(self) -> Traits:
        """Reads, blurred reads and constants by static analysis of the syntax tree."""
        return analyse(json.loads(self._engine.get_ast_as_json()), self._file)

    def evaluate(self, document: dict[str, Any]) -> Outcome:
        """Evaluate ``deny`` and ``undecided`` on one document; raises ``PolicyError``."""
        try:
            self._engine.set_input_json(json.dumps(document, allow_nan=False))
            denied = self._rule("deny")
            others = {name: self._rule(name) for name in self._others}
        except (RuntimeError, ValueError) as error:
            # The engine's words may quote a value of the document.
            place = _one_line(str(error), self._file).split(": ")[0]
            raise PolicyError(f"{place}: the policy broke on this document") from error
        except BaseException as error:
            # A panic of the engine derives from BaseException and has no importable type.
            if type(error).__name__ != "PanicException":
                raise
            raise PolicyError(f"{self._file}: the Rego engine panicked") from error
        failures = tuple(_element(item, self._file) for item in denied)
        said = {
            name: [_element(item, self._file) for item in items] for name, items in others.items()
        }
        return Outcome(
            failures,
            self.traits.reads or ReadSet(),
            tuple(Undecided(x.message, x.at) for x in said.get("undecided", ())),
            tuple(NotApplicable(x.message, x.at) for x in said.get("not_applicable", ())),
        )

    def _rule(self, name: str) -> list[Any]:
        """Return the elements of a set that the policy defines; none if it is undefined."""
        result = json.loads(self._engine.eval_rule_as_json(f"{self._package}.{name}"))
        if result == "<undefined>":
            return []
        if not isinstance(result, list):
            raise PolicyError(f"{self._file}: `{name}` must be a set of objects")
        return result


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
