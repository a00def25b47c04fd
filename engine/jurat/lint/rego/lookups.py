"""What a Rego policy reads by name, by the same analysis that the judge trusts."""

from collections.abc import Iterable, Iterator
from typing import Any

from jurat.languages.rego_reads import FORBIDDEN, analyse, kind_of, name_of
from jurat.lint.reads import RESOURCE, Property, Reads
from jurat.lint.rego.module import RegoModule, walk
from jurat.model.reads import ANY, ReadSet
from jurat.model.resource import Location


def looked_up(module: RegoModule, library: Iterable[RegoModule]) -> Reads | None:
    """Return the reads of a policy, or ``None`` if they cannot be told."""
    shared = list(library)
    own = _reads([module])
    everything = _reads([module, *shared]) if shared else own
    if own is None or everything is None:
        return None
    places = _places(module)
    here = Location(module.file, 1)

    def named(top: str) -> dict[str, Location]:
        return {name: places.get(name, here) for name in _names(own.children.get(top))}

    return Reads(
        params=named("params"),
        relations=named("related"),
        properties=tuple(
            Property(owner, path, places.get(path[-1], here)) for owner, path in _properties(own)
        ),
        maybe_params=_maybe(everything, "params"),
        maybe_relations=_maybe(everything, "related"),
    )


def _reads(modules: Iterable[RegoModule]) -> ReadSet | None:
    """Analyse modules as they are loaded, only that forbidden builtins do not end it."""
    trees = [
        {"ast": _without_forbidden(each.tree), "source": {"contents": each.text}}
        for each in modules
    ]
    return analyse(trees, "").reads


def _without_forbidden(node: Any) -> Any:
    """Return a tree in which a variable stands for each name of a forbidden builtin."""
    if isinstance(node, list):
        return [_without_forbidden(item) for item in node]
    if not isinstance(node, dict):
        return node
    if name_of(node) in FORBIDDEN:
        return {"Var": {"value": "_"}}
    return {key: _without_forbidden(part) for key, part in node.items()}


def _names(node: ReadSet | None) -> list[str]:
    return [] if node is None else [str(step) for step in node.children if step != ANY]


def _maybe(reads: ReadSet, top: str) -> frozenset[str] | None:
    """Return the names that are read below a part of the input; ``None`` if all may be."""
    node = reads.children.get(top)
    if reads.whole or reads.shape or ANY in reads.children:
        return None
    if node is not None and (node.whole or node.shape or ANY in node.children):
        return None
    return frozenset(_names(node))


def _properties(reads: ReadSet) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each property path that is read, with whose it is, without positions of lists."""
    for path in reads.paths():
        if path[:2] == ("resource", "properties"):
            owner, inside = RESOURCE, path[2:]
        elif path[:1] == ("related",) and path[3:4] == ("properties",):
            owner, inside = str(path[1]), path[4:]
        else:
            continue
        names = tuple(step for step in inside if isinstance(step, str) and step != ANY)
        if names:
            yield owner, names


def _places(module: RegoModule) -> dict[str, Location]:
    """Return where each name is first spelled in the code."""
    found: dict[str, Location] = {}
    for node in walk(module.tree["rules"]):
        kind, body = kind_of(node)
        if kind == "RefDot":
            span, name = body["field"]
            found.setdefault(str(name), module.at(span))
        elif kind in {"String", "RawString"}:
            found.setdefault(str(body["value"]), module.at(node))
    return found
