"""Cut entries out of live IAM JSON."""

import re
from collections.abc import Iterable
from typing import Any, Final

from jurat.model import Estate
from jurat.readers.iam.account import SECTIONS, is_account
from jurat.readers.iam.entries import KINDS
from jurat.readers.iam.values import document as policy_document

_STEP: Final = re.compile(r"\[(\d+)\]|(\w+)")
_MEMBERS: Final = frozenset(
    {
        *("Arn", "AssumeRolePolicyDocument", "AttachedManagedPolicies", "DefaultVersionId"),
        *("GroupList", "Path", "PermissionsBoundary", "PolicyVersionList", "Roles", "Tags"),
        *(kind.source_name for kind in KINDS.values()),
        *(member for kind in KINDS.values() for member in kind.copied),
        *(kind.inline for kind in KINDS.values() if kind.inline),
    }
)
_DOCUMENTS: Final = frozenset({"AssumeRolePolicyDocument", "Document", "PolicyDocument"})
_PROFILES: Final = "InstanceProfileList"


def cut_account(document: Any, estate: Estate, addresses: Iterable[str]) -> Any:
    """Return the entries of some resources of ``estate``, which was read from ``document``.

    Account details keep all their sections, so that nobody takes them for incomplete. A document
    that stands alone stays alone.
    """
    pages = _pages(document)
    places = {item.address: item.origin(()).attribute or "" for item in estate.resources}
    sections: dict[str, list[Any]] = {section: [] for section in SECTIONS}
    alone: list[Any] = []
    for address in addresses:
        steps: list[Any] = [int(m[1]) if m[1] else m[2] for m in _STEP.finditer(places[address])]
        index = steps.pop(0) if steps and isinstance(steps[0], int) else _index(address, pages)
        if is_account(pages[index]):
            section, entry = _entry(pages[index], steps)
            sections[section].append(entry)
        else:
            alone.append(_decoded(pages[index]))
    found = [*([sections] if any(sections.values()) else []), *alone]
    return found[0] if len(found) == 1 else found


def _pages(document: Any) -> list[Any]:
    """Return the documents of a file: one, several, or lists of them."""
    listed = document if isinstance(document, list) else [document]
    return [page for item in listed for page in (item if isinstance(item, list) else [item])]


def _index(address: str, pages: list[Any]) -> int:
    """Return which of several single documents an address such as ``policies[2]`` means."""
    found = re.search(r"\[(\d+)\](?:#\d+)?$", address)
    return int(found[1]) if found and len(pages) > 1 else 0


def _entry(page: Any, steps: list[Any]) -> tuple[str, Any]:
    """Return the section and the entry at a place; a profile comes with the role that it is in."""
    section, index, *inner = steps
    entry = page[section][index]
    kept = {name: _decoded(item, name) for name, item in entry.items() if name in _MEMBERS}
    if inner:
        profile = entry[_PROFILES][inner[-1]]
        kept[_PROFILES] = [{name: item for name, item in profile.items() if name in _MEMBERS}]
    return section, kept


def _decoded(value: Any, name: str = "") -> Any:
    """Return a value in which the documents that are written as text are objects."""
    if name in _DOCUMENTS and isinstance(value, str):
        found = policy_document(value)
        return found if isinstance(found, dict | list) else value
    if isinstance(value, dict):
        return {key: _decoded(item, key) for key, item in value.items()}
    return [_decoded(item) for item in value] if isinstance(value, list) else value
