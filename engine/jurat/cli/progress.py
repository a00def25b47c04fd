"""A line on a terminal that says how far long work is."""

import time
from collections.abc import Callable
from typing import TextIO

_PATIENCE_S = 1.5


def progress(stream: TextIO) -> Callable[[int, int], None] | None:
    """Return what to tell progress to, or ``None`` if nobody is watching."""
    if not stream.isatty():
        return None
    start = time.monotonic()
    shown = False

    def tell(done: int, total: int) -> None:
        nonlocal shown
        if done >= total and shown:
            stream.write("\r\x1b[K")
        elif time.monotonic() - start > _PATIENCE_S and done < total:
            shown = True
            stream.write(f"\r\x1b[Kjudged {done} of {total}")
        stream.flush()

    return tell
