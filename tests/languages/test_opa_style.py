"""OPA's own tools have nothing against the Rego of this repository."""

import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def modules(root: Path) -> list[str]:
    found = [*(root / "policies").rglob("*.rego"), *(root / "engine").rglob("*.rego")]
    assert len(found) > 20
    return sorted(map(str, found))


@pytest.mark.parametrize("tool", [("check", "--strict"), ("fmt", "--diff", "--fail")])
def test_opa_accepts_the_rego(opa_program: str, modules: list[str], tool: tuple[str, ...]) -> None:
    done = subprocess.run(
        [opa_program, *tool, *modules], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
