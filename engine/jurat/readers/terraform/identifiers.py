"""Which attributes name another resource, judged by their names: a plan has no source text."""

from typing import Final

_NAMES: Final = frozenset(
    {
        "alarm_actions",
        "bucket",
        "cluster",
        "cluster_name",
        "db_subnet_group_name",
        "function_name",
        "group",
        "groups",
        "iam_instance_profile",
        "iam_role",
        "insufficient_data_actions",
        "kms_key",
        "load_balancer",
        "log_destination",
        "log_group_name",
        "ok_actions",
        "queue_url",
        "repository",
        "role",
        "roles",
        "s3_bucket",
        "s3_bucket_name",
        "security_groups",
        "subnets",
        "target_bucket",
        "user",
        "users",
    }
)
_SUFFIXES: Final = ("_id", "_ids", "_arn", "_arns")
_PRINCIPALS: Final = ("arn", "unique_id", "canonical_user_id")
_BUILT_ON_ARNS: Final = frozenset({"not_resources", "resources", "values"})
_OWN_NAMES: Final = frozenset({("aws_s3_bucket", "bucket")})
_EXPECTED: Final = (
    ("security_group", "aws_security_group"),
    ("subnet_group", "aws_db_subnet_group"),
    ("subnet", "aws_subnet"),
    ("vpc_id", "aws_vpc"),
    ("kms", "aws_kms_key"),
    ("log_group", "aws_cloudwatch_log_group"),
    ("topic", "aws_sns_topic"),
    ("role", "aws_iam_role"),
    ("bucket", "aws_s3_bucket"),
)


def names_another(kind: str, attribute: str, target: tuple[str, ...]) -> bool:
    """Tell whether an attribute of type ``kind`` holds an identifier of what it refers to.

    ``target`` is the attribute referred to. Where both have the same name
    (``domain_name = aws_s3_bucket.b.bucket_domain_name``), nothing was built around it.
    """
    if (kind, attribute) in _OWN_NAMES:
        return False
    if attribute == "identifiers":
        return bool(target) and target[-1].endswith(_PRINCIPALS)
    if attribute in _NAMES or attribute.endswith(_SUFFIXES):
        return True
    return bool(target) and "_" in attribute and target[-1].endswith(attribute)


def starts_with(attribute: str, target: tuple[str, ...]) -> bool:
    """Tell whether a string in a policy statement starts with what it refers to.

    In these places an ARN can only stand in front: ``"${aws_s3_bucket.b.arn}/*"``.
    """
    return attribute in _BUILT_ON_ARNS and bool(target) and target[-1].endswith("arn")


def expected_type(attribute: str) -> str | None:
    """Return the type that an attribute of this name refers to, if the name says so."""
    return next((kind for part, kind in _EXPECTED if part in attribute), None)


def likely_attribute(attribute: str) -> str:
    """Return the attribute that is meant where the plan cut the reference to the resource."""
    return "arn" if attribute.endswith(("arn", "arns")) else "id"
