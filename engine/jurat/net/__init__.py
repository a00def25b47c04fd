"""Network arithmetic for policies: address ranges, ports, what a rule opens."""

from jurat.net.cidr import EVERYWHERE, Network, is_internet, network, public_size
from jurat.net.exposure import Opening, entries, knows_all, name_ports, openings, rules_of
from jurat.net.ports import EVERY_PORT, ports, protocol

__all__ = [
    "EVERYWHERE",
    "EVERY_PORT",
    "Network",
    "Opening",
    "entries",
    "is_internet",
    "knows_all",
    "name_ports",
    "network",
    "openings",
    "ports",
    "protocol",
    "public_size",
    "rules_of",
]
