"""Modules under a root of their own, so that nothing else on a server is touched or seen.

Packages are global on a server. There a module's package goes below a root that nobody else uses,
and with it everything it reads of ``data``: neither another run nor what the server holds for
others can change a verdict. Rows stay what they are.
"""

from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]


def under(root: str, module: Node) -> str:
    """Return the text of a parsed module with its package and its ``data`` below ``root``."""
    text = module["source"]["contents"].encode()
    places = {span["end"]: f".{root}".encode() for span in _names_of_data(module["ast"])}
    places[_first_name(module["ast"]["package"]["refr"])["start"]] = f"{root}.".encode()
    parts, end = [], len(text)
    for place in sorted(places, reverse=True):
        parts += [text[place:end], places[place]]
        end = place
    return b"".join([text[:end], *reversed(parts)]).decode()


def _names_of_data(node: Any) -> Iterator[Node]:
    """Yield where ``data`` is named; the tree holds its name wherever it is more than a text."""
    if isinstance(node, dict):
        variable = node.get("Var")
        if isinstance(variable, dict) and variable["value"] == "data":
            yield variable["span"]
        for part in node.values():
            yield from _names_of_data(part)
    elif isinstance(node, list):
        for part in node:
            yield from _names_of_data(part)


def _first_name(reference: Node) -> Node:
    """Return where the first name of a reference stands."""
    while "Var" not in reference:
        (reference,) = (body["refr"] for body in reference.values())
    span: Node = reference["Var"]["span"]
    return span
