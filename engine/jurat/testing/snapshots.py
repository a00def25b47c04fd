"""Pinned findings: ``expected.json`` beside the fixtures of a policy.

It holds, for each fixture, every finding with resource, verdict, message, place, the paths of the
values that were read and what was unknown. Where there is such a file, every fixture beside it must
be in it and must find the same. Values are not in it: the fixture has them.
"""

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from jurat.errors import PackError
from jurat.model import Finding
from jurat.testing.trials import Fixture, Trial

SNAPSHOTS = "expected.json"

Pins = dict[str, list[dict[str, Any]]]

_TEXTS = ("resource", "verdict", "message", "at")
_LISTS = ("read", "unknown")


def compare(trials: Iterable[Trial]) -> tuple[Trial, ...]:
    """Add to each trial in what its findings differ from the pinned ones.

    Raises ``PackError`` if an ``expected.json`` is not valid.
    """
    known: dict[Path, Pins | None] = {}
    return tuple(_compared(trial, known) for trial in trials)


def _compared(trial: Trial, known: dict[Path, Pins | None]) -> Trial:
    file = _file(trial.fixture)
    if file not in known:
        known[file] = _read(file)
    pins = known[file]
    if pins is None or trial.unusable is not None:
        return trial
    name = _name(trial.fixture)
    if name not in pins:
        missing = f"{file}: does not hold this fixture; --update adds it"
        return replace(trial, differences=(missing,))
    found = [_pin(finding) for finding in trial.findings]
    differences = () if found == pins[name] else tuple(_difference(pins[name], found))
    return replace(trial, differences=differences)


def stale(fixtures: Iterable[Fixture]) -> Iterator[str]:
    """Name what is pinned for fixtures that are not there."""
    for file in dict.fromkeys(map(_file, fixtures)):
        for name in _read(file) or ():
            if not (file.parent / name).is_file():
                yield f"{file}: holds {name!r}, which does not exist; --update removes it"


def update(trials: Iterable[Trial]) -> tuple[Path, ...]:
    """Pin what was found where the promise was kept; return the files that changed.

    A fixture whose verdict is not the promised one keeps what was pinned for it before. Raises
    ``PackError`` if a file is not valid or cannot be written.
    """
    groups: dict[Path, list[Trial]] = {}
    for trial in trials:
        groups.setdefault(_file(trial.fixture), []).append(trial)
    changed = []
    for file, group in groups.items():
        old = _read(file)
        pins = {name: pin for name, pin in (old or {}).items() if (file.parent / name).is_file()}
        for trial in group:
            if trial.found is trial.fixture.expected:
                pins[_name(trial.fixture)] = [_pin(finding) for finding in trial.findings]
        if pins != (old or {}):
            _write(file, pins)
            changed.append(file)
    return tuple(changed)


def _file(fixture: Fixture) -> Path:
    return fixture.home / SNAPSHOTS


def _name(fixture: Fixture) -> str:
    return fixture.file.relative_to(fixture.home).as_posix()


def _pin(finding: Finding) -> dict[str, Any]:
    """Return what is pinned of a finding; what it lacks is left out."""
    pin = {
        "resource": finding.subject.address,
        "verdict": str(finding.verdict),
        "message": finding.message,
        "at": finding.at,
        "read": [read.path for read in finding.reads],
        "unknown": [f"{gap.path}: {gap.why}" for gap in finding.gaps],
    }
    return {key: value for key, value in pin.items() if value}


def _difference(expected: list[dict[str, Any]], found: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines that differ, ``-`` expected and ``+`` found, with the lines around them."""
    before, after = ([line for pin in pins for line in _lines(pin)] for pins in (expected, found))
    lines = difflib.unified_diff(before, after, n=3, lineterm="")
    yield from (line for line in lines if not line.startswith(("---", "+++", "@@")))


def _lines(pin: Mapping[str, Any]) -> Iterator[str]:
    yield f"{pin.get('resource', '')}: {pin.get('verdict', '')}: {pin.get('message', '')}"
    if "at" in pin:
        yield f"  at {pin['at']}"
    for key in _LISTS:
        yield from (f"  {key} {item}" for item in pin.get(key, ()))


def _read(file: Path) -> Pins | None:
    """Read and check a file of pins; ``None`` if there is none."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        raise PackError(f"{file}: cannot be read as JSON") from None
    if not isinstance(document, dict) or not all(map(_is_pinned, document.values())):
        raise PackError(f"{file}: not what `jurat test --update` writes")
    return document


def _is_pinned(pins: Any) -> bool:
    return isinstance(pins, list) and all(
        isinstance(pin, dict)
        and pin.keys() <= {*_TEXTS, *_LISTS}
        and all(isinstance(pin[key], str) for key in _TEXTS if key in pin)
        and all(_is_texts(pin[key]) for key in _LISTS if key in pin)
        for pin in pins
    )


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _write(file: Path, pins: Pins) -> None:
    text = json.dumps(dict(sorted(pins.items())), indent=1)
    try:
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise PackError(f"{file}: cannot be written: {error.strerror}") from None
