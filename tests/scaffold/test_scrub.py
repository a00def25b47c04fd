"""What is replaced, by what, and what stays."""

import json
from typing import Any

import pytest

from jurat.scaffold.cutting.literals import is_secret
from jurat.scaffold.cutting.scrub import Scrubber


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("arn:aws:iam::210987654321:root", "arn:aws:iam::123456789012:root"),
        ("20241118170211", "20241118170211"),
        ("to anna.b+c@corp.example.de, please", "to person-1@example.com, please"),
        ("git@git.corp.de:app", "person-1@example.com:app"),
        ("https://intern.corp.de:443/x", "https://host-1.example.com:443/x"),
        ("*.shop.corp.de", "*.host-1.example.com"),
        ("db.corp.internal", "host-1.example.com"),
        ("https://joe:pw@corp.de/", "https://(sensitive)@host-1.example.com/"),
        (
            "key/6f1e8a70-1c2d-4e5f-8a9b-0123456789ab",
            "key/00000000-0000-4000-8000-000000000001",
        ),
        ("AKIAIOSFODNN7EXAMPLE", "(sensitive)"),
        ("export DB_PASSWORD=hunter2", "export DB_PASSWORD=(sensitive)"),
        ("export DB_TOKEN=hunter2", "export DB_TOKEN=secret-1"),
        ("password: 'hunter2'", "password: 'secret-1'"),
        ("run --api-key=abc123 --size 3", "run --api-key=secret-1 --size 3"),
        ("210987654321.dkr.ecr.eu-central-1.amazonaws.com/x", None),
        ('{"token": "abc"}', '{"token": "secret-1"}'),
    ],
)
def test_what_is_replaced(text: str, clean: str | None) -> None:
    if clean is None:
        clean = text.replace("210987654321", "123456789012")
    assert Scrubber([]).value(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "lambda.amazonaws.com",
        "com.amazonaws.eu-central-1.s3",
        "token.actions.githubusercontent.com:sub",
        "kubernetes.io/cluster/x",
        "ghcr.io/x/y:1.2.3",
        "aws_s3_bucket.de",
        "index.handler",
        "python3.13",
        "arn:aws:secretsmanager:eu-central-1:aws:secret:shop/exports",
        "10.0.0.0/8",
        "export DB_TOKEN=$OTHER",
        "export DB_TOKEN=/shop/prod/password",
        "{{resolve:secretsmanager:db:SecretString:password}}",
        "AmazonSSMManagedInstanceCore",
        "2012-10-17",
    ],
)
def test_what_stays(text: str) -> None:
    scrubber = Scrubber([])
    assert scrubber.value(text) == text
    assert not scrubber.counts


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("DB_PASSWORD", True),
        ("MasterUserPassword", True),
        ("ClientSecret", True),
        ("apiKey", True),
        ("SecretString", True),
        ("pre_shared_key", True),
        ("token", True),
        ("pass", True),
        ("SecretId", False),
        ("KmsKeyId", False),
        ("PasswordPolicy", False),
        ("manage_master_user_password_until", False),
        ("PublicKey", False),
        ("aws:TokenIssueTime", False),
        ("", False),
    ],
)
def test_names_that_call_their_value_a_secret(name: str, secret: bool) -> None:
    assert is_secret(name) is secret


@pytest.mark.parametrize(
    "value", ["true", "", "7", "*", "arn:aws:x", "${Other}", "op://shop/db", None, True, 3, {}]
)
def test_values_that_are_no_secret_whatever_they_are_called(value: Any) -> None:
    assert Scrubber([]).value({"password": value}) == {"password": value}


def test_the_same_text_becomes_the_same_text() -> None:
    scrubber = Scrubber([])
    first = scrubber.value({"a": "x@corp.de", "b": ["y@corp.de", "x@corp.de"], "x@corp.de": 1})
    assert first == {
        "a": "person-1@example.com",
        "b": ["person-2@example.com", "person-1@example.com"],
        "person-1@example.com": 1,
    }
    assert scrubber.counts == {"e-mail address": 2}


def test_account_ids_stay_apart_from_one_another() -> None:
    scrubber = Scrubber([])
    ids = [f"{10**11 + 7 * number}" for number in range(50)] + ["123456789012"]
    found = [scrubber.value(item) for item in ids]
    assert len(set(found)) == len(ids)
    assert all(len(item) == 12 for item in found)
    assert scrubber.value(int(ids[3])) == int(found[3])
    assert scrubber.value("012345670123").startswith("0")


def test_a_secret_is_replaced_wherever_it_stands_once_it_is_known() -> None:
    document = {"copy": "it is s3cr3t-one", "API_TOKEN": "s3cr3t-one", "list": ["s3cr3t-one"]}
    scrubber = Scrubber([])
    scrubber.value(document)
    scrubber.adopt()
    assert "s3cr3t" not in json.dumps(scrubber.value(document))


def test_a_short_secret_is_replaced_only_where_it_stands_alone() -> None:
    scrubber = Scrubber(["abc"])
    assert scrubber.value(["abc", "abcdef"]) == ["secret-1", "abcdef"]


def test_a_secret_that_is_a_common_word_changes_nothing_else() -> None:
    assert Scrubber(["production", "eu-central-1", "true"]).value(
        ["production", "eu-central-1", "true"]
    ) == ["production", "eu-central-1", "true"]


def test_an_address_that_is_kept_secret_is_one() -> None:
    hook = "https://hooks.chat.com/services/T0/B0/x9"
    assert Scrubber([hook]).value({"URL": hook, "pointer": "arn:aws:x"}) == {
        "URL": "secret-1",
        "pointer": "arn:aws:x",
    }


def test_the_words_of_a_format_stay_even_if_a_secret_is_one() -> None:
    found = Scrubber(["MasterUserPassword"]).value({"MasterUserPassword": "MasterUserPassword"})
    assert found == {"MasterUserPassword": "secret-1"}


@pytest.mark.parametrize(
    ("name", "pattern", "free"),
    [
        ("orders-archive", "arn:aws:s3:::orders-archive/*", True),
        ("orders-archive", "*", True),
        ("orders-archive", "arn:aws:s3:::orders-*", False),
        ("orders-archive", "arn:aws:s3:::*-archive", False),
        ("orders-prod", "", False),
        ("orders-test-2", "", False),
        ("vpc-0d41c5f6a7b8c9d01", "", False),
        ("orders", "", False),
        ("aws-waf-logs-orders", "", False),
    ],
)
def test_names_that_matter_to_nobody_are_replaced(name: str, pattern: str, free: bool) -> None:
    document = {"Name": name, "Resource": pattern}
    scrubber = Scrubber([])
    scrubber.rename([name], document)
    assert (scrubber.value(document)["Name"] == "name-1") is free


def test_names_in_arns_are_replaced_too() -> None:
    document = {"Role": "arn:aws:iam::210987654321:role/team/orders-reader"}
    scrubber = Scrubber([])
    scrubber.rename([], document)
    assert scrubber.value(document) == {"Role": "arn:aws:iam::123456789012:role/team/name-1"}


@pytest.mark.parametrize(
    "text",
    ["a" * 10**5, "a." * 10**5, "a@" * 10**5, "a*" * 10**5, "arn:aws:a:b:1:" + "a:" * 10**5 + "*"],
)
def test_hostile_texts_take_no_longer_than_others(text: str) -> None:
    scrubber = Scrubber([])
    scrubber.rename([], text)
    assert isinstance(scrubber.value(text), str)
