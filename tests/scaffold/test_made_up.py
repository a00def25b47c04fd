"""Fixtures made up from the tables: for every type that a table is about, in every format."""

import json
from io import BytesIO
from typing import Any

import pytest
from tests.paths import at

from jurat.model import ABSENT, Resource, Sensitive, Unknown, Verdict, markers
from jurat.readers import read
from jurat.scaffold.example import Example, Kind, choose
from jurat.scaffold.fixtures import fixture
from jurat.scaffold.form import Form
from jurat.shapes.table import shape_in, table_files

TYPES = sorted(shape_in(file).type for file in table_files())
VERDICTS = (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN)


def resource(example: Example, text: str) -> Resource:
    """Read a fixture, which holds the example and nothing that no table knows."""
    reading = read(["-"], BytesIO(text.encode()))
    assert not reading.failures
    assert {item.type for item in reading.estate.uncovered} <= {"terraform_data"}
    assert reading.estate.inputs[0].incomplete is None
    found = [item for item in reading.estate.resources if item.type == example.type]
    assert len(found) == 1
    return found[0]


def unknowns(resource: Resource) -> list[tuple[Any, ...]]:
    marked = markers(resource.properties)
    return [path for path, marker in marked if isinstance(marker, Unknown)]


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_fixtures(kind: str) -> None:
    example = choose(kind, "own/thing")
    assert Form.TFPLAN in example.forms
    assert (Form.CFN in example.forms) is kind.startswith("AWS::")
    for form in example.forms:
        values = []
        for verdict in (Verdict.PASS, Verdict.FAIL):
            found = resource(example, str(fixture(example, form, verdict)))
            assert not unknowns(found)
            values.append(at(found.properties, example.path))
        assert values[0] not in (ABSENT, values[1])


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_a_fixture_that_cannot_be_decided(kind: str) -> None:
    example = choose(kind, "own/thing")
    for form in example.forms - {Form.IAM}:
        found = resource(example, str(fixture(example, form, Verdict.UNKNOWN)))
        assert unknowns(found)
        assert all(path[: len(example.path)] == example.path for path in unknowns(found))


@pytest.mark.parametrize(
    ("kind", "policy_id"),
    [("AWS::IAM::Role", "iam/role_boundary"), ("AWS::IAM::Group", "iam/group_path")],
)
def test_live_json_has_not_collected_what_is_unknown(kind: str, policy_id: str) -> None:
    example = choose(kind, policy_id, [Form.IAM])
    found = resource(example, str(fixture(example, Form.IAM, Verdict.UNKNOWN)))
    missing = at(found.properties, example.path)
    assert isinstance(missing, Unknown) or example.path not in (found.covered or ())


def test_a_document_that_stands_alone_is_known() -> None:
    example = choose("AWS::S3::BucketPolicy", "s3/policy_document", [Form.IAM])
    assert fixture(example, Form.IAM, Verdict.UNKNOWN) is None


def test_there_are_many_types() -> None:
    assert len(TYPES) >= 250
    assert {kind.partition("::")[0] for kind in TYPES} == {"AWS", "Ext"}


@pytest.mark.parametrize(
    ("kind", "policy_id", "path"),
    [
        ("AWS::S3::Bucket", "s3/bucket_versioned", ("VersioningConfiguration", "Status")),
        ("AWS::S3::Bucket", "s3/logged", ("LoggingConfiguration", "DestinationBucketName")),
        ("AWS::RDS::DBInstance", "rds/public_access", ("PubliclyAccessible",)),
        ("AWS::RDS::DBInstance", "rds/encrypted", ("StorageEncrypted",)),
        ("AWS::SNS::TopicPolicy", "sns/anything", ("PolicyDocument",)),
        ("AWS::EC2::InternetGateway", "ec2/anything", ("Tags",)),
    ],
)
def test_the_id_says_which_property(kind: str, policy_id: str, path: tuple[str, ...]) -> None:
    assert choose(kind, policy_id).path == path


def test_a_property_that_the_cut_out_can_show_is_preferred() -> None:
    assert choose("AWS::IAM::Role", "iam/description").path == ("Description",)
    example = choose("AWS::IAM::Role", "iam/description", cut=Form.IAM)
    assert Form.IAM in example.forms
    # Where there is none, any will do.
    assert choose("AWS::S3::Bucket", "s3/bucket_versioned", cut=Form.IAM).path


def test_no_example_is_a_secret_or_a_name_if_anything_else_is_there() -> None:
    database = choose("AWS::RDS::DBInstance", "rds/password_kept")
    assert database.path != ("MasterUserPassword",)
    assert choose("AWS::S3::Bucket", "own/thing").path != ("BucketName",)


def test_all_formats_of_one_policy_show_one_property() -> None:
    example = choose("AWS::IAM::Role", "iam/role_boundary", tuple(Form))
    assert example.path == ("PermissionsBoundary",)
    assert example.forms == frozenset(Form)


def test_a_value_known_after_apply_is_configured_as_such() -> None:
    example = choose("AWS::S3::Bucket", "s3/bucket_versioned")
    plan = json.loads(str(fixture(example, Form.TFPLAN, Verdict.UNKNOWN)))
    change = plan["resource_changes"][1]["change"]
    assert change["after"]["versioning_configuration"] == [{}]
    assert change["after_unknown"]["versioning_configuration"] == [{"status": True}]


def test_an_enumeration_uses_its_own_words() -> None:
    for kind in TYPES:
        example = choose(kind, "own/thing")
        if example.kind is Kind.CHOICE:
            assert example.source(Verdict.PASS) in example.rule.via


def test_examples_hide_nothing() -> None:
    for kind in TYPES:
        example = choose(kind, "own/thing")
        found = resource(example, str(fixture(example, Form.TFPLAN, Verdict.PASS)))
        assert not isinstance(at(found.properties, example.path), Sensitive)
