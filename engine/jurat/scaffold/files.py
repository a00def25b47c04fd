"""Files to be written, none of which exists yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jurat.errors import UsageError


@dataclass(frozen=True, slots=True)
class Draft:
    """A file to be written, and its text."""

    file: Path
    text: str


def refuse_existing(drafts: Iterable[Draft]) -> None:
    """Raise ``UsageError`` if a file of these exists."""
    for draft in drafts:
        if draft.file.exists() or draft.file.is_symlink():
            raise UsageError(f"{draft.file}: exists already")


def write(drafts: Iterable[Draft]) -> None:
    """Write all files with their folders, or none: raises ``UsageError`` and takes back the rest.

    A file that exists is never written over, whatever became of it since it was looked at.
    """
    written: list[Path] = []
    try:
        for draft in drafts:
            draft.file.parent.mkdir(parents=True, exist_ok=True)
            with draft.file.open("x", encoding="utf-8", newline="\n") as stream:
                written.append(draft.file)
                stream.write(draft.text)
    except OSError as error:
        for file in written:
            file.unlink(missing_ok=True)
        raise UsageError(f"{draft.file}: cannot be written: {error.strerror}") from error
