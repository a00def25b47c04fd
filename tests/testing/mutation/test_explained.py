"""The file of explanations: read strictly, with line numbers in what is wrong."""

from pathlib import Path

import pytest

from jurat.errors import PackError
from jurat.testing.mutation import explanations
from jurat.testing.mutation.explained import read_explanations


def _read(folder: Path, text: str) -> object:
    file = folder / "mutants.yaml"
    file.write_text(text, encoding="utf-8")
    return read_explanations(file)


def test_a_pack_needs_no_explanations(tmp_path: Path) -> None:
    assert explanations([tmp_path]) == {}


def test_an_entry_explains_several_mutants(tmp_path: Path) -> None:
    (tmp_path / "fixtures").mkdir()
    _read(
        tmp_path / "fixtures",
        "- policy: a/b\n  mutants: [one, two]\n  reason: same\n"
        "- policy: a/c\n  mutants: [one]\n  reason: other\n",
    )
    found = explanations([tmp_path])
    assert {key: value.reason for key, value in found.items()} == {
        ("a/b", "one"): "same",
        ("a/b", "two"): "same",
        ("a/c", "one"): "other",
    }
    assert found["a/c", "one"].place.endswith("fixtures/mutants.yaml:4")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "yaml:[12]: not YAML"),
        ("a: b", "a list is expected"),
        ("- a", "yaml:1: an entry has the fields mutants, policy, reason"),
        ("- {policy: a/b, mutants: [x]}", "an entry has the fields"),
        ("- {policy: a/b, mutants: [x], reason: ' '}", "policy and reason are texts"),
        ("- {policy: 1, mutants: [x], reason: y}", "policy and reason are texts"),
        ("- {policy: a/b, mutants: [], reason: y}", "mutants is a list of keys"),
        ("- {policy: a/b, mutants: x, reason: y}", "mutants is a list of keys"),
        (
            "- {policy: a/b, mutants: [x], reason: y}\n- {policy: a/b, mutants: [x], reason: z}",
            "yaml:2: a/b: 'x' is explained twice",
        ),
        ("&a [*a]", "yaml"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(PackError, match=message):
        _read(tmp_path, text)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "mutants.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(PackError, match="cannot be read"):
        read_explanations(tmp_path / "mutants.yaml")
