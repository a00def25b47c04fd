"""What tests of policies found, for people, programs and build servers."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from jurat.errors import UsageError
from jurat.reporters.style import Style
from jurat.testing.report import Report
from jurat.testing.reports import document, junit, text

Renderer = Callable[[Report, Style], str]

REPORTS: Mapping[str, Renderer] = MappingProxyType(
    {"text": text.render, "json": document.render, "junit": junit.render}
)
"""Format name to what writes it."""


def render(name: str, report: Report, style: Style) -> str:
    """Write ``report`` in the format ``name``."""
    if name not in REPORTS:
        raise UsageError(f"{name}: no such format; there are {', '.join(REPORTS)}")
    return REPORTS[name](report, style)


__all__ = ["REPORTS", "render"]
