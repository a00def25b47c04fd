"""Networks by arithmetic: how much of the internet is in them."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Any, Final

Network = IPv4Network | IPv6Network

EVERYWHERE: Final = ip_network("0.0.0.0/0")

# Addresses that the internet does not route: IANA's special-purpose registries and multicast.
_NOT_PUBLIC: Final = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")

# Half of a /8, and a /16 of IPv6: more than one company's own networks, so anybody may be inside.
# A registry is given a /8 or a /12 for all the companies of a continent.
_INTERNET: Final = {4: 2**23, 6: 2**112}


def network(text: Any) -> Network:
    """Read a network; what cannot be read counts as everywhere, for nothing narrows it."""
    return _read(str(text).strip())


@lru_cache(maxsize=4096)
def _read(text: str) -> Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return EVERYWHERE


@lru_cache(maxsize=4096)
def public_size(net: Network) -> int:
    """Count the addresses of ``net`` that the internet routes."""
    if isinstance(net, IPv6Network):
        return _overlap(net, _GLOBAL_UNICAST)
    return net.num_addresses - sum(_overlap(net, other) for other in _NOT_PUBLIC)


def is_internet(networks: Iterable[Network]) -> bool:
    """Tell whether ``networks`` together hold so much public space that anybody may be inside."""
    public = [net for net in networks if public_size(net)]
    return any(
        sum(map(public_size, _collapsed(public, version))) >= enough
        for version, enough in _INTERNET.items()
    )


def _collapsed(networks: list[Network], version: int) -> Iterable[Network]:
    """Merge the networks of one version, so that no address counts twice."""
    same: list[Any] = [net for net in networks if net.version == version]
    return collapse_addresses(same)


def _overlap(one: Any, other: Any) -> int:
    """Count the addresses that two networks of one version share: one holds the other, or none."""
    if one.subnet_of(other):
        return int(one.num_addresses)
    return int(other.num_addresses) if other.subnet_of(one) else 0
