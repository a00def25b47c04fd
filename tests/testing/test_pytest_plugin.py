"""A user's pack tested by ``pytest`` with no code, and the fixtures for tests of their own."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.testing.conftest import NAMED, bucket, write

from jurat import pytest_plugin

pytest_plugins = ("pytester",)

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def project(own: Path, pytester: pytest.Pytester) -> Path:
    """Return the root directory of pytest, which is the pack."""
    shutil.copytree(own, pytester.path, dirs_exist_ok=True)
    return pytester.path


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run pytest with no other plugin; ``test_it_is_found`` shows that it needs no flag."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest_subprocess("-W", "error", "-p", "jurat.pytest_plugin", *arguments)

    return run


def test_it_is_found_by_pytest(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.get_plugin("jurat") is pytest_plugin


def test_every_fixture_is_a_test(project: Path, run: Run) -> None:
    ran = run("-v")
    ran.assert_outcomes(passed=5)
    ran.stdout.fnmatch_lines(["fixtures/own/keyed/fail-other.cfn.yaml::fail PASSED*"])
    run("-k", "named").assert_outcomes(passed=3, deselected=2)
    run("fixtures/own/keyed/pass-kms.cfn.yaml").assert_outcomes(passed=1)
    assert project.is_dir()


def test_a_broken_promise_is_shown_without_a_traceback(project: Path, run: Run) -> None:
    write(project, "fixtures/own/named/pass-not.cfn.yaml", bucket(Tags="[]"))
    ran = run()
    ran.assert_outcomes(passed=5, failed=1)
    ran.stdout.fnmatch_lines(
        [
            "*own/named: pass-not.cfn.yaml*",
            "  expected  pass",
            "  found     fail",
            "    fail      the bucket has no name",
            "    read      BucketName: (absent)",
        ]
    )
    assert "Traceback" not in ran.stdout.str()
    assert "pytest_plugin.py" not in ran.stdout.str()


def test_a_fixture_that_cannot_be_used_fails(project: Path, run: Run) -> None:
    write(project, "fixtures/own/named/pass-odd.cfn.yaml", "{")
    write(project, "fixtures/own/named/pass-none.cfn.yaml", "Resources: {Q: {Type: 'A::B::C'}}")
    ran = run()
    ran.assert_outcomes(passed=5, failed=2)
    ran.stdout.fnmatch_lines(["pass promised, nothing was judged", "  *pass-odd.cfn.yaml:*"])


@pytest.mark.parametrize(
    ("added", "why"),
    [
        ("fixtures/own/named/fial-a.cfn.yaml", "its name begins with no verdict"),
        ("fixtures/own/lost/fail-a.cfn.yaml", "there is no policy own/lost"),
    ],
)
def test_what_only_looks_like_a_fixture_is_an_error(
    project: Path, run: Run, added: str, why: str
) -> None:
    write(project, added, bucket(Tags="[]"))
    ran = run()
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines([f"*{why}*"])


@pytest.mark.parametrize(
    ("added", "text", "why"),
    [
        ("policies/own/named.rego", "package x\n", "the package must be"),
        ("fixtures/own/named/params.yaml", "x: {}\n", "'x' fits no fixture"),
    ],
)
def test_a_broken_pack_is_an_error_of_one_line(
    project: Path, run: Run, added: str, text: str, why: str
) -> None:
    write(project, added, text)
    ran = run()
    assert ran.ret != 0
    ran.stdout.fnmatch_lines([f"*{why}*"])
    assert "Traceback" not in ran.stdout.str()


def test_a_policy_that_breaks_when_loaded_is_an_error_of_one_line(project: Path, run: Run) -> None:
    write(project, "policies/own/named.rego", NAMED + "\ndeny contains x if {\n")
    ran = run()
    ran.assert_outcomes(passed=2, failed=3)
    ran.stdout.fnmatch_lines(["policies/own/named.rego:*"])
    assert "Traceback" not in ran.stdout.str()


def test_pins_hold_here_too(project: Path, run: Run) -> None:
    write(project, "fixtures/own/keyed/expected.json", "{}")
    ran = run()
    ran.assert_outcomes(passed=3, failed=2)
    ran.stdout.fnmatch_lines(["*does not hold this fixture*"])


def test_an_option_names_the_pack(own: Path, pytester: pytest.Pytester, run: Run) -> None:
    shutil.copytree(own, pytester.path / "rules")
    run().assert_outcomes()
    pytester.makeini("[pytest]\njurat_pack = rules\n")
    run().assert_outcomes(passed=5)
    write(pytester.path, "rules/fixtures/own/lost/fail-a.cfn.yaml", bucket(Tags="[]"))
    run().assert_outcomes(errors=1)


def test_tests_beside_a_pack_run_as_ever(project: Path, run: Run) -> None:
    write(project, "tests/test_own.py", "def test_it():\n    pass\n")
    run().assert_outcomes(passed=6)
    run("tests").assert_outcomes(passed=1)


def test_a_project_without_a_pack_is_left_alone(pytester: pytest.Pytester, run: Run) -> None:
    write(pytester.path, "policies/readme.txt", "")
    write(pytester.path, "fixtures/users/admin/pass-word.json", "{")
    pytester.makepyfile(
        """
        import sys

        def test_nothing_of_jurat_is_imported():
            found = {name for name in sys.modules if name.partition(".")[0] == "jurat"}
            assert found == {"jurat", "jurat.pytest_plugin"}
        """
    )
    run().assert_outcomes(passed=1)


def test_estate_reads_paths_and_documents(project: Path, run: Run) -> None:
    write(
        project,
        "tests/test_own.py",
        """
import pytest
import jurat


def test_paths(estate):
    read = estate("fixtures/own/named/pass-named.cfn.yaml")
    assert [each.type for each in read.resources] == ["AWS::S3::Bucket"]


def test_documents(estate):
    read = estate({"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}, region="eu-west-1")
    assert read.resources[0].scope.region == "eu-west-1"


def test_errors(estate):
    with pytest.raises(jurat.InputError):
        estate("nowhere.json")
""",
    )
    run("tests").assert_outcomes(passed=3)


def test_judge_judges_a_file_a_document_or_a_resource(project: Path, run: Run) -> None:
    write(
        project,
        "tests/test_own.py",
        """
import pytest
import jurat

NAMELESS = {"Type": "AWS::S3::Bucket", "Properties": {}}


def test_a_resource(judge):
    said = judge("own/named", NAMELESS)
    assert said.verdict == "fail"
    assert said.messages == ("the bucket has no name",)
    assert said.findings[0].at == "BucketName"


def test_a_document_and_a_file(judge):
    named = {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b"}}}}
    assert judge("own/named", named).verdict == "pass"
    assert judge("own/named", "fixtures/own/named/fail-nameless.cfn.yaml").verdict == "fail"
    assert judge("own/named", named, NAMELESS).verdict == "fail"


def test_parameters(judge):
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "x-orders"}}
    assert judge("own/named", bucket).verdict == "pass"
    assert judge("own/named", bucket, params={"prefix": "x-"}).verdict == "fail"


def test_nothing_judged(judge):
    assert judge("own/named", {"Type": "AWS::SQS::Queue", "Properties": {}}).verdict is None


def test_bundled_policies(judge):
    assert judge("s3/bucket_public_access_block", NAMELESS).verdict == "fail"


def test_errors(judge):
    with pytest.raises(jurat.UsageError, match="own/lost"):
        judge("own/lost", NAMELESS)
""",
    )
    run("tests").assert_outcomes(passed=6)
