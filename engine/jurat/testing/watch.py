"""Wait for changes of packs, and tell which of their tests a change concerns."""

import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from jurat.pack import PARTS
from jurat.testing.suite import BESIDE, FIXTURES, Suite
from jurat.testing.trials import Fixture, Trial

_POLL_S = 0.5

State = dict[str, tuple[int, int]]
"""What tells that a file has changed: time of change in ns and size, by path."""


def state(roots: Iterable[Path]) -> State:
    """Look at every file of the packs."""
    return {
        path: seen
        for root in roots
        for part in (*PARTS, FIXTURES)
        for path, seen in _files(str(root / part))
    }


def _files(folder: str) -> Iterator[tuple[str, tuple[int, int]]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__" and not entry.name.startswith("."):
                        yield from _files(entry.path)
                else:
                    found = entry.stat()
                    yield entry.path, (found.st_mtime_ns, found.st_size)
    except OSError:
        return  # removed while we look


def changes(
    roots: Collection[Path], before: State, pause: Callable[[float], None] = time.sleep
) -> tuple[State, frozenset[Path]]:
    """Wait until files of the packs differ from ``before`` and then stay as they are.

    Return the new state and the files that were changed, added or removed.
    """
    after = state(roots)
    while after == before:
        pause(_POLL_S)
        after = state(roots)
    while True:  # an editor may still be writing
        pause(_POLL_S / 5)
        settled = state(roots)
        if settled == after:
            break
        after = settled
    return after, frozenset(Path(path) for path, _ in after.items() ^ before.items())


def concerned(
    suite: Suite, changed: Collection[Path], last: Iterable[Trial]
) -> tuple[Fixture, ...]:
    """Return the fixtures to try again: those a change concerns, and those not kept before.

    A policy concerns its fixtures; what lies among fixtures those beside it; anything else, such as
    a library module, all.
    """
    kept = {trial.fixture.file for trial in last if trial.kept}
    files = {_absolute(path) for path in changed}
    policies = {_absolute(policy.file): policy.id for policy in suite.policies}
    touched = {policies[file] for file in files & policies.keys()}
    among = [_absolute(root / FIXTURES) for root in suite.roots]
    for file in files - policies.keys():
        if not any(file.is_relative_to(folder) for folder in among):
            return suite.fixtures
    return tuple(
        fixture
        for fixture in suite.fixtures
        if fixture.file not in kept
        or fixture.policy in touched
        or _absolute(fixture.file) in files
        or any(_absolute(fixture.home / name) in files for name in BESIDE)
    )


def _absolute(path: str | Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - links stay what they are
