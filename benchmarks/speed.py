"""Measure whole runs of the command against plain parsing, each pair in one go.

    python benchmarks/speed.py SMALL_PLAN [LARGE_PLAN] [--repeat N]

SMALL_PLAN is a plan of a few hundred resources, LARGE_PLAN one of some 10,000. Prints seconds of
wall time (the least of N runs), peak memory and ratios; ratios carry over to other machines.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

BARE = [sys.executable, "-c", "pass"]
JURAT = [sys.executable, "-m", "jurat"]


def seconds(command: list[str], repeat: int) -> float:
    """Return the least wall time of ``repeat`` runs after one that warms the caches."""
    times = []
    for _ in range(repeat + 1):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        times.append(time.perf_counter() - start)
    return min(times[1:])


def parse(plan: str) -> list[str]:
    """Return a command that does nothing but parse a file."""
    return [sys.executable, "-c", f"import json; json.load(open({plan!r}, encoding='utf-8'))"]


def peak_mib(command: list[str]) -> float:
    """Return the most memory that one process of a command held, in MiB."""
    pid = os.fork()
    if pid == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.execv(command[0], command)
    os.waitpid(pid, 0)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("plans", nargs="+", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    bare = seconds(BARE, options.repeat)
    print(f"bare python      {bare:.3f} s")
    for flag in ("--version", "--help"):
        over = seconds([*JURAT, flag], options.repeat) - bare
        print(f"jurat {flag:10} {over:.3f} s over bare python")
    for plan in map(str, options.plans):
        floor = seconds(parse(plan), options.repeat)
        took = seconds([*JURAT, "check", plan], options.repeat)
        print(f"{plan}: parse {floor:.2f} s, jurat check {took:.2f} s, {took / floor:.1f} times")
        print(f"{plan}: peak {peak_mib([*JURAT, 'check', plan]):.0f} MiB in one process")


if __name__ == "__main__":
    main()
