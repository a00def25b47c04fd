"""Which attributes name another resource, judged by their names: a plan has no source text."""

from typing import Final

_NAMES: Final = frozenset(
    {
        "alarm_actions",
        "arn",
        "bucket",
        "cluster",
        "group",
        "groups",
        "iam_instance_profile",
        "instances",
        "insufficient_data_actions",
        "kms_key",
        "load_balancer",
        "log_destination",
        "ok_actions",
        "origin_access_identity",
        "permissions_boundary",
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
_SUFFIXES: Final = ("_arn", "_arns", "_id", "_identifier", "_ids", "_role", "_roles")
_NAMING: Final = ("_identifier", "_name", "_id")
_PRINCIPALS: Final = ("arn", "unique_id", "canonical_user_id")
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

    ``target`` is the attribute referred to. Where the names agree, nothing was built around it:
    ``load_balancer_name = aws_elb.e.name``, ``domain_name = aws_s3_bucket.b.bucket_domain_name``.
    """
    last = target[-1] if target else ""
    if _names_itself(kind, attribute):
        return False
    if attribute == "identifiers":
        return last.endswith(_PRINCIPALS)
    if attribute in _NAMES or attribute.endswith(_SUFFIXES):
        return True
    agree = last.endswith(attribute) or attribute.endswith(f"_{last}")
    return bool(last) and "_" in attribute and agree


def likely_arn(attribute: str, target: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the ARN that a string of a policy statement starts with, if it does.

    In these places an ARN can only stand in front: ``"${aws_s3_bucket.b.arn}/*"``.
    """
    if attribute not in {"resources", "not_resources", "values"}:
        return None
    if not target:
        return None if attribute == "values" else ("arn",)
    return target if target[-1].endswith("arn") else None


def expected_type(attribute: str) -> str | None:
    """Return the type that an attribute of this name refers to, if the name says so."""
    return next((kind for part, kind in _EXPECTED if part in attribute), None)


def likely_attribute(attribute: str) -> str:
    """Return the attribute that is meant where the plan cut the reference to the resource."""
    return "arn" if attribute.endswith(("arn", "arns")) else "id"


def _names_itself(kind: str, attribute: str) -> bool:
    """Tell a resource's own name, such as ``bucket`` of ``aws_s3_bucket``."""
    suffix = next((suffix for suffix in _NAMING if attribute.endswith(suffix)), "")
    return kind.endswith(f"_{attribute.removesuffix(suffix)}")
