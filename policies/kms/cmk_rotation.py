"""Rotation of customer-managed keys."""

from collections.abc import Iterator

from jurat.policy import Failure, Subject, policy


@policy(
    title="Customer-managed symmetric keys rotate within the declared period",
    severity="high",
    applies_to=["AWS::KMS::Key"],
    params={"max_days": 365},
    remediation=(
        "Turn on rotation: enable_key_rotation in Terraform, EnableKeyRotation in CloudFormation."
    ),
    references=["https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html"],
)
def cmk_rotation(subject: Subject) -> Iterator[Failure]:
    """A key that never changes protects all data ever written with it at once.

    AWS rotates only symmetric encryption keys with material of its own making, and refuses to be
    asked for more.
    """
    key = subject.resource.properties
    rotates = key.get("EnableKeyRotation") is True
    period = key.get("RotationPeriodInDays", 365)
    if (
        key.get("KeySpec", "SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT"
        or key.get("Origin", "AWS_KMS") != "AWS_KMS"
    ):
        if rotates:
            yield Failure("AWS does not rotate keys of this kind", at=("EnableKeyRotation",))
    elif not rotates:
        yield Failure("rotation is off", at=("EnableKeyRotation",))
    elif not isinstance(period, int | float) or period > subject.params["max_days"]:
        yield Failure("the rotation period is too long", at=("RotationPeriodInDays",))
