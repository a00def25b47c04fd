"""Bytes to read, and what the user says about them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Source:
    """One input: the path as it will be shown (``-`` for standard input) and its bytes."""

    path: str
    data: bytes

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Hints:
    """What the user states about inputs that do not state it themselves.

    ``parameters`` are values of template parameters. ``account``, ``region`` and ``partition`` fill
    what an input leaves open. ``assume_defaults`` lets a template parameter take its default.
    ``roots`` are the folders that nested files may be read from.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    account: str | None = None
    region: str | None = None
    partition: str | None = None
    assume_defaults: bool = True
    roots: tuple[str, ...] = ()
