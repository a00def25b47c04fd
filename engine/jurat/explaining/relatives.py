"""Why other resources were joined to the one that is judged."""

from collections.abc import Iterator

from jurat.explaining.explanation import Relative, Relatives
from jurat.judge.documents import Document
from jurat.model import (
    Path,
    Policy,
    Reference,
    Relation,
    Resource,
    Sensitive,
    Unknown,
    Value,
    show_path,
)


def relatives(policy: Policy, document: Document) -> Iterator[Relatives]:
    """Yield each relation that the policy declares, with what it found and how."""
    for name, relation in policy.related.items():
        views = document.value["related"][name]
        members = document.related[name]
        joined = [
            _relative(document.resource, relation, other, view)
            for other, view in zip(members, views, strict=False)
        ]
        hidden = [_hidden(view) for view in views[len(members) :]]
        yield Relatives(name, asks(relation), (*joined, *hidden))


def asks(relation: Relation) -> str:
    """Say which resources a relation asks for."""
    types = " or ".join(relation.types)
    if relation.via:
        return f"{types} that its {relation.via} names"
    return (
        f"{types} whose {relation.where} names it" if relation.where else f"{types} of its account"
    )


def _relative(resource: Resource, relation: Relation, other: Resource, view: Value) -> Relative:
    return Relative(
        address=other.address,
        type=other.type,
        location=other.origin(()).location,
        how=_how(resource, relation, other),
        doubt=view.why if isinstance(view, Unknown) else None,
    )


def _hidden(view: Value) -> Relative:
    why = view.why if isinstance(view, Unknown) else ""
    return Relative("(not read)", "", None, "by reference", why)


def _how(resource: Resource, relation: Relation, other: Resource) -> str:
    """Say how two resources came together: by reference, by name, by account."""
    if relation.via:
        return _named(resource, relation.via, other, whose="its")
    if relation.where:
        return _named(other, relation.where, resource, whose="the other's")
    account = resource.scope.account
    if account and account == other.scope.account:
        return f"by account: both are in {account}"
    return "by account: both are in one input, and no two accounts are stated"


def _named(source: Resource, path: str, target: Resource, *, whose: str) -> str:
    """Say at which place of ``source`` the target is named, and how."""
    open_ = None
    for place, value in places(source.properties, path.split(".")):
        where = f"{whose} {show_path(place)}"
        if isinstance(value, Sensitive):
            value = value.value  # noqa: PLW2901 - a secret names as any other text does
            if isinstance(value, str) and value in target.identities.values():
                return f"by name: {where} is one of its names (sensitive)"
        if isinstance(value, Reference) and (source.key[0], value.address) == target.key:
            return f"by reference: {where} refers to its {value.attribute}"
        if isinstance(value, str) and value in target.identities.values():
            return f"by name: {where} is {value}"
        if isinstance(value, Unknown):
            open_ = open_ or f"perhaps: {where} is not known"
    return open_ or "by reference"


def places(value: Value, steps: list[str], path: Path = ()) -> Iterator[tuple[Path, Value]]:
    """Yield what stands at a path of names, with list positions; markers end a search."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, steps, (*path, index))
    elif isinstance(value, Reference | Unknown | Sensitive) or not steps:
        yield path, value
    elif isinstance(value, dict) and steps[0] in value:
        yield from places(value[steps[0]], steps[1:], (*path, steps[0]))
