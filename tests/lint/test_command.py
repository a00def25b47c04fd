"""``jurat lint`` as its users meet it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.lint.conftest import BODY, HEAD, SOUND

from jurat.cli.lint import command
from jurat.errors import UsageError

REGO = "policies/own/colour.rego"
WARNED = {REGO: HEAD.replace("have a colour\n", "have a colour.\n") + BODY}
WRONG = {REGO: HEAD + BODY.replace("bucket.BucketName", "time.now_ns()")}


def write(root: Path, changed: dict[str, str]) -> Path:
    for name, text in {**SOUND, **changed}.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(command, arguments, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return int(done.return_value), done.stdout


@pytest.mark.parametrize(
    ("changed", "flags", "status"),
    [
        ({}, [], 0),
        ({}, ["--strict"], 0),
        (WARNED, [], 0),
        (WARNED, ["--strict"], 1),
        (WARNED | {"lint.yaml": "metadata/title: as we like it\n"}, ["--strict"], 0),
        (WRONG, [], 1),
        (WRONG, ["-f", "json"], 1),
        ({"mappings/rules/links.csv": "policy\n"}, [], 1),
    ],
)
def test_exit_status(
    tmp_path: Path, changed: dict[str, str], flags: list[str], status: int
) -> None:
    assert run(str(write(tmp_path / "pack", changed)), *flags)[0] == status


def test_paths_and_packs_are_the_same(tmp_path: Path) -> None:
    pack = str(write(tmp_path / "pack", WARNED))
    assert run(pack) == run("--pack", pack)
    assert json.loads(run(pack, "--pack", f"{pack}/", "-f", "json")[1])["packs"] == [pack]


def test_without_paths_the_pack_here_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write(tmp_path / "pack", WRONG))
    status, out = run()
    assert status == 1
    assert f"\n{REGO}:18:2: error: `time.now_ns` is not allowed" in out


def test_elsewhere_the_bundled_pack_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run()[1].startswith("clean: no faults in ")


def test_raw_policies_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "conftest/names.rego"
    file.parent.mkdir()
    file.write_text("package names\n\ndeny[m] { m = 1 }\n")
    assert run(str(tmp_path)) == (0, "clean: no faults in 1 policy\n")


@pytest.mark.parametrize("empty", ["nowhere", "empty", "hollow"])
def test_nothing_to_judge_is_never_clean(tmp_path: Path, empty: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "hollow/policies").mkdir(parents=True)
    with pytest.raises(UsageError, match="no pack"):
        run(str(tmp_path / empty))


def test_a_mistyped_format_is_named() -> None:
    with pytest.raises(UsageError, match="xml: no such format"):
        run("-f", "xml")
