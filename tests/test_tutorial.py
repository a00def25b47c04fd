"""The tutorial, done step by step: what it shows is what jurat prints."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TUTORIAL = ROOT / "docs" / "tutorial.md"
_BLOCK = re.compile(r"^```(\w+)(?: (file|status)=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """A file to write, or commands to run with what they print and their status."""

    file: str | None
    text: str
    status: int = 0
    printed: str = ""


def _steps() -> Iterator[Step]:
    blocks = _BLOCK.findall(TUTORIAL.read_text())
    for index, (language, key, value, text) in enumerate(blocks):
        if key == "file":
            yield Step(value, text)
        elif language == "sh":
            follows = blocks[index + 1] if index + 1 < len(blocks) else ("", "", "", "")
            printed = follows[3] if follows[0] == "text" else ""
            yield Step(None, text, int(value or 0), printed)


def _run(text: str, folder: Path) -> tuple[int, str]:
    """Run commands; ``jurat`` and ``pytest`` are those of this very interpreter."""
    bin_ = folder.parent / "bin"
    bin_.mkdir(exist_ok=True)
    for name in ("jurat", "pytest"):
        script = bin_ / name
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m {name} "$@"\n')
        script.chmod(0o755)
    environment = os.environ | {"PATH": f"{bin_}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["/bin/sh", "-ec", text],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def _shows(printed: str) -> re.Pattern[str]:
    """Compile what a block shows: a line ``…`` stands for any lines, elsewhere for any text."""
    lines = [
        r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + r"\n"
        for line in printed.splitlines()
    ]
    return re.compile("".join(lines))


def test_the_tutorial_shows_what_happens(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "plan.json").write_text((ROOT / "fixtures/estates/meridian/plan.json").read_text())
    ran = 0
    for step in _steps():
        if step.file is not None:
            assert not Path(step.file).is_absolute()
            (folder / step.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / step.file).write_text(step.text)
            continue
        status, printed = _run(step.text, folder)
        assert status == step.status, f"{step.text}{printed}"
        shown = f"{step.text}\n--- printed:\n{printed}\n--- shown:\n{step.printed}"
        assert _shows(step.printed).fullmatch(printed), shown
        ran += 1
    assert ran >= 12
