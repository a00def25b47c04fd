"""A new policy is valid, and its fixtures say that it is not filled in yet."""

import re
import shutil
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from jurat.lint import lint
from jurat.model import Read, Severity, Verdict
from jurat.pack import Pack, load_pack
from jurat.scaffold import Form, Order, new_policy, write
from jurat.testing import Trial, fixtures, run_fixtures

SUFFIXES = {"rego": ".rego", "python": ".py"}
PLACEHOLDER = "value-that-nobody-writes"
WORDS = {
    "say what is wrong; name things, never values": "it is not as we want it",
    "Say what can happen where this is not so, and to whom.": "Somebody could be harmed by that.",
    "Say how to put it right:": "Put it right:",
    "no control is linked yet": "a rule of the house",
    PLACEHOLDER: "value",
}
"""What a new policy leaves to say, and what somebody said."""


@dataclass(frozen=True)
class Case:
    """A policy to begin; ``wrong`` is what its filled-in condition compares with, by language."""

    id: str
    type: str
    forms: tuple[Form, ...]
    wrong: tuple[str, str]
    undecided: tuple[Form, ...] = ()


PLAN, TEMPLATE, LIVE = Form.TFPLAN, Form.CFN, Form.IAM
TEXT = ('== "value-to-refuse"', '== "value-to-refuse"')
BOOLEAN = ("== false", "is False")
NUMBER = ("== 0", "== 0")
DOCUMENT = (
    '.Statement[0].Sid == "ValueToRefuse"',
    '["Statement"][0]["Sid"] == "ValueToRefuse"',
)
CASES = [
    Case("s3/bucket_versioned", "AWS::S3::Bucket", (PLAN, TEMPLATE), TEXT, (PLAN,)),
    Case("rds/storage_encrypted", "AWS::RDS::DBInstance", (PLAN, TEMPLATE), BOOLEAN),
    Case("rds/retention_period", "AWS::RDS::DBCluster", (PLAN, TEMPLATE), NUMBER, (PLAN,)),
    Case("iam/role_boundary", "AWS::IAM::Role", (PLAN, TEMPLATE, LIVE), TEXT, (PLAN, LIVE)),
    Case("iam/user_path", "AWS::IAM::User", (PLAN, TEMPLATE, LIVE), TEXT, (PLAN, LIVE)),
    Case(
        "iam/what_policies_say",
        "AWS::IAM::ManagedPolicy",
        (PLAN, TEMPLATE, LIVE),
        DOCUMENT,
        (PLAN, LIVE),
    ),
    Case("kms/key_policy_strict", "AWS::KMS::Key", (PLAN, TEMPLATE, LIVE), DOCUMENT, (PLAN,)),
    Case("s3/account_block_acls", "Ext::S3::AccountPublicAccessBlock", (PLAN,), BOOLEAN),
    Case("lambda/runtime_current", "AWS::Lambda::Function", (PLAN, TEMPLATE), TEXT, (PLAN,)),
]
EACH = [(case, language) for case in CASES for language in SUFFIXES]
IDS = [f"{case.id}-{language}" for case, language in EACH]


def identity(case: Case, language: str) -> str:
    return f"{case.id}_{language}"


def file_of(pack: Path, case: Case, language: str) -> Path:
    return pack / "policies" / f"{identity(case, language)}{SUFFIXES[language]}"


def begin(pack: Path) -> None:
    for case, language in EACH:
        name = identity(case, language)
        order = Order(name, pack, SUFFIXES[language], types=(case.type,), forms=case.forms)
        write(new_policy(order, BytesIO()).drafts)


def fill_in(pack: Path) -> None:
    """Do what the comment in each policy asks for."""
    for case, language in EACH:
        file = file_of(pack, case, language)
        wrong = case.wrong[language == "python"]
        space = "" if wrong[0] in ".[" else " "
        text = file.read_text().replace(f' == "{PLACEHOLDER}"', f"{space}{wrong}")
        if language == "python":
            text = text.replace("if setting[", "if setting and setting[")
        file.write_text(text)


def tried(pack: Path) -> dict[str, list[Trial]]:
    trials: dict[str, list[Trial]] = {}
    for trial in run_fixtures(load_pack([pack]), list(fixtures(pack / "fixtures"))):
        trials.setdefault(trial.fixture.policy, []).append(trial)
    return trials


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pack = tmp_path_factory.mktemp("fresh")
    begin(pack)
    return pack


@pytest.fixture(scope="module")
def loaded(fresh: Path) -> Pack:
    return load_pack([fresh])


@pytest.fixture(scope="module")
def before(fresh: Path) -> dict[str, list[Trial]]:
    return tried(fresh)


@pytest.fixture(scope="module")
def filled(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pack = tmp_path_factory.mktemp("filled") / "pack"
    shutil.copytree(fresh, pack)
    fill_in(pack)
    return pack


@pytest.fixture(scope="module")
def after(filled: Path) -> dict[str, list[Trial]]:
    return tried(filled)


def form_of(trial: Trial) -> Form:
    return Form(trial.fixture.file.name.split(".")[1])


@pytest.mark.parametrize(("case", "language"), EACH, ids=IDS)
def test_it_is_in_the_pack(loaded: Pack, case: Case, language: str) -> None:
    policy = next(item for item in loaded.policies if item.id == identity(case, language))
    assert policy.language == language
    assert policy.applies_to == (case.type,)
    assert policy.severity is Severity.MEDIUM
    assert policy.title[0].isupper()
    assert len(policy.description) > len(policy.title) / 2
    assert policy.references[0].startswith("https://docs.aws.amazon.com/")
    assert policy.unlinked


@pytest.mark.parametrize(("case", "language"), EACH, ids=IDS)
def test_its_fixtures_are_found_in_every_format(
    before: dict[str, list[Trial]], case: Case, language: str
) -> None:
    found = {(form_of(trial), trial.fixture.expected) for trial in before[identity(case, language)]}
    wanted = {(form, verdict) for form in case.forms for verdict in (Verdict.PASS, Verdict.FAIL)}
    wanted |= {(form, Verdict.UNKNOWN) for form in case.forms}
    if case.type == "AWS::KMS::Key":  # a document that stands alone is known
        wanted.remove((Form.IAM, Verdict.UNKNOWN))
    assert found == wanted


@pytest.mark.parametrize(("case", "language"), EACH, ids=IDS)
def test_it_breaks_its_promise_to_fail(
    before: dict[str, list[Trial]], case: Case, language: str
) -> None:
    for trial in before[identity(case, language)]:
        assert trial.unusable is None
        assert len(trial.findings) == 1, "a fixture shows one resource of the type"
        if trial.fixture.expected is not Verdict.UNKNOWN:
            assert trial.found is Verdict.PASS
        else:
            undecided = form_of(trial) in case.undecided
            assert trial.found is (Verdict.UNKNOWN if undecided else Verdict.PASS), trial.fixture


@pytest.mark.parametrize(("case", "language"), EACH, ids=IDS)
def test_filled_in_it_keeps_every_promise(
    after: dict[str, list[Trial]], case: Case, language: str
) -> None:
    for trial in after[identity(case, language)]:
        assert trial.found is trial.fixture.expected, trial


def linted(pack: Path) -> list[tuple[str, str]]:
    """Return the rules that lint finds broken, each with the text of its line."""
    found = lint([pack]).faults
    lines = {f.place.file: Path(f.place.file).read_text().splitlines() for f in found}
    return [(f.rule, lines[f.place.file][(f.place.line or 0) - 1]) for f in found]


def test_lint_tells_what_is_left_to_say_and_nothing_else(fresh: Path) -> None:
    found = linted(fresh)
    assert {rule for rule, _ in found} == {"metadata/stub"}
    assert len(found) == len(EACH) * len(WORDS)
    for stub in WORDS:
        assert sum(stub in line for _, line in found) == len(EACH)


def test_said_in_words_of_its_own_it_is_clean(filled: Path, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(filled, pack)
    for case, language in EACH:
        file = file_of(pack, case, language)
        text = file.read_text()
        for stub, word in WORDS.items():
            text = text.replace(stub, word)
        file.write_text(text)
    assert linted(pack) == []


def test_both_languages_look_at_the_same(before: dict[str, list[Trial]]) -> None:
    for case in CASES:
        reads = [
            {(trial.fixture.file.name, read.path) for trial in trials for read in _reads(trial)}
            for trials in (before[identity(case, language)] for language in SUFFIXES)
        ]
        assert reads[0] == reads[1]
        assert reads[0]


def _reads(trial: Trial) -> list[Read]:
    return [read for finding in trial.findings for read in finding.reads]


def test_nothing_in_it_is_left_to_do_in_words_of_programmers(fresh: Path) -> None:
    for file in fresh.rglob("*"):
        if file.is_file():
            assert not re.search(r"TODO|FIXME|XXX|\t\t\t", file.read_text()), file
