"""The formats by name; a report's module is imported when it is asked for."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

from jurat.errors import UsageError
from jurat.lint.fault import Report

_REPORTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "text": "jurat.lint.reports.text",
        "json": "jurat.lint.reports.document",
        "sarif": "jurat.lint.reports.sarif",
    }
)
NAMES: Final = tuple(_REPORTS)
"""The formats a user can ask for."""


def render(name: str, report: Report, root: str) -> str:
    """Write a report in the format ``name``; file addresses become relative to ``root``."""
    if name not in _REPORTS:
        raise UsageError(f"{name}: no such format; there are {', '.join(NAMES)}")
    text: str = import_module(_REPORTS[name]).render(report, root)
    return text
