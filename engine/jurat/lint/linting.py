"""Lint of packs: read everything as far as it can be read, and judge it by every rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jurat.errors import PackError
from jurat.lint.fault import Fault, Faults, Report, guarded, in_order, refused
from jurat.lint.fixture import fixture_faults
from jurat.lint.mapping import Mapped, link_faults, linkage_faults, read_mappings
from jurat.lint.metadata import identity_faults, metadata_faults, stub_faults
from jurat.lint.python import PythonModule, looked_up, python_faults, read_python
from jurat.lint.raw import lint_raw
from jurat.lint.reads import Reads, declaration_faults
from jurat.lint.rego import RegoModule, library_faults, parse, read_rego, rego_faults
from jurat.lint.rego import looked_up as looked_up_in_rego
from jurat.lint.rego.module import modules_by_package
from jurat.lint.rules import Level
from jurat.lint.shape import property_faults, type_faults
from jurat.lint.source import Source, read_text
from jurat.lint.suppression import suppressed, suppressions
from jurat.model import Policy
from jurat.pack import bundled, library_files, load_pack, policy_files

_FIXTURES = "fixtures"
_REGO = ".rego"


@dataclass(frozen=True, slots=True)
class _File:
    """One policy as it was read: its source, its tree if it has one, what was wrong so far."""

    source: Source
    module: PythonModule | RegoModule | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Contents:
    """What a pack holds. ``raw`` are the ids of policies in the manner of conftest."""

    files: tuple[_File, ...]
    library: Mapping[str, RegoModule]
    raw: frozenset[str]
    faults: tuple[Fault, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(file.source for file in self.files)


def lint(roots: Sequence[Path]) -> Report:
    """Lint packs; the bundled one is known to them, and judged if it is among ``roots``."""
    around = [] if any(map(_is_bundled, roots)) else [bundled()]
    contents = {root: _contents(root) for root in roots}
    contents |= {root: _outline() for root in around}
    everything = [source for each in contents.values() for source in each.sources]
    policies: dict[str, Source | None] = {source.id: source for source in everything}
    policies |= {name: None for each in contents.values() for name in each.raw}
    library = {p: m for each in contents.values() for p, m in each.library.items()}
    mapped = read_mappings(roots, _mapped_around() if around else None)
    faults: list[Fault] = []
    for root in roots:
        off, broken = suppressions(root)
        found = [*contents[root].faults, *_mapping(root, mapped, policies, contents[root])]
        found += identity_faults(contents[root].sources, everything)
        for file in contents[root].files:
            found += _policy(file, library)
        if (root / _FIXTURES).is_dir() or not _is_bundled(root):
            # An installed package is without the fixtures of its own pack.
            found += fixture_faults(root, contents[root].sources, contents[root].raw)
        faults += [*broken, *suppressed(found, off)]
    faults += _refusals(roots, faults)
    count = sum(len(contents[root].files) + len(contents[root].raw) for root in roots)
    return Report(tuple(map(str, roots)), count, in_order(faults))


def _is_bundled(root: Path) -> bool:
    return root.resolve() == bundled().resolve()


@cache
def _outline() -> _Contents:
    """Return what other packs need of the bundled one, which is judged by itself."""
    pack = load_pack()
    files = tuple(_File(_source(policy), None, ()) for policy in pack.policies)
    parsed = parse({file: read_text(Path(file)) for file in pack.library})
    library = modules_by_package(m for m in parsed.values() if isinstance(m, RegoModule))
    return _Contents(files, library, frozenset(pack.sets), ())


@cache
def _mapped_around() -> Mapped:
    return read_mappings([bundled()])


def _source(policy: Policy) -> Source:
    fields = {"aliases": policy.aliases, "quantifier": str(policy.quantifier)}
    return Source(policy.id, policy.file, "", fields)


def _contents(root: Path) -> _Contents:
    faults: list[Fault] = []
    rego: dict[str, Source] = {}
    early: dict[str, list[Fault]] = {}
    files: list[_File] = []
    for name, file in policy_files(root):
        try:
            if file.suffix == _REGO:
                rego[str(file)], early[str(file)] = read_rego(file, name)
            else:
                source, module, found = read_python(file, name)
                files.append(_File(source, module, tuple(found)))
        except PackError as error:
            files.append(_unreadable(name, file, error))
    texts = {file: source.text for file, source in rego.items()}
    shared = list(_library_texts(root, faults))
    parsed = parse(texts | dict(shared))
    for shown, source in rego.items():
        tree = parsed[shown]
        if isinstance(tree, Fault):
            files.append(_File(source, None, (*early[shown], tree)))
        else:
            files.append(_File(source, tree, tuple(early[shown])))
    modules = [parsed[file] for file, _ in shared]
    faults += [each for each in modules if isinstance(each, Fault)]
    library = modules_by_package(each for each in modules if isinstance(each, RegoModule))
    for each in library.values():
        faults += guarded(each.file, library_faults(each, library))
    raw, raw_faults = lint_raw(root)
    files.sort(key=lambda each: each.source.file)
    return _Contents(tuple(files), library, raw, (*faults, *raw_faults))


def _unreadable(name: str, file: Path, error: PackError) -> _File:
    fault = refused("pack/unreadable", error, str(file))
    return _File(Source(name, str(file), ""), None, (fault,))


def _library_texts(root: Path, faults: list[Fault]) -> Iterator[tuple[str, str]]:
    for file in library_files(root):
        try:
            yield str(file), read_text(file)
        except PackError as error:
            faults.append(refused("pack/unreadable", error, str(file)))


def _policy(file: _File, library: Mapping[str, RegoModule]) -> Faults:
    """Yield what is wrong with one policy."""
    yield from file.faults
    source = file.source
    yield from stub_faults(source)
    if source.fields:
        yield from metadata_faults(source)
        yield from type_faults(source)
    if file.module is not None:
        yield from guarded(source.file, _code(source, file.module, library))


def _code(
    source: Source, module: PythonModule | RegoModule, library: Mapping[str, RegoModule]
) -> Faults:
    reads: Reads | None
    if isinstance(module, PythonModule):
        yield from python_faults(module)
        reads = looked_up(module)
    else:
        yield from rego_faults(module, source.id, library)
        reads = looked_up_in_rego(module, library.values())
    if reads is not None and source.fields:
        yield from declaration_faults(source, reads)
        yield from property_faults(source, reads)


def _mapping(
    root: Path, mapped: Mapped, policies: Mapping[str, Source | None], contents: _Contents
) -> Faults:
    """Yield what is wrong with the frameworks and links that stand in a pack."""
    inside = f"{root / 'mappings'}/"
    for fault in (*mapped.faults, *link_faults(mapped, policies)):
        if fault.place.file.startswith(inside):
            yield fault
    yield from linkage_faults(contents.sources, mapped)


def _refusals(roots: Sequence[Path], faults: Sequence[Fault]) -> Faults:
    """Yield what the loader refuses and no rule has found: a pack that is clean must load."""
    if any(fault.level is Level.ERROR for fault in faults):
        return
    try:
        load_pack([root for root in roots if not _is_bundled(root)])
    except PackError as error:
        yield _refused(error)


def _refused(error: PackError) -> Fault:
    """Make a fault of what the loader says, about the file that it names."""
    file = str(error).partition(":")[0]
    return refused("pack/refused", error, file)
