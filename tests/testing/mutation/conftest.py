from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def pack_sources(root: Path) -> dict[str, bytes]:
    """The bundled Python policies of one area, by file name."""
    return {str(file): file.read_bytes() for file in sorted(root.glob("policies/s3/*.py"))}
