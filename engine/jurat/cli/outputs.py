"""The options that say in which formats a report goes where, and how it looks on a terminal."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from jurat.errors import UsageError
from jurat.reporters.style import Style

CommandT = TypeVar("CommandT", bound=Callable[..., Any])
Target = tuple[str, Callable[[str], None]]
"""A format, and what writes a report in it."""

_WIDEST = 140
_OFF_A_TERMINAL = 100


def options(command: CommandT) -> CommandT:
    """Add ``-f`` and ``-o`` to a command."""
    for add in (
        click.option(
            "-o",
            "--output",
            "outputs",
            multiple=True,
            metavar="FORMAT=FILE",
            help="Also write a file.",
        ),
        click.option(
            "-f", "--format", "form", default="text", metavar="FORMAT", help="Format on stdout."
        ),
    ):
        command = add(command)
    return command


def targets(given: Mapping[str, Any], formats: Sequence[str]) -> Iterator[Target]:
    """Pair each format with where it goes; the usual slips get an answer that helps."""
    form, command = given["form"], click.get_current_context().info_name
    if form not in formats:
        if Path(form).exists():
            raise UsageError(f"{form}: paths need no flag: jurat {command} {form}")
        raise UsageError(f"{form}: no such format; there are {', '.join(formats)}")
    yield form, to_stdout
    for output in given["outputs"]:
        name, equals, file = output.partition("=")
        if name not in formats or not equals or not file:
            hint = f"-f {output}" if output in formats else f"-o {formats[0]}=FILE"
            raise UsageError(f"-o {output}: the form is FORMAT=FILE; did you mean {hint}?")
        yield name, _to_file(file)


def to_stdout(text: str) -> None:
    """Print a report."""
    click.echo(text, nl=not text.endswith("\n"))


def _to_file(file: str) -> Callable[[str], None]:
    def write(text: str) -> None:
        try:
            Path(file).write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{file}: cannot be written: {error.strerror}") from error

    return write


def style_of(given: Mapping[str, Any]) -> Style:
    """Return how a report is to look: on a terminal as wide as that, coloured unless unwanted."""
    terminal = sys.stdout.isatty()
    return Style(
        colour=terminal and not given["no_color"] and "NO_COLOR" not in os.environ,
        width=min(_columns(), _WIDEST) if terminal else _OFF_A_TERMINAL,
        verbose=given["verbose"],
        show_passes=given.get("passes", False),
        root=str(Path.cwd()),
    )


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except OSError:
        return _OFF_A_TERMINAL
