"""Mistakes in Python: each operator with its text before and after."""

import pytest

from jurat.errors import PackError
from jurat.testing.mutation.mutant import mutants
from jurat.testing.mutation.python import edits


def _mutated(text: str) -> list[str]:
    source = text.encode()
    return [m.edit.apply(source) for m in mutants("a/b", "b.py", source, edits(source, "b.py"))]  # type: ignore[union-attr]


def _keys(text: str) -> list[str]:
    source = text.encode()
    return [m.key for m in mutants("a/b", "b.py", source, edits(source, "b.py"))]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x == 1", ["(x != 1)", "x == 2"]),
        ("x < y", ["(x <= y)", "(x >= y)"]),
        ("x <= y", ["(x < y)", "(x > y)"]),
        ("x > y", ["(x >= y)", "(x <= y)"]),
        ("x >= y", ["(x > y)", "(x < y)"]),
        ("x in y", ["(x not in y)"]),
        ("x not in y", ["(x in y)"]),
        ("x is y", ["(x is not y)"]),
        ("x is not y", ["(x is y)"]),
        ("not x", ["(x)"]),
        ("x", ["(not (x))"]),
        ("f(x)", ["(not (f(x)))"]),
        ("x and y", ["(x or y)", "(y)", "(x)"]),
        ("x or y", ["(x and y)", "(y)", "(x)"]),
        ("not (x and y)", ["(x and y)", "not ((x or y))", "not ((y))", "not ((x))"]),
        ("any(x)", ["(not (any(x)))", "all(x)"]),
        ("all(x)", ["(not (all(x)))", "any(x)"]),
        ("x.get('A')", ["(not (x.get('A')))", "x.get('A~')"]),
        ("x == True", ["(x != True)", "x == False"]),
        ("x in ('A', 'B')", ["(x not in ('A', 'B'))", "x in ('B',)", "x in ('A',)"]),
        ("x in {'A'}", ["(x not in {'A'})", "x in set()"]),
        ("x in ['A', 'B']", ["(x not in ['A', 'B'])", "x in ['B']", "x in ['A']"]),
        ("x == f'{y} z'", ["(x != f'{y} z')"]),
    ],
)
def test_conditions(before: str, after: list[str]) -> None:
    frame = "def b(x, y):\n    if {}:\n        yield x\n"
    drop = frame.format(before).replace("yield x", "pass")
    assert sorted(_mutated(frame.format(before))) == sorted([drop, *map(frame.format, after)])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A = {'a': 1, 'b': x}\n", ["A = {'b': x}\n", "A = {'a': 1}\n", "A = {'a': 2, 'b': x}\n",
                                    "A = {'a~': 1, 'b': x}\n", "A = {'a': 1, 'b~': x}\n"]),
        ("A = frozenset(['a'])\n", ["A = frozenset([])\n"]),
        ("def f(x) -> bool:\n    return x\n", ["def f(x) -> bool:\n    return True\n",
                                              "def f(x) -> bool:\n    return False\n"]),
        ("def f(x) -> str:\n    return x\n", ['def f(x) -> str:\n    return ""\n']),
        ("def f(x=1): ...\n", ["def f(x=2): ...\n"]),
        ("def f(x):\n    return [y for y in x if y]\n",
         ["def f(x):\n    return [y for y in x if True]\n",
          "def f(x):\n    return [y for y in x if (not (y))]\n"]),
        ("def f(x):\n    for y in x:\n        continue\n",
         ["def f(x):\n    for y in x:\n        pass\n"]),
        ("def f(x):\n    yield x\n    yield 2\n",
         ["def f(x):\n    return\n    yield x\n    yield 2\n", "def f(x):\n    pass\n    yield 2\n",
          "def f(x):\n    yield x\n    pass\n", "def f(x):\n    yield x\n    yield 3\n"]),
        ("def f(x):\n    match x:\n        case 'a' | 'b':\n            pass\n",
         ["def f(x):\n    pass\n",
          "def f(x):\n    match x:\n        case 'b':\n            pass\n",
          "def f(x):\n    match x:\n        case 'a':\n            pass\n"]),
        ("def f(x):\n    y = 1\n    y = x\n    return y\n",
         ["def f(x):\n    pass\n    y = x\n    return y\n",
          "def f(x):\n    y = 1\n    pass\n    return y\n",
          "def f(x):\n    y = 2\n    y = x\n    return y\n"]),
    ],
)  # fmt: skip
def test_statements_and_tables(before: str, after: list[str]) -> None:
    assert sorted(_mutated(before)) == sorted(after)


def test_what_is_said_is_left_alone() -> None:
    text = (
        '"""Docstring."""\n'
        "SAID = {'a': 'words'}\n"
        "def f(x):\n"
        '    """Docstring."""\n'
        "    message = 'words'\n"
        "    where = ('A', 0)\n"
        "    yield Failure(message + SAID[x], at=('A', 'B'))\n"
        "    yield Undecided('words', at=where)\n"
    )
    assert [key.split(" `")[0] for key in _keys(text)] == [
        "f: yields nothing",
        "f: without",
        "f: without",
    ]


def test_a_choice_of_words_is_a_decision() -> None:
    found = _mutated("def f(x):\n    yield Failure('a' if x else 'b')\n")
    assert "def f(x):\n    yield Failure('a' if (not (x)) else 'b')\n" in found


def test_metadata_that_decide_are_changed_and_words_are_not() -> None:
    text = (
        "@policy(title='T', applies_to=['A::B::C', 'A::B::D'], params={'days': 90}, "
        "remediation='R')\n"
        "def b(subject):\n    yield from subject\n"
    )
    assert _keys(text)[:4] == [
        "applies_to: without A::B::C",
        "applies_to: without A::B::D",
        "params days: 90 becomes 89",
        "params days: 90 becomes 91",
    ]
    assert "applies_to=['A::B::D']" in _mutated(text)[0]


def test_every_mutant_of_the_bundled_policies_is_python(pack_sources: dict[str, bytes]) -> None:
    for file, source in pack_sources.items():
        for mutant in mutants("a/b", file, source, edits(source, file)):
            assert mutant.edit is not None
            compile(mutant.edit.apply(source), file, "exec")


def test_keys_stay_when_lines_move_and_tell_equal_changes_apart() -> None:
    text = "def f(x):\n    if x == 1:\n        return 2\n    if x == 1:\n        return 3\n"
    keys = _keys(text)
    assert keys == _keys("\n\n# a comment\n" + text)
    assert len(keys) == len(set(keys))
    assert "f: `x == 1` with `!=` (no. 2)" in keys


def test_text_beyond_ascii_keeps_its_place() -> None:
    assert "A = 'é'\nB = ('ü~')\n".replace("(", "").replace(")", "") in _mutated(
        "A = 'é'\nB = 'ü'\n"
    )


def test_no_python_is_an_error_with_its_line() -> None:
    with pytest.raises(PackError, match=r"b\.py:2: not Python"):
        _mutated("x = 1\nx = = 2\n")
