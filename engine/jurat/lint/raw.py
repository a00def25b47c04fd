"""Rules on raw Rego below ``conftest/``: it loads, what it calls is there, and it is reached.

How it is written is its authors' matter.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jurat.errors import PackError
from jurat.languages.conftest import (
    Module,
    PolicySet,
    add_data,
    data_files,
    module_files,
    policies_of,
    read_module,
    unreached,
)
from jurat.lint.fault import Fault, Faults, guarded, refused
from jurat.lint.rego import RegoModule, parse, raw_faults
from jurat.lint.source import read_text
from jurat.model.resource import Location

FOLDER = "conftest"


def lint_raw(root: Path) -> tuple[frozenset[str], list[Fault]]:
    """Return the ids of a pack's raw policies, and what is wrong with the folder of them."""
    folder = root / FOLDER
    if not folder.is_dir():
        return frozenset(), []
    faults: list[Fault] = []
    modules = tuple(_modules(folder, faults))
    found = PolicySet(modules, {})
    if not faults:  # what cannot be read might refer to anything
        faults += _unreached(found)
    faults += _code(found)
    faults += _data(folder)
    return frozenset(policy.id for policy in policies_of(found)), faults


def _modules(folder: Path, faults: list[Fault]) -> Iterator[Module]:
    for file in module_files(folder):
        try:
            read_text(file)
        except PackError as error:
            faults.append(refused("pack/unreadable", error, str(file)))
            continue
        try:
            yield read_module(file)
        except PackError as error:
            faults.append(refused("rego/syntax", error, str(file)))


def _unreached(found: PolicySet) -> Faults:
    for module in unreached(found):
        message = "it has no rule deny, violation or warn, and none of those refers to it"
        yield Fault("raw/unreached", Location(module.file, 1), message)


def _code(found: PolicySet) -> Faults:
    parsed = parse({module.file: module.text for module in found.modules}, raw=True)
    trees = {file: tree for file, tree in parsed.items() if isinstance(tree, RegoModule)}
    yield from (each for each in parsed.values() if isinstance(each, Fault))
    for module in found.modules:
        if module.file in trees:
            near = [trees[each.file] for each in found.near(module.package) if each.file in trees]
            yield from guarded(module.file, raw_faults(trees[module.file], near))


def _data(folder: Path) -> Faults:
    data: dict[str, Any] = {}
    for file in data_files(folder):
        try:
            read_text(file)
            add_data(data, file, folder)
        except PackError as error:
            yield refused("raw/data", error, str(file))
