from pathlib import Path

import pytest

from jurat.pack import Pack, load_pack

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack()
