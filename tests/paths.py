"""Look into a value by path."""

from typing import Any

from jurat.model import ABSENT, Reference, Sensitive, Unknown


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    """Return the part of ``value`` at ``path``: ``ABSENT`` if missing, a marker if one is met."""
    for step in path:
        if isinstance(value, Unknown | Reference | Sensitive):
            return value
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return value
