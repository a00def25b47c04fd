"""Raw Rego, as conftest runs it: rules named ``deny``, ``violation`` or ``warn`` on whole inputs.

A policy set is a folder of Rego modules and of JSON or YAML data. Each such rule of each package is
a policy ``package/rule``. Nothing in the folder needs to be changed for jurat; both versions of the
language are understood.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from jurat.errors import PackError, PolicyError
from jurat.languages.contract import Outcome, Traits
from jurat.languages.rego import (
    add_module,
    evaluate_rule,
    new_engine,
    set_input,
    syntax_trees,
)
from jurat.languages.rego_reads import analyse
from jurat.model import Policy, Severity
from jurat.policy import Failure, NotApplicable

LANGUAGE = "conftest"

# A warning does not fail a conftest run; here it is a failure of the least severity.
_SEVERITIES = {"deny": Severity.HIGH, "violation": Severity.HIGH, "warn": Severity.LOW}
_PACKAGE = re.compile(r"^package[ \t]+([\w.]+)", re.MULTILINE)
_RULE = re.compile(
    r"^[ \t]*((?:deny|violation|warn)(?:_[A-Za-z0-9_]+)?)(?=\s*\[|\s+contains\b|\s*:?=|\s+if\b)",
    re.MULTILINE,
)
_DATA = {".json", ".yaml", ".yml"}
_DEFINITION = re.compile(r"^\w", re.MULTILINE)
_IMPORTED = re.compile(r"\bdata\.([\w.]+)")
_TYPE = re.compile(r"\b(?:aws(?:cc)?_[a-z0-9_]+|AWS::\w+::\w+)")


@dataclass(frozen=True, slots=True)
class Module:
    """One file of Rego."""

    file: str
    text: str
    package: str


@dataclass(frozen=True, slots=True)
class PolicySet:
    """The modules and data of one folder."""

    modules: tuple[Module, ...]
    data: Mapping[str, Any]

    def near(self, package: str) -> tuple[Module, ...]:
        """Return the modules of a package and of all that they may refer to."""
        wanted, found = {package}, dict.fromkeys(m for m in self.modules if m.package == package)
        pending = list(found)
        while pending:
            wanted.update(_IMPORTED.findall(pending.pop().text))
            more = [m for m in self.modules if m not in found and _is_named(m.package, wanted)]
            found |= dict.fromkeys(more)
            pending += more
        return tuple(found)


def _is_named(package: str, references: set[str]) -> bool:
    """Tell whether a reference leads into a package, or to a package above it."""
    return any(f"{r}.".startswith(f"{package}.") or package.startswith(f"{r}.") for r in references)


def read_set(root: Path) -> PolicySet:
    """Read a folder; raises ``PackError`` naming file and line."""
    modules = tuple(map(read_module, module_files(root)))
    if not modules:
        raise PackError(f"{root}: no Rego policies in it")
    data: dict[str, Any] = {}
    for file in data_files(root):
        add_data(data, file, root)
    return PolicySet(modules, data)


def module_files(root: Path) -> list[Path]:
    """Return the modules below a folder, in a fixed order; tests are left out."""
    return sorted(f for f in root.rglob("*.rego") if not f.name.endswith("_test.rego"))


def data_files(root: Path) -> list[Path]:
    """Return the files of data below a folder, in a fixed order."""
    return sorted(f for f in root.rglob("*") if f.suffix in _DATA and f.is_file())


def read_module(file: Path) -> Module:
    """Read a module; raises ``PackError``."""
    text = _text(file)
    package = _PACKAGE.search(text)
    if package is None:
        raise PackError(f"{file}:1: no package is declared")
    return Module(str(file), text, package[1])


def add_data(data: dict[str, Any], file: Path, root: Path) -> None:
    """Add the content of a file below ``root`` to ``data``; raises ``PackError``."""
    _merge(data, _nested(_data(file), file.relative_to(root).parts[:-1]), str(file))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{file}: cannot be read: {error}") from error


class _DataLoader(yaml.CSafeLoader):
    """YAML as OPA reads it: a date is a text, as in JSON."""


_DataLoader.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _data(file: Path) -> Any:
    text = _text(file)
    try:
        content = yaml.load(text, Loader=_DataLoader)  # noqa: S506 - it is a safe one
        json.dumps(content, allow_nan=False)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}" if mark else ""
        raise PackError(f"{file}{place}: neither JSON nor YAML") from error
    except (TypeError, ValueError, RecursionError) as error:
        raise PackError(f"{file}: holds what JSON cannot hold") from error
    return content


def _nested(content: Any, folders: Sequence[str]) -> Any:
    """Put the content of a file where its folder says, as OPA does with data."""
    for folder in reversed(folders):
        content = {folder: content}
    return content


def _merge(data: dict[str, Any], more: Any, file: str) -> None:
    if not isinstance(more, dict):
        raise PackError(f"{file}: data must be an object")
    for key, value in more.items():
        if isinstance(data.get(key), dict) and isinstance(value, dict):
            _merge(data[key], value, file)
        elif key in data:
            raise PackError(f"{file}: `{key}` is in another file too")
        else:
            data[key] = value


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Yield each rule of interest with its text, up to the next definition at the margin."""
    for found in _RULE.finditer(text):
        end = _DEFINITION.search(text, found.end())
        yield found[1], text[found.start() : end.start() if end else len(text)]


def unreached(found: PolicySet) -> Iterator[Module]:
    """Yield the modules without a rule of interest that no module with one refers to."""
    packages = {module.package for module in found.modules if _RULE.search(module.text)}
    reached = {module for package in packages for module in found.near(package)}
    yield from (module for module in found.modules if module not in reached)


def policies_of(found: PolicySet) -> Iterator[Policy]:
    """Yield a policy for each rule of each package, in the order of the files."""
    seen: set[str] = set()
    for module in found.modules:
        for rule in _RULE.findall(module.text):
            name = f"{module.package}/{rule}"
            if name not in seen:
                seen.add(name)
                yield _policy(name, module.file)


def _policy(name: str, file: str) -> Policy:
    package, rule = name.split("/")
    return Policy(
        id=name,
        title=f"Rule {rule} of package {package} finds nothing",
        description=f"A rule in the manner of conftest, run on the whole input: {file}.",
        severity=_SEVERITIES[rule.partition("_")[0]],
        applies_to=(),
        remediation="See the message of the rule.",
        language=LANGUAGE,
        file=file,
    )


class ConftestEvaluator:
    """One rule of a policy set, ready to run on whole inputs."""

    def __init__(self, policy: Policy, found: PolicySet) -> None:
        self._file = policy.file
        self._package, self._rule = policy.id.split("/")
        self._modules = found.near(self._package)
        self._engine = new_engine()
        for module in self._modules:
            add_raw_module(self._engine, module.file, module.text)
        self._engine.add_data_json(json.dumps(found.data))
        self._excepts = any(re.search(r"^exception\b", m.text, re.MULTILINE) for m in self._modules)

    @cached_property
    def traits(self) -> Traits:
        """Reads and constants of the package and of what it refers to."""
        return analyse(syntax_trees(self._engine), self._file)

    @cached_property
    def types(self) -> frozenset[str]:
        """The types of resources that the rule names, or else its package."""
        own = set(_TYPE.findall(" ".join(self._own_text())))
        return frozenset(own or filter(_TYPE.fullmatch, self.traits.constants.strings))

    def _own_text(self) -> Iterator[str]:
        for module in self._modules:
            if module.package == self._package:
                yield from (part for name, part in _rules(module.text) if name == self._rule)

    def evaluate(self, document: dict[str, Any]) -> Outcome:
        """Run the rule on an input; raises ``PolicyError``."""
        set_input(self._engine, document, self._file)
        found = evaluate_rule(self._engine, f"data.{self._package}.{self._rule}", self._file)
        failures = tuple(dict.fromkeys(Failure(message) for message in _messages(found)))
        reads = self.traits.reads
        if reads is None:
            raise PolicyError(f"{self._file}: what it reads is not known")
        if failures and self._excepts and self._is_excepted():
            reason = "the policy set makes an exception for it"
            return Outcome((), reads, not_applicable=(NotApplicable(reason),))
        return Outcome(failures, reads)

    def _is_excepted(self) -> bool:
        """Tell whether the package's ``exception`` names the rule, without its first word."""
        found = evaluate_rule(self._engine, f"data.{self._package}.exception", self._file)
        name = self._rule.partition("_")[2]
        listed = found if isinstance(found, list) else []
        return any(name in names for names in listed if isinstance(names, list))


def add_raw_module(engine: Any, file: str, text: str) -> None:
    """Add a module in the version of the language it is written in; raises ``PackError``."""
    engine.set_rego_v0(False)
    try:
        add_module(engine, file, text)
    except PackError as error:
        if "keyword is required" not in str(error):
            raise
        engine.set_rego_v0(True)
        add_module(engine, file, text)


def _messages(found: Any) -> Iterator[str]:
    """Yield what a rule says: texts, objects with a ``msg``, or just true."""
    if found is True:
        yield "the rule holds"
    for item in found if isinstance(found, list) else ():
        if isinstance(item, dict):
            text = item.get("msg", item.get("message"))
            yield text if isinstance(text, str) else json.dumps(item, sort_keys=True)
        else:
            yield item if isinstance(item, str) else json.dumps(item)
