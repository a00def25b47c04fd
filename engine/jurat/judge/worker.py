"""Workers: policies run in processes of their own that can be limited and killed.

A worker takes its share of the jobs in order and keeps a shared counter at the one it is on. If it
falls silent for longer than the limit, or dies, that job's verdict is ``error``, and a new worker
goes on behind it; what was finished but not yet reported is done again.
"""

import contextlib
import faulthandler
import gc
import itertools
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from typing import Any, Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

Progress = Callable[[int, int], None]
"""Told how many jobs are done, and of how many."""

_BATCH = 256
_TICK_S = 0.05


@dataclass(frozen=True, slots=True)
class Limits:
    """What one evaluation may use: seconds of wall time, bytes of memory beyond the start."""

    seconds: float = 10.0
    memory: int = 2 << 30


@dataclass(frozen=True, slots=True)
class Broken:
    """A job that killed its worker or ran out of time."""

    reason: str


class WorkerError(Exception):
    """A worker could not be set up; the message is for the user."""


def run(
    setup: Callable[[], Callable[[Job], Result]],
    jobs: Sequence[Job],
    limits: Limits,
    workers: int = 1,
    progress: Progress | None = None,
) -> list[Result | Broken]:
    """Run ``setup()(job)`` for each job, in worker processes; results in the order of the jobs.

    Raises ``WorkerError`` with a worker's message if ``setup`` fails with an exception.
    """
    results: list[Result | Broken | None] = [None] * len(jobs)
    bounds = [len(jobs) * n // workers for n in range(workers + 1)]
    crews = [
        _Crew(setup, jobs, limits, range(low, high))
        for low, high in itertools.pairwise(bounds)
        if low < high
    ]
    try:
        while any(not crew.done for crew in crews):
            ready = wait([crew.pipe for crew in crews if not crew.done], timeout=_TICK_S)
            for crew in crews:
                if not crew.done:
                    for index, result in crew.collect(has_news=crew.pipe in ready):
                        results[index] = result
            if progress is not None:
                progress(sum(crew.finished for crew in crews), len(jobs))
    finally:
        for crew in crews:
            crew.stop()
    return [Broken("not evaluated") if result is None else result for result in results]


class _Crew(Generic[Job, Result]):
    """One share of the jobs and the process that is at it."""

    def __init__(
        self,
        setup: Callable[[], Callable[[Job], Result]],
        jobs: Sequence[Job],
        limits: Limits,
        share: range,
    ) -> None:
        self._context = _context()
        self._setup = setup
        self._jobs = jobs
        self._limits = limits
        self._share = share
        self._next = share.start
        self._progress: Any = None
        self._seen = (-1, 0.0)
        self.done = False
        self._start(share.start)

    def _start(self, first: int) -> None:
        self._progress = self._context.RawValue("q", -1)
        self.pipe, end = self._context.Pipe(duplex=False)
        indices = range(first, self._share.stop)
        share = _Share(self._setup, self._jobs, indices, self._limits)
        self._process = self._context.Process(  # type: ignore[attr-defined]  # as above
            target=_work,
            args=(share, end, self._progress),
            daemon=True,
        )
        self._process.start()
        end.close()
        self._seen = (-1, _now())

    def collect(self, *, has_news: bool) -> Iterator[tuple[int, Result | Broken]]:
        """Take what the worker reports; deal with one that is silent or dead."""
        if has_news:
            try:
                message = self.pipe.recv()
            except (EOFError, OSError):
                yield from self._bury()
                return
            if isinstance(message, str):
                raise WorkerError(message)
            for result in message:
                yield self._next, result
                self._next += 1
            self.done = self._next >= self._share.stop
        elif self._is_stuck():
            self._process.kill()
            yield from self._bury(f"did not finish within {self._limits.seconds:g} s")

    def _is_stuck(self) -> bool:
        """Tell whether the worker is at the same job for longer than the limit."""
        current = self._progress.value
        if current != self._seen[0]:
            self._seen = (current, _now())
        return _now() - self._seen[1] > self._limits.seconds

    def _bury(self, reason: str | None = None) -> Iterator[tuple[int, Broken]]:
        """Blame the job the worker died on; a new worker does the others."""
        self._process.join()
        if self._progress.value < 0:
            raise WorkerError("the policies could not be loaded: their process broke or hung")
        guilty = max(self._progress.value, self._next)
        if self._next < guilty:
            yield from self._redo(guilty)
        code = self._process.exitcode
        yield guilty, Broken(reason or f"crashed its process (exit status {code})")
        self._next = guilty + 1
        self.done = self._next >= self._share.stop
        if not self.done:
            self._start(self._next)

    def _redo(self, guilty: int) -> Iterator[Any]:
        """Do again what the dead worker had done but not reported."""
        share = range(self._next, guilty)
        jobs = self._jobs[share.start : share.stop]
        for offset, result in enumerate(run(self._setup, jobs, self._limits)):
            yield share.start + offset, result

    @property
    def finished(self) -> int:
        """How many jobs of the share are done."""
        return self._next - self._share.start

    def stop(self) -> None:
        """End the process if it still runs."""
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self.pipe.close()


def _context() -> BaseContext:
    """Prefer fork: the worker shares what was read, without copying it through a pipe."""
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if "fork" in methods else "spawn")


def _now() -> float:
    import time  # noqa: PLC0415 - a clock for the watchdog only; policies have none

    return time.monotonic()


@dataclass(frozen=True, slots=True)
class _Share(Generic[Job, Result]):
    """What a worker process is given: how to set up, and which of the jobs to do."""

    setup: Callable[[], Callable[[Job], Result]]
    jobs: Sequence[Job]
    indices: range
    limits: Limits


def _work(share: _Share[Job, Result], pipe: Connection, progress: Any) -> None:
    """Be a worker: set up, do the share, report in batches."""
    _isolate(share.limits)
    try:
        judge = share.setup()
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent tells the user
        pipe.send(str(error))
        return
    batch: list[Result] = []
    for index in share.indices:
        progress.value = index
        batch.append(judge(share.jobs[index]))
        if len(batch) == _BATCH:
            pipe.send(batch)
            batch = []
    pipe.send(batch)


def _isolate(limits: Limits) -> None:
    """Limit memory, silence the streams, and take the environment away from policies."""
    gc.freeze()
    faulthandler.disable()  # a crash is reported by the parent, not by a stack on a stream
    sys.setrecursionlimit(3000)
    os.environ.clear()
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every platform

        in_use = _virtual_size()
        resource.setrlimit(resource.RLIMIT_AS, (in_use + limits.memory, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _virtual_size() -> int:
    """Return the address space in use, in bytes, or 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - a kernel file
            return int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0
