"""Sets of raw Rego: what their data are."""

from pathlib import Path

import pytest

from jurat.errors import PackError
from jurat.languages.conftest import read_set


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "names.rego").write_text("package names\n\ndeny[m] { m = data.a }\n")
    return tmp_path


@pytest.mark.parametrize("date", ["2026-01-01", "2026-99-99", "2026-01-01T10:00:00Z"])
def test_dates_are_texts_as_in_json(folder: Path, date: str) -> None:
    (folder / "data.yaml").write_text(f"a: {date}\n")
    assert read_set(folder).data == {"a": date}


@pytest.mark.parametrize("content", ["a: .nan", "a: &a [*a]", "a: !!binary aGk=", "a: !!set {b}"])
def test_what_json_cannot_hold_is_refused(folder: Path, content: str) -> None:
    (folder / "data.yaml").write_text(content)
    with pytest.raises(PackError, match=r"data\.yaml: holds what JSON cannot hold"):
        read_set(folder)
