"""Live IAM JSON in, estate out."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from jurat.errors import InputError
from jurat.model import Estate, Input, Resource
from jurat.readers.iam.account import AccountReader, incomplete, is_account
from jurat.readers.iam.single import name_of, read_single, unwrap
from jurat.readers.registry import Format, Recognised
from jurat.readers.source import Hints
from jurat.shapes import normal_form


def read(recognised: Recognised, hints: Hints) -> Estate:
    """Read live IAM JSON into the normal form; raises ``InputError``."""
    source = recognised.source
    estate = read_iam(recognised.document, source.path, hints)
    inputs = tuple(replace(found, sha256=source.sha256) for found in estate.inputs)
    return replace(estate, inputs=inputs, resources=normal_form(estate.resources))


def recognise(document: Any) -> bool:
    """Tell whether a document, or each of a list of documents, is IAM JSON."""
    pages = list(_pages(document))
    return bool(pages) and all(_is_ours(page) for page in pages)


def _is_ours(page: Any) -> bool:
    return isinstance(page, Mapping) and (is_account(page) or unwrap(page) is not None)


def read_iam(document: Any, path: str, hints: Hints) -> Estate:
    """Read account details, policy documents, or several of them; raises ``InputError``."""
    pages = list(_pages(document))
    accounts = AccountReader(path, hints)
    resources: list[Resource] = []
    for index, page in enumerate(pages):
        several = f"[{index}]" if len(pages) > 1 else ""
        if not isinstance(page, Mapping):
            raise InputError(f"{path}: document {index + 1} is not a JSON object")
        if is_account(page):
            resources += accounts.read(page, f"{several}." if several else "")
            continue
        found = unwrap(page)
        if found is None:
            raise InputError(f"{path}: document {index + 1} is no IAM document")
        resources.append(read_single(found, path, f"{name_of(path)}{several}", hints))
    if not pages:
        raise InputError(f"{path}: holds no IAM document")
    why = incomplete([page for page in pages if is_account(page)])
    if why is None and accounts.notes:
        why = "parts of it could not be read"
    return Estate(
        inputs=(Input(path, Format.IAM, "", why),),
        resources=tuple(resources),
        notes=tuple(accounts.notes),
    )


def _pages(document: Any) -> Iterator[Any]:
    """Yield the documents of a file: one, several, or lists of them."""
    for page in document if isinstance(document, list) else [document]:
        yield from page if isinstance(page, list) else [page]
