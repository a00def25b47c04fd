"""What is cut out of a real input is what it was, without what must not leave its owner."""

import json
import re
from base64 import b64decode, b64encode
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tests.scaffold.conftest import Run

from jurat.errors import InputError, JuratError, UsageError
from jurat.model import Estate, Resource, show
from jurat.readers import read
from jurat.readers.discover import discover
from jurat.scaffold.cutting import cut
from jurat.scaffold.cutting.compare import difference, outline_difference
from jurat.scaffold.cutting.cut import cut_from

MERIDIAN = Path(__file__).resolve().parents[2] / "fixtures" / "estates" / "meridian"
SECRET = "correct-horse-battery"  # noqa: S105 - planted on purpose
# What stands in place of something else.
NEUTRAL = re.compile(
    r"\b(123456789012|111122223333|444455556666)\b|\b(name|secret|person|host)-\d+|00000000-0000-"
)


def estate_of(text: str) -> Estate:
    reading = read(["-"], BytesIO(text.encode()))
    assert not reading.failures
    return reading.estate


def same(before: Any, after: Any) -> bool:
    """Compare two values as they are shown; a text that was replaced says so by what it holds."""
    if isinstance(before, dict):
        names, others = list(before), list(after)
        return len(names) == len(others) and all(
            same(one, two) and same(before[one], after[two])
            for one, two in zip(names, others, strict=True)
        )
    if isinstance(before, list):
        return len(before) == len(after) and all(map(same, before, after))
    if isinstance(before, str):
        return isinstance(after, str) and (before == after or NEUTRAL.search(after) is not None)
    return bool(before == after)


@pytest.mark.parametrize("name", ["plan.json", "template.yaml", "account.json"])
def test_every_resource_of_an_estate_can_be_cut_out(name: str) -> None:
    path = str(MERIDIAN / name)
    (recognised,) = discover([path], BytesIO()).recognised
    estate = read([path], BytesIO()).estate
    assert len(estate.resources) >= 12
    for resource in estate.resources:
        cutting = cut_from(recognised, estate, [resource.address])
        assert cutting.resource is resource
        assert "210987654321" not in cutting.text
        assert "winter-sale" not in cutting.text
        found = estate_of(cutting.text)
        assert len(found.resources) < len(estate.resources) / 2
        assert found.inputs[0].incomplete is None
        alike = [
            other
            for other in found.resources
            if other.type == resource.type
            and same(show(dict(resource.properties)), show(dict(other.properties)))
        ]
        assert alike, resource.address
        scope = replace(resource.scope, account=alike[0].scope.account)
        assert alike[0].scope == scope
        assert (alike[0].scope.account is None) is (resource.scope.account is None)
        assert alike[0].change == resource.change
        assert alike[0].covered == resource.covered
        assert len(alike[0].defaults) == len(resource.defaults)


def test_companions_and_what_is_referred_to_come_along() -> None:
    cutting = cut(str(MERIDIAN / "plan.json"), ["aws_s3_bucket.customer_exports"], BytesIO())
    addresses = {entry["address"] for entry in json.loads(cutting.text)["resource_changes"]}
    assert addresses == {
        "aws_iam_role.export_replication",
        "aws_s3_bucket.customer_exports",
        "aws_s3_bucket.exports_abroad",
        "aws_s3_bucket_acl.customer_exports",
        "aws_s3_bucket_ownership_controls.customer_exports",
        "aws_s3_bucket_public_access_block.customer_exports",
        "aws_s3_bucket_replication_configuration.customer_exports",
        "aws_s3_bucket_versioning.customer_exports",
    }


def test_a_companion_stands_for_the_resource_it_configures() -> None:
    path = str(MERIDIAN / "plan.json")
    companion = cut(path, ["aws_s3_bucket_versioning.customer_exports"], BytesIO())
    assert companion.resource.address == "aws_s3_bucket.customer_exports"
    template = cut(str(MERIDIAN / "template.yaml"), ["ShopHostsStorefront"], BytesIO())
    assert template.resource.address == "ShopHosts"
    assert "ShopHostsStorefront" in template.text


def test_further_resources_come_along_if_they_are_asked_for() -> None:
    path = str(MERIDIAN / "account.json")
    names = ["user/meridian-release-robot", "group/meridian-developers"]
    cutting = cut(path, [f"arn:aws:iam::210987654321:{name}" for name in names], BytesIO())
    document = json.loads(cutting.text)
    assert [len(section) for section in document.values()] == [1, 1, 0, 0]
    # The group of the user is still the group that is there.
    assert document["UserDetailList"][0]["GroupList"] == [
        document["GroupDetailList"][0]["GroupName"]
    ]


# --- Plans ----------------------------------------------------------------------------------------


def instance(address: str, after: dict[str, Any], **change: Any) -> dict[str, Any]:
    module, _, own = address.rpartition("]." if "]." in address else "|")
    kind, _, name = own.partition("[")[0].rpartition(".")[0::1]
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        **({"module_address": f"{module}]"} if module else {}),
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": ["create"],
            "before": None,
            "after": after,
            "after_unknown": {},
            "after_sensitive": {},
            **change,
        },
    }


def written(address: str, expressions: dict[str, Any], **more: Any) -> dict[str, Any]:
    kind, _, name = address.partition(".")
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_config_key": "aws",
        "expressions": expressions,
        **more,
    }


DATABASE = 'module.app["anna@corp-of-mine.de"].aws_db_instance.db["b.210987654321"]'
SCRIPT = f"""#!/bin/sh
export TOKEN={SECRET} DB_PASSWORD='hunter2!x' KEY=AKIAIOSFODNN7EXAMPLE
mysql --password=tr0ub4dor -h db.corp-of-mine.de
curl https://joe:wonderland@git.corp-of-mine.de/x
"""
PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "variables": {
        "db_password": {"value": SECRET},
        "region": {"value": "eu-central-1"},
        "unused": {"value": "intern.corp-of-mine.de"},
    },
    "planned_values": {"outputs": {"x": {"sensitive": True, "value": SECRET}}},
    "resource_changes": [
        instance(
            DATABASE,
            {
                "identifier": "orders-database",
                "password": SECRET,
                "tags": {
                    "owner": "anna@corp-of-mine.de",
                    "note": f"it is {SECRET}",
                    "host": "db.intern.corp-of-mine.de",
                    "id": "6f1e8a70-1c2d-4e5f-8a9b-0123456789ab",
                    "api_token": "zaq12wsx3edc",
                },
            },
            after_unknown={"kms_key_id": True, "id": True},
            after_sensitive={"password": True},
        ),
        instance(
            "aws_kms_key.k",
            {
                "description": "key of bob@corp-of-mine.de",
                "policy": json.dumps({"Statement": [{"Principal": {"AWS": "333322221111"}}]}),
            },
            after_unknown={"arn": True, "id": True},
        ),
        instance("aws_kms_key.another", {"description": "of no interest"}),
        instance(
            "aws_lambda_function.f",
            {
                "function_name": "orders-export-prod",
                "environment": [
                    {"variables": {"DB_PASSWORD": "s3cr3t-lambda", "X": SECRET, "SHORT": "qx7"}}
                ],
            },
            after_sensitive={"environment": [{"variables": {"SHORT": True}}]},
        ),
        instance(
            "aws_launch_configuration.web",
            {
                "user_data": SCRIPT,
                "user_data_base64": b64encode(b"export API_TOKEN=qwe45rty6uio\n").decode(),
            },
        ),
        instance(
            "aws_ecs_task_definition.t",
            {
                "family": "t",
                "container_definitions": json.dumps(
                    [{"name": "a", "environment": [{"name": "API_KEY", "value": "ecs-literal-1"}]}]
                ),
            },
        ),
    ],
    "prior_state": {
        "values": {
            "root_module": {
                "resources": [
                    {
                        "address": "data.aws_caller_identity.me",
                        "mode": "data",
                        "type": "aws_caller_identity",
                        "name": "me",
                        "provider_name": "registry.terraform.io/hashicorp/aws",
                        "values": {
                            "account_id": "210987654321",
                            "arn": "arn:aws:iam::210987654321:user/carla",
                        },
                    }
                ]
            }
        }
    },
    "configuration": {
        "provider_config": {
            "aws": {
                "name": "aws",
                "full_name": "registry.terraform.io/hashicorp/aws",
                "expressions": {
                    "region": {"references": ["var.region"]},
                    "secret_key": {"constant_value": "wJalrXUtnFEMIK7MDENGbPxRfiCY"},
                    "assume_role": [
                        {
                            "role_arn": {"constant_value": "arn:aws:iam::210987654321:role/deploy"},
                            "external_id": {"constant_value": "extern-9-9"},
                        }
                    ],
                },
            }
        },
        "root_module": {
            "variables": {
                "db_password": {"sensitive": True},
                "region": {"default": "eu-central-1"},
                "unused": {},
            },
            "resources": [
                written("aws_kms_key.k", {"description": {"constant_value": "bob@corp-of-mine.de"}})
            ],
            "module_calls": {
                "app": {
                    "source": "git::ssh://git@git.corp-of-mine.de/app",
                    "for_each_expression": {"constant_value": ["anna@corp-of-mine.de"]},
                    "expressions": {
                        "pw": {"references": ["var.db_password"]},
                        "key": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]},
                    },
                    "module": {
                        "variables": {"pw": {"sensitive": True}, "key": {}},
                        "resources": [
                            written(
                                "aws_db_instance.db",
                                {
                                    "password": {"references": ["var.pw"]},
                                    "kms_key_id": {"references": ["var.key"]},
                                    "identifier": {"constant_value": "orders-database"},
                                },
                                for_each_expression={"constant_value": ["b.210987654321"]},
                            )
                        ],
                    },
                }
            },
        },
    },
}
PLANTED = [
    *(SECRET, "hunter2", "AKIAIOSF", "tr0ub4dor", "wonderland", "zaq12wsx", "s3cr3t-lambda", "qx7"),
    *("qwe45rty", "ecs-literal", "wJalr", "extern-9", "210987654321", "333322221111", "6f1e8a70"),
    *("corp-of-mine", "anna@", "bob@", "carla", "orders-database"),
]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(PLAN))
    return file


def plain(text: str) -> str:
    """Return a fixture with what stands in it in base64 in plain text besides."""
    found = re.findall(r'"([A-Za-z0-9+/]{16,}={0,2})"', text)
    return text + "".join(
        b64decode(item).decode(errors="replace") for item in found if len(item) % 4 == 0
    )


@pytest.mark.parametrize(
    "address",
    [
        DATABASE,
        "aws_kms_key.k",
        "aws_lambda_function.f",
        "aws_launch_configuration.web",
        "aws_ecs_task_definition.t",
    ],
)
def test_nothing_that_is_planted_in_a_plan_is_written(
    run: Run, plan: Path, tmp_path: Path, address: str
) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    ran = run("own/thing", "--pack", pack, "--from", plan, "--resource", address)
    assert ran.status == 0, ran.err
    files = [file.read_text() for file in pack.rglob("*") if file.is_file()]
    assert len(files) > 5
    for planted in PLANTED:
        assert not any(planted in plain(text) for text in files), planted


def test_a_plan_holds_only_what_explains_its_values(plan: Path) -> None:
    cutting = cut(str(plan), [DATABASE], BytesIO())
    document = json.loads(cutting.text)
    assert document.keys() == {
        *("format_version", "terraform_version", "variables", "resource_changes", "prior_state"),
        *("configuration", "applyable", "complete", "errored"),
    }
    addresses = [entry["address"] for entry in document["resource_changes"]]
    assert addresses[0].startswith('module.app["person-')
    assert addresses[1:] == ["aws_kms_key.k"]
    assert document["variables"].keys() == {"db_password", "region"}
    (database,) = (
        item for item in estate_of(cutting.text).resources if item.type == "AWS::RDS::DBInstance"
    )
    assert show(database.properties["KmsKeyId"]) == {
        "$reference": "aws_kms_key.k",
        "attribute": "Arn",
    }
    # The key of the instance and the tag are still the same text.
    tags = {tag["Key"]: tag["Value"] for tag in show(database.properties["Tags"])}
    assert f'"{tags["owner"]}"' in database.address
    assert database.scope.region == "eu-central-1"


def test_an_environment_in_a_name_stays(plan: Path) -> None:
    assert "orders-export-prod" in cut(str(plan), ["aws_lambda_function.f"], BytesIO()).text


# --- Templates ------------------------------------------------------------------------------------

TEMPLATE = f"""
AWSTemplateFormatVersion: "2010-09-09"
Description: made by anna@corp-of-mine.de
Metadata: {{Author: anna@corp-of-mine.de}}
Parameters:
  DbPassword: {{Type: String, NoEcho: true, Default: {SECRET}}}
  PlainSecret: {{Type: String, Default: hunter2-in-plain}}
  Hosts: {{Type: CommaDelimitedList, Default: "a.corp-of-mine.de,b.corp-of-mine.de"}}
  Unused: {{Type: String, Default: unused.corp-of-mine.de}}
Mappings:
  Accounts:
    "210987654321": {{Name: anna@corp-of-mine.de, Bare: 012345670123, Quoted: "012345670123"}}
  Unneeded: {{a: {{b: other-map}}}}
Conditions:
  Same: !Equals [!Ref DbPassword, {SECRET}]
  Unneeded: !Equals [a, b]
  Both: !And [!Condition Same, !Equals [!Select [0, !Ref Hosts], a.corp-of-mine.de]]
Resources:
  Db:
    Type: AWS::RDS::DBInstance
    Condition: Both
    DependsOn: Worker
    Metadata: {{Secret: metadata-secret}}
    Properties:
      Engine: postgres
      MasterUserPassword: !If [Same, !Sub "literal-${{DbPassword}}-x9", other-pass-1]
      KmsKeyId: !GetAtt Key.Arn
      DBInstanceIdentifier: orders-database
      MultiAZ: Yes
      Tags:
        - {{Key: account, Value: !FindInMap [Accounts, "210987654321", Bare]}}
        - {{Key: owner, Value: !FindInMap [Accounts, !Ref AWS::AccountId, Name]}}
        - {{Key: api_token, Value: tag-secret-1}}
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement: [{{Principal: {{AWS: !Sub "arn:aws:iam::210987654321:root"}}, Action: "kms:*"}}]
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: orders-worker
      Environment:
        Variables: {{TOKEN: lambda-token-9, COPY: lambda-token-9, S: !Ref PlainSecret}}
      Code: {{ZipFile: "password = 'inline-pass-7'\\nurl='https://db.corp-of-mine.internal/'\\n"}}
      Role: arn:aws:iam::210987654321:role/orders-worker-role
  Fn::ForEach::Queues:
    - Name
    - [alpha, beta]
    - Queue${{Name}}:
        Type: AWS::SQS::Queue
        Properties: {{QueueName: !Sub "${{Name}}-queue", KmsMasterKeyId: !Ref Key}}
"""
IN_TEMPLATE = [
    *(SECRET, "hunter2", "corp-of-mine", "unused", "210987654321", "012345670123", "other-map"),
    *("metadata-secret", "literal-", "other-pass", "tag-secret", "lambda-token", "inline-pass"),
    *("anna", "orders-"),
]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE)
    return file


@pytest.mark.parametrize("address", ["Db", "Key", "Worker", "Queuealpha"])
def test_nothing_that_is_planted_in_a_template_is_written(
    run: Run, template: Path, tmp_path: Path, address: str
) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    ran = run("own/thing", "--pack", pack, "--from", template, "--resource", address)
    assert ran.status == 0, ran.err
    files = [file.read_text() for file in pack.rglob("*") if file.is_file()]
    assert len(files) > 5
    for planted in IN_TEMPLATE:
        assert not any(planted in text for text in files), planted


def test_a_template_holds_only_what_its_resources_name(template: Path) -> None:
    text = cut(str(template), ["Db"], BytesIO()).text
    top = [line.rstrip(":") for line in text.splitlines() if not line.startswith((" ", "-"))]
    assert top == ["Parameters", "Mappings", "Conditions", "Resources"]
    named = re.findall(r"^  ([A-Z]\w+):$", text, re.MULTILINE)
    assert named == ["DbPassword", "Hosts", "Accounts", "Same", "Both", "Db", "Key"]
    assert "MultiAZ: Yes\n" in text, "what can be read in two ways stays as it was written"
    assert re.search(r"Bare: 0\d{11}\n", text)


def test_a_loop_is_cut_out_whole(template: Path) -> None:
    cutting = cut(str(template), ["Queuebeta"], BytesIO())
    assert cutting.resource.address == "Queuebeta"
    addresses = {item.address for item in estate_of(cutting.text).resources}
    assert addresses == {"Queuealpha", "Queuebeta", "Key"}


def test_a_resource_of_a_nested_template_is_cut_out_of_that(tmp_path: Path) -> None:
    (tmp_path / "inner.yaml").write_text("Resources: {Own: {Type: AWS::SQS::Queue}}")
    outer = tmp_path / "outer.yaml"
    outer.write_text(
        "Resources: {Inner: {Type: AWS::CloudFormation::Stack, "
        "Properties: {TemplateURL: inner.yaml}}}"
    )
    with pytest.raises(UsageError, match=r"in the template .*inner\.yaml.*cut it out of that one"):
        cut(str(outer), ["Inner/Own"], BytesIO())


# --- Live JSON ------------------------------------------------------------------------------------

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}
ROLE = {
    "Path": "/",
    "RoleName": "orders-reader",
    "RoleId": "AROA210987654321",
    "Arn": "arn:aws:iam::210987654321:role/orders-reader",
    "AssumeRolePolicyDocument": quote(json.dumps(TRUST)),
    "InstanceProfileList": [
        {
            "InstanceProfileName": "orders-profile",
            "InstanceProfileId": "AIPA210987654321",
            "Arn": "arn:aws:iam::210987654321:instance-profile/orders-profile",
            "Path": "/",
            "Roles": [{"RoleName": "orders-reader"}],
        }
    ],
    "RolePolicyList": [
        {
            "PolicyName": "inline",
            "PolicyDocument": {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "s3:GetObject",
                        "Resource": "arn:aws:s3:::orders-bucket/*",
                        "Condition": {
                            "StringEquals": {
                                "aws:PrincipalTag/mail": "anna@corp-of-mine.de",
                                "aws:PrincipalTag/password": SECRET,
                                "aws:PrincipalTag/note": f"so {SECRET}",
                            }
                        },
                    }
                ]
            },
        }
    ],
    "AttachedManagedPolicies": [],
    "Tags": [{"Key": "secret", "Value": "tag-secret-1"}],
}
ACCOUNT = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [ROLE], "Policies": []}
IN_ACCOUNT = [SECRET, "210987654321", "corp-of-mine", "anna", "tag-secret", "orders-reader"]


def account(tmp_path: Path, document: Any) -> Path:
    file = tmp_path / "account.json"
    file.write_text(json.dumps(document))
    return file


def test_nothing_that_is_planted_in_an_account_is_written(run: Run, tmp_path: Path) -> None:
    file = account(tmp_path, ACCOUNT)
    pack = tmp_path / "pack"
    pack.mkdir()
    ran = run("own/thing", "--pack", pack, "--from", file, "--resource", ROLE["Arn"])
    assert ran.status == 0, ran.err
    files = [file.read_text() for file in pack.rglob("*") if file.is_file()]
    assert len(files) > 5
    for planted in IN_ACCOUNT:
        assert not any(planted in text for text in files), planted


def test_a_profile_comes_in_its_role(tmp_path: Path) -> None:
    file = account(tmp_path, [ACCOUNT, {**ACCOUNT, "RoleDetailList": []}])
    arn = "arn:aws:iam::210987654321:instance-profile/orders-profile"
    cutting = cut(str(file), [arn], BytesIO())
    assert cutting.resource.type == "AWS::IAM::InstanceProfile"
    types = [item.type for item in estate_of(cutting.text).resources]
    assert types == ["AWS::IAM::Role", "AWS::IAM::InstanceProfile"]
    # A role by itself needs none of its profiles.
    cutting = cut(str(file), [str(ROLE["Arn"])], BytesIO())
    assert [item.type for item in estate_of(cutting.text).resources] == ["AWS::IAM::Role"]


def test_an_entry_without_an_arn_has_its_place_as_address(tmp_path: Path) -> None:
    role = {name: value for name, value in ROLE.items() if name != "Arn"}
    file = account(tmp_path, {**ACCOUNT, "RoleDetailList": [ROLE, role]})
    cutting = cut(str(file), ["RoleDetailList[1]"], BytesIO())
    assert [item.address for item in estate_of(cutting.text).resources] == ["RoleDetailList[0]"]


def test_one_of_several_documents(tmp_path: Path) -> None:
    def allows(action: str) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        return {"Version": "2012-10-17", "Statement": [statement]}

    file = tmp_path / "policies.json"
    file.write_text("\n".join(json.dumps(allows(action)) for action in ("s3:*", "sqs:*", "sns:*")))
    cutting = cut(str(file), ["policies[1]"], BytesIO())
    assert json.loads(cutting.text) == allows("sqs:*")


# --- Proof ----------------------------------------------------------------------------------------


def test_what_would_be_another_resource_is_not_cut_out(
    plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jurat.scaffold.cutting.plan_needs.Needs.settle", lambda _: None)
    with pytest.raises(InputError, match="cannot be cut out: its region would not be the same"):
        cut(str(plan), [DATABASE], BytesIO())


def test_what_cleaning_would_break_is_not_cut_out(
    plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "jurat.scaffold.cutting.scrub.Scrubber.member", lambda *_: {"all": "replaced"}
    )
    with pytest.raises(JuratError, match="cut out"):
        cut(str(plan), ["aws_lambda_function.f"], BytesIO())


def test_a_difference_is_told_by_its_property(plan: Path) -> None:
    estate = read([str(plan)], BytesIO()).estate
    function = next(item for item in estate.resources if item.type == "AWS::Lambda::Function")

    def changed(**properties: Any) -> Resource:
        return replace(function, properties={**function.properties, **properties})

    assert difference(function, function) is None
    assert difference(function, changed(FunctionName="other")) == "FunctionName"
    assert difference(function, changed(New=1)) == "properties"
    assert difference(function, replace(function, change="update")) == "type"
    assert outline_difference(function, changed(FunctionName="other")) is None
    assert outline_difference(function, changed(FunctionName=["other"])) == "FunctionName"
    assert outline_difference(function, changed(FunctionName=True)) == "FunctionName"
    assert outline_difference(changed(Port=1), changed(Port=2)) == "Port"


def test_in_doubt_all_that_may_configure_a_resource_comes_along(tmp_path: Path) -> None:
    open_ = {"after_unknown": {"group": True}}
    plan = {
        "format_version": "1.2",
        "resource_changes": [
            instance("aws_iam_group.g", {"name": "g"}),
            *(
                instance(f"aws_iam_group_policy_attachment.{name}", {"policy_arn": name}, **open_)
                for name in ("a", "b", "c")
            ),
        ],
    }
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    cutting = cut(str(file), ["aws_iam_group.g"], BytesIO())
    addresses = [entry["address"] for entry in json.loads(cutting.text)["resource_changes"]]
    assert len(addresses) == 4
