"""Which inputs there are: files, directories and standard input, each read or said why not."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from jurat.errors import InputError
from jurat.model import Failure, Location, Note
from jurat.readers.registry import (
    OURS,
    BinaryPlanError,
    Format,
    Recognised,
    UnrecognisedError,
    recognise,
    resembles,
)
from jurat.readers.source import Source

STDIN: Final = "-"
SUFFIXES: Final = (".json", ".yaml", ".yml", ".template", ".tfplan")
PRUNED: Final = frozenset({"node_modules"})
"""Directories that are not entered, besides hidden ones."""

MAX_BYTES: Final = 1 << 30
"""Size of the largest input that is read."""

MAX_FILES: Final = 100_000
"""Candidates that are read from one directory."""

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Discovery:
    """What the user's paths lead to: inputs with their format, those that failed, remarks.

    ``skipped`` counts candidate files of directories that are of no format that can be read.
    """

    recognised: tuple[Recognised, ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[Note, ...] = ()
    skipped: int = 0

    @property
    def sources(self) -> tuple[Source, ...]:
        """The inputs, without format and document."""
        return tuple(found.source for found in self.recognised)


@dataclass(frozen=True, slots=True)
class _Found:
    real: str
    recognised: Recognised


@dataclass(frozen=True, slots=True)
class _Skipped:
    path: str


@dataclass(frozen=True, slots=True)
class _Binary:
    path: str
    why: str


_Outcome = _Found | _Skipped | _Binary | Failure | Note


def discover(paths: Sequence[str], stdin: BinaryIO) -> Discovery:
    """Find, read and recognise all that ``paths`` name; a bad input never stops the others."""
    outcomes = [seen for given in dict.fromkeys(paths) for seen in _look_at(given, stdin)]
    found: dict[str, Recognised] = {}
    for outcome in outcomes:
        if isinstance(outcome, _Found):
            found.setdefault(outcome.real, outcome.recognised)
    return Discovery(
        tuple(found.values()),
        tuple(dict.fromkeys(seen for seen in outcomes if isinstance(seen, Failure))),
        tuple(dict.fromkeys(seen for seen in outcomes if isinstance(seen, Note))),
        len({seen for seen in outcomes if isinstance(seen, _Skipped)}),
    )


def _look_at(given: str, stdin: BinaryIO) -> list[_Outcome]:
    try:
        if given == STDIN:
            return [_Found(STDIN, recognise(_read_stdin(stdin)))]
        if _is_directory(given):
            return _look_into(given)
        source = _read(given)
        return [_Found(os.path.realpath(given), recognise(source))]
    except InputError as error:
        return [_failure(str(error))]


def _look_into(root: str) -> list[_Outcome]:
    seen: list[_Outcome] = []
    for number, item in enumerate(_walk(root)):
        if number == MAX_FILES:
            seen.append(
                _failure(f"{_shown(root)}: more than {MAX_FILES} files; name a smaller one")
            )
            break
        seen.extend(_examine(item) if isinstance(item, str) else [item])
    converted = {
        str(Path(item.real).parent)
        for item in seen
        if isinstance(item, _Found) and item.recognised.format is Format.TERRAFORM_PLAN
    }
    seen = [_settle(item, converted) if isinstance(item, _Binary) else item for item in seen]
    if not any(isinstance(item, _Found | Failure) for item in seen):
        count = sum(isinstance(item, _Skipped) for item in seen)
        files = f"{count} file" if count == 1 else f"{count} files"
        seen.append(_failure(f"{_shown(root)}: no {OURS} ({files} looked at)"))
    return seen


def _settle(binary: _Binary, converted: set[str]) -> Failure | Note:
    # Beside a plan in JSON it is most likely what that was made from.
    if str(Path(os.path.realpath(binary.path)).parent) in converted:
        return _note(binary.path, "a binary Terraform plan; the plan in JSON beside it was read")
    return _failure(binary.why)


def _examine(path: str) -> list[_Outcome]:
    """Read a file nobody named: what is none of ours is left out, what may be ours is not."""
    try:
        source = _read(path)
    except InputError as error:
        return [_failure(str(error))]
    try:
        return [_Found(os.path.realpath(path), recognise(source))]
    except BinaryPlanError as error:
        return [_Binary(path, str(error))]
    except UnrecognisedError as error:
        why = str(error).removeprefix(f"{source.path}: ")
        noted = [_note(path, f"skipped: {why}")] if resembles(source) else []
        return [_Skipped(path), *noted]
    except InputError as error:
        if resembles(source):
            return [_failure(str(error))]
        noted = [] if source.data.strip() else [_note(path, "skipped: empty")]
        return [_Skipped(path), *noted]


def _walk(root: str) -> Iterator[str | Failure | Note]:
    """Yield the candidates below a directory in sorted order, and what could not be entered."""
    inside = os.path.realpath(root)
    pending = [root]
    while pending:
        folder = pending.pop()
        try:
            entries = _entries(folder)
        except OSError as error:
            yield _failure(_cannot_read(folder, error))
            continue
        for path, entry in entries:
            yield from _candidate(path, entry, inside)
        pending += [path for path, entry in reversed(entries) if _is_entered(entry)]


def _entries(folder: str) -> list[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    return [(entry.name if folder == "." else entry.path, entry) for entry in ordered]


def _candidate(path: str, entry: os.DirEntry[str], inside: str) -> Iterator[str | Note]:
    named = entry.name.lower().endswith(SUFFIXES) or entry.name == "tfplan"
    if entry.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(inside):
        if named or _is_directory(path):
            yield _note(path, "skipped: a link that leads out of the given directory")
    elif named and not _is_directory(path):
        yield path


def _is_entered(entry: os.DirEntry[str]) -> bool:
    hidden = entry.name.startswith(".") or entry.name in PRUNED
    return not hidden and entry.is_dir(follow_symlinks=False)


def _is_directory(path: str) -> bool:
    try:
        return bool(path) and stat.S_ISDIR(Path(path).stat().st_mode)
    except (OSError, ValueError):
        return False


def _read(path: str) -> Source:
    if not path:
        raise InputError("(no name): an empty path was given")
    shown = _shown(path)
    try:
        state = Path(path).stat()
        if not stat.S_ISREG(state.st_mode):
            raise InputError(f"{shown}: a pipe or device, not a file; pipe it in and give `-`")
        if state.st_size > MAX_BYTES:
            raise _too_large(shown)
        with Path(path).open("rb") as file:
            return _bounded(shown, file, max(state.st_size + 1, _CHUNK))
    except (OSError, ValueError) as error:
        raise InputError(_cannot_read(path, error)) from None


def _read_stdin(stdin: BinaryIO) -> Source:
    try:
        return _bounded(STDIN, stdin)
    except (OSError, ValueError) as error:
        raise InputError(_cannot_read(STDIN, error)) from None


def _bounded(shown: str, file: BinaryIO, size: int = _CHUNK) -> Source:
    chunks: list[bytes] = []
    read = 0
    while chunk := file.read(size):  # one read of the whole limit would allocate all of it
        chunks.append(chunk)
        read += len(chunk)
        if read > MAX_BYTES:
            raise _too_large(shown)
    return Source(shown, b"".join(chunks))


def _too_large(shown: str) -> InputError:
    return InputError(f"{shown}: larger than {MAX_BYTES} bytes")


def _cannot_read(path: str, error: OSError | ValueError) -> str:
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return f"{_shown(path)}: cannot be read: {why[:1].lower()}{why[1:]}"


def _failure(message: str) -> Failure:
    return Failure("input", message)


def _note(path: str, text: str) -> Note:
    return Note(Location(_shown(path)), text)


def _shown(path: str) -> str:
    """Return a path as it is shown: as given, but safe to print on one line."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        for char in path.replace(os.sep, "/")
    )
