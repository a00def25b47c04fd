"""JSON text as nodes: what the standard library reads, with the place of every value."""

import json
import math
import re
from bisect import bisect_right
from typing import Any, Final

from jurat.errors import InputError
from jurat.readers.cloudformation.node import Meter, Node

TOKEN: Final = re.compile(
    r"[ \t\r\n]*(?:(?P<mark>[{}\[\]:,])"
    r'|(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+")'
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<word>true|false|null)"
    r"|(?P<end>\Z))",
    re.DOTALL,
)
WORDS: Final = {"true": True, "false": False, "null": None}


def read_json(path: str, text: str) -> Node:
    """Read JSON; raise ``InputError`` with the line of what is wrong."""
    return _Reader(path, text).document()


class _Reader:
    """One pass over one text."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self.meter = Meter(path)
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self.kind, self.lexeme, self.start, self.next = "", "", 0, 0

    def document(self) -> Node:
        """Read the one value that the text consists of."""
        self._advance()
        place = self._place()
        root = Node(self._value(0), *place)
        self._expect("end", "")
        return root

    def _place(self) -> tuple[int, int]:
        line = bisect_right(self.lines, self.start)
        return line, self.start - self.lines[line - 1] + 1

    def _advance(self) -> None:
        match = TOKEN.match(self.text, self.next)
        if match is None or match.lastgroup is None:
            self.start = self.next
            raise self._error()
        self.kind, self.lexeme = match.lastgroup, match[match.lastgroup]
        self.start, self.next = match.start(match.lastgroup), match.end()

    def _error(self) -> InputError:
        line, column = self._place()
        return InputError(f"{self.path}:{line}: not valid JSON at column {column}")

    def _expect(self, kind: str, lexeme: str) -> None:
        if (self.kind, self.lexeme) != (kind, lexeme):
            raise self._error()
        if kind != "end":
            self._advance()

    def _value(self, depth: int) -> Any:
        self.meter.count(self._place()[0], depth)
        kind, lexeme = self.kind, self.lexeme
        if kind == "mark" and lexeme == "{":
            return self._object(depth)
        if kind == "mark" and lexeme == "[":
            return self._array(depth)
        if kind not in {"string", "number", "word"}:
            raise self._error()
        value = self._scalar()
        self._advance()
        return value

    def _scalar(self) -> Any:
        if self.kind == "word":
            return WORDS[self.lexeme]
        return self._string() if self.kind == "string" else _number(self.lexeme)

    def _string(self) -> str:
        if "\\" not in self.lexeme:
            return self.lexeme[1:-1]
        try:
            value = str(json.loads(self.lexeme, strict=False))
        except ValueError:
            raise self._error() from None
        # Half of a surrogate pair would break every output that is UTF-8.
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _object(self, depth: int) -> dict[str, Node]:
        members: dict[str, Node] = {}
        self._advance()
        while self.lexeme != "}" or self.kind != "mark":
            if members:
                self._expect("mark", ",")
            if self.kind != "string":
                raise self._error()
            key, place = self._string(), self._place()
            self._advance()
            self._expect("mark", ":")
            self.meter.put(members, key, Node(self._value(depth + 1), *place))
        self._advance()
        return members

    def _array(self, depth: int) -> list[Node]:
        items: list[Node] = []
        self._advance()
        while self.lexeme != "]" or self.kind != "mark":
            if items:
                self._expect("mark", ",")
            place = self._place()
            items.append(Node(self._value(depth + 1), *place))
        self._advance()
        return items


def _number(text: str) -> int | float | str:
    """Return a number, or its text if no finite number of Python's can hold it."""
    try:
        value = int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return text
    return value if math.isfinite(value) else text
