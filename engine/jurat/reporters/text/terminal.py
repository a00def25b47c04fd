"""Lines that are safe in a terminal: escaped, wrapped, coloured only when asked."""

import json
import re
import textwrap
from collections.abc import Iterable
from typing import Any

from jurat.reporters.style import Style

LONGEST = 500
"""Characters of a name or message that are shown."""

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
    line = " ".join(clip(text, limit).split())
    return _OLD_COMMAND.sub("# #", _UNSAFE.sub(_escape, line))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004 - one byte


def clip(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of ``text``, and say if that is not all."""
    return text if len(text) <= limit else f"{text[:limit]}..."


def brief(value: Any, limit: int) -> str:
    """Return the beginning of ``value`` as JSON, without writing all of it first."""
    text = ""
    try:
        for chunk in _ENCODER.iterencode(value):
            text += chunk
            if len(text) > limit:
                break
    except (TypeError, ValueError, RecursionError):
        text += "..."
    return safe(text, limit)


def paint(style: Style, text: str, *colours: str) -> str:
    """Colour ``text`` if the style asks for it."""
    if not style.colour or not text:
        return text
    return f"\x1b[{';'.join(_CODES[colour] for colour in colours)}m{text}\x1b[0m"


def wrap(style: Style, text: str, indent: int = 0) -> list[str]:
    """Break ``text`` into indented lines; addresses and ids stay whole."""
    if text and indent + len(text) <= style.width:
        return [" " * indent + text]
    return textwrap.wrap(
        text,
        max(style.width, indent + 20),
        initial_indent=" " * indent,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def labelled(style: Style, label: str, text: str, indent: int = 0) -> list[str]:
    """Return ``text`` in a column to the right of ``label``."""
    column = indent + 10
    lines = wrap(style, text, column) or [" " * column]
    head = paint(style, f"{label:<9}", "dim")
    return [f"{' ' * indent}{head} {lines[0][column:]}".rstrip(), *lines[1:]]


def heading(style: Style, text: str, *colours: str) -> list[str]:
    """Return an empty line and a section's title."""
    return ["", paint(style, text, "bold", *colours)]


def counted(number: int, noun: str) -> str:
    """Return ``1 resource``, ``2 resources``, ``2 policies``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"


def first(style: Style, items: list[str], most: int, indent: int) -> list[str]:
    """Return the first ``most`` items, wrapped, and how many more there are."""
    shown = items if style.verbose else items[:most]
    lines = [line for item in shown for line in wrap(style, item, indent)]
    rest = len(items) - len(shown)
    return [*lines, f"{' ' * indent}and {rest} more"] if rest else lines


def page(lines: Iterable[str]) -> str:
    """Join lines, none of which a build server takes for a command."""
    return _COMMAND.sub(r"\1\\::", "\n".join(lines)) + "\n"
