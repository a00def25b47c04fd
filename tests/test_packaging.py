"""The built packages carry the pack and work from a foreign folder."""

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _build(source: Path, out: Path, kind: str) -> Path:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            f"--{kind}",
            "--no-isolation",
            "--outdir",
            str(out),
            str(source),
        ],
        check=True,
        capture_output=True,
    )
    (built,) = out.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return built


def _run(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(installed), "LANG": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", "jurat", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(ROOT, tmp_path_factory.mktemp("sdist"), "sdist")


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the sdist, as an installer without a wheel would."""
    folder = tmp_path_factory.mktemp("source")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    return _build(source, tmp_path_factory.mktemp("wheel"), "wheel")


def test_the_wheel_works_in_a_foreign_folder(wheel: Path, tmp_path: Path) -> None:
    installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    zipfile.ZipFile(wheel).extractall(installed)  # noqa: S202 - the wheel made above
    (elsewhere / "t.json").write_text(
        json.dumps({"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {}}}})
    )
    listed = _run(installed, elsewhere, "explain", "s3/bucket_public_access_block").stdout
    assert str(installed / "jurat" / "_pack" / "policies") in listed
    checked = _run(installed, elsewhere, "check", "t.json", "-f", "json")
    assert checked.returncode == 1, checked.stderr
    here = [sys.executable, "-m", "jurat", "check", "t.json", "-f", "json"]
    checkout = subprocess.run(here, cwd=elsewhere, capture_output=True, text=True, check=False)
    assert json.loads(checked.stdout)["findings"] == json.loads(checkout.stdout)["findings"]


def test_the_wheel_holds_what_a_run_needs_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for part in ("policies", "mappings"):
        wanted = {
            f"jurat/_pack/{file.relative_to(ROOT).as_posix()}"
            for file in (ROOT / part).rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        }
        assert wanted
        assert wanted <= names
    assert {"jurat/py.typed", "jurat/reporters/assessment.schema.json"} <= names
    assert any(name.startswith("jurat/shapes/tables/") for name in names)
    assert not any(name.startswith(("tests/", "fixtures/")) for name in names)


def test_the_sdist_holds_the_tests_and_fixtures(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        tops = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    assert {"engine", "policies", "mappings", "fixtures", "tests", "README.md", "LICENSE"} <= tops
