from ipaddress import IPv4Network, IPv6Network, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.net import EVERYWHERE, is_internet, network, public_size

BLOCKS = st.builds(
    lambda address, bits: IPv4Network((address, bits), strict=False),
    st.integers(0, 2**32 - 1),
    st.integers(0, 32),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.1/8", "10.0.0.0/8"),
        ("203.0.113.7", "203.0.113.7/32"),
        (" 0.0.0.0/0 ", "0.0.0.0/0"),
        ("::/0", "::/0"),
    ],
)
def test_a_network_is_read_as_aws_reads_it(text: object, expected: str) -> None:
    assert network(text) == ip_network(expected)


@pytest.mark.parametrize("text", ["", "offices", "0.0.0.0/33", "256.0.0.0/8", None, 7.5, [], {}])
def test_what_is_no_network_counts_as_everywhere(text: object) -> None:
    assert network(text) == EVERYWHERE


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0/0",
        "0.0.0.0/1",
        "128.0.0.0/1",
        "8.0.0.0/7",
        "17.0.0.0/8",
        "172.0.0.0/8",
        "192.0.0.0/8",
        "64.0.0.0/9",
        "::/0",
        "2000::/3",
        "2600::/12",
        "2a00::/16",
    ],
)
def test_a_wide_network_is_the_internet(text: object) -> None:
    assert is_internet([network(text)])


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "224.0.0.0/3",
        "64.0.0.0/10",
        "203.0.113.0/24",
        "93.184.216.34/32",
        "fc00::/7",
        "fe80::/10",
        "2a00::/17",
        "2001:db8::/32",
    ],
)
def test_a_private_or_narrow_network_is_not(text: object) -> None:
    assert not is_internet([network(text)])


def test_networks_are_counted_together_and_once() -> None:
    quarters = list(IPv4Network("64.0.0.0/9").subnets(prefixlen_diff=6))
    assert is_internet(quarters)
    assert not is_internet(quarters[1:])
    assert not is_internet([IPv4Network("64.0.0.0/10")] * 4)
    assert not is_internet([IPv4Network("64.0.0.0/10"), IPv6Network("2a00::/17")])
    assert not is_internet([])


def test_public_size_leaves_out_what_is_not_routed() -> None:
    assert public_size(network("10.0.0.0/7")) == 2**24
    assert public_size(network("172.0.0.0/8")) == 2**24 - 2**20
    assert public_size(network("10.1.0.0/16")) == 0
    assert public_size(network("::/0")) == 2**125
    assert public_size(network("fd00::/8")) == 0


@settings(max_examples=200, deadline=None, derandomize=True)
@given(block=BLOCKS)
def test_halves_hold_what_the_whole_holds(block: IPv4Network) -> None:
    if block.prefixlen < 32:
        one, other = block.subnets()
        assert public_size(one) + public_size(other) == public_size(block)
        assert is_internet([one, other]) == is_internet([block])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(blocks=st.lists(BLOCKS, max_size=6), more=BLOCKS)
def test_more_networks_never_make_less_internet(
    blocks: list[IPv4Network], more: IPv4Network
) -> None:
    assert is_internet([*blocks, more]) or not is_internet(blocks)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(text=st.text(max_size=40))
def test_any_text_is_read(text: object) -> None:
    assert network(text).num_addresses > 0
