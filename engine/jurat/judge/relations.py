"""Joins: which resources are related to the one that is judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jurat.model import (
    ABSENT,
    Estate,
    Reference,
    Relation,
    Resource,
    Sensitive,
    Unknown,
    Value,
)


@dataclass(frozen=True, slots=True)
class Related:
    """The resources of one relation: certainly related, and those that may be.

    ``hidden`` names related resources of the input that no table covers. ``shared`` says that all
    resources of an account have this same object, so that what is made of it can be kept.
    """

    certain: tuple[Resource, ...]
    possible: tuple[tuple[Resource, Unknown], ...]
    hidden: tuple[str, ...] = ()
    shared: bool = False


class Joins:
    """An index of an estate for joins by reference and by known identity."""

    def __init__(self, estate: Estate) -> None:
        self._by_type: dict[str, list[Resource]] = {}
        self._by_key: dict[tuple[str, str], Resource] = {}
        self._backward: dict[tuple[str, str], _Backward] = {}
        self._accounts: dict[tuple[tuple[str, ...], str | None, str], Related] = {}
        for resource in estate.resources:
            self._by_type.setdefault(resource.type, []).append(resource)
            self._by_key[resource.key] = resource
        self._uncovered = {
            (item.file, item.address) for item in estate.uncovered if item.attribute is None
        }
        self._by_name: dict[tuple[str, str], list[Resource]] = {}
        for resource in estate.resources:
            for name in set(resource.identities.values()):
                self._by_name.setdefault((resource.type, name), []).append(resource)

    def related(self, resource: Resource, relation: Relation) -> Related:
        """Find what ``relation`` declares for ``resource``, in a fixed order."""
        if relation.via is None and relation.where is None:
            return self._account(resource, relation.types)
        found: dict[tuple[str, str], Resource] = {}
        open_: dict[tuple[str, str], tuple[Resource, Unknown]] = {}
        for kind in relation.types:
            for other, doubt in self._of_type(resource, kind, relation):
                if doubt is None and other.exists is None:
                    found[other.key] = other
                else:
                    open_[other.key] = (other, doubt or other.exists or Unknown("may not exist"))
        possible = [open_[key] for key in sorted(open_) if key not in found]
        hidden = self._hidden(resource, relation)
        return Related(tuple(found[key] for key in sorted(found)), tuple(possible), hidden)

    def _hidden(self, resource: Resource, relation: Relation) -> tuple[str, ...]:
        """Name what the resource refers to and the input holds, but no table covers."""
        if relation.via is None or not self._uncovered:
            return ()
        named = values(resource.properties, relation.via.split("."))
        keys = {(resource.key[0], v.address) for v in named if isinstance(v, Reference)}
        return tuple(sorted(address for _, address in keys & self._uncovered))

    def _of_type(
        self, resource: Resource, kind: str, relation: Relation
    ) -> Iterator[tuple[Resource, Unknown | None]]:
        if relation.via is not None:
            for value in values(resource.properties, relation.via.split(".")):
                yield from self._targets(value, kind, resource.key[0])
        elif relation.where is not None:
            yield from self._sources(kind, relation.where).of(resource)

    def _account(self, resource: Resource, types: tuple[str, ...]) -> Related:
        """Find all resources of the types in the same account, ``resource`` among them."""
        key = (types, resource.scope.account, resource.key[0])
        if key not in self._accounts:
            others = [
                other
                for kind in types
                for other in self._by_type.get(kind, ())
                if _same_account(resource, other)
            ]
            others.sort(key=lambda other: other.key)
            self._accounts[key] = Related(
                certain=tuple(other for other in others if other.exists is None),
                possible=tuple((other, other.exists) for other in others if other.exists),
                shared=True,
            )
        return self._accounts[key]

    def _targets(
        self, value: Value, kind: str, source: str
    ) -> Iterator[tuple[Resource, Unknown | None]]:
        """Yield the resources of type ``kind`` that a value names, or may name."""
        if isinstance(value, Sensitive):
            value = value.value
        if isinstance(value, Reference):
            target = self._by_key.get((source, value.address))
            if target is not None and target.type == kind:
                yield target, None
        elif isinstance(value, str):
            for target in self._by_name.get((kind, value), ()):
                yield target, None
        elif isinstance(value, Unknown):
            yield from self._possible(value, kind, source)

    def _possible(
        self, value: Unknown, kind: str, source: str
    ) -> Iterator[tuple[Resource, Unknown | None]]:
        if value.oneof:
            for choice in value.oneof:
                for target, _ in self._targets(choice, kind, source):
                    yield target, value
        elif not value.parts:
            for target in self._by_type.get(kind, ()):
                yield target, value

    def _sources(self, kind: str, path: str) -> "_Backward":
        """Index, once, what the resources of a type name at a path."""
        if (kind, path) not in self._backward:
            self._backward[kind, path] = _Backward(self._by_type.get(kind, ()), path)
        return self._backward[kind, path]


class _Backward:
    """Resources of one type by what they name at one path."""

    def __init__(self, resources: Sequence[Resource], path: str) -> None:
        self._by_key: dict[tuple[str, str], list[Resource]] = {}
        self._by_name: dict[str, list[Resource]] = {}
        self._open: list[tuple[Resource, Unknown]] = []
        for resource in resources:
            for value in values(resource.properties, path.split(".")):
                self._add(resource, value)

    def _add(self, resource: Resource, value: Value) -> None:
        if isinstance(value, Sensitive):
            value = value.value
        if isinstance(value, Reference):
            self._by_key.setdefault((resource.key[0], value.address), []).append(resource)
        elif isinstance(value, str):
            self._by_name.setdefault(value, []).append(resource)
        elif isinstance(value, Unknown) and not value.parts:
            self._open.append((resource, value))

    def of(self, whole: Resource) -> Iterator[tuple[Resource, Unknown | None]]:
        """Yield who names ``whole``, or may name it."""
        for resource in self._by_key.get(whole.key, ()):
            yield resource, None
        for name in set(whole.identities.values()):
            for resource in self._by_name.get(name, ()):
                yield resource, None
        for resource, value in self._open:
            if _may_name(value, whole, resource.key[0]):
                yield resource, value


def _may_name(value: Unknown, whole: Resource, source: str) -> bool:
    """Tell whether an unknown value may turn out to name ``whole``."""
    if not value.oneof:
        return True
    names = set(whole.identities.values())
    return any(
        choice in names
        or (isinstance(choice, Reference) and (source, choice.address) == whole.key)
        or isinstance(choice, Unknown)
        for choice in value.oneof
        if choice is not ABSENT and not isinstance(choice, dict | list)
    )


def _same_account(one: Resource, other: Resource) -> bool:
    """Tell whether two resources may live in one account: same known account, or same input."""
    if one.scope.account and other.scope.account:
        return one.scope.account == other.scope.account
    return one.key[0] == other.key[0]


def values(value: Value, path: Sequence[str]) -> Iterator[Value]:
    """Yield the values at a path of names, searching through lists; markers end a search."""
    if isinstance(value, list):
        for item in value:
            yield from values(item, path)
    elif isinstance(value, Reference | Unknown | Sensitive) or not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from values(value[path[0]], path[1:])
