"""Account details as get-account-authorization-details gives them: one resource an entry."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jurat.model import Location, Note, Origin, Path, Resource, Scope, Tier
from jurat.readers.iam.entries import FILL, KINDS, Draft, Kind
from jurat.readers.iam.values import text
from jurat.readers.source import Hints

SECTIONS: Final = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")

_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_ARN_SEGMENTS: Final = 6


@dataclass(slots=True)
class AccountReader:
    """Reads entries of one file; notes what is not as IAM gives it."""

    path: str
    hints: Hints
    notes: list[Note] = field(default_factory=list)

    def read(self, page: Mapping[str, Any], prefix: str = "") -> Iterator[Resource]:
        """Yield the resources of one page; ``prefix`` leads to it in the file."""
        for section in SECTIONS:
            yield from self._entries(page.get(section), section, f"{prefix}{section}")

    def _entries(self, entries: Any, section: str, place: str) -> Iterator[Resource]:
        if entries is None:
            return
        if not isinstance(entries, list):
            self._note(place, "is not a list; nothing of it was read")
            return
        for index, entry in enumerate(entries):
            if isinstance(entry, Mapping):
                yield self.resource(entry, section, f"{place}[{index}]")
                yield from self._profiles(entry, f"{place}[{index}]")
            else:
                self._note(f"{place}[{index}]", "is not an object; it was not read")

    def _note(self, place: str, what: str) -> None:
        self.notes.append(Note(Location(self.path), f"{place} {what}"))

    def _profiles(self, entry: Mapping[str, Any], place: str) -> Iterator[Resource]:
        if "InstanceProfileList" in entry:
            name = "InstanceProfileList"
            yield from self._entries(entry[name], name, f"{place}.{name}")

    def resource(self, entry: Mapping[str, Any], section: str, place: str) -> Resource:
        """Return the resource of one entry."""
        kind = KINDS[section]
        draft = Draft()
        for member, name in ((kind.source_name, kind.name), ("Path", "Path"), ("Arn", "Arn")):
            if member in entry:
                draft.put(name, text(entry[member], member), member)
        for member in kind.copied:
            if member in entry:
                draft.put(member, entry[member], member)
        FILL[section](entry, draft, kind)
        arn = entry.get("Arn")
        address = str(arn) if arn and isinstance(arn, str) else place
        return Resource(
            address=address,
            type=kind.type,
            properties=draft.properties,
            scope=scope_of(address, self.hints),
            file=self.path,
            origins=self._origins(address, place, draft.members),
            covered=frozenset((known,) for known in (*draft.properties, *kind.silent)),
            identities=_identities(kind, arn, draft.properties.get(kind.name)),
        )

    def _origins(self, address: str, place: str, members: Mapping[Path, str]) -> dict[Path, Origin]:
        where = Location(self.path)
        found: dict[Path, Origin] = {(): Origin(address, place, where)}
        for path, member in members.items():
            found[path] = Origin(address, f"{place}.{member}", where)
        return found


def scope_of(arn: str, hints: Hints) -> Scope:
    """Return where an ARN lives; IAM has no region."""
    parts = arn.split(":", _ARN_SEGMENTS - 1)
    whole = len(parts) == _ARN_SEGMENTS
    account = parts[4] if whole else ""
    known = _ACCOUNT.fullmatch(account)
    if account == "aws":
        return Scope(None, None, parts[1], Tier.LIVE)
    partition = parts[1] if whole and parts[1] else hints.partition
    return Scope(account if known else hints.account, None, partition, Tier.LIVE)


def _identities(kind: Kind, arn: Any, name: Any) -> dict[str, str]:
    """Return the strings by which others point to it; managed policies go by their ARN."""
    found: dict[str, str] = {}
    if isinstance(arn, str):
        found["Arn"] = arn
    ref = arn if kind.type == "AWS::IAM::ManagedPolicy" else name
    if isinstance(ref, str):
        found["Ref"] = ref
    return found


def is_account(page: Mapping[str, Any]) -> bool:
    """Tell whether a document is a page of account details."""
    if any(section in page for section in SECTIONS if section != "Policies"):
        return True
    policies = page.get("Policies")
    return isinstance(policies, list) and any(
        isinstance(policy, Mapping) and "PolicyVersionList" in policy for policy in policies
    )


def incomplete(pages: Sequence[Mapping[str, Any]]) -> str | None:
    """Say why pages of account details do not show the whole account, if they do not."""
    if not pages:
        return None
    missing = [s for s in SECTIONS if not any(isinstance(p.get(s), list) for p in pages)]
    if missing:
        return f"holds no {' and no '.join(missing)}"
    if pages[-1].get("IsTruncated") is True:
        return "the last page says that more follow"
    return None
