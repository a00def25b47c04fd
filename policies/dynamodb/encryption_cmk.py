"""Keys of DynamoDB tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.policy import Failure, Subject, policy


@policy(
    title="Tables with classified data use a customer-managed key",
    severity="medium",
    applies_to=["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"],
    params={
        "class_tag": "data-classification",
        "classes_cmk": ["confidential", "restricted", "cardholder"],
    },
    remediation=(
        "Encrypt with your own key: server_side_encryption with enabled and kms_key_arn in "
        "Terraform (kms_key_arn of each replica too), SSESpecification with SSEEnabled and "
        "KMSMasterKeyId in CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html"
    ],
)
def encryption_cmk(subject: Subject) -> Iterator[Failure]:
    """Every table is encrypted, but under a key that AWS owns and nobody else can control.

    Only a key of your own lets you decide who may decrypt, see each use of it, and make the data
    unreadable at once. Each replica of a table has a key of its own. The class is read from the
    tag; a table without one is left to tag/data_classification.
    """
    table = subject.resource.properties
    replicas = [item for item in _list(table.get("Replicas")) if isinstance(item, Mapping)]
    is_global = subject.resource.type == "AWS::DynamoDB::GlobalTable"
    tagged = replicas if is_global else [table]
    if not any(_classified(item.get("Tags"), subject.params) for item in tagged):
        return
    if _setting(table, "SSEEnabled") is not True:
        yield Failure(
            "the table is encrypted with a key that AWS owns", at=("SSESpecification", "SSEEnabled")
        )
        return
    path = ("SSESpecification", "KMSMasterKeyId")
    if not is_global and not _is_own(_setting(table, path[1])):
        yield Failure("the table is not encrypted with a key of your own", at=path)
    for index, replica in enumerate(replicas):
        if not _is_own(_setting(replica, path[1])):
            yield Failure(
                "the replica is not encrypted with a key of your own",
                at=("Replicas", index, *path),
            )


def _classified(tags: Any, params: Mapping[str, Any]) -> bool:
    return any(
        isinstance(tag, Mapping)
        and tag.get("Key") == params["class_tag"]
        and tag.get("Value") in params["classes_cmk"]
        for tag in _list(tags)
    )


def _setting(table: Mapping[str, Any], name: str) -> Any:
    encryption = table.get("SSESpecification")
    return encryption.get(name) if isinstance(encryption, Mapping) else None


def _is_own(key: Any) -> bool:
    """Tell whether a key is named, and not by the alias of the key that AWS manages."""
    return isinstance(key, str) and key != "" and not key.endswith("alias/aws/dynamodb")


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
