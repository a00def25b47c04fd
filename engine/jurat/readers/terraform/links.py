"""Turns the unknown leaves of an instance into references, rebuilt documents or reasons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from jurat.model import ABSENT, Reference, Unknown, Value, at, is_known
from jurat.readers.terraform.blocks import pair
from jurat.readers.terraform.changes import Change
from jurat.readers.terraform.configuration import (
    Configuration,
    Expression,
    all_references,
    is_expression,
)
from jurat.readers.terraform.documents import DOCUMENT, build_document
from jurat.readers.terraform.identifiers import expected_type, likely_attribute, names_another
from jurat.readers.terraform.references import Frame, Resolution, Resolver, Target
