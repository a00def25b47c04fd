"""The README keeps its two commands, and shows what the first of them really prints."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(mark: str) -> str:
    found = re.search(rf"<!-- {mark} -->\n```\w*\n(.*?)\n```", README, re.DOTALL)
    assert found, mark
    return found[1]


def test_there_are_two_commands_and_each_is_one_line() -> None:
    assert re.findall(r"<!-- (run|test) -->", README) == ["run", "test"]
    assert all(re.fullmatch(r"python3 -m venv .*", block(mark)) for mark in ("run", "test"))


def test_the_sample_is_what_is_printed() -> None:
    _, arguments = block("run").rsplit(".venv/bin/jurat ", 1)
    done = subprocess.run(
        [sys.executable, "-m", "jurat", *shlex.split(arguments)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert len(done.stdout.splitlines()) < 120, "too long to be read"
    rest = done.stdout
    for part in block("sample").split("\n…\n"):
        _, found, rest = rest.partition(f"\n{part}\n")
        assert found, part
        rest = f"\n{rest}"
