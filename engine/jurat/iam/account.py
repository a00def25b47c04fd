"""Accounts: the identities and managed policies that stand together."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

from jurat.iam.identities import Described, Identity

_KINDS: Final = {
    "AWS::IAM::Role": "role",
    "AWS::IAM::User": "user",
    "AWS::IAM::Group": "group",
    "AWS::IAM::ManagedPolicy": "policy",
}


class Account:
    """The identities and managed policies that stand together, parsed when they are asked for."""

    def __init__(self, resources: Iterable[Described]) -> None:
        self._members: dict[str, list[Identity]] = {kind: [] for kind in _KINDS.values()}
        for resource in resources:
            if resource.type in _KINDS:
                kind = _KINDS[resource.type]
                self._members[kind].append(Identity(kind, resource, self))

    @property
    def roles(self) -> Sequence[Identity]:
        """The roles."""
        return self._members["role"]

    @property
    def policies(self) -> Sequence[Identity]:
        """The managed policies, each standing for whoever holds it."""
        return self._members["policy"]

    def members(self, kind: str) -> Sequence[Identity]:
        """Return the identities of a kind: ``role``, ``user``, ``group`` or ``policy``."""
        return self._members[kind]

    def find(self, address: str) -> Identity:
        """Return the identity at an address; raise ``KeyError`` if there is none."""
        for members in self._members.values():
            for member in members:
                if member.address == address:
                    return member
        raise KeyError(address)

    def named(self, kind: str, name: str) -> Identity | None:
        """Return the identity of a kind that a name or ARN stands for."""
        found = self._index.get((kind, name))
        if found is None and name.startswith("arn:"):
            return next((m for m in self._members.get(kind, ()) if m.is_called(name)), None)
        return found

    @cached_property
    def _index(self) -> dict[tuple[str, str], Identity]:
        return {
            (kind, key): member
            for kind, members in self._members.items()
            for member in members
            for key in (member.name, *member.arns)
        }
