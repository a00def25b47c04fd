"""Read paths into one estate: discover, recognise, read, bring into the normal form."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import BinaryIO, cast

from jurat.errors import InputError
from jurat.model import Estate, Failure
from jurat.readers.discover import discover
from jurat.readers.registry import Format, Recognised, recognise
from jurat.readers.source import Hints, Source
from jurat.readers.whole import WholeInput

Reader = Callable[[Recognised, Hints], Estate]

_FOLDERS = {
    Format.TERRAFORM_PLAN: "jurat.readers.terraform",
    Format.CLOUDFORMATION: "jurat.readers.cloudformation",
    Format.IAM: "jurat.readers.iam",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading: the estate, and each input that could not be read.

    ``whole`` are the inputs as they are written, if they were asked for.
    """

    estate: Estate
    failures: tuple[Failure, ...] = ()
    whole: tuple[WholeInput, ...] = ()


def read(
    paths: Sequence[str],
    stdin: BinaryIO,
    hints: Hints | None = None,
    *,
    keep_whole: bool = False,
    sources: Sequence[Source] = (),
) -> Reading:
    """Read files, folders or ``-``; one input that fails does not stop the others.

    With ``keep_whole`` the inputs are also kept as they are written. ``sources`` are inputs that
    are in memory already.
    """
    hints = hints or Hints()
    discovery = discover(paths, stdin)
    estates: list[Estate] = []
    failures = list(discovery.failures)
    wholes: list[WholeInput] = []
    inputs: list[Recognised | Source] = [*discovery.recognised, *sources]
    for item in inputs:
        try:
            recognised = recognise(item) if isinstance(item, Source) else item
            folder = _FOLDERS[recognised.format]
            reader = cast("Reader", import_module(f"{folder}.reader").read)
            estates.append(reader(recognised, hints))
            if keep_whole:
                wholes.append(import_module(f"{folder}.whole").whole(recognised))
        except InputError as error:
            failures.append(Failure("input", str(error)))
    estates = _without_nested(estates, paths)
    estate = Estate(
        inputs=tuple(found for item in estates for found in item.inputs),
        resources=tuple(found for item in estates for found in item.resources),
        uncovered=tuple(found for item in estates for found in item.uncovered),
        notes=(*discovery.notes, *(found for item in estates for found in item.notes)),
        drift=tuple(found for item in estates for found in item.drift),
        secrets=frozenset().union(*(item.secrets for item in estates)),
    )
    return Reading(_numbered(estate), tuple(failures), tuple(wholes))


def _without_nested(estates: list[Estate], named: Sequence[str]) -> list[Estate]:
    """Leave out a template that another one of the run has read as its nested stack.

    One that the user names is judged by itself too: no other file may choose its parameters.
    """
    nested = {os.path.realpath(item.path) for estate in estates for item in estate.inputs[1:]}
    return [
        estate
        for estate in estates
        if estate.inputs[0].path in named or os.path.realpath(estate.inputs[0].path) not in nested
    ]


def _numbered(estate: Estate) -> Estate:
    """Make keys unique: a name that several resources of one input bear gets a number."""
    seen: dict[tuple[str, str], int] = {}
    resources = []
    for resource in estate.resources:
        count = seen[resource.key] = seen.get(resource.key, 0) + 1
        name = resource.address if count == 1 else f"{resource.address}#{count}"
        resources.append(replace(resource, address=name) if count > 1 else resource)
    return replace(estate, resources=tuple(resources))
