"""Pairs the blocks of an instance with the blocks of the configuration by what they agree on.

Terraform lists a set in an order of its own, so the position of a block says nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from jurat.model import Reference, Sensitive, Unknown, Value
from jurat.readers.terraform.configuration import is_expression

LIMIT: Final = 40_000

Candidates = tuple[int, ...]
"""Positions of the configured blocks that an instance's block may come from."""


def pair(blocks: Sequence[Value], written: Sequence[Any], *, ordered: bool) -> list[Candidates]:
    """Return for each block the configured blocks it may come from; one, if that is decided.

    A block that comes from a ``dynamic`` block has no configured block; where such blocks are
    among ``blocks``, a configured block is only chosen if nothing else claims it.
    """
    if len(blocks) == len(written) == 1:
        return [(0,)]
    if len(blocks) * len(written) > LIMIT:
        return [()] * len(blocks)
    agreed = [
        tuple(index for index, content in enumerate(written) if _agrees(block, content))
        for block in blocks
    ]
    if len(blocks) > len(written):
        return _claimed_once(agreed)
    in_place = all(index in candidates for index, candidates in enumerate(agreed))
    if ordered and in_place and len(blocks) == len(written):
        return [(index,) for index in range(len(blocks))]
    return _deal_alike(blocks, _eliminate(agreed))


def _claimed_once(agreed: list[Candidates]) -> list[Candidates]:
    """Keep what is certain among blocks of which some were written by a ``dynamic`` block."""
    claims = [index for candidates in agreed for index in candidates]
    return [
        candidates if len(candidates) == 1 and claims.count(candidates[0]) == 1 else ()
        for candidates in agreed
    ]


def _eliminate(agreed: list[Candidates]) -> list[Candidates]:
    """Take a configured block that belongs to one block out of the candidates of the others."""
    result = list(agreed)
    settled: set[int] = set()
    while True:
        single = {c[0] for c in result if len(c) == 1} - settled
        if not single:
            return result
        settled |= single
        result = [c if len(c) == 1 else tuple(i for i in c if i not in single) or c for c in result]


def _deal_alike(blocks: Sequence[Value], agreed: list[Candidates]) -> list[Candidates]:
    """Deal candidates out to blocks that are alike: it makes no difference who gets which."""
    result = list(agreed)
    for candidates in dict.fromkeys(c for c in agreed if len(c) > 1):
        rivals = [n for n, other in enumerate(agreed) if set(other) & set(candidates)]
        same = all(agreed[n] == candidates and blocks[n] == blocks[rivals[0]] for n in rivals)
        if same and len(rivals) == len(candidates):
            for block, index in zip(rivals, candidates, strict=True):
                result[block] = (index,)
    return result


def _agrees(block: Value, content: Any) -> bool:
    """Tell whether nothing known in ``block`` contradicts a constant of a configured block."""
    if isinstance(block, Unknown) or not isinstance(content, Mapping):
        return True
    if not isinstance(block, Mapping):
        return False
    return all(_fits(block[name], node) for name, node in content.items() if name in block)


def _fits(value: Value, node: Any) -> bool:
    if isinstance(node, list):
        blocks = value if isinstance(value, list) else [value]
        return all(any(_agrees(block, content) for block in blocks) for content in node)
    if is_expression(node):
        constant = node.get("constant_value")
        return constant is None or _same(value, constant)
    return _agrees(value, node)


def _same(value: Value, constant: Any) -> bool:
    if isinstance(value, Unknown | Reference):
        return True
    if isinstance(value, Sensitive):
        return _same(value.value, constant)
    if isinstance(constant, list):
        items = value if isinstance(value, list) else [value]
        return all(any(_same(item, part) for item in items) for part in constant)
    if isinstance(constant, Mapping):
        return isinstance(value, Mapping) and all(
            key in value and _same(value[key], part) for key, part in constant.items()
        )
    return _scalar(value) == _scalar(constant)


def _scalar(value: Value) -> str:
    """Write a scalar so that ``443`` and ``"443"`` are the same, as they are for a provider."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).casefold()
