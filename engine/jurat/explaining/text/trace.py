"""A trace: each rule or function with its lines and what became of them."""

from collections.abc import Iterator

from jurat.explaining.explanation import Block, Line, Reached, Trace
from jurat.reporters.style import Style
from jurat.reporters.text.terminal import clip, paint, safe, wrap

_SIGNS = {
    Reached.HELD: ("+", "green"),
    Reached.RAN: ("+", "green"),
    Reached.FAILED: ("x", "red"),
    Reached.BROKE: ("!", "red"),
    Reached.NOT_REACHED: (".", "dim"),
    Reached.UNCLEAR: ("?", "dim"),
}
_WORDS = {
    Reached.HELD: "holds",
    Reached.FAILED: "does not hold",
    Reached.RAN: "ran",
    Reached.BROKE: "broke",
    Reached.NOT_REACHED: "not called",
    Reached.UNCLEAR: "unclear",
}
_NUMBER = 6
_AROUND = 9
"""Columns of a block's line beside name and word: indent, sign, colon, what says it was cut."""
_NARROWEST = 40


def trace(style: Style, found: Trace) -> Iterator[str]:
    """Write which lines held or ran, and where it turned."""
    yield from wrap(style, safe(found.file.removeprefix(f"{style.root}/")), 2)
    if found.note:
        yield from wrap(style, safe(found.note), 4)
    for block in found.blocks:
        yield from _block(style, block)


def _block(style: Style, block: Block) -> Iterator[str]:
    sign, colour = _SIGNS[block.reached]
    word = _WORDS[block.reached]
    name = safe(block.name)
    name = name if style.verbose else clip(name, style.width - len(word) - _AROUND)
    yield f"  {paint(style, f'{sign} {name}: {word}', colour)}"
    for line in _shown(style, block):
        yield from _line(style, line)


def _shown(style: Style, block: Block) -> list[Line]:
    """Leave out the lines of a function that did not run, but not those that could speak.

    What such a line stands under is shown with it.
    """
    if style.verbose or block.reached is not Reached.RAN:
        return list(block.lines)
    shown: list[Line] = []
    for line in reversed(block.lines):
        opens = bool(shown) and _indent(line.text) < _indent(shown[-1].text)
        if line.reached is not Reached.NOT_REACHED or "yield" in line.text or opens:
            shown.append(line)
    return shown[::-1]


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _line(style: Style, line: Line) -> Iterator[str]:
    sign, colour = _SIGNS[line.reached]
    room = max(style.width - _NUMBER - 5, _NARROWEST)
    indent = _indent(line.text)
    text = " " * indent + safe(line.text)
    shown = text if style.verbose else clip(text, room)
    yield f"{line.number:>{_NUMBER}} {paint(style, sign, colour)} {shown}"
    if note := _note(line):
        yield from (paint(style, each, "dim") for each in wrap(style, note, _NUMBER + 7 + indent))


def _note(line: Line) -> str:
    note = safe(line.note)
    if not line.decides:
        return note
    return f"^ it turns here: {note}" if note else "^ it turns here"
