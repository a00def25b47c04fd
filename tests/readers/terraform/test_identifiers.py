from typing import Any

import pytest

from jurat.readers.terraform.identifiers import (
    expected_type,
    likely_arn,
    likely_attribute,
    names_another,
)


@pytest.mark.parametrize(
    ("kind", "attribute", "target"),
    [
        ("aws_s3_bucket_versioning", "bucket", ("id",)),
        ("aws_iam_role_policy", "role", ("name",)),
        ("aws_instance", "subnet_id", ("id",)),
        ("aws_db_instance", "kms_key_id", ()),
        ("aws_lb_listener", "certificate_arn", ("arn",)),
        ("aws_sns_topic_policy", "arn", ("arn",)),
        ("aws_neptune_cluster_instance", "cluster_identifier", ("id",)),
        ("aws_load_balancer_policy", "load_balancer_name", ("name",)),
        ("aws_cloudfront_distribution", "domain_name", ("bucket_domain_name",)),
        ("aws_iam_policy_document", "identifiers", ("iam_arn",)),
    ],
)
def test_identifiers_of_others(kind: Any, attribute: Any, target: Any) -> None:
    assert names_another(kind, attribute, target)


@pytest.mark.parametrize(
    ("kind", "attribute", "target"),
    [
        ("aws_s3_bucket", "bucket", ("bucket",)),
        ("aws_rds_cluster", "cluster_identifier", ("id",)),
        ("aws_lambda_function", "function_name", ("name",)),
        ("aws_sqs_queue", "policy", ("arn",)),
        ("aws_instance", "user_data", ("id",)),
        ("aws_x", "name", ("name",)),
        ("aws_x", "description", ("arn",)),
        ("aws_iam_policy_document", "identifiers", ("id",)),
        ("aws_iam_policy_document", "identifiers", ()),
    ],
)
def test_what_may_be_built_around_a_reference(kind: Any, attribute: Any, target: Any) -> None:
    assert not names_another(kind, attribute, target)


def test_a_statement_starts_with_an_arn_only_where_one_can_stand() -> None:
    assert likely_arn("resources", ("arn",)) == ("arn",)
    assert likely_arn("values", ("arn",)) == ("arn",)
    assert likely_arn("not_resources", ()) == ("arn",)
    assert likely_arn("values", ()) is None
    assert likely_arn("resources", ("id",)) is None
    assert likely_arn("actions", ("arn",)) is None


def test_names_tell_the_type_they_mean() -> None:
    assert expected_type("vpc_security_group_ids") == "aws_security_group"
    assert expected_type("db_subnet_group_name") == "aws_db_subnet_group"
    assert expected_type("kms_master_key_id") == "aws_kms_key"
    assert expected_type("name") is None


def test_names_tell_the_attribute_they_mean() -> None:
    assert likely_attribute("target_group_arns") == "arn"
    assert likely_attribute("subnet_ids") == "id"
