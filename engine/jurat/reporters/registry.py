"""The output formats by name; a reporter's module is imported when it is asked for."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from jurat.errors import UsageError

if TYPE_CHECKING:  # the model costs time that `jurat --version` does not have
    from jurat.model.assessment import Assessment
    from jurat.reporters.style import Style

REPORTERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "text": "jurat.reporters.text",
        "json": "jurat.reporters.document",
        "sarif": "jurat.reporters.sarif",
        "junit": "jurat.reporters.junit",
    }
)
"""Format name to the module whose ``render`` writes it."""

NAMES: Final = tuple(REPORTERS)
"""The formats a user can ask for."""


def render(name: str, assessment: "Assessment", style: "Style") -> str:
    """Write ``assessment`` in the format ``name``."""
    if name not in REPORTERS:
        raise UsageError(f"{name}: no such format; there are {', '.join(NAMES)}")
    text: str = import_module(REPORTERS[name]).render(assessment, style)
    return text
