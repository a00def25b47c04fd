from typing import Any

from jurat.model import Unknown
from jurat.readers.terraform.blocks import LIMIT, pair

OPEN = Unknown("known after apply")


def block(**constants: Any) -> Any:
    return {name: {"constant_value": value} for name, value in constants.items()}


def test_constants_pair_a_reordered_set() -> None:
    blocks = [{"key": "a", "value": "known"}, {"key": "z", "value": OPEN}]
    written = [
        {**block(key="z"), "value": {"references": ["x.y"]}},
        block(key="a", value="known"),
    ]
    assert pair(blocks, written, ordered=False) == [(1,), (0,)]


def test_a_block_that_fits_one_is_taken_from_the_others() -> None:
    blocks = [{"port": 1, "cidr": ["10.0.0.0/8"]}, {"port": 1, "cidr": [], "group": OPEN}]
    written = [
        {"port": {"references": ["var.p"]}, "group": {"references": ["x.y"]}},
        block(cidr=["10.0.0.0/8"]),
    ]
    assert pair(blocks, written, ordered=False) == [(1,), (0,)]


def test_different_blocks_that_fit_the_same_stay_open() -> None:
    blocks = [{"port": 1, "group": OPEN}, {"port": 2, "group": OPEN}]
    written = [{"group": {"references": ["x.y"]}}, {"group": {"references": ["x.z"]}}]
    assert pair(blocks, written, ordered=False) == [(0, 1), (0, 1)]


def test_blocks_that_are_alike_are_dealt_out() -> None:
    blocks = [{"port": 1, "group": OPEN}, {"port": 1, "group": OPEN}]
    written = [{"group": {"references": ["x.y"]}}, {"group": {"references": ["x.z"]}}]
    assert pair(blocks, written, ordered=False) == [(0,), (1,)]


def test_a_list_keeps_its_order_where_the_constants_agree() -> None:
    blocks = [{"sid": "a", "x": OPEN}, {"sid": "b", "x": OPEN}]
    written = [{"sid": {"references": ["var.a"]}}, {"sid": {"references": ["var.b"]}}]
    assert pair(blocks, written, ordered=True) == [(0,), (1,)]
    assert pair(blocks, written[:1], ordered=True) == [(), ()]


def test_among_dynamic_blocks_only_a_sole_claim_counts() -> None:
    blocks = [{"port": 1}, {"port": 2}, {"port": 3}]
    assert pair(blocks, [block(port=2)], ordered=False) == [(), (0,), ()]
    assert pair([{"port": 2}, {"port": 2}], [block(port=2)], ordered=False) == [(), ()]
    assert pair(blocks, [], ordered=False) == [(), (), ()]


def test_one_block_comes_from_the_only_one_written() -> None:
    assert pair([{"protocol": "-1"}], [block(protocol="all")], ordered=False) == [(0,)]


def test_a_provider_converts_scalars() -> None:
    blocks = [{"port": "443", "on": True, "text": ""}, {"port": "80", "on": False, "text": "x"}]
    written = [block(port=80.0, on="false", text="X"), block(port=443, on="true")]
    assert pair(blocks, written, ordered=False) == [(1,), (0,)]


def test_inner_blocks_count() -> None:
    blocks = [
        {"inner": [{"kind": "a"}], "x": OPEN},
        {"inner": [{"kind": "b"}], "x": OPEN},
        {"inner": [], "x": OPEN},
    ]
    written = [
        {"inner": [block(kind="b")]},
        {"x": {"references": []}},
        {"inner": [block(kind="a")]},
    ]
    assert pair(blocks, written, ordered=False) == [(2,), (0,), (1,)]


def test_a_constant_list_must_be_there() -> None:
    blocks = [{"names": ["a", "b"]}, {"names": ["b", "c"]}]
    written = [block(names=["c", "b"]), block(names=["b", "a"])]
    assert pair(blocks, written, ordered=False) == [(1,), (0,)]


def test_very_many_blocks_are_not_compared() -> None:
    many = [{"port": n} for n in range(300)]
    assert len(many) ** 2 > LIMIT
    assert pair(many, [block(port=n) for n in range(300)], ordered=False) == [()] * 300
