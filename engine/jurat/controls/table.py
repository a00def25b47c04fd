"""Strict CSV tables: known columns, full rows, and the place of each row for messages."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

from jurat.errors import PackError

T = TypeVar("T")
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a table must have, in any order, and those it may have besides."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()


def read_text(path: Path) -> str:
    """Read a file of a mapping as UTF-8."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise PackError(f"{path}: not UTF-8 text") from None
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}") from None


def read_table(path: Path, columns: Columns) -> list[tuple[str, Row]]:
    """Return each row's place (``path:line``) and its values in the order of ``columns``.

    An optional column that the table leaves out reads as empty.
    """
    name = str(path)
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    rows = []
    try:
        header = next(reader, [])
        pick = _picker(f"{name}:1", header, columns)
        line = reader.line_num + 1
        for row in reader:
            if len(row) != len(header):
                raise PackError(f"{name}:{line}: {len(row)} values for {len(header)} columns")
            rows.append((f"{name}:{line}", pick([*row, ""])))
            line = reader.line_num + 1
    except csv.Error as error:
        raise PackError(f"{name}:{reader.line_num}: not CSV: {error}") from None
    return rows


def choose(place: str, column: str, value: str, choices: Mapping[str, T]) -> T:
    """Return what a word of a fixed list stands for."""
    if value not in choices:
        raise PackError(f"{place}: {column} {value!r} is none of {', '.join(choices)}")
    return choices[value]


def _picker(place: str, header: Sequence[str], columns: Columns) -> Callable[[list[str]], Row]:
    """Check the header and return what puts a row, with one empty value more, in order."""
    known = (*columns.needed, *columns.optional)
    for name in header:
        if name not in known:
            raise PackError(f"{place}: unknown column {name!r}; known are {', '.join(known)}")
        if header.count(name) > 1:
            raise PackError(f"{place}: column {name!r} stands twice")
    for name in columns.needed:
        if name not in header:
            raise PackError(f"{place}: column {name!r} is missing")
    return itemgetter(*(header.index(name) if name in header else len(header) for name in known))
