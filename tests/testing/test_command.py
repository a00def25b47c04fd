"""``jurat test`` as its users meet it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.cli.conftest import Jurat
from tests.testing.conftest import NAMED, bucket, encrypted, write


@pytest.mark.parametrize(
    ("added", "text", "flags", "status"),
    [
        ("", "", [], 0),
        ("fixtures/own/named/pass-not.cfn.yaml", bucket(Tags="[]"), [], 1),
        ("fixtures/own/named/pass-not.cfn.yaml", bucket(Tags="[]"), ["--policy", "own/keyed"], 0),
        (
            "fixtures/own/named/pass-none.cfn.yaml",
            "Resources: {Q: {Type: 'AWS::SQS::Queue'}}",
            [],
            1,
        ),
        ("fixtures/own/named/pass-odd.cfn.yaml", "{", [], 2),
        ("fixtures/own/named/odd.cfn.yaml", bucket(Tags="[]"), [], 2),
        ("fixtures/own/lost/pass-a.cfn.yaml", bucket(Tags="[]"), [], 2),
        ("fixtures/own/named/params.yaml", "x: {}", [], 2),
        ("fixtures/own/named/params.yaml", "pass-*: {x: 1}", [], 2),
        ("fixtures/own/named/expected.json", "{}", [], 1),
        ("fixtures/own/named/expected.json", "[]", [], 2),
        ("policies/own/named.rego", "package x\n", [], 2),
        ("", "", ["--policy", "own/lost"], 2),
        ("", "", ["--policy", "s3/"], 3),
        ("", "", ["--pack", "nowhere"], 2),
        ("", "", ["nowhere"], 2),
        ("", "", ["-f", "fish"], 2),
        ("", "", ["-o", "junit"], 2),
        ("", "", ["-o", "junit=no/such/folder.xml"], 2),
        ("", "", ["--min-coverage", "101"], 2),
        ("", "", ["--mutate", "--watch"], 2),
        ("", "", ["--mutate", "--min-coverage", "0"], 2),
        ("", "", ["--mutate", "-f", "junit"], 2),
        ("", "", ["--mutate", "-o", "junit=j.xml"], 2),
        ("", "", ["--min-coverage", "100"], 1),
        ("", "", ["--min-coverage", "50"], 0),
    ],
)
def test_exit_status(  # noqa: PLR0917 - one argument a column
    own: Path, jurat: Jurat, added: str, text: str, flags: list[str], status: int
) -> None:
    if added:
        write(own, added, text)
    ran = jurat("test", *flags, cwd=own)
    assert ran.status == status, ran.out + ran.err
    assert "Traceback" not in ran.err
    assert status != 2 or ran.err.count("\n") <= 1 or "Usage:" in ran.err


def test_a_pack_without_fixtures_is_not_green(own: Path, jurat: Jurat) -> None:
    for file in (own / "fixtures/own").glob("*/*"):
        file.unlink()
    ran = jurat("test", cwd=own)
    assert ran.status == 3
    assert "WITHOUT FIXTURES  2 policies" in ran.out
    assert "nothing was run" in ran.out


def test_a_policy_without_fixtures_is_told_among_others(own: Path, jurat: Jurat) -> None:
    for file in (own / "fixtures/own/named").glob("*"):
        file.unlink()
    ran = jurat("test", cwd=own)
    assert ran.status == 0
    assert "  own/named\n" in ran.out
    assert "1 policy without fixtures" in ran.out


def test_a_broken_promise_shows_all_that_led_to_it(own: Path, jurat: Jurat) -> None:
    write(own, "fixtures/own/named/pass-a.cfn.yaml", bucket(Tags="[]"))
    write(own, "fixtures/own/named/fail-b.cfn.yaml", "Parameters: {N: {Type: String}}\n" + OPEN)
    write(own, "fixtures/own/named/fail-c.cfn.yaml", "Resources: {Q: {Type: 'AWS::SQS::Queue'}}")
    ran = jurat("test", "policies/own/named.rego", cwd=own)
    assert ran.status == 1
    assert ran.out == REPORT


OPEN = bucket(BucketName="{Ref: N}")
REPORT = """
BROKEN  3 promises

fixtures/own/named/fail-b.cfn.yaml
  expected  fail
  found     unknown
  Bucket  AWS::S3::Bucket  fixtures/own/named/fail-b.cfn.yaml:3
    unknown   not decided: BucketName not known
    read      BucketName: (unknown)
    unknown   BucketName: parameter N has no value

fixtures/own/named/fail-c.cfn.yaml
  expected  fail
  found     nothing was judged

fixtures/own/named/pass-a.cfn.yaml
  expected  pass
  found     fail
  Bucket  AWS::S3::Bucket  fixtures/own/named/pass-a.cfn.yaml:2
    fail      the bucket has no name
    at        BucketName
    read      BucketName: (absent)

3 of 6 promises kept; 1 policy tested
"""


def test_the_source_of_a_value_has_the_name_its_author_gave_it(own: Path, jurat: Jurat) -> None:
    plan = {
        "format_version": "1.2",
        "resource_changes": [
            {
                "address": "aws_s3_bucket.orders",
                "mode": "managed",
                "type": "aws_s3_bucket",
                "name": "orders",
                "provider_name": "registry.terraform.io/hashicorp/aws",
                "change": {
                    "actions": ["create"],
                    "before": None,
                    "after": {"bucket": "orders"},
                    "after_unknown": {},
                },
            }
        ],
    }
    write(own, "fixtures/own/named/fail-plan.tfplan.json", json.dumps(plan))
    ran = jurat("test", cwd=own)
    assert '    read      BucketName = "orders"  <- bucket\n' in ran.out


def test_update_pins_and_a_change_is_shown_as_a_difference(own: Path, jurat: Jurat) -> None:
    ran = jurat("test", "--update", cwd=own)
    assert ran.status == 0
    assert "jurat: fixtures/own/keyed/expected.json: updated" in ran.err
    assert jurat("test", cwd=own).status == 0
    write(own, "policies/own/named.rego", NAMED.replace("the bucket has no name", "nameless"))
    ran = jurat("test", cwd=own)
    assert ran.status == 1
    assert "    -Bucket: fail: the bucket has no name\n    +Bucket: fail: nameless\n" in ran.out
    ran = jurat("test", "--update", cwd=own)
    assert ran.status == 0
    assert ran.err == "jurat: fixtures/own/named/expected.json: updated\n"
    (own / "fixtures/own/named/pass-named.cfn.yaml").unlink()
    ran = jurat("test", cwd=own)
    assert ran.status == 2
    assert "pass-named.cfn.yaml', which does not exist" in ran.out


def test_coverage_is_told_policy_by_policy(own: Path, jurat: Jurat) -> None:
    ran = jurat("test", "--coverage", cwd=own)
    assert ran.status == 0
    assert "COVERAGE  2 policies" in ran.out
    assert "    unsaid    nothing is encrypted\n" in ran.out
    assert "    params    algorithms (only its default)\n" in ran.out
    assert "    related   keys (never anything in it)\n" in ran.out
    ran = jurat("test", "--min-coverage", "99", cwd=own)
    assert ran.status == 1
    assert "2 policies below 99 %" in ran.out


def test_json_is_the_same_every_time(own: Path, jurat: Jurat) -> None:
    write(own, "fixtures/own/keyed/pass-not.cfn.yaml", encrypted("AES256"))
    write(own, "fixtures/own/lost/pass-a.cfn.yaml", bucket(Tags="[]"))
    runs = [jurat("test", "-f", "json", "--coverage", cwd=own) for _ in range(2)]
    assert runs[0].out == runs[1].out
    document = json.loads(runs[0].out)
    assert document["schema"] == "jurat/test/1"
    assert set(document["jurat"]["packs"]) == {"bundled", "own-pack"}
    broken = [trial for trial in document["trials"] if not trial["kept"]]
    assert [trial["fixture"] for trial in broken] == ["fixtures/own/keyed/pass-not.cfn.yaml"]
    assert (broken[0]["expected"], broken[0]["found"]) == ("pass", "fail")
    assert broken[0]["findings"][0]["message"] == "rule 0 has another algorithm"
    assert [each["policy"] for each in document["coverage"]] == ["own/keyed", "own/named"]
    assert "there is no policy own/lost" in document["errors"][0]["message"]
    assert json.loads(jurat("test", "-f", "json", cwd=own).out)["coverage"] is None


def test_junit_has_a_case_for_each_fixture(own: Path, jurat: Jurat) -> None:
    write(own, "fixtures/own/keyed/pass-not.cfn.yaml", encrypted("AES256"))
    write(own, "fixtures/own/keyed/pass-odd.cfn.yaml", "{")
    write(own, "fixtures/own/keyed/odd.cfn.yaml", "{")
    for file in (own / "fixtures/own/named").glob("*"):
        file.unlink()
    ran = jurat("test", "-o", "junit=j.xml", "--min-coverage", "100", cwd=own)
    assert ran.status == 2
    root = ET.fromstring((own / "j.xml").read_text())  # noqa: S314 - our own output
    became = {
        (suite.attrib["name"], case.attrib["name"]): case[0].tag if len(case) else "passed"
        for suite in root
        for case in suite
    }
    odd = next(name for suite, name in became if name.startswith("fixtures/own/keyed/odd"))
    assert became == {
        ("jurat", "tried 4 fixtures"): "passed",
        ("jurat", odd): "error",
        ("jurat", "coverage of own/keyed"): "failure",
        ("jurat", "coverage of own/named"): "failure",
        ("own/keyed", "fail-other.cfn.yaml"): "passed",
        ("own/keyed", "pass-kms.cfn.yaml"): "passed",
        ("own/keyed", "pass-not.cfn.yaml"): "failure",
        ("own/keyed", "pass-odd.cfn.yaml"): "error",
        ("own/named", "has fixtures"): "skipped",
    }


def test_nothing_run_is_an_error_for_build_servers(own: Path, jurat: Jurat) -> None:
    ran = jurat("test", "--policy", "s3/", "-f", "junit", cwd=own)
    assert ran.status == 3
    assert '<error message="nothing was run">' in ran.out


def test_hostile_names_and_messages_reach_no_terminal(own: Path, jurat: Jurat) -> None:
    evil = "\x1b[31m::error::\u202e"
    escaped = evil.replace("\x1b", "\\u001b")
    write(own, "policies/own/named.rego", NAMED.replace("the bucket has no name", escaped))
    write(own, f"fixtures/own/named/pass-{evil}.cfn.yaml", bucket(Tags="[]"))
    for flags in ([], ["--update"], ["-f", "junit"], ["-f", "json"], ["--coverage"]):
        ran = jurat("test", *flags, cwd=own)
        assert ran.status == 1
        assert not set("\x1b\u202e") & set(ran.out + ran.err)
        assert not any(line.lstrip().startswith("::") for line in ran.out.splitlines())


def test_watch_tests_again_what_changed(own: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "jurat", "test", "--watch"],
        cwd=own,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None

        def until_it_waits() -> str:
            text = ""
            for line in process.stdout or ():
                text += line
                if "waiting for changes" in line:
                    break
            return text

        try:
            assert "5 of 5 promises kept; 2 policies tested" in until_it_waits()
            write(own, "policies/own/named.rego", "package x\n")
            assert "own/named.rego: the package must be" in until_it_waits()
            write(own, "fixtures/own/keyed/pass-kms.cfn.yaml", encrypted("AES256"))
            assert "the package must be" in until_it_waits()
            write(own, "policies/own/named.rego", NAMED)
            said = until_it_waits()
            assert "3 of 4 promises kept; 2 policies tested" in said
            assert "changed: policies/own/named.rego" in said
            write(own, "fixtures/own/named/pass-more.cfn.yaml", bucket(BucketName="more"))
            assert "1 of 2 promises kept; 2 policies tested" in until_it_waits()
            write(own, "fixtures/own/keyed/pass-kms.cfn.yaml", encrypted("aws:kms"))
            assert "1 of 1 promise kept; 1 policy tested" in until_it_waits()
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()


def test_help_names_the_statuses(jurat: Jurat) -> None:
    ran = jurat("test", "--help")
    assert ran.status == 0
    assert "3 nothing was run" in ran.out


def test_the_command_is_quick_to_start(jurat: Jurat) -> None:
    start = time.monotonic()
    assert "  test " in jurat("--help").out
    assert time.monotonic() - start < 5
