from collections.abc import Sequence
from ipaddress import IPv4Network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.net import entries, knows_all, name_ports, openings, rules_of

Port = tuple[str, int]
SSH: Port = ("tcp", 22)
RDP: Port = ("tcp", 3389)


def rule(
    peer: str, low: int = 22, high: int = 22, spoken: str = "tcp", name: str = "CidrIp"
) -> dict[str, Any]:
    return {"IpProtocol": spoken, "FromPort": low, "ToPort": high, name: peer}


def found(rules: Any, lists: Sequence[Any] = ()) -> list[tuple[set[Port], Any]]:
    return [(set(opening.ports), opening.at) for opening in openings(rules, (SSH, RDP), lists)]


def test_an_opening_names_rule_property_and_ports() -> None:
    rules = [rule("10.0.0.0/8"), rule("0.0.0.0/0", 20, 30), rule("::/0", 0, 65535, name="CidrIpv6")]
    assert found(rules) == [({SSH}, (1, "CidrIp")), ({SSH, RDP}, (2, "CidrIpv6"))]


def test_other_ports_and_protocols_open_nothing() -> None:
    assert found([rule("0.0.0.0/0", 443, 443), rule("0.0.0.0/0", spoken="udp")]) == []


def test_groups_are_not_the_internet() -> None:
    assert found([rule("sg-0a1b2c3d", name="SourceSecurityGroupId")]) == []


def test_narrow_networks_may_be_the_internet_together() -> None:
    parts = [str(net) for net in IPv4Network("64.0.0.0/9").subnets(prefixlen_diff=3)]
    assert found([rule(part) for part in parts]) == [({SSH}, ())]
    assert found([rule(part) for part in parts[1:]]) == []


def test_networks_of_different_ports_are_not_together() -> None:
    low, high = (str(net) for net in IPv4Network("64.0.0.0/9").subnets())
    assert found([rule(low), rule(high, 3389, 3389)]) == []
    assert found([rule(low), rule(high)]) == [({SSH}, ())]


def test_a_prefix_list_counts_where_it_is_known() -> None:
    rules = [rule("pl-0a1b2c3d", name="SourcePrefixListId")]
    assert found(rules, [{"Entries": [{"Cidr": "::/0"}]}]) == [({SSH}, (0, "SourcePrefixListId"))]
    assert found(rules, [{"Entries": [{"Cidr": "10.0.0.0/8"}]}]) == []


def test_a_prefix_list_that_nobody_told_leaves_it_open() -> None:
    rules = [rule("pl-1", name="SourcePrefixListId"), rule("pl-2", name="SourcePrefixListId")]
    known = [{"Entries": [{"Cidr": "10.0.0.0/8"}]}]
    doubts = list(openings(rules, [SSH], known))
    assert [(doubt.at[0], doubt.certain) for doubt in doubts] == [(0, False), (1, False)]
    assert knows_all(rules, "SourcePrefixListId", known * 2)
    assert not list(openings([rule("pl-1", 80, 80, name="SourcePrefixListId")], [SSH]))


def test_entries_are_read_from_every_list() -> None:
    lists = [{"Entries": [{"Cidr": "10.0.0.0/8"}, "odd", {}]}, {}, {"Entries": None}]
    assert entries(lists) == (IPv4Network("10.0.0.0/8"),)


@pytest.mark.parametrize("value", [None, "rules", 3, True, [None, 4, "x", []]])
def test_what_is_no_list_of_rules_has_none(value: Any) -> None:
    assert list(rules_of(value)) == []


def test_a_rule_alone_is_a_list_of_one() -> None:
    assert found(rule("0.0.0.0/0")) == [({SSH}, (0, "CidrIp"))]


@pytest.mark.parametrize(
    ("ports", "text"),
    [
        ({SSH}, "port 22 is"),
        ({SSH, ("udp", 22)}, "port 22 is"),
        ({RDP, SSH}, "ports 22, 3389 are"),
        ({("tcp", n) for n in range(1, 9)}, "ports 1, 2, 3, 4, 5 and 3 more are"),
    ],
)
def test_ports_are_named_for_people(ports: set[Port], text: object) -> None:
    assert name_ports(ports) == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
ODD_RULES = st.dictionaries(
    st.sampled_from(["IpProtocol", "FromPort", "ToPort", "CidrIp", "CidrIpv6"]), JSON
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(rules=JSON | st.lists(ODD_RULES, max_size=4))
def test_any_json_is_judged(rules: Any) -> None:
    assert all(opening.ports for opening in openings(rules, [SSH]))
