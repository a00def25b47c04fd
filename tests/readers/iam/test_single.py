"""Single documents: which resource each stands for."""

import json
from typing import Any

import pytest

from jurat.model import Resource, Unknown
from jurat.readers.iam import read_iam, recognise
from jurat.readers.iam.single import name_of
from jurat.readers.source import Hints

HINTS = Hints(account="123456789012", region="eu-central-1")


def document(action: Any = "s3:GetObject", **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def attached(action: Any, *arns: str) -> dict[str, Any]:
    resource = {"Resource": list(arns)} if arns else {}
    return document(action, Principal={"AWS": "*"}, **resource)


def single(value: Any, path: str = "some/deploy.json") -> Resource:
    (found,) = read_iam(value, path, HINTS).resources
    return found


def test_an_identity_policy() -> None:
    value = document(Resource="*")
    found = single(value)
    assert found.type == "AWS::IAM::ManagedPolicy"
    assert found.address == "deploy"
    assert found.properties == {"PolicyDocument": value}
    assert found.covered == frozenset({("PolicyDocument",)})
    assert found.scope.account == HINTS.account
    assert found.scope.region is None


def test_a_trust_policy_leaves_all_else_of_the_role_unknown() -> None:
    value = attached(["sts:AssumeRole", "sts:TagSession"])
    found = single(value)
    assert found.type == "AWS::IAM::Role"
    assert found.covered == frozenset({("AssumeRolePolicyDocument",)})


@pytest.mark.parametrize(
    ("value", "kind", "home", "owner"),
    [
        (
            attached("s3:*", "arn:aws:s3:::b", "arn:aws:s3:::b/*"),
            "AWS::S3::BucketPolicy",
            "PolicyDocument",
            {"Bucket": "b"},
        ),
        (
            attached("s3:*", "arn:aws:s3:::b/*", "arn:aws:s3:::c/*"),
            "AWS::S3::BucketPolicy",
            "PolicyDocument",
            {},
        ),
        (
            attached("sqs:*", "arn:aws:sqs:eu:1:q"),
            "AWS::SQS::QueuePolicy",
            "PolicyDocument",
            {"Queues": ["arn:aws:sqs:eu:1:q"]},
        ),
        (
            attached("sns:*", "arn:aws:sns:eu:1:*"),
            "AWS::SNS::TopicPolicy",
            "PolicyDocument",
            {},
        ),
        (
            attached("secretsmanager:*", "arn:aws:secretsmanager:eu:1:secret:s"),
            "AWS::SecretsManager::ResourcePolicy",
            "ResourcePolicy",
            {"SecretId": "arn:aws:secretsmanager:eu:1:secret:s"},
        ),
        (attached(["kms:*", "KMS:Decrypt"], "*"), "AWS::KMS::Key", "KeyPolicy", {}),
        (attached("ecr:*"), "AWS::ECR::Repository", "RepositoryPolicyText", {}),
        (attached("s3:*", "*"), "Ext::IAM::ResourcePolicy", "PolicyDocument", {}),
        (attached("kms:*", "arn:aws:s3"), "AWS::KMS::Key", "KeyPolicy", {}),
        (
            attached("x:*", "arn:aws:s3:::b", "arn:aws:sqs:eu:1:q"),
            "Ext::IAM::ResourcePolicy",
            "PolicyDocument",
            {},
        ),
        (attached(["sts:AssumeRole", "s3:*"]), "Ext::IAM::ResourcePolicy", "PolicyDocument", {}),
    ],
)
def test_resource_policies(value: Any, kind: str, home: str, owner: dict[str, Any]) -> None:
    found = single(value)
    assert found.type == kind
    assert found.properties == {home: value, **owner}
    assert found.scope.region == HINTS.region


def test_output_of_commands() -> None:
    value = document(Resource="*")
    inline = single({"RoleName": "r", "PolicyName": "p", "PolicyDocument": value})
    assert inline.properties == {"PolicyDocument": value, "ManagedPolicyName": "p"}
    version = single({"PolicyVersion": {"Document": json.dumps(value), "VersionId": "v1"}})
    assert version.properties["PolicyDocument"] == value
    assert version.origins[()].attribute == "PolicyVersion.Document"
    trust = single({"RoleName": "r", "AssumeRolePolicyDocument": attached("sts:AssumeRole")})
    assert trust.type == "AWS::IAM::Role"
    assert trust.properties["RoleName"] == "r"
    bucket = attached("s3:*", "arn:aws:s3:::b")
    assert single({"Policy": json.dumps(bucket)}).properties["PolicyDocument"] == bucket


@pytest.mark.parametrize("kind", ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"])
def test_policies_of_an_organisation(kind: str) -> None:
    value = document(Resource="*", Effect="Deny")
    summary = {"Type": kind, "Name": "guard", "Arn": "arn:aws:organizations::1:policy/x"}
    found = single({"Policy": {"PolicySummary": summary, "Content": json.dumps(value)}})
    assert found.type == "AWS::Organizations::Policy"
    assert found.properties == {"Content": value, "Type": kind, "Name": "guard"}
    bare = single({"Policy": {"Content": "garbage"}})
    assert isinstance(bare.properties["Type"], Unknown)
    assert isinstance(bare.properties["Content"], Unknown)


def test_a_document_that_cannot_be_read_is_unknown() -> None:
    found = single({"PolicyDocument": "garbage"})
    assert found.type == "AWS::IAM::ManagedPolicy"
    assert isinstance(found.properties["PolicyDocument"], Unknown)


def test_several_documents_have_several_addresses() -> None:
    both = [document(Resource="*"), attached("sts:AssumeRole")]
    found = read_iam(both, "x.json", HINTS)
    assert [r.address for r in found.resources] == ["x[0]", "x[1]"]
    assert found.inputs[0].incomplete is None


@pytest.mark.parametrize(
    ("path", "name"),
    [("a/deploy.json", "deploy"), ("deploy.iam.json", "deploy"), ("-", "policy"), ("x", "x")],
)
def test_names_of_files(path: str, name: str) -> None:
    assert name_of(path) == name


def test_what_is_ours() -> None:
    assert recognise({"Policy": json.dumps(document())})
    assert recognise({"Policy": {"PolicySummary": {}, "Content": "{}"}})
    assert recognise({"PolicyVersion": {"Document": "x"}})
    assert not recognise({"Policy": {"PolicyName": "x"}})
    assert not recognise({"PolicyVersion": {}})
