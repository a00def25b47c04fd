"""Metadata of Python policies: found in the text, wherever and however it is written."""

import pytest

from jurat.errors import PackError
from jurat.languages.python import describe

MARK = """@policy(
    title="Topics are named",
    severity="low",
    applies_to=["AWS::SNS::Topic"],
    remediation="Name it.",
)
"""
DEF = "def named(subject: Subject) -> Iterator[Failure]:\n"
BODY = "    yield from ()\n"


def description(text: str) -> str:
    return describe(text, "log/named", "named.py").description


def refusal(text: str) -> str:
    with pytest.raises(PackError) as caught:
        describe(text, "log/named", "named.py")
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        f'{MARK}{DEF}    """What is asked."""\n{BODY}',
        f'"""The file."""\n\nimport re\n\n\n{MARK}{DEF}    """What is asked."""\n{BODY}',
        f'{MARK}{DEF}    """What is asked."""  # said once\n{BODY}',
        f'{MARK}{DEF}    """What is asked."""\n{BODY}\n\ndef more() -> str:\n    """Help."""\n',
        f"{MARK}{DEF}    '''What is asked.'''\n{BODY}\n\ndef more() -> str:\n    \"\"\"H.\"\"\"\n",
        f'{MARK}{DEF}    r"""What is asked."""\n{BODY}',
        f'{MARK}{DEF}    (\n        """What """\n        "is asked."\n    )\n{BODY}',
        f'{MARK}{DEF}    """What is \\x61sked."""\n{BODY}',
        f'{MARK}@other\ndef named(subject: "Subject") -> None:\n    """What is asked."""\n{BODY}',
        f'{MARK}def other() -> None:\n    """Not this."""\n\n\n'
        f'{MARK}{DEF}    """What is asked."""\n{BODY}',
    ],
    ids=[
        "plain",
        "imports",
        "comment",
        "function-behind",
        "other-quotes",
        "raw",
        "joined",
        "escaped",
        "more-decorators",
        "two-marked",
    ],
)
def test_the_docstring_of_the_marked_function_is_the_description(text: str) -> None:
    assert description(text) == "What is asked."


def test_a_docstring_of_another_function_is_none_of_the_policy() -> None:
    text = f'{MARK}{DEF}{BODY}\n\ndef more() -> str:\n    """Help."""\n'
    assert refusal(text) == "named.py: metadata lack `description`"


def test_what_is_no_python_behind_the_policy_is_refused_with_its_line() -> None:
    text = f'{MARK}{DEF}    """What is asked."""\n{BODY}\n\ndef broken(:\n'
    assert refusal(text).startswith("named.py:12: not Python: ")


def test_an_argument_that_is_no_literal_is_refused_with_its_line() -> None:
    text = f'"""The file."""\n\n{MARK}{DEF}    """What is asked."""\n{BODY}'
    assert refusal(text.replace('"low"', "LOW")) == (
        "named.py:5: `severity` must be a literal value"
    )


@pytest.mark.parametrize("text", [f"{DEF}{BODY}", MARK.replace("policy", "mark") + DEF + BODY, ""])
def test_a_file_without_the_marked_function_is_refused(text: str) -> None:
    assert refusal(text) == "named.py: no function `named` marked with `@policy(…)`"
