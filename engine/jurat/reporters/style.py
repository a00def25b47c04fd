"""How a report is to look."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """The choices a user has; a format for machines ignores those that do not concern it.

    ``width`` is the terminal's in columns. ``verbose`` shortens no list and trims values later.
    ``show_passes`` also lists what passed and what did not apply. ``root`` is the folder that file
    addresses are made relative to.
    """

    colour: bool = False
    width: int = 80
    verbose: bool = False
    show_passes: bool = False
    root: str = ""
