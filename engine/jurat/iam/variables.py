"""Policy variables: ``${aws:username}`` in a pattern, and what a request puts in its place."""

import re
from collections.abc import Mapping
from typing import Final

Context = Mapping[str, tuple[str, ...]]
"""What is known of a request: values by key in lower case. An empty tuple: the key is absent."""

_VARIABLE: Final = re.compile(r"\$\{(?![*?$]\})([^},]*)(?:,\s*'([^']*)'\s*)?\}")


def has_variable(pattern: str) -> bool:
    """Tell whether a pattern holds a policy variable; escapes such as ``${*}`` are none."""
    return "${" in pattern and _VARIABLE.search(pattern) is not None


def substitute(pattern: str, context: Context) -> str | None:
    """Put known values into a pattern; ``None`` if one is not known or absent."""
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        known = context.get(found[1].strip().lower())
        if known is not None and not known and found[2] is not None:
            return _escaped(found[2])
        missing |= known is None or len(known) != 1
        return "" if known is None or missing else _escaped(known[0])

    text = _VARIABLE.sub(value, pattern)
    return None if missing else text


def is_void(pattern: str, context: Context) -> bool:
    """Tell whether a pattern matches nothing because a value it needs is known to be absent."""
    return any(
        context.get(found[1].strip().lower()) == () and found[2] is None
        for found in _VARIABLE.finditer(pattern)
    )


def widen(pattern: str, filler: str = "*") -> str:
    """Put a wildcard, or another text, in the place of each variable."""
    return _VARIABLE.sub(lambda _: filler, pattern)


def _escaped(value: str) -> str:
    """Write wildcards in a value so that they mean themselves."""
    return re.sub(r"[*?]", lambda found: f"${{{found[0]}}}", value)
