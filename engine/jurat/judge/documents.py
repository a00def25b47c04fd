"""The document a policy sees: the resource, its relatives, its scope and the parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jurat.judge.relations import Joins, Related
from jurat.model import (
    ABSENT,
    Path,
    Policy,
    Reference,
    Relation,
    Resource,
    Unknown,
    Value,
)
from jurat.model.reads import ANY, ReadSet

_UNCOVERED = Unknown("jurat does not read this property from this kind of source")
_PROPERTIES = 2
_RELATED_PROPERTIES = 4


@dataclass(frozen=True, slots=True)
class Document:
    """What a policy sees, with markers, and whose each part is.

    ``patched`` says that unknowns were put in for what no table covers.
    """

    value: Mapping[str, Value]
    resource: Resource
    related: Mapping[str, tuple[Resource, ...]]
    patched: bool = False

    def owner(self, path: Path) -> tuple[Resource, Path] | None:
        """Return the resource and its property path behind a document path."""
        if path[:2] == ("resource", "properties"):
            return self.resource, path[_PROPERTIES:]
        if path[:1] == ("scope",) or path[:2] == ("resource", "scope"):
            return self.resource, path[path.index("scope") :]
        if path[:1] == ("related",) and len(path) >= _RELATED_PROPERTIES:
            _, name, index, part, *rest = path
            members = self.related.get(str(name), ())
            if part == "properties" and isinstance(index, int) and index < len(members):
                return members[index], tuple(rest)
        return None


class Shared(tuple[Resource, ...]):
    """The members of a relation that many documents have in common."""

    __slots__ = ()


_Group = tuple[list[Value], tuple[Resource, ...]]
"""The views of a relation's resources, and whose they are."""


class Documents:
    """Assembles documents; what several have in common is made once."""

    def __init__(self, joins: Joins) -> None:
        self._joins = joins
        self._groups: dict[tuple[int, Relation], _Group] = {}
        self._shared: dict[int, tuple[Related, _Group]] = {}
        self._seen: dict[int, dict[str, Value]] = {}

    def build(self, policy: Policy, resource: Resource, params: Mapping[str, Any]) -> Document:
        """Assemble the document for one policy and one resource."""
        related: dict[str, list[Value]] = {}
        members: dict[str, tuple[Resource, ...]] = {}
        for name, relation in policy.related.items():
            related[name], members[name] = self._group(resource, relation)
        mine = self._view(resource)
        value = {"resource": mine, "related": related, "scope": mine["scope"], "params": params}
        return Document(value, resource, members)

    def _group(self, resource: Resource, relation: Relation) -> _Group:
        key = (id(resource), relation)
        if key not in self._groups:
            found = self._joins.related(resource, relation)
            self._groups[key] = self._shared_group(found) if found.shared else self._views(found)
        return self._groups[key]

    def _shared_group(self, found: Related) -> _Group:
        if id(found) not in self._shared:
            views, members = self._views(found)
            self._shared[id(found)] = found, (views, Shared(members))
        return self._shared[id(found)][1]

    def _views(self, found: Related) -> _Group:
        """Return the related resources as policies see them; the possible ones are unknown."""
        possible = [
            Unknown(
                doubt.why,
                kind="object",
                oneof=(self._view(other), ABSENT),
                condition=doubt.condition,
            )
            for other, doubt in found.possible
        ]
        hidden = [Unknown(f"no table covers {address}", kind="object") for address in found.hidden]
        views = [*map(self._view, found.certain), *possible, *hidden]
        return views, (*found.certain, *(other for other, _ in found.possible))

    def _view(self, resource: Resource) -> dict[str, Value]:
        key = id(resource)  # the estate holds them all for as long as it is judged
        if key not in self._seen:
            self._seen[key] = view(resource)
        return self._seen[key]


def view(resource: Resource) -> dict[str, Value]:
    """Return a resource as policies see it."""
    scope = resource.scope
    return {
        "address": resource.address,
        "type": resource.type,
        "arn": resource.identities.get("Arn") or Reference(resource.address, "Arn"),
        "properties": resource.properties,
        "scope": {
            "account": scope.account or Unknown("the account is not stated", kind="string"),
            "region": scope.region or Unknown("the region is not stated", kind="string"),
            "partition": scope.partition or "aws",
            "tier": str(scope.tier),
        },
    }


def lacks_cover(document: Document, reads: ReadSet) -> bool:
    """Tell whether a policy reads a property that the source's table cannot fill."""
    mine = reads.children.get("resource")
    if _lacks(document.resource, mine):
        return True
    related = reads.children.get("related")
    return related is not None and any(
        _lacks(member, node)
        for name, members in document.related.items()
        for group in related.step(name)
        for index, member in enumerate(members if group.children else ())
        for node in group.step(index)
    )


def _lacks(resource: Resource, reads: ReadSet | None) -> bool:
    if reads is None or resource.covered is None:
        return False
    tree = _tree(resource.covered)
    return any(_reads_beyond(tree, node) for node in reads.step("properties"))


_Tree = dict[str, Any]
"""Covered paths as a tree of names; below one that is ``None`` all is covered."""


@lru_cache(maxsize=1024)
def _tree(covered: frozenset[tuple[str, ...]]) -> _Tree:
    tree: _Tree = {}
    for *above, last in sorted(covered, key=len, reverse=True):
        node = tree
        for name in above:
            node = node.setdefault(name, {})
        node[last] = None
    return tree


def _reads_beyond(tree: _Tree | None, reads: ReadSet) -> bool:
    """Tell whether something is read that is not covered."""
    if tree is None or not reads.children:
        return False
    for step, child in reads.children.items():
        is_name = isinstance(step, str) and step != ANY
        if (is_name and step not in tree) or not tree:
            return True
        if child.children and _reads_beyond(tree[str(step)] if is_name else tree, child):
            return True
    return False


def with_uncovered(document: Document, reads: ReadSet) -> Document:
    """Put an unknown wherever a policy reads a property that the source's table cannot fill."""
    if not lacks_cover(document, reads):
        return document
    value = dict(document.value)
    mine = reads.children.get("resource")
    changed = _covered(document.resource, value["resource"], mine)
    value["resource"] = changed
    related = reads.children.get("related")
    if related is not None:
        value["related"] = {
            name: [
                _covered_element(member, item, related, name, index)
                for index, (member, item) in enumerate(
                    zip(document.related[name], items, strict=False)
                )
            ]
            + items[len(document.related[name]) :]
            for name, items in value["related"].items()
        }
    return Document(value, document.resource, document.related, patched=True)


def _covered_element(
    member: Resource, item: Value, related: ReadSet, name: str, index: int
) -> Value:
    for group in related.step(name):
        for node in group.step(index):
            if isinstance(item, Unknown):
                choice = _covered(member, item.oneof[0], node)
                item = Unknown(item.why, item.kind, (choice, ABSENT), condition=item.condition)
            else:
                item = _covered(member, item, node)
    return item


def _covered(resource: Resource, item: Value, reads: ReadSet | None) -> Value:
    node = None if reads is None else reads.children.get("properties")
    if node is None or resource.covered is None:
        return item
    return {**item, "properties": _filled(item["properties"], node, _tree(resource.covered))}


def _filled(value: Value, reads: ReadSet, tree: _Tree | None) -> Value:
    """Put unknowns where something is read that a table cannot fill."""
    if tree is None:
        return value
    if isinstance(value, list):
        return [_filled_element(item, reads, index, tree) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    result = dict(value)
    for step, child in reads.children.items():
        if not isinstance(step, str) or step == ANY:
            continue
        if step in value:
            result[step] = _filled(value[step], child, tree.get(step, {}))
        elif step not in tree:
            result[step] = _UNCOVERED
    return result


def _filled_element(item: Value, reads: ReadSet, index: int, tree: _Tree) -> Value:
    for child in reads.step(index):
        item = _filled(item, child, tree)
    return item
