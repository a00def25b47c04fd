"""Which rules of a security group let the internet reach watched ports."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jurat.net.cidr import Network, is_internet, network
from jurat.net.ports import ports

Port = tuple[str, int]
"""A protocol's name and a port number."""

_CIDRS: Final = ("CidrIp", "CidrIpv6")
_LIST: Final = "SourcePrefixListId"
_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Opening:
    """Watched ports that the internet reaches, or may reach; ``at`` is the rule's place.

    It is empty if several rules do it together. What is not ``certain`` hangs on a prefix list
    whose networks nobody has told.
    """

    ports: frozenset[Port]
    at: tuple[str | int, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Peer:
    """One rule's networks, the property that names them, and the watched ports it admits."""

    index: int
    name: str
    networks: tuple[Network, ...]
    ports: frozenset[Port]


def openings(
    rules: Any, watched: Iterable[Port], prefix_lists: Sequence[Mapping[str, Any]] = ()
) -> Iterator[Opening]:
    """Yield what ingress ``rules`` open to the internet.

    ``prefix_lists`` are the properties of the lists that are known. Networks that are harmless one
    by one may be the internet together.
    """
    listed, complete = entries(prefix_lists), knows_all(rules, _LIST, prefix_lists)
    narrow: list[_Peer] = []
    for peer in _peers(rules, frozenset(watched), listed):
        if is_internet(peer.networks):
            yield Opening(peer.ports, (peer.index, peer.name))
        else:
            narrow.append(peer)
            if peer.name == _LIST and not complete:
                yield Opening(peer.ports, (peer.index, peer.name), certain=False)
    together = frozenset(_together(narrow))
    if together:
        yield Opening(together)


def _together(peers: Sequence[_Peer]) -> Iterator[Port]:
    """Yield the ports to which the networks of several rules add up to the internet."""
    if not is_internet(net for peer in peers for net in peer.networks):
        return
    for port in frozenset().union(*(peer.ports for peer in peers)):
        if is_internet(net for peer in peers if port in peer.ports for net in peer.networks):
            yield port


def knows_all(rules: Any, name: str, prefix_lists: Sequence[Any]) -> bool:
    """Tell whether as many prefix lists are known as the property ``name`` of rules refers to."""
    named = {str(rule[name]) for _, rule in rules_of(rules) if name in rule}
    return len(named) <= len(prefix_lists)


def _peers(rules: Any, watched: frozenset[Port], listed: tuple[Network, ...]) -> Iterator[_Peer]:
    for index, rule in rules_of(rules):
        admitted = _admitted(rule, watched)
        if not admitted:
            continue
        for name in _CIDRS:
            if name in rule:
                yield _Peer(index, name, (network(rule[name]),), admitted)
        if _LIST in rule:
            yield _Peer(index, _LIST, listed, admitted)


def rules_of(rules: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the rules of a list with their positions; what is not a rule is left out."""
    if isinstance(rules, Mapping):
        yield 0, rules
    elif isinstance(rules, Sequence) and not isinstance(rules, str):
        for index, rule in enumerate(rules):
            if isinstance(rule, Mapping):
                yield index, rule


def _admitted(rule: Mapping[str, Any], watched: frozenset[Port]) -> frozenset[Port]:
    reach = {protocol: ports(rule, protocol) for protocol in {name for name, _ in watched}}
    return frozenset(port for port in watched if port[1] in reach[port[0]])


def entries(prefix_lists: Iterable[Any]) -> tuple[Network, ...]:
    """Return the networks in the properties of prefix lists."""
    return tuple(
        network(entry["Cidr"])
        for properties in prefix_lists
        for _, entry in rules_of(properties.get("Entries", ()))
        if "Cidr" in entry
    )


def name_ports(found: Collection[Port]) -> str:
    """Write ports for a message: ``port 22 is``, ``ports 22, 3389 and 7 more are``."""
    numbers = sorted({number for _, number in found})
    shown = ", ".join(str(number) for number in numbers[:_MOST_NAMED])
    more = f" and {len(numbers) - _MOST_NAMED} more" if len(numbers) > _MOST_NAMED else ""
    return f"port {shown} is" if len(numbers) == 1 else f"ports {shown}{more} are"
