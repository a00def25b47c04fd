"""Keys that anybody may use."""

from collections.abc import Iterator

from jurat.iam.reading import let_everyone_in
from jurat.policy import Failure, Subject, policy


@policy(
    title="Key policies do not allow unrestricted principals",
    severity="critical",
    applies_to=["AWS::KMS::Key", "AWS::KMS::ReplicaKey"],
    remediation=(
        "Name the principals, or add a condition on kms:CallerAccount or aws:PrincipalOrgID with "
        "fixed values: policy of aws_kms_key or aws_kms_key_policy in Terraform, KeyPolicy in "
        "CloudFormation."
    ),
    references=["https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"],
)
def key_policy_no_wildcard(subject: Subject) -> Iterator[Failure]:
    """Encryption protects from nobody if everybody may decrypt.

    Only a condition with fixed values of keys that a caller cannot choose limits a wildcard
    principal; the service through which a call comes (kms:ViaService) does not, anybody can use it.
    A key without a policy gets AWS's default, which admits the account alone.
    """
    document = subject.resource.properties.get("KeyPolicy")
    for statement in let_everyone_in(document, ("KeyPolicy",)):
        yield Failure("everybody is let in", at=statement.principal_path)
