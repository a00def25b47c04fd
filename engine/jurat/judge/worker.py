"""Workers: policies run in processes of their own that can be limited and killed.

A task is a topic (a policy) and its jobs (resources). A worker that is done with a task gets the
next one, and keeps a shared counter at the job it is on. If it falls silent for longer than the
limit, or dies, that job's verdict is ``error``, and a new worker goes on behind it; what was
finished but not yet reported is done again.
"""

import contextlib
import faulthandler
import gc
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from typing import Any, Generic, TypeVar

Topic = TypeVar("Topic")
Job = TypeVar("Job")
Result = TypeVar("Result")

Progress = Callable[[int, int], None]
"""Told how many jobs are done, and of how many."""

_BATCH = 256
_AHEAD = 2
_TICK_S = 0.05
_PR_SET_PDEATHSIG = 1
"""The option of ``prctl(2)`` that names the signal a process gets when its parent dies."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one evaluation may use: seconds of wall time, bytes of memory beyond the start."""

    seconds: float = 10.0
    memory: int = 2 << 30


@dataclass(frozen=True, slots=True)
class Broken:
    """A job that killed its worker or ran out of time."""

    reason: str


_NOT_DONE = Broken("not evaluated")


class WorkerError(Exception):
    """A worker could not be set up; the message is for the user."""


@dataclass(frozen=True, slots=True)
class Plan(Generic[Topic, Job, Result]):
    """What there is to do: ``setup()(topic)(job)`` for each job of each task."""

    setup: Callable[[], Callable[[Topic], Callable[[Job], Result]]]
    tasks: Sequence[tuple[Topic, Sequence[Job]]]
    limits: Limits


def run(
    plan: Plan[Topic, Job, Result], workers: int = 1, progress: Progress | None = None
) -> list[list[Result | Broken]]:
    """Do what is planned in worker processes; results in the order of tasks and jobs.

    Raises ``WorkerError`` with a worker's message if ``setup`` or a topic fails with an exception.
    """
    results: list[list[Result | Broken]] = [[_NOT_DONE] * len(jobs) for _, jobs in plan.tasks]
    # The largest first, so that the workers end together.
    queue = deque(sorted(range(len(plan.tasks)), key=lambda task: -len(plan.tasks[task][1])))
    total, finished = sum(map(len, results)), 0
    crews = [_Crew(plan, queue) for _ in range(min(workers, len(queue)))]
    try:
        while any(crew.busy for crew in crews):
            ready = wait([crew.pipe for crew in crews if crew.busy], timeout=_TICK_S)
            for crew in crews:
                if crew.busy:
                    for task, index, result in crew.collect(has_news=crew.pipe in ready):
                        results[task][index] = result
                        finished += 1
            if progress is not None:
                progress(finished, total)
    finally:
        for crew in crews:
            crew.stop()
    return results


class _Crew(Generic[Topic, Job, Result]):
    """A process at work, and the orders it has: tasks, each from some job on."""

    def __init__(self, plan: Plan[Topic, Job, Result], queue: deque[int]) -> None:
        self._context = _context()
        self._plan = plan
        self._queue = queue
        self._orders: deque[tuple[int, int]] = deque()
        self._start()

    @property
    def busy(self) -> bool:
        """Tell whether there is something left to do."""
        return bool(self._orders)

    def _start(self) -> None:
        self._at = self._context.RawArray("q", [-1, -1])
        self.pipe, end = self._context.Pipe()
        self._process = self._context.Process(  # type: ignore[attr-defined]  # as every context has
            target=_work, args=(self._plan, end, self._at), daemon=True
        )
        self._process.start()
        end.close()
        self._seen = (tuple(self._at), _now())
        for order in self._orders:
            self._send(order)
        self._order()

    def _order(self) -> None:
        """Order one task ahead, so that the worker never waits."""
        while self._queue and len(self._orders) < _AHEAD:
            self._orders.append((self._queue.popleft(), 0))
            self._send(self._orders[-1])

    def _send(self, order: tuple[int, int]) -> None:
        with contextlib.suppress(OSError):  # a dead worker shows when its reports end
            self.pipe.send(order)

    def collect(self, *, has_news: bool) -> Iterator[tuple[int, int, Result | Broken]]:
        """Take what the worker reports; deal with one that is silent or dead."""
        if has_news:
            try:
                message = self.pipe.recv()
            except (EOFError, OSError):
                yield from self._bury()
                return
            if isinstance(message, str):
                raise WorkerError(message)
            yield from self._take(message)
        elif self._is_stuck():
            self._process.kill()
            yield from self._bury(f"did not finish within {self._plan.limits.seconds:g} s")

    def _take(self, results: list[Result | Broken]) -> Iterator[tuple[int, int, Result | Broken]]:
        """Say whose results these are; go on to the next task when the one at hand is done."""
        task, first = self._orders.popleft()
        for index, result in enumerate(results, first):
            yield task, index, result
        if first + len(results) < len(self._plan.tasks[task][1]):
            self._orders.appendleft((task, first + len(results)))
        self._order()

    def _is_stuck(self) -> bool:
        """Tell whether the worker is at the same job for longer than the limit."""
        current = tuple(self._at)
        if current != self._seen[0]:
            self._seen = (current, _now())
        return _now() - self._seen[1] > self._plan.limits.seconds

    def _bury(self, reason: str | None = None) -> Iterator[tuple[int, int, Result | Broken]]:
        """Blame the job the worker died on; a new worker does the others."""
        self._process.join()
        at_task, at_job = self._at
        if at_job < 0:
            raise WorkerError("the policies could not be loaded: their process broke or hung")
        task, first = self._orders[0]
        guilty = max(at_job, first) if at_task == task else first
        code = self._process.exitcode
        blamed = Broken(reason or f"crashed its process (exit status {code})")
        yield from self._take([*self._again(task, first, guilty), blamed])
        if self.busy:
            self._start()

    def _again(self, task: int, first: int, guilty: int) -> list[Result | Broken]:
        """Do again what a dead worker had done and not reported."""
        if first == guilty:
            return []
        topic, jobs = self._plan.tasks[task]
        return run(Plan(self._plan.setup, [(topic, jobs[first:guilty])], self._plan.limits))[0]

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


def _work(plan: Plan[Topic, Job, Result], pipe: Connection, at: Any) -> None:
    """Be a worker: set up, do the tasks that are ordered, report in batches."""
    _end_with_parent()
    _isolate(plan.limits)
    try:
        prepare = plan.setup()
        while True:
            task, first = pipe.recv()
            topic, jobs = plan.tasks[task]
            at[1] = -1
            at[0] = task
            do = prepare(topic)
            batch: list[Result] = []
            for index in range(first, len(jobs)):
                at[1] = index
                batch.append(do(jobs[index]))
                if len(batch) == _BATCH and index + 1 < len(jobs):
                    pipe.send(batch)
                    batch = []
            pipe.send(batch)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent tells the user
        pipe.send(str(error))


def _end_with_parent() -> None:
    """Let the system kill this process when its parent is gone, however that came about.

    A thread that watches would not do: a policy may hold the interpreter's lock for ever.
    """
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - needed here alone

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


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
