"""Mistakes in Rego: each operator with its text before and after."""

import pytest

from jurat.errors import PackError
from jurat.testing.mutation.mutant import mutants
from jurat.testing.mutation.rego import edits

HEAD = "package jurat.policies.a.b\n\n"


def _found(text: str) -> list[tuple[str, str]]:
    source = (HEAD + text).encode()
    found = mutants("a/b", "b.rego", source, edits(source, "b.rego"))
    return [(m.key, m.edit.apply(source).removeprefix(HEAD)) for m in found if m.edit]


def _mutated(text: str) -> list[str]:
    return sorted(changed for _, changed in _found(text))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("input.a == 1", ["true", "false", "input.a != 1", "input.a == 2"]),
        ("input.a != input.b", ["true", "false", "input.a == input.b"]),
        ("input.a < input.b", ["true", "false", "input.a <= input.b", "input.a >= input.b"]),
        ("input.a <= input.b", ["true", "false", "input.a < input.b", "input.a > input.b"]),
        ("input.a > input.b", ["true", "false", "input.a >= input.b", "input.a <= input.b"]),
        ("input.a >= input.b", ["true", "false", "input.a > input.b", "input.a < input.b"]),
        ('input.a == "x"', ["true", "false", 'input.a != "x"', 'input.a == "x~"']),
        ('"x" == input.a', ["true", "false", '"x" != input.a', '"x~" == input.a']),
        ('input.a != ""', ["true", "false", 'input.a == ""', 'input.a != "~"']),
        ("not input.a", ["true", "false", "input.a"]),
        ("input.a", ["true", "false", "not input.a"]),
        ("is_number(input.a)", ["true", "false", "not is_number(input.a)"]),
        ("input.a == true", ["true", "false", "input.a != true", "input.a == false"]),
        ("input.a in input.b", ["true", "false", "not input.a in input.b"]),
        (
            'input.a in {"x", "y"}',
            [
                "true",
                "false",
                'not input.a in {"x", "y"}',
                'input.a in {"y"}',
                'input.a in {"x"}',
            ],
        ),
        ('input.a in ["x"]', ["true", "false", 'not input.a in ["x"]', "input.a in []"]),
    ],
)
def test_a_single_condition(before: str, after: list[str]) -> None:
    frame = "ok if {}\n"
    assert _mutated(frame.format(before)) == sorted(map(frame.format, after))


def test_a_rule_of_several_lines() -> None:
    text = "ok if {\n\tsome x in input.xs\n\tx.a\n}\n"
    assert _mutated(text) == sorted(
        [
            "ok if { false;\n\tsome x in input.xs\n\tx.a\n}\n",
            "ok if {\n\tsome x in input.xs\n\ttrue\n}\n",
            "ok if {\n\tsome x in input.xs\n\tnot x.a\n}\n",
        ]
    )


def test_values_and_defaults() -> None:
    assert _mutated("default ok := false\n") == ["default ok := true\n"]
    assert _mutated('names := {"a"}\n') == ["names := set()\n"]
    assert _mutated('names := ["a", "b"]\n') == ['names := ["a"]\n', 'names := ["b"]\n']
    assert _mutated('days := object.get(input, "Days", 30)\n') == [
        'days := object.get(input, "Days", 31)\n',
        'days := object.get(input, "Days~", 30)\n',
    ]
    assert _mutated("ok if regex.match(`^a$`, input.a)\n")[1:3] == [
        "ok if not regex.match(`^a$`, input.a)\n",
        "ok if regex.match(`^a$~`, input.a)\n",
    ]


def test_conditions_inside_comprehensions_and_every() -> None:
    found = _mutated("xs := [x | some x in input.xs; x > 1]\n")
    assert "xs := [x | some x in input.xs; true]\n" in found
    assert "xs := [x | some x in input.xs; x >= 1]\n" in found
    found = _mutated("ok if {\n\tevery x in input.xs { x > 1 }\n}\n")
    assert "ok if {\n\ttrue\n}\n" in found
    assert "ok if {\n\tevery x in input.xs { x <= 1 }\n}\n" in found


def test_what_is_said_is_left_alone() -> None:
    text = (
        "deny contains finding if {\n\tinput.a\n"
        '\tfinding := {"message": sprintf("%s words", ["x"]), "at": ["A", 0]}\n}\n'
    )
    assert [key for key, _ in _found(text)] == [
        "deny: never holds (`input.a` …)",
        "deny: without `input.a`",
        "deny: `input.a` becomes `not …`",
    ]


def test_metadata_that_decide_are_changed_and_told_by_their_line() -> None:
    text = (
        "# METADATA\n# title: T\n# custom:\n#   severity: high\n"
        "#   applies_to: [A::B::C, A::B::D]\n#   params:\n#     days: 30\n" + HEAD + "ok := 1\n"
    )
    source = text.encode()
    found = list(mutants("a/b", "b.rego", source, edits(source, "b.rego")))
    assert [(m.line, m.key) for m in found[:4]] == [
        (5, "applies_to: without A::B::C"),
        (5, "applies_to: without A::B::D"),
        (6, "params days: 30 becomes 29"),
        (6, "params days: 30 becomes 31"),
    ]
    assert found[0].edit is not None
    changed = found[0].edit.apply(source)
    assert changed.startswith('# METADATA\n# {"title": "T", "custom": {"severity": "high"')
    assert '"applies_to": ["A::B::D"]' in changed
    assert changed.endswith(HEAD + "ok := 1\n")


def test_keys_stay_when_lines_move() -> None:
    text = 'ok if input.a == "é"\n\nok if input.a == "é"\n'
    keys = [key for key, _ in _found(text)]
    assert keys == [key for key, _ in _found("# more\n\n" + text)]
    assert len(keys) == len(set(keys))


def test_no_rego_is_an_error_with_its_line() -> None:
    with pytest.raises(PackError, match=r"b\.rego:3: "):
        _found("ok if if\n")
