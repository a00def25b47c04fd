from collections.abc import Callable
from dataclasses import dataclass

import pytest

from jurat.cli import main


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `jurat new policy`, in this process."""

    def policy(*arguments: object) -> Ran:
        with pytest.raises(SystemExit) as stopped:
            main(["new", "policy", *map(str, arguments)])
        shown = capsys.readouterr()
        return Ran(int(stopped.value.code or 0), shown.out, shown.err)

    return policy
