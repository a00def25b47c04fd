"""Separate duties around keys."""

from collections.abc import Iterator, Sequence

from jurat.iam import Kind, Statement, allows, selects_action
from jurat.iam.globs import arn_globs, overlap
from jurat.iam.holders import alone, exempt, place, unseen
from jurat.iam.reading import chosen
from jurat.policy import Failure, NotApplicable, Subject, Undecided, policy

_KEYS = "arn:*:kms:*:*:key/*"
_ADMINISTERING = (
    "kms:DeleteImportedKeyMaterial",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKeyRotation",
    "kms:ImportKeyMaterial",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
)
_USING = (
    "kms:Decrypt",
    "kms:DeriveSharedSecret",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyPair",
    "kms:GenerateMac",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:Sign",
)


@policy(
    title="Key administrators cannot use keys and users cannot administer them",
    severity="high",
    applies_to=[
        "AWS::IAM::Group",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::IAM::User",
        "AWS::KMS::Key",
        "AWS::KMS::ReplicaKey",
    ],
    related={
        "attached": {"types": ["AWS::IAM::ManagedPolicy"], "via": "ManagedPolicyArns"},
        "bounded": {"types": ["AWS::IAM::Role", "AWS::IAM::User"], "where": "PermissionsBoundary"},
        "holders": {
            "types": ["AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::User"],
            "where": "ManagedPolicyArns",
        },
    },
    remediation=(
        "Give key administration (kms:PutKeyPolicy, kms:ScheduleKeyDeletion …) and key use "
        "(kms:Decrypt, kms:GenerateDataKey …) to different roles: policy of aws_kms_key and "
        "aws_iam_role_policy in Terraform, KeyPolicy and PolicyDocument in CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
        "https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html",
    ],
)
def admin_use_separation(subject: Subject) -> Iterator[Failure | NotApplicable | Undecided]:
    """Whoever may change a key's policy and decrypt with it needs nobody else to read everything.

    In a key policy no named role, user or wildcard may have both; the account itself, to which AWS
    has a key policy delegate, is judged by its identities' policies. There no document may allow
    both on the same keys.
    """
    if subject.resource.type.startswith("AWS::KMS::"):
        document = subject.resource.properties.get("KeyPolicy")
        yield from _key(chosen(document, ("KeyPolicy",)))
        return
    related = subject.related
    reason = exempt(subject.resource, related)
    if reason:
        yield NotApplicable(reason)
        return
    identity = alone(subject.resource, _about_keys)
    for statement in _doing_both(identity.statements):
        at = place(identity, statement, statement.action_path)
        yield Failure("the same keys may be used and administered", at=at)
    if unseen(subject.resource, len(related["attached"])):
        yield Undecided("an attached policy is not in the input", at=("ManagedPolicyArns",))


def _about_keys(statement: Statement) -> bool:
    return any(selects_action(statement, action) for action in (*_ADMINISTERING, *_USING))


def _key(statements: Sequence[Statement]) -> Iterator[Failure]:
    """Yield a failure for each statement by which somebody gets both."""
    found = dict.fromkeys(
        statement
        for name in _names(statements)
        for statement in _doing_both([s for s in statements if _speaks_of(s, name)])
    )
    for statement in found:
        yield Failure("a principal may use and administer the key", at=statement.principal_path)


def _names(statements: Sequence[Statement]) -> Iterator[str]:
    for statement in statements:
        if statement.allows and statement.principal is not None:
            for member in statement.principal.of(Kind.IDENTITY, Kind.EVERYONE):
                yield member.value
            if statement.principal.negated and statement.principal.everyone:
                yield "*"


def _speaks_of(statement: Statement, name: str) -> bool:
    """Tell whether a statement gives to, or takes from, a principal of this name.

    What everybody gets through a service is not counted: it takes rights at that service too.
    """
    principal = statement.principal
    if principal is None:
        return False
    named = any(member.value == name for member in principal.members)
    if principal.negated:
        return not named
    by_service = any(clause.key == "kms:viaservice" for clause in statement.clauses)
    return named or (principal.everyone and not (statement.allows and by_service))


def _doing_both(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Yield the statements that allow using keys which others, or they, allow to administer."""
    using = dict.fromkeys(s for action in _USING for s in allows(statements, action, _KEYS))
    for statement in using:
        if any(allows(statements, a, k) for a in _ADMINISTERING for k in _keys(statement)):
            yield statement


def _keys(statement: Statement) -> Iterator[str]:
    resource = statement.resource
    if resource is None or resource.negated:
        yield _KEYS
        return
    for pattern in resource.patterns:
        if overlap((arn_globs(pattern), arn_globs(_KEYS))):
            yield _KEYS if pattern == "*" else pattern
