"""``lint.yaml`` of a pack: rules that it switches off, each with a reason."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from jurat.errors import PackError
from jurat.lint.fault import Fault, Faults, quote, refused
from jurat.lint.rules import RULES
from jurat.lint.source import read_text
from jurat.model.resource import Location

FILE = "lint.yaml"
_ALWAYS_ON = "pack/lint-file"


def suppressions(root: Path) -> tuple[Mapping[str, str], tuple[Fault, ...]]:
    """Return the reason for each rule that is off, and what is wrong with the file itself."""
    file = root / FILE
    if not file.is_file():
        return {}, ()
    entries = list(_entries(file))
    off = {rule: reason for each in entries if isinstance(each, tuple) for rule, reason in [each]}
    return off, tuple(each for each in entries if isinstance(each, Fault))


def _entries(file: Path) -> Iterator[tuple[str, str] | Fault]:
    """Yield each rule with its reason, or what is wrong with its line."""
    try:
        document = yaml.compose(read_text(file), Loader=yaml.CSafeLoader)
    except PackError as error:
        yield refused(_ALWAYS_ON, error, str(file))
        return
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Location(str(file), 1 if mark is None else mark.line + 1)
        yield Fault(_ALWAYS_ON, place, "not YAML")
        return
    if document is None:
        return
    if not isinstance(document, yaml.MappingNode):
        message = "rule ids with a reason each are expected"
        yield Fault(_ALWAYS_ON, Location(str(file), 1), message)
        return
    for key, value in document.value:
        place = Location(str(file), key.start_mark.line + 1)
        rule = key.value if isinstance(key, yaml.ScalarNode) else ""
        reason = value.value.strip() if isinstance(value, yaml.ScalarNode) else ""
        if rule not in RULES or rule == _ALWAYS_ON:
            yield Fault(_ALWAYS_ON, place, f"{quote(rule)} is no rule that can be switched off")
        elif not reason:
            yield Fault(_ALWAYS_ON, place, f"{quote(rule)} is switched off without a reason")
        else:
            yield rule, reason


def suppressed(faults: Iterable[Fault], off: Mapping[str, str]) -> Faults:
    """Mark the faults of rules that are off."""
    for fault in faults:
        yield replace(fault, suppressed=off[fault.rule]) if fault.rule in off else fault
