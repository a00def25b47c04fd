from textwrap import dedent

import pytest

from jurat.readers.cloudformation import read_template
from jurat.readers.source import Hints, Source


@pytest.fixture
def read():
    """Read a template's text."""

    def read_text(text, **hints):
        return read_template(Source("t.yaml", dedent(text).encode()), Hints(**hints))

    return read_text


@pytest.fixture
def value(read):
    """Return what one property resolves to in a template with the given other sections."""

    def value_of(expression, sections="", **hints):
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
def notes(read):
    """Return the texts of the notes on a template."""
    return lambda text, **hints: [note.text for note in read(text, **hints).notes]
