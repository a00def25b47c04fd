"""Keys of DynamoDB tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.policy import Failure, NotApplicable, Path, Subject, Undecided, policy
from jurat.tags import is_of_class


@policy(
    title="Tables with classified data use a customer-managed key",
    severity="medium",
    applies_to=["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"],
    params={
        "class_tag": "data-classification",
        "classes_cmk": ["confidential", "restricted", "cardholder"],
        "classes_other": ["public", "internal"],
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
def encryption_cmk(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """Every table is encrypted, but under a key that AWS owns and nobody else can control.

    Only a key of your own lets you decide who may decrypt, see each use of it, and make the data
    unreadable at once. Each replica of a table has a key of its own. The class is read from the
    tag, for a global table from those of its replicas. Without a declared class it is open whether
    the table needs such a key; tag/data_classification demands one.
    """
    table = subject.resource.properties
    is_global = subject.resource.type == "AWS::DynamoDB::GlobalTable"
    replicas = [item for item in _list(table.get("Replicas")) if isinstance(item, Mapping)]
    demanded = _is_demanded(replicas if is_global else [table], subject.params)
    at: Path = ("Replicas", 0, "Tags") if is_global else ("Tags",)
    for failure in _weaknesses(table, replicas, is_global=is_global):
        if demanded:
            yield failure
        elif demanded is None:
            yield Undecided("no declared class", at=at)
        else:
            yield NotApplicable("its class asks for no key of your own", at=at)


def _is_demanded(tagged: Sequence[Mapping[str, Any]], params: Mapping[str, Any]) -> bool | None:
    """Tell whether some tag asks for an own key; ``None`` if none of them says."""
    found = {
        is_of_class(
            item.get("Tags"), params["class_tag"], params["classes_cmk"], params["classes_other"]
        )
        for item in tagged
    }
    return True if True in found else None if None in found else False


def _weaknesses(
    table: Mapping[str, Any], replicas: Sequence[Mapping[str, Any]], *, is_global: bool
) -> Iterator[Failure]:
    """Yield what keeps the table from being encrypted with an own key in each region."""
    if _setting(table, "SSEEnabled") is not True:
        message = "the table is encrypted with a key that AWS owns"
        yield Failure(message, at=("SSESpecification", "SSEEnabled"))
        return
    path = ("SSESpecification", "KMSMasterKeyId")
    if not is_global and not _is_own(_setting(table, path[1])):
        yield Failure("the table is not encrypted with a key of your own", at=path)
    for index, replica in enumerate(replicas):
        if not _is_own(_setting(replica, path[1])):
            message = "the replica is not encrypted with a key of your own"
            yield Failure(message, at=("Replicas", index, *path))


def _setting(table: Mapping[str, Any], name: str) -> Any:
    encryption = table.get("SSESpecification")
    return encryption.get(name) if isinstance(encryption, Mapping) else None


def _is_own(key: Any) -> bool:
    """Tell whether a key is named, and not by the alias of the key that AWS manages."""
    return isinstance(key, str) and key != "" and not key.endswith("alias/aws/dynamodb")


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
