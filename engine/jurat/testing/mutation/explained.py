"""Survivors that are no gap: a committed file says which, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from jurat.errors import PackError

FILE = "mutants.yaml"
_FIELDS = {"policy", "mutants", "reason"}


@dataclass(frozen=True, slots=True)
class Explained:
    """Why some mutant survives, and where that is written."""

    reason: str
    place: str


Explanations = Mapping[tuple[str, str], Explained]
"""By policy id and mutant key."""


def explanations(roots: Iterable[Path]) -> Explanations:
    """Read the explanations of packs by their folders; raises ``PackError``."""
    found: dict[tuple[str, str], Explained] = {}
    for root in roots:
        found.update(read_explanations(root / "fixtures" / FILE))
    return found


def read_explanations(file: Path) -> Explanations:
    """Read a pack's file of explanations; raises ``PackError`` with file and line.

    The file is a list of ``{policy, mutants: [key, …], reason}``. There need not be one.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{file}: cannot be read: {error}") from error
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        parsed = yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise PackError(f"{file}{line}: not YAML") from error
    if parsed is None:
        return {}
    if not isinstance(parsed, list) or not isinstance(root, yaml.SequenceNode):
        raise PackError(f"{file}: a list is expected")
    found: dict[tuple[str, str], Explained] = {}
    for node, entry in zip(root.value, parsed, strict=True):
        place = f"{file}:{node.start_mark.line + 1}"
        policy, keys, reason = _entry(entry, place)
        for key in keys:
            if (policy, key) in found:
                raise PackError(f"{place}: {policy}: {key!r} is explained twice")
            found[policy, key] = Explained(reason, place)
    return found


def _entry(entry: Any, place: str) -> tuple[str, list[str], str]:
    if not isinstance(entry, dict) or set(entry) != _FIELDS:
        raise PackError(f"{place}: an entry has the fields {', '.join(sorted(_FIELDS))}")
    policy, keys, reason = entry["policy"], entry["mutants"], entry["reason"]
    if not isinstance(policy, str) or not isinstance(reason, str) or not reason.strip():
        raise PackError(f"{place}: policy and reason are texts")
    if not isinstance(keys, list) or not keys or not all(isinstance(k, str) for k in keys):
        raise PackError(f"{place}: mutants is a list of keys")
    return policy, keys, reason.strip()
