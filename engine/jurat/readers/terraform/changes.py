"""The changes of a plan and the data sources it has read, each understood or complained about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jurat.model import Value
from jurat.readers.terraform.address import Place, place
from jurat.readers.terraform.configuration import rows, table
from jurat.readers.terraform.overlay import conceal, marked, overlay
from jurat.readers.terraform.secrets import guess_sensitive

GONE = frozenset({"delete", "forget"})
_WORDS = {
    ("create", "delete"): "replace",
    ("delete", "create"): "replace",
    ("create", "forget"): "replace",
    ("forget", "create"): "replace",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One instance as a plan leaves it; ``open`` names the attributes with something unknown."""

    address: str
    place: Place
    action: str
    values: Mapping[str, Value]
    open: tuple[str, ...]
    provider: str
    previous_address: str | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """An instance that will not be there: deleted, or forgotten by Terraform."""

    address: str
    action: str


@dataclass(frozen=True, slots=True)
class Puzzle:
    """An entry that could not be understood: where it stands, and why."""

    where: str
    why: str


def read_changes(entries: Any, section: str) -> Iterator[Change | Gone | Puzzle]:
    """Read every entry of ``resource_changes`` or ``resource_drift``."""
    seen: set[str] = set()
    for index, entry in enumerate(rows(entries)):
        read = _read(entry)
        if isinstance(read, Change) and read.address in seen:
            read = f"{read.address} is listed twice"
        if isinstance(read, str):
            yield Puzzle(f"{section}[{index}]", read)
            continue
        if isinstance(read, Change):
            seen.add(read.address)
        yield read


def read_prior_data(state: Any) -> Iterator[Change]:
    """Read the data sources that the plan has already looked up; nothing in them is unknown."""
    for entry in _state_resources(table(table(state).get("values")).get("root_module")):
        address, values = entry.get("address"), entry.get("values")
        if entry.get("mode") == "data" and isinstance(address, str) and isinstance(values, dict):
            where = place(address)
            if where is not None:
                hidden = conceal(values, entry.get("sensitive_values"))
                provider = short_name(entry.get("provider_name"), where.type)
                yield Change(address, where, "read", hidden, (), provider)


def planned_addresses(planned: Any) -> set[str]:
    """Return the addresses of the managed resources that ``planned_values`` lists."""
    found = _state_resources(table(planned).get("root_module"))
    return {str(entry.get("address")) for entry in found if entry.get("mode") == "managed"}


def short_name(name: Any, kind: str) -> str:
    """Return ``aws`` for ``…/hashicorp/aws`` of any registry; a stranger keeps its namespace."""
    return _short(name) if isinstance(name, str) and name else kind.split("_", 1)[0]


@lru_cache(maxsize=1 << 10)
def _short(name: str) -> str:
    namespace, _, last = name.rpartition("/")
    owner = namespace.rpartition("/")[2]
    return last if owner in {"", "-", "builtin", "hashicorp"} else f"{owner}/{last}"


def _state_resources(root: Any) -> Iterator[dict[str, Any]]:
    waiting = [table(root)]
    while waiting:
        module = waiting.pop()
        yield from map(table, rows(module.get("resources")))
        waiting.extend(map(table, rows(module.get("child_modules"))))


def _read(entry: Any) -> Change | Gone | str:
    """Return what an entry says, or why it cannot be understood."""
    entry = table(entry)
    address, change = entry.get("address"), table(entry.get("change"))
    where = place(address) if isinstance(address, str) else None
    if not isinstance(address, str) or where is None:
        return "no resource address"
    action = _action(change)
    if action is None:
        return f"{address} has no list of actions"
    absent = change.get("after") is None
    if absent and (action in GONE or (action == "no-op" and change.get("before") is None)):
        return Gone(address, action)
    values = _values(change)
    if action in GONE or not isinstance(values, dict):
        return f"{address} ({action}) does not show what it will be"
    previous = entry.get("previous_address")
    return Change(
        address,
        where,
        action,
        values,
        _open(change),
        short_name(entry.get("provider_name"), where.type),
        previous if isinstance(previous, str) else None,
    )


def _action(change: Mapping[str, Any]) -> str | None:
    """Return one word for the list of actions; an import without an update is its own word."""
    words = rows(change.get("actions"))
    if not words or not all(isinstance(word, str) for word in words):
        return None
    word = _WORDS.get(tuple(words), "-".join(words))
    return "import" if word == "no-op" and change.get("importing") else word


def _values(change: Mapping[str, Any]) -> Value:
    after = change.get("after")
    # Plans of Terraform 0.14 and older do not mark what the provider's schema calls sensitive.
    hidden = change["after_sensitive"] if "after_sensitive" in change else guess_sensitive(after)
    return overlay(after, change.get("after_unknown"), hidden)


def _open(change: Mapping[str, Any]) -> tuple[str, ...]:
    unknown = table(change.get("after_unknown"))
    return tuple([name for name, marks in unknown.items() if marks is True or marked(marks)])
