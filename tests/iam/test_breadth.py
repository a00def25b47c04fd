"""How wide one statement is."""

from typing import Any

import pytest

from jurat.iam.breadth import (
    administers,
    grants_all_actions,
    is_wide,
    on_all_resources,
    on_everything,
    service_wide,
)
from jurat.iam.document import Statement, statements


def one(**elements: Any) -> Statement:
    whole = {"Effect": "Allow", "Action": "*", "Resource": "*", **elements}
    return statements([{k: v for k, v in whole.items() if v is not None}])[0]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("*", True),
        ("**", True),
        ("*:*", True),
        ("?*:?*", True),
        (["s3:*", "?*"], True),
        ("s3:*", False),
        ("*:Get*", False),
        ([], False),
    ],
)
def test_all_actions(action: Any, expected: object) -> None:
    assert grants_all_actions(one(Action=action)) is expected
    assert not grants_all_actions(one(Action=action, Effect="Deny"))


def test_a_complement_holds_all_actions_only_if_it_leaves_out_none() -> None:
    assert not grants_all_actions(one(Action=None, NotAction="iam:*"))
    assert grants_all_actions(one(Action=None, NotAction=[]))


@pytest.mark.parametrize(
    ("action", "negated", "expected"),
    [
        ("kms:*", False, True),
        ("KMS:*", False, True),
        ("*", False, True),
        ("k*", False, True),
        ("kms:?*", False, True),
        ("kms:De*", False, False),
        (["kms:Decrypt", "s3:*"], False, False),
        (["iam:*", "organizations:*"], True, True),
        ("kms:Decrypt", True, True),
        (["kms:*", "iam:*"], True, False),
        ("*", True, False),
    ],
)
def test_a_whole_service(action: Any, negated: object, expected: object) -> None:
    names = {"Action": None, "NotAction": action} if negated else {"Action": action}
    assert service_wide(one(**names), "kms") is expected
    assert not service_wide(one(**names, Effect="Deny"), "kms")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", True),
        ("arn:*", True),
        ("arn:aws:s3*", True),
        ("arn:aws:s3:::*", True),
        ("arn:aws:s3:::*/*", True),
        ("arn:aws:s3:::*/prefix/*", True),
        ("arn:aws:s3:::?*/*", True),
        ("arn:aws:s3:::logs-*/*", False),
        ("arn:aws:s3:::*-logs/*", False),
        ("arn:aws:s3:::bucket/*", False),
        ("arn:aws:sqs:*:*:*", True),
        ("arn:aws:sqs:*:*:orders-*", False),
        ("arn:aws:iam::123456789012:role/*", True),
        ("arn:aws:iam::*:r*", True),
        ("arn:aws:iam::123456789012:role/app/*", False),
        ("arn:aws:iam::123456789012:role/*/admin", False),
        ("arn:aws:iam::123456789012:user/${aws:username}", False),
        ("arn:aws:dynamodb:*:*:table/*/index/*", True),
        ("arn:aws:dynamodb:*:*:table/carts/*", False),
        ("arn:aws:logs:*:*:log-group:*", True),
        ("arn:aws:logs:*:*:log-group:/prod/*", False),
        ("arn:aws:bedrock:*::foundation-model/*", True),
        ("arn:aws:bedrock:*::foundation-model/mistral.*", False),
        ("arn:aws:lambda:*:*:function:*", True),
        ("arn:aws:*:*:*:prod-*", False),
        ("arn:aws:s3:::", False),
        ("arn:aws:kms:::", False),
        ("bucket", False),
    ],
)
def test_patterns_that_name_no_resource(pattern: str, expected: object) -> None:
    assert is_wide(pattern) is expected
    assert on_all_resources(one(Resource=pattern)) is expected


def test_all_resources_by_a_complement() -> None:
    assert on_all_resources(one(Resource=None, NotResource="arn:aws:s3:::b/*"))
    assert not on_all_resources(one(Resource=None, NotResource="*"))


def test_a_statement_without_resource_names_what_it_is_attached_to_or_everything() -> None:
    assert not on_all_resources(one(Resource=None, Principal="*"))
    assert on_all_resources(one(Resource=None))


def test_everything_is_more_than_all_of_a_service() -> None:
    assert on_everything(one())
    assert on_everything(one(Resource="arn:aws:s3:::*")) is False
    assert on_everything(one(Resource=["arn:aws:s3:::b", "*:*"]))
    assert not on_everything(one(Resource=None, Principal="*"))


def administering(*items: dict[str, Any], boundary: list[Any] | None = None) -> bool:
    limit = None if boundary is None else statements(boundary)
    return bool(administers(statements(list(items)), {}, limit))


WHOLE = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def test_administrators() -> None:
    assert administering(WHOLE)
    assert administering({**WHOLE, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}})
    assert administering({**WHOLE, "Resource": "arn:aws:iam::*:*"})
    assert administering(WHOLE, boundary=[WHOLE])


def test_who_is_no_administrator() -> None:
    assert not administering({**WHOLE, "Action": "iam:*"})
    assert not administering({**WHOLE, "Resource": "arn:aws:s3:::*"})
    assert not administering(WHOLE, {"Effect": "Deny", "Action": "iam:*", "Resource": "*"})
    assert not administering(WHOLE, boundary=[{**WHOLE, "Action": "s3:*"}])


def test_the_usual_denials_leave_an_administrator() -> None:
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    assert administering(WHOLE, {**WHOLE, "Effect": "Deny", "Condition": plain})
    assert administering(WHOLE, {**WHOLE, "Effect": "Deny", "Action": "s3:DeleteBucket"})
    assert administering(WHOLE, {**WHOLE, "Effect": "Deny", "Action": "iam:CreateUser"})
