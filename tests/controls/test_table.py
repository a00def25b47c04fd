"""Tables give rows with their place, or say where they are broken."""

from pathlib import Path

import pytest

from jurat.controls.table import Columns, choose, read_table
from jurat.errors import PackError

COLUMNS = Columns(("child", "parent"), ("note",))


def table(folder: Path, text: str) -> Path:
    path = folder / "t.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_come_in_the_asked_order_with_their_first_line(tmp_path: Path) -> None:
    path = table(tmp_path, 'note,parent,child\n"one\ntwo",P,C\nthree,Q,D\n')
    assert read_table(path, COLUMNS) == [
        (f"{path}:2", ("C", "P", "one\ntwo")),
        (f"{path}:4", ("D", "Q", "three")),
    ]


def test_an_optional_column_left_out_reads_as_empty(tmp_path: Path) -> None:
    path = table(tmp_path, "parent,child\nP,C\n")
    assert read_table(path, COLUMNS) == [(f"{path}:2", ("C", "P", ""))]


def test_a_field_beyond_all_bounds_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path, f"child,parent\nC,{'P' * 200_000}\n")
    with pytest.raises(PackError, match=r"t\.csv:2: not CSV: field larger"):
        read_table(path, COLUMNS)


def test_a_word_outside_the_list_is_refused_with_the_list() -> None:
    assert choose("t.csv:1", "unit", "1", {"0": False, "1": True}) is True
    with pytest.raises(PackError, match=r"t\.csv:1: unit 'x' is none of 0, 1"):
        choose("t.csv:1", "unit", "x", {"0": False, "1": True})
