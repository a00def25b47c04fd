"""Exit statuses; every other number is reserved."""

from enum import IntEnum


class Exit(IntEnum):
    """What a run ends with; where several hold: 2 before 1 before 3 before 0."""

    CLEAN = 0
    FAILURES = 1
    CANNOT_RUN = 2
    INCOMPLETE = 3
