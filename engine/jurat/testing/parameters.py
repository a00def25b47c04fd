"""Parameters of fixtures: ``params.yaml`` beside them, by patterns of their names.

A file such as ``pass-*.cfn.yaml: {max_days: 90}`` gives every fixture that a pattern fits its
values. A pattern that fits nothing, two patterns that give one fixture different values, an unknown
parameter and a value of another type than the default are mistakes, never ignored.
"""

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from jurat.errors import PackError
from jurat.model import Policy

PARAMETERS = "params.yaml"

Params = Mapping[str, Any]


def given(file: Path, fixtures: Iterable[Path]) -> dict[Path, Params]:
    """Return the parameters that ``file`` gives each of the fixtures; none if there is no file.

    Raises ``PackError`` with file and line.
    """
    found: dict[Path, dict[str, Any]] = {}
    names = {fixture.relative_to(file.parent).as_posix(): fixture for fixture in fixtures}
    for place, pattern, params in _patterns(file):
        fits = [fixture for name, fixture in names.items() if fnmatchcase(name, pattern)]
        if not fits:
            raise PackError(f"{place}: {pattern!r} fits no fixture")
        for fixture in fits:
            known = found.setdefault(fixture, {})
            for name, value in params.items():
                if name in known and not _same(known[name], value):
                    raise PackError(f"{place}: {fixture.name} has another value of `{name}` above")
                known[name] = value
    return dict(found)


def fitting(policy: Policy, params: Params, file: Path) -> Params:
    """Return the parameters if the policy has them; raises ``PackError`` about ``file``."""
    for name, value in params.items():
        if name not in policy.params:
            raise PackError(f"{file}: {PARAMETERS}: {policy.id} has no parameter `{name}`")
        default = policy.params[name]
        if default is not None and _kind(value) != _kind(default):
            raise PackError(f"{file}: {PARAMETERS}: `{name}` must be {_kind(default)}")
    return params


def _patterns(file: Path) -> Iterable[tuple[str, str, Params]]:
    """Yield place, pattern and parameters of each entry, as written."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{file}: cannot be read: {error}") from None
    root = _composed(file, text)
    loader = yaml.CSafeLoader("")
    seen: set[str] = set()
    for key, value in root.value:
        place = f"{file}:{key.start_mark.line + 1}"
        if not isinstance(key, yaml.ScalarNode) or key.value in seen:
            raise PackError(f"{place}: a pattern must be a text that stands once")
        seen.add(key.value)
        yield place, key.value, _params(place, loader, value)


def _composed(file: Path, text: str) -> yaml.MappingNode:
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.CSafeLoader)):
            raise PackError(f"{file}:1: aliases are not taken")  # they can grow without bounds
        root = yaml.compose(text, yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise PackError(f"{file}:{mark.line + 1 if mark else 1}: not YAML") from None
    if not isinstance(root, yaml.MappingNode):
        raise PackError(f"{file}:1: a mapping of patterns of names to parameters is expected")
    return root


def _params(place: str, loader: Any, node: yaml.Node) -> Params:
    if not isinstance(node, yaml.MappingNode):
        raise PackError(f"{place}: a mapping of parameters to values is expected")
    names = [key.value for key, _ in node.value]
    try:
        params = loader.construct_document(node)
        json.dumps(params, allow_nan=False)
    except (yaml.YAMLError, TypeError, ValueError, RecursionError):
        raise PackError(f"{place}: a value is none that JSON could hold") from None
    if len(set(names)) < len(names) or not all(isinstance(name, str) for name in params):
        raise PackError(f"{place}: the name of a parameter is a text that stands once")
    return dict(params)


def _same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, list):
        return "a list"
    return "a mapping" if isinstance(value, dict) else "empty"
