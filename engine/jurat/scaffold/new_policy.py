"""A new policy with all that belongs to it: fixtures of three verdicts, tables for its links."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from jurat.errors import UsageError
from jurat.languages import python, rego
from jurat.model import Severity, Verdict
from jurat.pack import bundled
from jurat.scaffold import policy_text
from jurat.scaffold.cutting import Cutting, cut
from jurat.scaffold.example import Example, choose
from jurat.scaffold.files import Draft, refuse_existing
from jurat.scaffold.fixtures import fixture
from jurat.scaffold.form import Form
from jurat.scaffold.naming import (
    FALLBACK_TYPE,
    check_id,
    check_title,
    check_type,
    resource_of,
    type_told_by,
)

VERDICTS: Final = (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN)
_LINKS: Final = "policy,control,relationship,role,rationale\n"
_LANGUAGES: Final = {".rego": policy_text.rego, ".py": policy_text.python}
_DESCRIBE: Final = {".rego": rego.describe, ".py": python.describe}


@dataclass(frozen=True, slots=True)
class Source:
    """An input of the real world to cut a fixture out of, which keeps the promise ``verdict``."""

    path: str
    addresses: tuple[str, ...]
    verdict: Verdict = Verdict.FAIL


@dataclass(frozen=True, slots=True)
class Order:
    """What the user wants; whatever is left out gets a placeholder.

    ``suffix`` is that of the policy's file and tells the language. ``property`` is the dotted path,
    in the first type, of what the fixtures are to differ in.
    """

    id: str
    pack: Path
    suffix: str = ".rego"
    title: str | None = None
    severity: Severity = Severity.MEDIUM
    types: tuple[str, ...] = ()
    forms: tuple[Form, ...] = ()
    property: str | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class NewPolicy:
    """What will be written: drafts in order, the types, and what was cut out of an input."""

    drafts: tuple[Draft, ...]
    types: tuple[str, ...]
    assumed: bool
    cutting: Cutting | None = None


def new_policy(order: Order, stdin: BinaryIO) -> NewPolicy:
    """Draft a policy; nothing is written.

    Raises ``UsageError`` if the order cannot be met or something of it exists already, and
    ``InputError`` if the input to cut from cannot be read or cut.
    """
    check_id(order.id)
    if not order.pack.is_dir():
        raise UsageError(f"{order.pack}: no such folder")
    _refuse_taken(order)
    cutting = None
    if order.source is not None:
        cutting = cut(order.source.path, order.source.addresses, stdin)
    types, assumed = _types(order, cutting)
    form = None if cutting is None else cutting.form
    first, *others = types
    examples = [
        choose(first, order.id, order.forms, form, order.property),
        *(choose(kind, order.id, order.forms, form) for kind in others),
    ]
    drafts = (
        _policy(order, types, examples[0]),
        *_fixtures(order, examples, cutting),
        *_links(order.pack),
    )
    refuse_existing(drafts)
    return NewPolicy(drafts, types, assumed, cutting)


def _refuse_taken(order: Order) -> None:
    """Raise ``UsageError`` if a policy of the pack, or one that comes with jurat, has the id."""
    for root, hint in ((order.pack, ""), (bundled(), " and comes with jurat; choose another name")):
        for suffix in _LANGUAGES:
            file = root / "policies" / f"{order.id}{suffix}"
            if file.exists() or file.is_symlink():
                raise UsageError(f"{file}: exists already{hint}")


def _types(order: Order, cutting: Cutting | None) -> tuple[tuple[str, ...], bool]:
    """Return the types that the policy is about, and whether they are merely assumed."""
    types, assumed = tuple(dict.fromkeys(order.types)), False
    if cutting is not None:
        kind, address = cutting.resource.type, cutting.resource.address
        if types and kind not in types:
            raise UsageError(f"--type {types[0]}: {address} is of type {kind}")
        types = tuple(dict.fromkeys((kind, *types)))
    if not types:
        told = type_told_by(order.id)
        types, assumed = (told or FALLBACK_TYPE,), told is None
    for kind in types:
        check_type(kind)
    return types, assumed


def _policy(order: Order, types: tuple[str, ...], example: Example) -> Draft:
    words = order.id.rpartition("/")[2].replace("_", " ")
    wording = policy_text.Wording(
        id=order.id,
        title=check_title(order.title if order.title is not None else words.capitalize()),
        severity=order.severity,
        types=types,
        path=example.path,
        terraform_type=example.terraform_type,
    )
    text = _LANGUAGES[order.suffix](wording)
    file = order.pack / "policies" / f"{order.id}{order.suffix}"
    _DESCRIBE[order.suffix](text, order.id, str(file))
    return Draft(file, text)


def _fixtures(
    order: Order, examples: Sequence[Example], cutting: Cutting | None
) -> Iterator[Draft]:
    """Yield the fixtures, what was cut out first; it stands for the example of its kind."""
    folder = order.pack / "fixtures" / order.id
    done: set[tuple[Form, Verdict, str]] = set()
    if cutting is not None and order.source is not None:
        verdict = order.source.verdict
        done.add((cutting.form, verdict, cutting.resource.type))
        yield Draft(folder / f"{verdict}-cut_out{cutting.form.suffix}", cutting.text)
    for example in examples:
        what = resource_of(example.type)
        for form in order.forms or sorted(example.forms):
            for verdict in VERDICTS:
                text = fixture(example, form, verdict)
                if text is not None and (form, verdict, example.type) not in done:
                    yield Draft(folder / f"{verdict}-{what}{form.suffix}", text)


def _links(pack: Path) -> Iterator[Draft]:
    """Yield a table for links to each framework that comes with jurat, unless the pack has one."""
    for about in sorted((bundled() / "mappings").glob("*/framework.yaml")):
        file = pack / "mappings" / about.parent.name / "links.csv"
        if not file.exists():
            yield Draft(file, _LINKS)
