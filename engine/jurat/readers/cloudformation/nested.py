"""Where the template of a nested stack lies among the files that may be read."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from jurat.model import Unknown, Value
from jurat.readers.cloudformation.misuse import Misuse
from jurat.readers.cloudformation.node import MAX_BYTES
from jurat.readers.source import Hints, Source

URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*/?([^?#]*)")
STANDARD_INPUT: Final = "-"
MAX_PATH: Final = 1024


def folders(path: str, hints: Hints) -> tuple[str, ...]:
    """Return the real folders that templates nested in ``path`` may be read from."""
    if hints.roots or path == STANDARD_INPUT:
        return tuple(map(os.path.realpath, hints.roots))
    return (os.path.realpath(Path(path).parent),)


def find(url: Value, parent: str, roots: tuple[str, ...]) -> Source:
    """Return the local file that a ``TemplateURL`` means; raise ``Misuse`` if there is none."""
    for candidate in _candidates(url):
        shown = os.path.normpath(Path(parent).parent / candidate)
        try:
            if _readable(shown, roots):
                return Source(shown, Path(shown).read_bytes())
        except OSError:
            continue
    raise Misuse("its template is no local file that may be read")


def is_local(url: Value) -> bool:
    """Tell whether a ``TemplateURL`` is a path rather than an address elsewhere."""
    return isinstance(url, str) and not URL.match(url)


def _candidates(url: Value) -> Iterator[str]:
    """Yield paths relative to the parent: the one written, else ever shorter ends of a URL."""
    if isinstance(url, Unknown) and url.parts and isinstance(url.parts[-1], str):
        yield from _ends(url.parts[-1].partition("?")[0])
    elif isinstance(url, str):
        remote = URL.match(url)
        yield from _ends(remote[1]) if remote else [url]


def _ends(text: str) -> Iterator[str]:
    rest = text.lstrip("/") if len(text) <= MAX_PATH else ""
    while rest:
        yield rest
        rest = rest.partition("/")[2].lstrip("/")


def _readable(path: str, roots: tuple[str, ...]) -> bool:
    if "\0" in path:
        return False
    real = Path(os.path.realpath(path))
    inside = any(real.is_relative_to(root) for root in roots)
    return inside and real.is_file() and real.stat().st_size <= MAX_BYTES
