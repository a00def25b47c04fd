"""What reading a template and those nested in it finds out besides the resources."""

from dataclasses import dataclass, field
from typing import Final

from jurat.errors import InputError
from jurat.model import Input, Location, Note
from jurat.readers.cloudformation.document import load
from jurat.readers.cloudformation.node import Node
from jurat.readers.source import Hints, Source

BUDGET: Final = 1_500_000
BYTES_A_VALUE: Final = 32
MAX_REASONS: Final = 3


@dataclass(slots=True)
class Journal:
    """Collects notes, secrets, inputs and their gaps, and stops what is out of proportion."""

    path: str
    hints: Hints
    notes: dict[Note, None] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)
    documents: dict[str, tuple[Source, Node]] = field(default_factory=dict)
    gaps: dict[str, dict[str, None]] = field(default_factory=dict)
    spent: int = 0

    def spend(self, amount: int) -> None:
        """Account for values made; raise ``InputError`` if they are too many."""
        self.spent += amount
        if self.spent > BUDGET:
            raise InputError(f"{self.path}: resolves to more than {BUDGET} values")

    def open(self, source: Source) -> Node:
        """Load a document and list it among the inputs."""
        if source.path not in self.documents:
            self.spend(len(source.data) // BYTES_A_VALUE)
            root = load(source)
            self.documents[source.path] = source, root
        return self.documents[source.path][1]

    def note(self, file: str, place: Node, text: str) -> None:
        """Tell the user that something was not understood."""
        self.notes[Note(Location(file, place.line, place.column), text)] = None

    def gap(self, file: str, reason: str) -> None:
        """Record that a file does not show everything it stands for."""
        self.gaps.setdefault(file, {})[reason] = None

    def inputs(self) -> tuple[Input, ...]:
        """Return the files read, the template itself first."""
        return tuple(
            Input(path, "cloudformation", source.sha256, self._incomplete(path))
            for path, (source, _) in self.documents.items()
        )

    def _incomplete(self, path: str) -> str | None:
        reasons = list(self.gaps.get(path, ()))
        more = len(reasons) - MAX_REASONS
        shown = "; ".join(reasons[:MAX_REASONS])
        return (f"{shown}; and {more} more" if more > 0 else shown) or None
