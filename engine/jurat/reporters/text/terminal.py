"""Lines that are safe in a terminal: escaped, wrapped, coloured only when asked."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from jurat.reporters.style import Style

LONGEST = 500
"""Characters of a name or message that are shown."""

_NARROWEST = 20
"""Columns that a text is given even where the indent leaves fewer."""

_GLUE = "\x00"
"""Stands for a space at which no line is broken; ``safe`` lets none through."""

_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "magenta": "35",
    "cyan": "36",
}

# Controls, surrogates, line separators and every invisible or direction-changing format character.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e007f]"
)

# Build servers obey lines that begin with `::` and anything after `##[` or `##vso[`.
_COMMAND = re.compile(r"^(\s*)::", re.MULTILINE)
_OLD_COMMAND = re.compile(r"##(?=\[|vso\[)")

_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)


def safe(text: str, limit: int = LONGEST) -> str:
    """Return ``text`` on one line, trimmed, with what a terminal would obey made visible."""
    return _line(text if len(text) <= limit else clip(text, limit))


@lru_cache(maxsize=1 << 13)  # the same names come again and again
def _line(text: str) -> str:
    line = " ".join(text.split())
    if not line.isprintable():  # whatever is unsafe is not printable, and looking is fast
        line = _UNSAFE.sub(_escape, line)
    return _OLD_COMMAND.sub("# #", line) if "##" in line else line


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004 - one byte


def clip(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of ``text``, and say if that is not all."""
    return text if len(text) <= limit else f"{text[:limit]}..."


def brief(value: Any, limit: int) -> str:
    """Return the beginning of ``value`` as JSON, without writing all of it first."""
    if value is None or isinstance(value, bool):
        return _ENCODER.encode(value)
    if isinstance(value, str):
        return _quoted(value[: limit + 1], limit)
    text = ""
    try:
        for chunk in _ENCODER.iterencode(value):
            text += chunk
            if len(text) > limit:
                break
    except (TypeError, ValueError, RecursionError):
        text += "..."
    return safe(text, limit)


@lru_cache(maxsize=1 << 13)
def _quoted(text: str, limit: int) -> str:
    return safe(_ENCODER.encode(text), limit)


def paint(style: Style, text: str, *colours: str) -> str:
    """Colour ``text`` if the style asks for it."""
    if not style.colour or not text:
        return text
    return f"\x1b[{';'.join(_CODES[colour] for colour in colours)}m{text}\x1b[0m"


def wrap(style: Style, text: str, indent: int = 0) -> list[str]:
    """Break ``text`` into indented lines; addresses and ids stay whole."""
    if text and indent + len(text) <= style.width:
        return [" " * indent + text]
    return [" " * indent + line for line in _broken(text, max(style.width - indent, _NARROWEST))]


def _broken(text: str, room: int) -> Iterator[str]:
    """Break ``text`` at spaces; textwrap does the same and is five times slower."""
    rest = text
    while len(rest) > room:
        space = rest.rfind(" ", 1, room + 1)
        if space < 0:
            space = rest.find(" ", room)
        if space < 0:
            break
        yield rest[:space].rstrip(" ")
        rest = rest[space:].lstrip(" ")
    if rest:
        yield rest


def labelled(style: Style, label: str, text: str, indent: int = 0, column: int = 10) -> list[str]:
    """Return ``text`` in a column to the right of ``label``."""
    return _beside(style, label, wrap(style, text, indent + column), indent, column)


def listed(style: Style, label: str, items: Iterable[str], indent: int = 0) -> list[str]:
    """Return items with commas between them in a column to the right of ``label``."""
    return _beside(style, label, whole(style, items, indent + 10), indent, 10)


def itemized(style: Style, label: str, items: Iterable[str], indent: int = 0) -> list[str]:
    """Return items one below the other in a column to the right of ``label``."""
    lines = stacked(style, items, indent + 10)
    return _beside(style, label, lines, indent, 10) if lines else []


def _beside(style: Style, label: str, lines: list[str], indent: int, column: int) -> list[str]:
    head = paint(style, label.ljust(column - 1), "dim")
    beside = lines[0][indent + column :] if lines else ""
    return [f"{' ' * indent}{head} {beside}".rstrip(), *lines[1:]]


def stacked(style: Style, items: Iterable[str], indent: int = 0) -> list[str]:
    """Return items one below the other; what continues one stands further to the right."""
    lines: list[str] = []
    for item in items:
        if indent + len(item) <= style.width:
            lines.append(" " * indent + item)
        else:
            head, *rest = wrap(style, item, indent + 2)
            lines += [head[2:], *rest]
    return lines


def whole(style: Style, items: Iterable[str], indent: int = 0) -> list[str]:
    """Return items with commas between them, broken only there."""
    text = ", ".join(item.replace(" ", _GLUE) for item in items)
    return [line.replace(_GLUE, " ") for line in wrap(style, text, indent)]


def heading(style: Style, text: str, *colours: str) -> list[str]:
    """Return an empty line and a section's title."""
    return ["", paint(style, text, "bold", *colours)]


def counted(number: int, noun: str) -> str:
    """Return ``1 resource``, ``2 resources``, ``2 policies``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"


def first(style: Style, items: Sequence[str], most: int) -> list[str]:
    """Return the first ``most`` items, and how many more there are."""
    if style.verbose or len(items) <= most:
        return [*items]
    return [*items[:most], f"and {len(items) - most} more"]


def page(lines: Iterable[str]) -> str:
    """Join lines, none of which a build server takes for a command."""
    text = "\n".join(lines) + "\n"
    if not any(sign in text for sign in (" ::", "\n::")) and not text.startswith("::"):
        return text  # looking for the signs is fast, for lines that begin so is not
    return _COMMAND.sub(r"\1\\::", text)
