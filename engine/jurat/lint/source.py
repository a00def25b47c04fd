"""A policy's file before anybody believes a word of it: text, metadata, and where each stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jurat.errors import PackError
from jurat.model.resource import Location

_MAX_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """One policy's file. ``fields`` are its metadata as written, ``lines`` where each stands."""

    id: str
    file: str
    text: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    head: int = 1

    @property
    def name(self) -> str:
        """The last part of the id."""
        return self.id.rpartition("/")[2]

    def at(self, name: str) -> Location:
        """Return where a field of the metadata stands, or where they begin."""
        return Location(self.file, self.lines.get(name, self.head))

    def mapping(self, name: str) -> Mapping[str, Any]:
        """Return a field that holds named things; nothing if it is of another form."""
        found = self.fields.get(name)
        return found if isinstance(found, Mapping) else {}

    def texts(self, name: str) -> list[str]:
        """Return the texts of a field that is a list."""
        found = self.fields.get(name)
        items = found if isinstance(found, list | tuple) else ()
        return [item for item in items if isinstance(item, str)]


def read_text(file: Path) -> str:
    """Read a file of a pack; raises ``PackError``."""
    try:
        with file.open("rb") as opened:
            content = opened.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise PackError(f"{file}: larger than 4 MiB")
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise PackError(f"{file}: not UTF-8 text") from None
    except OSError as error:
        raise PackError(f"{file}: cannot be read: {error.strerror}") from None


def line_of(text: str, offset: int) -> int:
    """Return the line of a position in a text, from 1."""
    return text.count("\n", 0, offset) + 1
