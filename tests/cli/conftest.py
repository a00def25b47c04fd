import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


Jurat = Callable[..., Ran]


@pytest.fixture
def jurat(tmp_path: Path) -> Jurat:
    """Run the real command in an empty folder, with a scrubbed environment."""

    def run(*arguments: str, stdin: bytes = b"", cwd: Path | None = None) -> Ran:
        environment = {"PATH": os.environ["PATH"], "PYTHONWARNINGS": "error", "LANG": "C.UTF-8"}
        done = subprocess.run(
            [sys.executable, "-m", "jurat", *arguments],
            input=stdin,
            capture_output=True,
            cwd=cwd or tmp_path,
            env=environment,
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run
