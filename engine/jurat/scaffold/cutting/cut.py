"""Cut resources out of an input and prove that they are still what they were."""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

from jurat.errors import InputError, UsageError
from jurat.model import Estate, Resource, Sensitive, markers
from jurat.readers import read
from jurat.readers.discover import discover
from jurat.readers.registry import Recognised
from jurat.scaffold.cutting.account import cut_account
from jurat.scaffold.cutting.compare import difference, outline_difference
from jurat.scaffold.cutting.plan import MadeOf, cut_plan, plan_companions
from jurat.scaffold.cutting.plan_cleaning import scrub_plan, scrubbed_address
from jurat.scaffold.cutting.scrub import Scrubber
from jurat.scaffold.cutting.template import (
    Dumper,
    cut_template,
    scrub_template,
    template_companions,
)
from jurat.scaffold.fixtures import as_json, as_yaml
from jurat.scaffold.form import FORMS, Form

_SHOWN = 5
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Cutting:
    """What was cut out: the text of a fixture, its format, and the resource it is about.

    ``replaced`` counts the texts that were replaced, by kind.
    """

    text: str
    form: Form
    resource: Resource
    replaced: Mapping[str, int]


def cut(path: str, addresses: Sequence[str], stdin: BinaryIO) -> Cutting:
    """Cut the resources at ``addresses`` out of one input, and clean them.

    The first is the one that the fixture is about. Raises ``InputError`` if the input cannot be
    read, or if a resource would not be the same outside of it, ``UsageError`` if there is no such
    resource.
    """
    recognised = _recognised(path, stdin)
    reading = read([path], BytesIO(recognised.source.data))
    if reading.failures:
        raise InputError(reading.failures[0].message)
    try:
        return cut_from(recognised, reading.estate, addresses)
    except RecursionError:
        raise InputError(f"{path}: nested too deeply") from None


def _recognised(path: str, stdin: BinaryIO) -> Recognised:
    found = discover([path], stdin)
    if found.failures:
        raise InputError(found.failures[0].message)
    if len(found.recognised) != 1:
        raise UsageError(f"--from {path}: {len(found.recognised)} inputs; name one file")
    return found.recognised[0]


def cut_from(recognised: Recognised, estate: Estate, addresses: Sequence[str]) -> Cutting:
    """Cut resources out of an input that is read already; raises as ``cut`` does."""
    path = recognised.source.path
    wanted = [_resource(path, estate, address) for address in addresses]
    form = FORMS[recognised.format]
    tools = _TOOLS[form]
    document = _cut_whole(recognised, estate, wanted, tools)
    alone = _read(path, tools.write(document))

    scrubber = Scrubber(_secrets(estate))
    tools.clean(document, scrubber)
    scrubber.adopt()
    scrubber.rename(_names(alone), document)
    text = tools.write(tools.clean(document, scrubber))
    clean = _matches(_read(path, text), wanted, lambda address: tools.rename(address, scrubber))
    _prove(path, wanted, clean, outline_difference)
    return Cutting(text, form, wanted[0], scrubber.counts)


def _cut_whole(
    recognised: Recognised, estate: Estate, wanted: Sequence[Resource], tools: "_Tools"
) -> Any:
    """Cut resources out with as little as they need to stay what they are.

    Where it is in doubt which companions configure them, they need all that may.
    """
    path, addresses = recognised.source.path, [resource.address for resource in wanted]
    made_of = {resource.address: _made_of(resource) for resource in estate.resources}
    document = tools.cut(recognised, estate, made_of, addresses)
    found = _matches(_read(path, tools.write(document)), wanted)
    pairs = zip(wanted, found, strict=True)
    if any(other is None or difference(resource, other) for resource, other in pairs):
        for resource in wanted:
            made_of[resource.address] |= tools.companions(recognised, resource.type)
        document = tools.cut(recognised, estate, made_of, addresses)
        _prove(path, wanted, _matches(_read(path, tools.write(document)), wanted), difference)
    return document


def _made_of(resource: Resource) -> set[str]:
    """Return the addresses in the source of a resource and of the companions folded into it."""
    origins = (resource.origin(()), *resource.origins.values())
    return {resource.address, *(origin.address for origin in origins)}


def _resource(path: str, estate: Estate, address: str) -> Resource:
    """Return the resource with an address, or the one that the companion there is a part of."""
    for resource in estate.resources:
        if resource.address == address:
            if resource.file != path:
                raise UsageError(
                    f"{address}: is in the template {resource.file}, nested in {path}: "
                    "cut it out of that one"
                )
            return resource
    for resource in estate.resources:
        if any(origin.address == address for origin in resource.origins.values()):
            return resource
    known = [item.address for item in estate.resources if len(item.address) <= _LONGEST]
    near = difflib.get_close_matches(address[:_LONGEST], known, _SHOWN)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    raise UsageError(f"{path}: no resource {address[:_LONGEST]!r}{hint}")


def _read(path: str, text: str) -> Estate:
    reading = read(["-"], BytesIO(text.encode()))
    if reading.failures:
        raise InputError(f"{path}: what was cut out cannot be read: {reading.failures[0].message}")
    return reading.estate


def _matches(
    estate: Estate,
    wanted: Sequence[Resource],
    renamed: Callable[[str], str] = lambda address: address,
) -> list[Resource | None]:
    """Return what became of each resource: by its address, else the next one of its type."""
    left = {resource.address: resource for resource in estate.resources}
    found: list[Resource | None] = []
    for resource in wanted:
        address = renamed(resource.address)
        if address not in left:
            same = (name for name, other in left.items() if other.type == resource.type)
            address = next(same, address)
        found.append(left.pop(address, None))
    return found


def _prove(
    path: str,
    wanted: Sequence[Resource],
    found: Sequence[Resource | None],
    differs: Callable[[Resource, Resource], str | None],
) -> None:
    """Raise ``InputError`` unless each resource is in what was cut out what it was before."""
    for resource, other in zip(wanted, found, strict=True):
        what = "it is lost" if other is None else differs(resource, other)
        if what is not None:
            why = what if other is None else f"its {what} would not be the same"
            raise InputError(f"{path}: {resource.address} cannot be cut out: {why}")


def _secrets(estate: Estate) -> Iterator[str]:
    """Yield the known secrets of an input: what it, or the schema, calls sensitive."""
    yield from estate.secrets
    for resource in estate.resources:
        for _, marker in markers(resource.properties):
            if isinstance(marker, Sensitive) and isinstance(marker.value, str):
                yield marker.value


def _names(estate: Estate) -> set[str]:
    """Return the names by which the resources that were cut out are known."""
    return {name for resource in estate.resources for name in resource.identities.values()}


@dataclass(frozen=True, slots=True)
class _Tools:
    """How a format is cut, cleaned and written, and what addresses are called after that.

    ``companions`` are those in the source that may be a part of a resource of a type.
    """

    cut: Callable[[Recognised, Estate, MadeOf, Sequence[str]], Any]
    companions: Callable[[Recognised, str], set[str]]
    clean: Callable[[Any, Scrubber], Any]
    write: Callable[[Any], str]
    rename: Callable[[str, Scrubber], str]


_TOOLS = {
    Form.TFPLAN: _Tools(
        cut=lambda given, _, made_of, names: cut_plan(given.document, made_of, names),
        companions=lambda given, kind: plan_companions(given.document, kind),
        clean=scrub_plan,
        write=as_json,
        rename=scrubbed_address,
    ),
    Form.CFN: _Tools(
        cut=lambda given, _, made_of, names: cut_template(given.source, made_of, names),
        companions=lambda given, kind: template_companions(given.source, kind),
        clean=scrub_template,
        write=lambda document: as_yaml(document, Dumper),
        rename=lambda address, _: address,
    ),
    Form.IAM: _Tools(
        cut=lambda given, estate, _, names: cut_account(given.document, estate, names),
        companions=lambda *_: set(),
        clean=lambda document, scrubber: scrubber.value(document),
        write=as_json,
        rename=lambda address, scrubber: scrubber.text(address),
    ),
}
