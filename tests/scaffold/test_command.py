"""`jurat new policy` as its users meet it: what it says, and what it refuses."""

import json
from pathlib import Path

import pytest
from tests.scaffold.conftest import Run

from jurat.pack import load_pack

PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "resource_changes": [
        {
            "address": "aws_s3_bucket.exports",
            "mode": "managed",
            "type": "aws_s3_bucket",
            "name": "exports",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {
                "actions": ["create"],
                "before": None,
                "after": {"bucket": "customer-exports"},
                "after_unknown": {},
                "after_sensitive": {},
            },
        }
    ],
}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(PLAN))
    return file


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    return folder


def files(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): file.read_text()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_it_says_what_it_wrote_and_what_is_next(run: Run, pack: Path) -> None:
    ran = run("s3/bucket_versioned", "--pack", pack)
    assert (ran.status, ran.err) == (0, "")
    wrote = [line.split()[1] for line in ran.out.splitlines() if line.startswith("wrote ")]
    assert sorted(wrote) == sorted(str(pack / name) for name in files(pack))
    assert f"jurat test {pack}/policies/s3/bucket_versioned.rego" in ran.out
    assert "s3/bucket_versioned,CONTROL,RELATIONSHIP,ROLE,RATIONALE" in ran.out
    assert "assumed" not in ran.out, "the id speaks of buckets"


def test_the_current_folder_is_the_pack(
    run: Run, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pack)
    ran = run("s3/bucket_versioned", "--python")
    assert "wrote  policies/s3/bucket_versioned.py\n" in ran.out
    assert "s3/bucket_versioned" in {policy.id for policy in load_pack([pack]).policies}


def test_what_the_user_says_is_in_the_policy(run: Run, pack: Path) -> None:
    title = "Quotes \" and ' and \\ and : # and ünïcode"
    for language in ("--python", None):
        options = [language] if language else []
        ran = run(
            *(f"area/name_{len(options)}", "--pack", pack, "--title", title, *options),
            *("--severity", "critical", "--type", "AWS::SQS::Queue", "--type", "AWS::SNS::Topic"),
        )
        assert ran.status == 0
        policy = next(
            item for item in load_pack([pack]).policies if item.id == f"area/name_{len(options)}"
        )
        assert policy.title == title
        assert policy.severity == "critical"
        assert policy.applies_to == ("AWS::SQS::Queue", "AWS::SNS::Topic")
    fixtures = {name for name in files(pack) if name.startswith("fixtures/area/name_0/")}
    assert {name.rpartition("/")[2] for name in fixtures} == {
        f"{verdict}-{what}.{form}"
        for verdict in ("pass", "fail", "unknown")
        for what in ("queue", "topic")
        for form in ("tfplan.json", "cfn.yaml")
    }


def test_a_type_that_nobody_said_is_called_assumed(run: Run, pack: Path) -> None:
    assert "AWS::S3::Bucket is assumed" in run("own/thing", "--pack", pack).out


def test_only_the_formats_that_are_asked_for(run: Run, pack: Path) -> None:
    run("iam/role_boundary", "--pack", pack, "--format", "iam", "--type", "AWS::IAM::Role")
    fixtures = [name for name in files(pack) if name.startswith("fixtures/")]
    assert len(fixtures) == 3
    assert all(name.endswith(".iam.json") for name in fixtures)


def test_the_property_that_is_asked_for(run: Run, pack: Path) -> None:
    property_ = ("--property", "VersioningConfiguration.Status")
    run("own/thing", "--pack", pack, "--type", "AWS::S3::Bucket", *property_)
    assert "VersioningConfiguration" in (pack / "policies/own/thing.rego").read_text()
    failing = pack / "fixtures/own/thing/fail-bucket.cfn.yaml"
    assert "VersioningConfiguration:" in failing.read_text()


def test_the_tables_for_links_are_read_as_such(run: Run, pack: Path) -> None:
    run("s3/bucket_versioned", "--pack", pack)
    before = {item.id: len(item.links) for item in load_pack().frameworks}
    assert {item.id: len(item.links) for item in load_pack([pack]).frameworks} == before
    table = pack / "mappings" / "gdpr" / "links.csv"
    row = "s3/bucket_versioned,Art.32(1)(b),intersects-with,supporting,it bears on it\n"
    table.write_text(table.read_text() + row)
    links = next(item for item in load_pack([pack]).frameworks if item.id == "gdpr").links
    assert "s3/bucket_versioned" in {link.policy for link in links}
    # A second policy leaves the table alone.
    assert run("s3/bucket_logged", "--pack", pack).status == 0
    assert table.read_text().endswith(row)


def test_nothing_is_written_over(run: Run, pack: Path) -> None:
    run("s3/bucket_versioned", "--pack", pack)
    before = files(pack)
    for options in ([], ["--python"], ["--type", "AWS::SQS::Queue"]):
        ran = run("s3/bucket_versioned", "--pack", pack, *options)
        assert ran.status == 2
        assert "exists already" in ran.err
    assert files(pack) == before


@pytest.mark.parametrize(
    "existing",
    [
        "fixtures/s3/bucket_versioned/unknown-bucket.tfplan.json",
        "policies/s3/bucket_versioned.py",
        "policies/s3/bucket_versioned.rego",
    ],
)
def test_one_file_that_exists_stops_all_others(run: Run, pack: Path, existing: str) -> None:
    file = pack / existing
    file.parent.mkdir(parents=True)
    file.write_text("mine")
    ran = run("s3/bucket_versioned", "--pack", pack)
    assert ran.status == 2
    assert str(file) in ran.err
    assert files(pack) == {existing: "mine"}


def test_a_link_to_nowhere_counts_as_a_file(run: Run, pack: Path, tmp_path: Path) -> None:
    file = pack / "policies" / "s3" / "bucket_versioned.rego"
    file.parent.mkdir(parents=True)
    file.symlink_to(tmp_path / "elsewhere")
    assert run("s3/bucket_versioned", "--pack", pack).status == 2
    assert not (tmp_path / "elsewhere").exists()


def test_what_cannot_be_written_whole_is_taken_back(run: Run, pack: Path) -> None:
    (pack / "fixtures").write_text("a file where a folder must be")
    ran = run("s3/bucket_versioned", "--pack", pack)
    assert ran.status == 2
    assert "cannot be written" in ran.err
    assert set(files(pack)) == {"fixtures"}


@pytest.mark.parametrize(
    ("policy_id", "complaint"),
    [
        ("S3/Bucket", "AREA/NAME in lower case"),
        ("a", "AREA/NAME"),
        ("../x", "AREA/NAME"),
        ("s3/../x", "AREA/NAME"),
        ("/etc/x", "AREA/NAME"),
        ("s3/x/y", "AREA/NAME"),
        ("s3/2fast", "AREA/NAME"),
        ("s3/with-dash", "AREA/NAME"),
        ("s3/", "AREA/NAME"),
        ("", "AREA/NAME"),
        ("s3/x\n", "AREA/NAME"),
        (f"s3/{'x' * 64}", "AREA/NAME"),
        ("s3/lambda", "keyword of Python"),
        ("s3/class", "keyword of Python"),
        ("s3/default", "keyword of Rego"),
        ("input/x", "keyword of Rego"),
        ("lib/x", "policies share"),
        ("estates/x", "whole inputs"),
        ("s3/bucket_test", "hold tests"),
        ("s3/bucket_versioning", "comes with jurat"),
    ],
)
def test_ids_that_no_policy_can_have(run: Run, pack: Path, policy_id: str, complaint: str) -> None:
    ran = run(policy_id, "--pack", pack)
    assert ran.status == 2
    assert complaint in ran.err
    assert len(ran.err.splitlines()) == 1
    assert not files(pack)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--type", "AWS::S3::Buckt"], "did you mean AWS::S3::Bucket?"),
        (["--type", "bucket"], "no table covers this type"),
        (["--type", "\x1b[31mAWS::X::Y"], "no table covers this type"),
        (["--type", ""], "no table covers this type"),
        (["--type", "AWS::IAM::RolePolicy"], "folded into AWS::IAM::Role"),
        (["--type", "AWS::S3::Bucket", "--format", "iam"], "but in cfn, tfplan"),
        (["--type", "AWS::S3::Bucket", "--property", "Nope"], "no fixtures of AWS::S3::Bucket"),
        (["--type", "Ext::S3::AccountPublicAccessBlock", "--format", "cfn"], "but in tfplan"),
        (["--title", "two\nlines"], "--title"),
        (["--title", "  "], "--title"),
        (["--title", "x" * 201], "--title"),
        (["--title", "half \ud800"], "--title"),
        (["--resource", "aws_s3_bucket.exports"], "belong to --from"),
        (["--as", "pass"], "belong to --from"),
        (["--from", "plan.json"], "say which resource"),
    ],
)
def test_wishes_that_cannot_be_met(
    run: Run, pack: Path, options: list[str], complaint: str
) -> None:
    ran = run("own/thing", "--pack", pack, *options)
    assert ran.status == 2
    assert complaint in ran.err
    assert "\x1b" not in ran.err
    assert len(ran.err.splitlines()) == 1
    assert not files(pack)


def test_a_pack_that_is_not_there(run: Run, tmp_path: Path) -> None:
    ran = run("own/thing", "--pack", tmp_path / "nowhere")
    assert ran.status == 2
    assert "no such folder" in ran.err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("verdict", ["pass", "fail", "unknown"])
def test_what_is_cut_out_takes_the_place_of_one_fixture(
    run: Run, pack: Path, plan: Path, verdict: str
) -> None:
    ran = run(
        *("own/exports", "--pack", pack, "--from", plan, "--resource", "aws_s3_bucket.exports"),
        *("--as", verdict),
    )
    assert ran.status == 0, ran.err
    assert "1 x name" in ran.out
    names = {name.rpartition("/")[2] for name in files(pack) if name.startswith("fixtures/")}
    made_up = {
        f"{each}-bucket.{form}"
        for each in ("pass", "fail", "unknown")
        for form in ("tfplan.json", "cfn.yaml")
    }
    assert names == made_up - {f"{verdict}-bucket.tfplan.json"} | {f"{verdict}-cut_out.tfplan.json"}
    assert all("customer-exports" not in text for text in files(pack).values())


def test_the_type_is_that_of_what_is_cut_out(run: Run, pack: Path, plan: Path) -> None:
    cut = ["--from", plan, "--resource", "aws_s3_bucket.exports"]
    ran = run("own/exports", "--pack", pack, *cut, "--type", "AWS::SQS::Queue")
    assert ran.status == 2
    assert "is of type AWS::S3::Bucket" in ran.err
    assert run("own/exports", "--pack", pack, *cut).status == 0
    policy = next(p for p in load_pack([pack]).policies if p.id == "own/exports")
    assert policy.applies_to == ("AWS::S3::Bucket",)


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("aws_s3_bucket.export", "did you mean aws_s3_bucket.exports?"),
        ("aws_s3_bucket", ""),
        ("", ""),
        ("../../etc/passwd", ""),
        ('aws_s3_bucket.x["', ""),
        ("module.", ""),
        ("\x1b]0;title\x07", ""),
        ("a" * 100_000, ""),
        ("(" * 5_000, ""),
    ],
)
def test_addresses_that_are_not_in_the_input(
    run: Run, pack: Path, plan: Path, address: str, hint: str
) -> None:
    ran = run("own/exports", "--pack", pack, "--from", plan, "--resource", address)
    assert ran.status == 2
    assert "no resource" in ran.err
    assert hint in ran.err
    assert "\x1b" not in ran.err
    assert len(ran.err.splitlines()) == 1
    assert len(ran.err) < 1_000
    assert not files(pack)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "not valid JSON"),
        ('{"a": 1}', "not a Terraform plan"),
        ("[" * 5_000, "plan.json"),
        ('{"resource_changes": []}', "plan format"),
    ],
)
def test_inputs_that_cannot_be_read(
    run: Run, pack: Path, plan: Path, content: str, complaint: str
) -> None:
    plan.write_text(content)
    ran = run("own/exports", "--pack", pack, "--from", plan, "--resource", "x")
    assert ran.status == 2
    assert complaint in ran.err
    assert len(ran.err.splitlines()) == 1
    assert not files(pack)


def test_an_input_that_is_not_there_or_several(run: Run, pack: Path, tmp_path: Path) -> None:
    cut = ["--resource", "x", "--pack", pack]
    assert run("own/exports", *cut, "--from", tmp_path / "nowhere.json").status == 2
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(json.dumps(PLAN))
    ran = run("own/exports", *cut, "--from", tmp_path)
    assert ran.status == 2
    assert "name one file" in ran.err
