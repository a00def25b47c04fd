"""Tables that turn a source's types into canonical ones, and the normal form they all end in."""

from jurat.shapes.fold import Part, fold, whole_of
from jurat.shapes.mapping import Mapped, apply
from jurat.shapes.normal_form import normal_form
from jurat.shapes.table import Entry, Shape, names, shape, table_files, terraform_entries, types

__all__ = [
    "Entry",
    "Mapped",
    "Part",
    "Shape",
    "apply",
    "fold",
    "names",
    "normal_form",
    "shape",
    "table_files",
    "terraform_entries",
    "types",
    "whole_of",
]
