"""CloudFormation templates: how to recognise one, and what it says."""

import os
import re
from typing import Final

from jurat.errors import InputError
from jurat.model import ABSENT, Estate, Value
from jurat.readers.cloudformation.collector import collector_paused
from jurat.readers.cloudformation.document import load
from jurat.readers.cloudformation.journal import Journal
from jurat.readers.cloudformation.node import Node
from jurat.readers.cloudformation.resources import read_stack
from jurat.readers.cloudformation.stack import Stack, member
from jurat.readers.source import Hints, Source

MENTION: Final = re.compile(rb"Resources|AWSTemplateFormatVersion")
LOOK: Final = re.compile(
    rb"""^[ \t{]*["']?(?:AWSTemplateFormatVersion["']?\s*:"""
    rb"""|Type["']?\s*:\s*["']?(?:AWS|Custom)::)""",
    re.MULTILINE,
)


def is_template(source: Source) -> bool:
    """Tell whether a source is a CloudFormation template, or a broken one."""
    if not MENTION.search(source.data):
        return False
    try:
        root = load(source)
    except InputError:
        return LOOK.search(source.data) is not None
    return _is_template(root)


def read_template(source: Source, hints: Hints) -> Estate:
    """Read a template and the local templates nested in it; resources are not folded."""
    try:
        with collector_paused():
            return _read(source, hints)
    except RecursionError:
        raise InputError(f"{source.path}: nested too deeply") from None


def _read(source: Source, hints: Hints) -> Estate:
    journal = Journal(source.path, hints)
    root = journal.open(source)
    if not isinstance(root.value, dict):
        raise InputError(f"{source.path}: not a template: no mapping at its top")
    resources = member(root, "Resources")
    if resources is None or not isinstance(resources.value, dict):
        raise InputError(f"{source.path}: not a template: it has no Resources")

    def given(name: str) -> Value:
        return hints.parameters.get(name, ABSENT)

    stack = Stack(journal, source.path, root, given, files=(os.path.realpath(source.path),))
    found = tuple(read_stack(stack))
    return Estate(
        inputs=journal.inputs(),
        resources=found,
        notes=tuple(journal.notes),
        secrets=frozenset(journal.secrets),
    )


def _is_template(root: Node) -> bool:
    if member(root, "AWSTemplateFormatVersion") is not None:
        return True
    resources = member(root, "Resources")
    if resources is None or not isinstance(resources.value, dict):
        return False
    return any(_is_resource(name, node) for name, node in resources.value.items())


def _is_resource(name: str, node: Node) -> bool:
    if name.startswith("Fn::"):
        return True
    type_ = member(node, "Type")
    return type_ is not None and isinstance(type_.value, str) and "::" in type_.value
