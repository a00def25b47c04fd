"""From plan instances to canonical resources, by the tables."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from jurat.model import (
    Location,
    Origin,
    Path,
    Reference,
    Resource,
    Scope,
    Sensitive,
    Tier,
    Uncovered,
    Unknown,
    Value,
)
from jurat.readers.terraform.plan import Instance
from jurat.shapes import Entry, Mapped, Part, apply, names, shape, terraform_entries, whole_of
from jurat.shapes.mapping import put
from jurat.shapes.table import Emission, Steps

# Computed by every provider resource, or arguments of Terraform itself.
_NEVER_LOUD = frozenset({"id", "arn", "tags_all", "timeouts", "region"})
_MOST_HOPS = 5
_SCALARS = frozenset({str, bool, int, float, type(None)})


def canonical(
    instances: tuple[Instance, ...], file: str
) -> tuple[list[Resource], list[Part], list[Uncovered]]:
    """Return resources, parts yet to be folded, and what no table covers."""
    managed = [item for item in instances if item.mode == "managed"]
    by_address = {item.address: item for item in managed}
    resources: list[Resource] = []
    parts: list[Part] = []
    uncovered: list[Uncovered] = []
    for item in managed:
        entries = [entry for entry in terraform_entries(item.type) if _applies(entry, item)]
        if not entries:
            uncovered.append(Uncovered(file, item.address, item.type))
            continue
        values = {
            key: value if type(value) in _SCALARS else _returned(value, by_address)
            for key, value in item.values.items()
        }
        if isinstance(values.get("tags_all"), Mapping):
            # With the provider's default tags; these are the tags that the resource will have.
            values["tags"] = values["tags_all"]
        for entry in _named(entries, values):
            resource = _resource(entry, item, values, file)
            if entry.part_of is None:
                resources += [resource, *_emitted(entry, item, values, file)]
            else:
                whole = whole_of(entry, values) or Unknown("it is not stated")
                parts.append(Part(whole, resource))
        uncovered += _loud(item, file)
    return resources, parts, uncovered


def _applies(entry: Entry, item: Instance) -> bool:
    """Tell whether an entry's switch is on; an unknown switch lets every branch apply."""
    if entry.switch is None:
        return True
    attribute, wanted = entry.switch
    value = item.values.get(attribute)
    if value in (None, ""):
        return wanted is None
    return wanted in ("*", value) or isinstance(value, Unknown)


def _named(entries: list[Entry], values: Mapping[str, Value]) -> list[Entry]:
    """Leave out the wholes that a companion may have and does not name, unless it names none."""
    named = [entry for entry in entries if entry.part_of is None or values.get(entry.part_of)]
    return named or entries


def _returned(value: Value, instances: Mapping[str, Instance]) -> Value:
    """Give references the canonical name of the value they return."""
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is dict:
        if _SCALARS.issuperset(map(type, value.values())):
            return value
        return {key: _returned(item, instances) for key, item in value.items()}
    if kind is list:
        if _SCALARS.issuperset(map(type, value)):
            return value
        return [_returned(item, instances) for item in value]
    if isinstance(value, Reference):
        return _canonical_reference(value, instances)
    if isinstance(value, Unknown) and (value.parts or value.oneof):
        parts = tuple(_returned(part, instances) for part in value.parts)
        oneof = tuple(_returned(choice, instances) for choice in value.oneof)
        return replace(value, parts=parts, oneof=oneof)
    return value


def _canonical_reference(reference: Reference, instances: Mapping[str, Instance]) -> Reference:
    """Name the canonical attribute; a companion's attribute that names its whole leads there."""
    for _ in range(_MOST_HOPS):
        target = instances.get(reference.address)
        entries = terraform_entries(target.type) if target is not None else ()
        if target is None or not entries:
            return reference
        part_of = entries[0].part_of
        if part_of is None or entries[0].like or reference.attribute not in {part_of, "id"}:
            returned = entries[0].returns.get(reference.attribute, reference.attribute)
            return Reference(reference.address, returned)
        onward = target.values.get(part_of)
        if not isinstance(onward, Reference):
            return reference
        reference = onward
    return reference


def _resource(entry: Entry, item: Instance, values: Mapping[str, Value], file: str) -> Resource:
    mapped = apply(entry, values)
    return Resource(
        address=item.address,
        type=entry.type,
        properties=mapped.properties,
        scope=_scope(item.account, item.region, item.partition),
        file=file,
        origins=_origins(mapped, item.address, file),
        covered=_covered(entry),
        identities=_identities(entry, values),
        change=item.action,
    )


@cache
def _scope(account: str | None, region: str | None, partition: str | None) -> Scope:
    return Scope(account, region, partition, Tier.PLAN)


@cache
def _covered_by_type(canonical_type: str) -> frozenset[tuple[str, ...]]:
    return shape(canonical_type).covered()


def _covered(entry: Entry) -> frozenset[tuple[str, ...]]:
    """Return what can be filled: a whole by all its companions too, a fragment only by itself."""
    if entry.part_of is None:
        return _covered_by_type(entry.type)
    return frozenset(names(rule.target) for rule in entry.rules)


def _origins(mapped: Mapped, address: str, file: str) -> dict[Path, Origin]:
    place = _place(file)
    origins: dict[Path, Origin] = {(): Origin(address, None, place)}
    for path, attribute in mapped.sources.items():
        origins[path] = Origin(address, attribute or None, place)
    return origins


@cache
def _place(file: str) -> Location:
    return Location(file)


def _identities(entry: Entry, values: Mapping[str, Value]) -> dict[str, str]:
    """Return the known strings by which others point to the resource."""
    found: dict[str, str] = {}
    for attribute, returned in entry.returns.items():
        value = values.get(attribute)
        if isinstance(value, Sensitive):
            value = value.value
        if isinstance(value, str) and value:
            found[attribute if returned in found else returned] = value
    return found


def _emitted(
    entry: Entry, item: Instance, values: Mapping[str, Value], file: str
) -> Iterator[Resource]:
    """Yield the resources that single attributes stand for, pointing back to their owner."""
    for emission in entry.emits:
        for source, inner, doubt in _elements(emission, values):
            resource = _resource(emission.entry, item, inner, file)
            properties = dict(resource.properties)
            if doubt is not None:
                properties |= {rule.target[0]: doubt for rule in emission.entry.rules}
            put(properties, _only(emission.back), Reference(item.address, "Ref"))
            top = f"{source}." if emission.each else ""
            yield replace(
                resource,
                address=f"{item.address}#{source}",
                properties=properties,
                origins={
                    path: replace(origin, attribute=f"{top}{origin.attribute}" if path else source)
                    for path, origin in resource.origins.items()
                },
                covered=resource.covered and resource.covered | {names(emission.back)},
                identities={},
                exists=doubt,
            )


def _elements(
    emission: Emission, values: Mapping[str, Value]
) -> Iterator[tuple[str, Mapping[str, Value], Unknown | None]]:
    """Yield where each emitted resource stands, its values, and why it may not be there."""
    value = values.get(emission.when)
    if not emission.each:
        if value:
            yield emission.when, values, None
        return
    for index, element in enumerate(value if isinstance(value, list) else [value]):
        source = f"{emission.when}[{index}]"
        if isinstance(element, Unknown):
            yield source, {}, element
        elif isinstance(element, Mapping):
            yield source, element, None
        elif element is not None:
            yield source, {"value": element}, None


def _only(path: Steps) -> Steps:
    return tuple("[0]" if step == "[]" else step for step in path)


def _loud(item: Instance, file: str) -> Iterator[Uncovered]:
    """Yield the attributes that are set and that no table takes."""
    taken = _taken(item.type)
    if taken is None:
        return
    for name, value in item.values.items():
        # Most attributes are taken whole, which needs no look at their values.
        if taken.get(name) != {} and name not in _NEVER_LOUD:
            for path in dict.fromkeys(_untaken(value, name, taken)):
                yield Uncovered(file, item.address, item.type, path)


Tree = dict[str, Any]


@cache
def _taken(terraform_type: str) -> Tree | None:
    """Return the source paths that some entry reads, drops or returns, as a tree of names.

    A leaf is an empty tree; ``None`` says that an entry takes all attributes.
    """
    paths: list[tuple[str, ...]] = []
    for entry in terraform_entries(terraform_type):
        paths += [names(rule.source) for rule in entry.rules]
        for emission in entry.emits:
            top = (emission.when,) if emission.each else ()
            paths += [
                (*top, *(name for name in names(rule.source) if name != "value"))
                for rule in emission.entry.rules
            ]
        paths += [tuple(name.split(".")) for name in (*entry.drop, *entry.returns)]
        paths += [(name,) for name in (entry.part_of, entry.switch and entry.switch[0]) if name]
        paths += [(name,) for name in entry.like]
    if () in paths:
        return None
    tree: Tree = {}
    for path in sorted(paths, key=len, reverse=True):
        here = tree
        for name in path[:-1]:
            here = here.setdefault(name, {})
        # The shorter path comes last: what is taken whole needs no parts.
        here[path[-1]] = {}
    return tree


def _untaken(value: Value, path: str, taken: Tree) -> Iterator[str]:
    if value is None or value is False or value in ("", [], {}):
        return
    inner = taken.get(path.rpartition(".")[2])
    if inner is None:
        yield path
    elif inner:
        for block in value if isinstance(value, list) else [value]:
            if isinstance(block, dict):
                for name, item in block.items():
                    yield from _untaken(item, f"{path}.{name}", inner)
