"""The report for a person at a terminal."""

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from jurat.model.assessment import Assessment, Coverage, TypeCoverage
from jurat.model.control import Numbers
from jurat.model.finding import Finding, Gap, Read, Subject, Verdict
from jurat.model.policy import Severity
from jurat.model.resource import Scope, Uncovered
from jurat.reporters.style import Style
from jurat.reporters.text import render
from jurat.reporters.text.terminal import brief, counted, safe, wrap

WIDE = Style(width=100)
FULL = Style(width=60, verbose=True, show_passes=True)


def test_everything_at_once(rich: Assessment, snapshot: SnapshotAssertion) -> None:
    assert render(rich, WIDE) == snapshot


def test_everything_and_more_on_a_narrow_terminal(
    rich: Assessment, snapshot: SnapshotAssertion
) -> None:
    assert render(rich, FULL) == snapshot


def test_nothing_judged_is_loud(nothing: Assessment, snapshot: SnapshotAssertion) -> None:
    assert render(nothing) == snapshot


def test_a_clean_run_is_short(clean: Assessment, snapshot: SnapshotAssertion) -> None:
    assert render(clean) == snapshot


@pytest.mark.parametrize("name", ["rich", "nothing", "clean", "hostile"])
def test_the_last_line_counts_verdicts_and_judged_resources(
    name: str, request: pytest.FixtureRequest
) -> None:
    assessment: Assessment = request.getfixturevalue(name)
    last = render(assessment).splitlines()[-1]
    coverage = assessment.coverage
    assert last.endswith(f"; judged {coverage.judged} of {coverage.resources} resources")


def test_the_summary_counts_each_verdict(rich: Assessment) -> None:
    last = render(rich).splitlines()[-1]
    assert last.startswith("3 fail (1 waived), 1 error, 1 unknown, 1 pass, 1 not applicable; ")


def test_colours_only_add_colours(rich: Assessment) -> None:
    coloured = render(rich, replace(WIDE, colour=True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(rich, WIDE)


def fail(policy: str, severity: Severity, address: str) -> Finding:
    subject = Subject(address, "AWS::S3::Bucket", Scope(), "plan.json")
    return Finding(policy, Verdict.FAIL, severity, subject, "is wrong")


def test_the_worst_resource_and_the_worst_failure_come_first(nothing: Assessment) -> None:
    findings = (
        fail("a/low", Severity.LOW, "first"),
        fail("b/high", Severity.HIGH, "second"),
        fail("c/medium", Severity.MEDIUM, "third"),
        fail("d/critical", Severity.CRITICAL, "third"),
    )
    text = render(replace(nothing, findings=findings))
    words = re.findall(r"^(first|second|third)  |(\w/\w+)", text, re.MULTILINE)
    assert ["".join(word) for word in words] == [
        "third",
        "d/critical",
        "c/medium",
        "second",
        "b/high",
        "first",
        "a/low",
    ]


def test_one_policy_that_fails_twice_on_a_resource_is_explained_once(nothing: Assessment) -> None:
    one = replace(fail("a/b", Severity.LOW, "x"), at="A[0]", remediation="mend it")
    two = replace(one, message="is wrong too", at="A[1]")
    text = render(replace(nothing, findings=(one, two)))
    assert text.count("a/b") == 1
    assert text.count("mend it") == 1
    assert text.index("is wrong\n") < text.index("A[0]") < text.index("is wrong too") < len(text)


def test_no_failure_is_ever_left_out(nothing: Assessment) -> None:
    findings = tuple(fail("a/b", Severity.LOW, f"bucket{n}") for n in range(200))
    text = render(replace(nothing, findings=findings))
    assert all(f"bucket{n}  " in text for n in range(200))


def test_long_lists_say_how_much_they_leave_out(nothing: Assessment) -> None:
    unknown = tuple(
        replace(fail("a/b", Severity.LOW, f"bucket{n}"), verdict=Verdict.UNKNOWN, gaps=(gap,))
        for n in range(12)
        for gap in [Gap("P", "not known")]
    )
    uncovered = tuple(Uncovered("plan.json", f"x{n}", f"aws_x{n:02}") for n in range(13))
    coverage = replace(nothing.coverage, uncovered=uncovered)
    assessment = replace(nothing, findings=unknown, coverage=coverage)
    text = render(assessment)
    assert "and 7 resources more" in text
    assert "aws_x09 (1 resource)" in text
    assert "aws_x10" not in text
    assert "and 3 more" in text
    whole = render(assessment, Style(verbose=True))
    assert "bucket11" in whole
    assert "aws_x12 (1 resource)" in whole
    assert " more" not in whole


def test_passes_are_listed_only_if_asked_for(rich: Assessment) -> None:
    assert "PASS " not in render(rich, WIDE)
    text = render(rich, replace(WIDE, show_passes=True))
    assert '  s3/bucket_own_key  module.shop["eu"].aws_s3_bucket.data' in text
    assert "GDPR:Art.30(1)  Record of processing  (manual-attested, assurance: attested)" in text


def test_percentages_never_round_up_to_a_better_figure(rich: Assessment) -> None:
    numbers = Numbers(1, 1, 1, 1, 0, 0, 0, 99.99, 57.99, 99.96, 0.0, 0.0, 0.0)
    frameworks = (replace(rich.frameworks[0], numbers=numbers),)
    text = render(replace(rich, frameworks=frameworks), WIDE)
    assert "57.9-99.9 %" in text
    assert "100" not in text.split("CONTROLS")[1]


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (Read("P", "known", "a"), 'P = "a"'),
        (Read("P", "default", False), "P = false (default)"),
        (Read("P", "absent"), "P: (absent)"),
        (Read("P", "sensitive", "hunter2"), "P: (sensitive)"),
        (Read("P", "unknown", {"$unknown": "later"}), 'P = {"$unknown": "later"} (unknown)'),
        (Read("", "known", 1), "(everything) = 1"),
        (Read("P", "known", "x" * 10_000), f'P = "{"x" * 69}...'),
    ],
)
def test_what_was_read_is_shown_shortly(nothing: Assessment, read: Read, expected: str) -> None:
    finding = replace(fail("a/b", Severity.LOW, "x"), reads=(read,))
    lines = render(replace(nothing, findings=(finding,)), WIDE).splitlines()
    shown = [line.split("read", 1)[1].strip() for line in lines if line.startswith(" " * 12 + "re")]
    assert shown == [expected]


@pytest.mark.parametrize("verbose", [False, True])
def test_a_sensitive_value_is_never_shown(nothing: Assessment, *, verbose: bool) -> None:
    finding = replace(fail("a/b", Severity.LOW, "x"), reads=(Read("P", "sensitive", "hunter2"),))
    text = render(replace(nothing, findings=(finding,)), Style(verbose=verbose))
    assert "hunter2" not in text


BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def obeyed(character: str) -> bool:
    """Tell whether a terminal acts on a character instead of showing it."""
    hidden = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return hidden or unicodedata.bidirectional(character) in BIDI


def test_no_character_that_a_terminal_obeys_survives() -> None:
    characters = [chr(code) for code in range(0x110000) if obeyed(chr(code))]
    assert {c for c in characters if c in safe(f"a{c}b")} == set()


def test_an_escape_is_shown_as_what_it_is() -> None:
    assert safe("a\x1b[31mb\u202ec\n d\x9b") == "a\\x1b[31mb\\u202ec d\\x9b"


@pytest.mark.parametrize("verbose", [False, True])
def test_hostile_input_gets_nothing_past_the_report(hostile: Assessment, *, verbose: bool) -> None:
    text = render(hostile, Style(verbose=verbose, show_passes=verbose))
    assert {character for character in text if obeyed(character)} == {"\n"}
    assert not re.search(r"^\s*::", text, re.MULTILINE)
    assert len(text) < 200_000


@pytest.mark.parametrize("command", ["::error::x", "##[set-env]x", "##vso[task.setvariable]x"])
def test_a_build_server_is_given_no_command(nothing: Assessment, command: str) -> None:
    finding = replace(fail("a/b", Severity.LOW, "x"), message=command)
    text = render(replace(nothing, findings=(finding,)))
    assert not re.search(r"^\s*::|##\[|##vso\[", text, re.MULTILINE)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(), st.integers(20, 200))
def test_any_name_is_shown_safely(text: str, width: int) -> None:
    finding = replace(fail(text, Severity.LOW, text), message=text, reads=(Read(text, text, text),))
    assessment = Assessment("1", {}, (), (finding,), (), coverage=Coverage(1, 1))
    report = render(assessment, Style(width=width))
    assert {character for character in report if obeyed(character)} == {"\n"}


def test_a_value_is_written_only_as_far_as_it_is_shown() -> None:
    assert brief(["x" * 50] * 1_000_000, 20) == f'["{"x" * 18}...'
    assert brief(float("nan"), 20) == "NaN"
    assert brief({(): 1}, 20) == "{..."


def test_a_type_that_is_not_known_is_not_also_idle(nothing: Assessment) -> None:
    coverage = Coverage(
        2,
        0,
        (TypeCoverage("aws_foo", 1, 0), TypeCoverage("AWS::SNS::Topic", 1, 0)),
        (Uncovered("plan.json", "aws_foo.a", "aws_foo"),),
    )
    text = render(replace(nothing, coverage=coverage))
    assert text.count("aws_foo (1 resource)") == 1
    assert text.count("AWS::SNS::Topic (1 resource)") == 1


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.text("abc", min_size=1, max_size=30), min_size=1), st.integers(24, 60))
def test_wrapping_loses_no_word_and_keeps_to_the_width(words: list[str], width: int) -> None:
    lines = wrap(Style(width=width), " ".join(words), 4)
    assert " ".join(lines).split() == words
    assert all(len(line) <= width or len(line.split()) == 1 for line in lines)
    assert all(line.startswith("    ") for line in lines)


def test_nouns_follow_their_number() -> None:
    assert [counted(1, "policy"), counted(0, "policy"), counted(2, "resource")] == [
        "1 policy",
        "0 policies",
        "2 resources",
    ]
