"""The report for a person at a terminal."""

import re
import textwrap
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
from jurat.model.resource import Location, Scope, Uncovered
from jurat.reporters.style import Style
from jurat.reporters.text import render
from jurat.reporters.text.terminal import brief, counted, safe, wrap

REFERENCE = {"$reference": "aws_kms_key.a", "attribute": "arn"}
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


def test_a_remedy_is_told_once(nothing: Assessment) -> None:
    findings = tuple(
        replace(fail("a/b", Severity.LOW, name), remediation="mend it") for name in "xyz"
    )
    text = render(replace(nothing, findings=findings))
    assert text.count("mend it") == 1
    assert text.count("fix       as for x above") == 2
    assert render(replace(nothing, findings=findings), FULL).count("mend it") == 3


@pytest.mark.parametrize(
    ("source", "location", "expected"),
    [
        ("aws_a.x: b", Location("plan.json"), "A (b)"),
        ("aws_a.x", Location("plan.json"), "A"),
        ("aws_a.x: A", Location("plan.json", 7), "A (plan.json:7)"),
        ("aws_c.y: b", Location("plan.json"), "A (aws_c.y: b)"),
        ("aws_c.y: b", Location("main.tf", 3), "A (aws_c.y: b, main.tf:3)"),
        (None, None, "A"),
    ],
)
def test_the_place_of_a_value_says_what_its_resource_has_not_said(
    nothing: Assessment, source: str | None, location: Location | None, expected: str
) -> None:
    read = Read("A", "known", 1, source, location)
    finding = replace(fail("a/b", Severity.LOW, "aws_a.x"), at="A", reads=(read,))
    text = render(replace(nothing, findings=(finding,)), WIDE)
    assert re.findall(r"^ +at +(.*)$", text, re.MULTILINE) == [expected]


def test_what_the_message_is_about_is_shown_before_the_rest(nothing: Assessment) -> None:
    paths = [
        *(f"Tags[{n}].Key" for n in range(6)),
        "Rules[0].Port",
        "Rules[0].Cidr",
        "Rules[1].Cidr",
    ]
    reads = tuple(Read(path, "known", 1) for path in paths)
    finding = replace(fail("a/b", Severity.LOW, "x"), at="Rules[0].Cidr", reads=reads)
    lines = render(replace(nothing, findings=(finding,))).splitlines()
    shown = [line.split()[-3] for line in lines if line.endswith(" = 1")]
    assert shown[:3] == ["Rules[0].Cidr", "Rules[0].Port", "Tags[0].Key"]
    assert any(line.strip() == "and 3 more" for line in lines)


def test_own_values_read_through_a_relation_are_named_as_own(nothing: Assessment) -> None:
    reads = (*(Read(f"r{n}: P", "known", 1) for n in range(9)), Read("x: P.A", "known", 1))
    finding = replace(fail("a/b", Severity.LOW, "x"), at="P.A", reads=reads)
    text = render(replace(nothing, findings=(finding,)))
    assert "read      P.A = 1\n" in text


def unknown(policy: str, address: str, *gaps: Gap) -> Finding:
    return replace(fail(policy, Severity.LOW, address), verdict=Verdict.UNKNOWN, gaps=gaps)


def test_one_unknown_value_is_told_once_with_all_it_keeps_open(nothing: Assessment) -> None:
    gap = Gap("Policies[0]", "known after apply")
    findings = tuple(unknown(name, "role", gap) for name in ("a/a", "a/b", "a/c"))
    text = render(replace(nothing, findings=findings))
    assert text.count("known after apply") == 1
    assert "LOW       a/a, a/b, a/c\n" in text
    assert "UNKNOWN  3 verdicts" in text


def test_resources_that_lack_the_same_are_told_together(nothing: Assessment) -> None:
    findings = (
        *(unknown("a/region", name, Gap("scope.region", "not stated")) for name in "xyz"),
        unknown("a/part", "w", Gap("w", "no part of it is in the input")),
        unknown("a/part", "v", Gap("v", "no part of it is in the input")),
    )
    text = render(replace(nothing, findings=findings))
    assert text.count("scope.region: not stated") == 1
    assert text.count("\n  no part of it is in the input\n") == 1


def test_what_is_open_beyond_the_list_is_named_by_its_policy(nothing: Assessment) -> None:
    findings = tuple(
        unknown(f"a/{n % 2}", f"bucket{n:02}", Gap(f"P{n}", "not known")) for n in range(50)
    )
    text = render(replace(nothing, findings=findings))
    assert "and more causes, on 30 resources, keep open\n    a/0 (15), a/1 (15)\n" in text


def test_failing_controls_are_those_of_the_table(rich: Assessment) -> None:
    whole = rich.frameworks[0]
    chapter = replace(whole.controls[0].control, id="Art.32", unit=False)
    rollup = replace(whole.controls[0], control=chapter, links=())
    frameworks = (replace(whole, controls=(rollup, *whole.controls)),)
    text = render(replace(rich, frameworks=frameworks), WIDE)
    assert "FAILING  1 control\n" in text
    assert "GDPR:Art.32  " in render(replace(rich, frameworks=frameworks), FULL)


def test_a_row_that_is_no_unit_is_told_if_a_policy_fails_it(rich: Assessment) -> None:
    whole = rich.frameworks[0]
    failed = whole.controls[0]
    linked = replace(failed, control=replace(failed.control, unit=False))
    text = render(replace(rich, frameworks=(replace(whole, controls=(linked,)),)), WIDE)
    assert "GDPR:Art.32(1)(b)  Confidentiality" in text


def test_the_failures_of_a_policy_are_counted_not_its_findings(rich: Assessment) -> None:
    text = render(rich, WIDE)
    assert "s3/bucket_public_acl (1 failure)" in text  # two findings, one of them waived


@pytest.mark.parametrize("width", [80, 100])
def test_the_table_of_frameworks_is_a_table(rich: Assessment, width: int) -> None:
    ids = ("gdpr", "nis2", "nist-ai-rmf", "iso27001-2022")
    first = rich.frameworks[0]
    frameworks = tuple(
        replace(first, framework=replace(first.framework, id=name, title="A long title " * 9))
        for name in ids
    )
    text = render(replace(rich, frameworks=frameworks), Style(width=width))
    table = text[text.index("CONTROLS\n") :].splitlines()[1:6]
    assert [len(line) for line in table] == [len(table[0])] * 5
    assert len(table[0]) <= width
    assert [line[:15].strip() for line in table[1:]] == [
        "GDPR",
        "NIS2",
        "NIST AI RMF",
        "ISO27001 2022",
    ]


def test_the_report_ends_with_the_table_and_the_counts(rich: Assessment) -> None:
    text = render(rich, WIDE)
    sections = re.findall(r"^([A-Z]{2}[A-Z ]+?)(?:  .*)?$", text, re.MULTILINE)
    assert sections[-1] == "CONTROLS"


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
    assert "and 7 more" in text
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
        (Read("P", "unknown", {"$unknown": "later"}), "P: (unknown: later)"),
        (Read("P", "reference", REFERENCE), "P = aws_kms_key.a.arn (reference)"),
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


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text("ab  ", max_size=80).map(str.strip), st.integers(1, 60), st.integers(0, 30))
def test_wrapping_is_that_of_the_standard_library(text: str, width: int, indent: int) -> None:
    space = " " * indent
    assert wrap(Style(width=width), text, indent) == textwrap.wrap(
        text,
        max(width, indent + 20),
        initial_indent=space,
        subsequent_indent=space,
        break_long_words=False,
        break_on_hyphens=False,
    )


def test_nouns_follow_their_number() -> None:
    assert [counted(1, "policy"), counted(0, "policy"), counted(2, "resource")] == [
        "1 policy",
        "0 policies",
        "2 resources",
    ]
