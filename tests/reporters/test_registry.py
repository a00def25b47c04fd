"""Formats are found by name and imported only when asked for."""

import subprocess
import sys

import pytest

from jurat.errors import UsageError
from jurat.model.assessment import Assessment
from jurat.reporters import NAMES, REPORTERS, render
from jurat.reporters.style import Style


def test_names_are_the_formats_a_user_can_ask_for() -> None:
    assert NAMES == ("text", "json", "sarif", "junit")
    assert tuple(REPORTERS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_format_writes_text_that_ends_in_one_newline(name: str, rich: Assessment) -> None:
    text = render(name, rich, Style())
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("name", NAMES)
def test_every_format_is_a_pure_function(name: str, rich: Assessment) -> None:
    assert render(name, rich, Style()) == render(name, rich, Style())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("show_passes", [False, True])
def test_every_format_can_be_written_as_utf8(
    name: str, hostile: Assessment, *, show_passes: bool
) -> None:
    style = Style(verbose=show_passes, show_passes=show_passes)
    assert render(name, hostile, style).encode("utf-8")


def test_a_mistyped_format_names_the_right_ones(nothing: Assessment) -> None:
    with pytest.raises(UsageError, match=r"^jsn: no such format; there are text, json, sarif, jun"):
        render("jsn", nothing, Style())


def test_knowing_the_names_imports_neither_model_nor_formats() -> None:
    code = "import sys, jurat.reporters; print([m for m in sys.modules if m.startswith('jurat.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = {"jurat.reporters", "jurat.reporters.registry", "jurat.errors"}
    assert set(eval(done.stdout)) == modules  # noqa: S307 - our own output
