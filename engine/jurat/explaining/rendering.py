"""The formats of explanations by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from jurat.explaining import document, text
from jurat.explaining.explanation import Explanation
from jurat.reporters.style import Style

_RENDERERS: Final[Mapping[str, Callable[[Explanation, Style], str]]] = MappingProxyType(
    {"text": text.render, "json": document.render}
)

FORMATS: Final = tuple(_RENDERERS)
"""The formats a user can ask for."""


def render(form: str, explanation: Explanation, style: Style) -> str:
    """Write an explanation in the format ``form``, one of ``FORMATS``."""
    return _RENDERERS[form](explanation, style)
