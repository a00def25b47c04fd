import pytest

from jurat.net import EVERY_PORT, ports, protocol


@pytest.mark.parametrize(
    ("spoken", "name"),
    [
        ("tcp", "tcp"),
        ("TCP", "tcp"),
        (6, "tcp"),
        ("17", "udp"),
        (-1, "all"),
        ("-1", "all"),
        ("all", "all"),
        ("icmp", "icmp"),
        (50, "50"),
    ],
)
def test_protocols_have_one_name(spoken: object, name: str) -> None:
    assert protocol({"IpProtocol": spoken}) == name


def test_a_rule_that_names_no_protocol_is_for_all() -> None:
    assert protocol({}) == "all"
    assert ports({}, "tcp") == EVERY_PORT


def test_ports_are_a_range_with_both_ends() -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 25}
    assert list(ports(rule, "tcp")) == [22, 23, 24, 25]
    assert len(ports(rule, "udp")) == 0


def test_a_rule_for_all_protocols_ignores_its_ports() -> None:
    rule = {"IpProtocol": "-1", "FromPort": 443, "ToPort": 443}
    assert ports(rule, "udp") == EVERY_PORT


@pytest.mark.parametrize("end", [-1, None, "22", True, 70000, [], {}])
def test_an_end_that_is_no_port_leaves_every_port_open(end: object) -> None:
    assert ports({"IpProtocol": 6, "FromPort": end, "ToPort": 22}, "tcp") == EVERY_PORT
    assert ports({"IpProtocol": 6, "FromPort": 22, "ToPort": end}, "tcp") == EVERY_PORT


def test_a_range_that_runs_backwards_is_empty() -> None:
    assert len(ports({"IpProtocol": "tcp", "FromPort": 25, "ToPort": 22}, "tcp")) == 0


def test_another_protocol_than_tcp_and_udp_has_neither_ports() -> None:
    assert len(ports({"IpProtocol": "50"}, "tcp")) == 0
    assert len(ports({"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1}, "udp")) == 0
