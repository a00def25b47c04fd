"""Protocols and ports of a security group's rule, by what they admit."""

from collections.abc import Mapping
from typing import Any, Final

EVERY_PORT: Final = range(65536)
_NO_PORT: Final = range(0)
_NAMES: Final = {"-1": "all", "6": "tcp", "17": "udp"}


def protocol(rule: Mapping[str, Any]) -> str:
    """Return the rule's protocol by name, ``all`` for every one; numbers of others stay."""
    text = str(rule.get("IpProtocol", "all")).strip().lower()
    return _NAMES.get(text, text)


def ports(rule: Mapping[str, Any], of: str) -> range:
    """Return the ports of protocol ``of`` that the rule admits.

    A rule for all protocols admits every port whatever else it says, and so does one that does not
    say its ports, or says -1.
    """
    spoken = protocol(rule)
    if spoken == "all":
        return EVERY_PORT
    if spoken != of:
        return _NO_PORT
    low, high = _port(rule.get("FromPort")), _port(rule.get("ToPort"))
    return EVERY_PORT if low is None or high is None else range(low, high + 1)


def _port(value: Any) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and value in EVERY_PORT else None
