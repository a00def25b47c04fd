from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest

from jurat.model import Estate, Location, Value
from jurat.readers.cloudformation import read_template
from jurat.readers.source import Hints, Source

Read = Callable[..., Estate]
TextAt = Callable[[str, Location | None], str]
Resolve = Callable[..., Value]
Notes = Callable[..., list[str]]


@pytest.fixture
def read() -> Read:
    """Read a template's text."""

    def read_text(text: str, **hints: Any) -> Estate:
        return read_template(Source("t.yaml", dedent(text).encode()), Hints(**hints))

    return read_text


@pytest.fixture
def value(read: Read) -> Resolve:
    """Return what one property resolves to in a template with the given other sections."""

    def value_of(expression: str, sections: str = "", **hints: Any) -> Value:
        text = dedent(sections) + (
            "Resources:\n"
            "  Key: {Type: AWS::KMS::Key}\n"
            "  It:\n"
            "    Type: Custom::It\n"
            "    Properties:\n"
            f"      X: {expression}\n"
        )
        (_, it) = read(text, **hints).resources
        return it.properties.get("X", "(absent)")

    return value_of


@pytest.fixture
def notes(read: Read) -> Notes:
    """Return the texts of the notes on a template."""
    return lambda text, **hints: [note.text for note in read(text, **hints).notes]


@pytest.fixture
def text_at() -> TextAt:
    """Return what stands at a place of a text, to the end of its line."""

    def text_at_place(text: str, location: Location | None) -> str:
        assert location is not None
        assert location.line is not None
        assert location.column is not None
        return text.splitlines()[location.line - 1][location.column - 1 :]

    return text_at_place
