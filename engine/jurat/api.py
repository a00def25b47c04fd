"""The public Python API: what ``import jurat`` offers.

Every error derives from ``jurat.JuratError``. The rest of the package is not a public interface,
but for ``jurat.policy``, which policies import.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from jurat.assess import Options, assess
from jurat.errors import InputError, UsageError
from jurat.judge import Limits
from jurat.model import Assessment, Estate
from jurat.pack import PARTS, Pack
from jurat.pack import load_pack as load_folders
from jurat.readers import Hints, Reading, Source
from jurat.readers import read as read_paths
from jurat.reporters import registry
from jurat.reporters.style import Style

Document = Mapping[str, Any]
"""A plan, template or IAM document as ``json.load`` returns it."""

Input = str | os.PathLike[str] | Document
"""A file or folder by its path, or a document."""


def check(  # noqa: PLR0913 - one keyword a flag of the command
    inputs: Input | Iterable[Input],
    *,
    policies: Sequence[str] = (),
    frameworks: Sequence[str] = (),
    params: Mapping[str, Any] | None = None,
    packs: Iterable[str | os.PathLike[str]] | Pack = (),
    parameters: Mapping[str, str] | None = None,
    account: str | None = None,
    region: str | None = None,
    partition: str | None = None,
    whole_scope: bool = False,
    partial: bool = False,
    timeout: float = 10.0,
) -> Assessment:
    """Judge plans, templates and IAM documents, and say what that means for controls.

    ``policies`` are ids, or areas such as ``s3/``; ``frameworks`` are ids; empty means all.
    ``params`` are values of policies' parameters by ``NAME`` or ``POLICY:NAME``. ``packs`` are
    folders of your own, or what ``load_pack`` returned. ``parameters`` are those of templates;
    ``account``, ``region`` and ``partition`` hold for inputs that do not state theirs.
    ``whole_scope`` says that the inputs are all there is, so that what is missing fails.
    ``timeout`` is in seconds, for one verdict.

    Raises ``InputError`` for the first input that cannot be read, unless ``partial``: then
    ``errors`` of the assessment name it, and no control reads better for it. Raises ``UsageError``
    for an id or parameter that does not exist, and if there is no input; ``PackError`` for a pack
    that is not valid. Nothing judged is no error: ``judged_nothing`` of the assessment tells.
    """
    pack = packs if isinstance(packs, Pack) else load_pack(*packs)
    hints = Hints(parameters=parameters or {}, account=account, region=region, partition=partition)
    reading = _reading(inputs, hints, keep_whole=bool(pack.sets))
    if reading.failures and not partial:
        raise InputError(reading.failures[0].message)
    options = Options(
        policies=tuple(policies),
        frameworks=tuple(frameworks),
        params=_params(params or {}),
        inventory_complete=whole_scope,
        limits=Limits(seconds=timeout),
    )
    return assess(reading, pack, options)


def read(
    inputs: Input | Iterable[Input],
    *,
    parameters: Mapping[str, str] | None = None,
    account: str | None = None,
    region: str | None = None,
    partition: str | None = None,
) -> Estate:
    """Read inputs into the resources that policies judge; raises ``InputError``.

    The keywords mean what they mean for ``check``.
    """
    hints = Hints(parameters=parameters or {}, account=account, region=region, partition=partition)
    reading = _reading(inputs, hints, keep_whole=False)
    if reading.failures:
        raise InputError(reading.failures[0].message)
    return reading.estate


def load_pack(*folders: str | os.PathLike[str]) -> Pack:
    """Load the bundled pack and those in ``folders``; raises ``PackError`` with file and line.

    A pack that was loaded can be used for any number of checks.
    """
    roots = [Path(folder) for folder in folders]
    for root in roots:
        if not any((root / part).is_dir() for part in PARTS):
            raise UsageError(f"{root}: no pack: it has none of {', '.join(PARTS)}")
    return load_folders(roots)


def render(assessment: Assessment, form: str = "text", *, passes: bool = False) -> str:
    """Write an assessment as ``text``, ``json``, ``sarif`` or ``junit``, as ``jurat check`` does.

    ``passes`` lists in a text what passed, too. Raises ``UsageError`` for any other format.
    """
    return registry.render(form, assessment, Style(width=100, show_passes=passes))


def _reading(inputs: Input | Iterable[Input], hints: Hints, *, keep_whole: bool) -> Reading:
    """Read paths and documents; no document can name a file that is read with it."""
    paths: list[str] = []
    sources: list[Source] = []
    for item in _each(inputs):
        if isinstance(item, Mapping):
            sources.append(Source(f"<document>/{len(sources) + 1}", _bytes(item)))
        elif os.fspath(item) == "-":
            raise UsageError("-: standard input is for the command; give the document itself")
        else:
            paths.append(os.fspath(item))
    return read_paths(paths, BytesIO(), hints, keep_whole=keep_whole, sources=sources)


def _each(inputs: Any) -> Iterable[Input]:
    """Return the single inputs; raises ``UsageError`` for what can be none."""
    if isinstance(inputs, str | os.PathLike | Mapping):
        return [inputs]
    items = list(inputs) if isinstance(inputs, Iterable) else [inputs]
    for item in items:
        if not isinstance(item, str | os.PathLike | Mapping):
            raise UsageError(f"{type(item).__name__}: an input is a path or a document")
    if not items:
        raise UsageError("no input was given")
    return items


def _bytes(document: Document) -> bytes:
    try:
        return json.dumps(document, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"<document>: not JSON: {error}") from None


def _params(given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Group ``POLICY:NAME`` by policy; a bare name is for every policy that has it."""
    result: dict[str, dict[str, Any]] = {}
    for key, value in given.items():
        policy, _, name = key.rpartition(":")
        result.setdefault(policy, {})[name] = value
    return result
