"""The document a policy sees: the resource, its relatives, its scope and the parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jurat.judge.relations import Joins, Related
from jurat.model import ABSENT, Path, Policy, Reference, Resource, Unknown, Value, covers
from jurat.model.reads import ANY, ReadSet

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


class Documents:
    """Assembles documents; what several have in common is made once."""

    def __init__(self, joins: Joins) -> None:
        self._joins = joins
        self._shared: dict[int, tuple[Related, list[Value], Shared]] = {}

    def build(self, policy: Policy, resource: Resource, params: Mapping[str, Any]) -> Document:
        """Assemble the document for one policy and one resource."""
        related: dict[str, list[Value]] = {}
        members: dict[str, tuple[Resource, ...]] = {}
        for name, relation in policy.related.items():
            found = self._joins.related(resource, relation)
            related[name], members[name] = self._group(found)
        mine = view(resource)
        value = {"resource": mine, "related": related, "scope": mine["scope"], "params": params}
        return Document(value, resource, members)

    def _group(self, found: Related) -> tuple[list[Value], tuple[Resource, ...]]:
        if not found.shared:
            return _views(found), _members(found)
        if id(found) not in self._shared:
            self._shared[id(found)] = (found, _views(found), Shared(_members(found)))
        return self._shared[id(found)][1:]


def _members(found: Related) -> tuple[Resource, ...]:
    return (*found.certain, *(other for other, _ in found.possible))


def _views(found: Related) -> list[Value]:
    """Return the related resources as policies see them; the possible ones are unknown."""
    possible = [
        Unknown(doubt.why, kind="object", oneof=(view(other), ABSENT), condition=doubt.condition)
        for other, doubt in found.possible
    ]
    hidden = [Unknown(f"no table covers {address}", kind="object") for address in found.hidden]
    return [*map(view, found.certain), *possible, *hidden]


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
    return any(_reads_beyond(resource.covered, node, ()) for node in reads.step("properties"))


def _reads_beyond(
    covered: frozenset[tuple[str, ...]], reads: ReadSet, names: tuple[str, ...]
) -> bool:
    """Tell whether something below ``names`` is read that is not covered."""
    for step, child in reads.children.items():
        path = (*names, step) if isinstance(step, str) and step != ANY else names
        if not covers(covered, path) or (child.children and _reads_beyond(covered, child, path)):
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
    why = f"jurat reads nothing about it from {resource.origin(()).address}"
    filler = _Filler(resource.covered, why)
    return {**item, "properties": filler.fill(item["properties"], node, ())}


@dataclass(frozen=True, slots=True)
class _Filler:
    """Puts unknowns where a table cannot fill what is read."""

    covered: frozenset[tuple[str, ...]]
    why: str

    def fill(self, value: Value, reads: ReadSet, names: tuple[str, ...]) -> Value:
        if isinstance(value, list):
            return [self._element(item, reads, index, names) for index, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        result = dict(value)
        for step, child in reads.children.items():
            if not isinstance(step, str) or step == ANY:
                continue
            path = (*names, step)
            if step in value:
                result[step] = self.fill(value[step], child, path)
            elif not covers(self.covered, path):
                result[step] = Unknown(self.why)
        return result

    def _element(self, item: Value, reads: ReadSet, index: int, names: tuple[str, ...]) -> Value:
        for child in reads.step(index):
            item = self.fill(item, child, names)
        return item
