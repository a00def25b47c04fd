"""Versions of managed policies: the default one, and those that can be brought back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jurat.iam.document import Statement, statements
from jurat.iam.identities import Identity, items


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a managed policy."""

    id: str
    default: bool
    statements: tuple[Statement, ...]


def versions(policy: Identity) -> Iterator[Version]:
    """Yield the versions of a managed policy, as far as they are known."""
    for index, version in enumerate(items(policy.properties.get("Versions"))):
        stated = version if isinstance(version, Mapping) else {"Document": version}
        number = str(stated.get("VersionId", ""))
        at, source = ("Versions", index, "Document"), f"managed:{policy.name}@{number}"
        document = statements(stated.get("Document"), at, source)
        yield Version(number, stated.get("IsDefaultVersion") is True, document)
