"""Which policies and fixtures there are to test: what the user's paths lead to."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jurat.assess import select_policies
from jurat.errors import UsageError
from jurat.model import Policy
from jurat.pack import PARTS, Pack, bundled, load_pack
from jurat.readers.discover import SUFFIXES
from jurat.testing.parameters import PARAMETERS
from jurat.testing.snapshots import SNAPSHOTS
from jurat.testing.trials import Fixture, fixtures, promised

FIXTURES = "fixtures"
_WITH_POLICIES = tuple(part for part in PARTS if part != "mappings")
BESIDE = (PARAMETERS, SNAPSHOTS)
"""Files beside fixtures that say how they are judged and what is to be found."""


@dataclass(frozen=True, slots=True)
class Suite:
    """What is to be tested, in a fixed order.

    ``roots`` are the folders of the packs. ``untested`` are policies without any fixture.
    ``problems`` say of files that look like fixtures why they are none.
    """

    pack: Pack
    roots: tuple[Path, ...]
    policies: tuple[Policy, ...]
    fixtures: tuple[Fixture, ...]
    untested: tuple[Policy, ...]
    problems: Mapping[Path, str]


@dataclass(frozen=True, slots=True)
class _Target:
    """A pack's folder, and the part of it that the user named; ``None`` is all."""

    root: Path
    part: Path | None


def gather(
    paths: Sequence[str | Path] = (),
    packs: Sequence[Path] = (),
    policies: Sequence[str] = (),
) -> Suite:
    """Find what ``paths`` name: packs, policies, areas, fixtures; ``packs`` are loaded as well.

    Without paths the packs are tested, or else the pack in the current folder, or the bundled one.
    ``policies`` are the ids or areas to keep. Raises ``UsageError`` for a path that leads to
    nothing, and ``PackError``.
    """
    targets = list(_targets(paths or packs))
    roots = list(dict.fromkeys(target.root for target in targets))
    others = map(_shown, packs)
    extra = [root for root in dict.fromkeys([*others, *roots]) if not _is_bundled(root)]
    pack = load_pack(extra)
    wanted = {policy.id for policy in select_policies(pack, policies)}
    found = {root: list(fixtures(root / FIXTURES)) for root in roots}
    chosen: dict[str, Policy] = {}
    tried: dict[Path, Fixture] = {}
    problems: dict[Path, str] = {}
    for target in targets:
        for policy in _policies(target, pack):
            chosen[policy.id] = policy
        for fixture in _fixtures(target, found[target.root], chosen.keys()):
            tried[fixture.file] = fixture
    known = {policy.id: policy for policy in pack.policies}
    homes = known.keys() | {each.policy for all_ in found.values() for each in all_}
    for target in targets:
        problems |= _strays(target, homes & wanted if policies else homes)
    for fixture in tried.values():
        if fixture.policy not in known and not policies:
            problems[fixture.file] = f"{fixture.file}: there is no policy {fixture.policy}"
    kept = [each for each in tried.values() if each.policy in wanted and each.policy in known]
    chosen |= {fixture.policy: known[fixture.policy] for fixture in kept}
    tested = {fixture.policy for fixture in kept}
    mine = [chosen[name] for name in sorted(chosen) if name in wanted]
    return Suite(
        pack=pack,
        roots=tuple(roots),
        policies=tuple(mine),
        fixtures=tuple(sorted(kept, key=lambda each: (each.policy, each.file))),
        untested=tuple(policy for policy in mine if policy.id not in tested),
        problems=problems,
    )


def is_pack(folder: Path) -> bool:
    """Tell whether a folder has policies in it, as packs do."""
    return any((folder / part).is_dir() for part in _WITH_POLICIES)


def _targets(paths: Iterable[str | Path]) -> Iterator[_Target]:
    named = list(paths)
    if not named:
        here = Path.cwd()
        yield _Target(_shown(here if is_pack(here) else bundled()), None)
    for path in named:
        if not Path(path).exists():
            raise UsageError(f"{path}: no such file or folder")
        yield _target(_absolute(path))


def _target(path: Path) -> _Target:
    if is_pack(path):
        return _Target(_shown(path), None)
    for root in path.parents:
        inside = path.relative_to(root).parts[0]
        if inside in (*_WITH_POLICIES, FIXTURES) and is_pack(root):
            return _Target(_shown(root), path)
    raise UsageError(
        f"{_shown(path)}: neither a pack nor in one: a folder with policies/ and fixtures/"
    )


def _absolute(path: str | Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - a link is what the user named


def _shown(path: str | Path) -> Path:
    """Return a path as it reads best: from here, if it is below here."""
    whole, here = _absolute(path), Path.cwd()
    return whole.relative_to(here) if whole.is_relative_to(here) else whole


def _is_bundled(root: Path) -> bool:
    return root.resolve() == bundled().resolve()


def _is_in(file: str | Path, folder: Path) -> bool:
    return _absolute(file).is_relative_to(folder)


def _policies(target: _Target, pack: Pack) -> Iterator[Policy]:
    """Yield the policies of a target: those written in it; none if it names fixtures."""
    part = target.part or _absolute(target.root)
    if _is_in(part, _absolute(target.root / FIXTURES)):
        return
    found = [policy for policy in pack.policies if _is_in(policy.file, part)]
    if not found and target.part is not None:
        raise UsageError(f"{_shown(part)}: no policy is written there")
    yield from found


def _fixtures(
    target: _Target, found: Iterable[Fixture], policies: Collection[str]
) -> Iterator[Fixture]:
    """Yield the fixtures of a target: those that lie in it, or those of the policies in it."""
    if target.part is None:
        yield from found
    elif not _is_in(target.part, _absolute(target.root / FIXTURES)):
        yield from (fixture for fixture in found if fixture.policy in policies)
    else:
        inside = [fixture for fixture in found if _is_in(fixture.file, target.part)]
        if not inside and target.part.is_file():
            raise UsageError(
                f"{_shown(target.part)}: no fixture; one is fixtures/AREA/NAME/VERDICT-WHAT.FORMAT"
            )
        yield from inside


def _strays(target: _Target, homes: Collection[str]) -> dict[Path, str]:
    """Return the files that lie among the fixtures of a policy and promise nothing."""
    return {
        file: f"{file}: no fixture: its name begins with no verdict, as pass- or fail-"
        for file in sorted((target.root / FIXTURES).glob("*/*/*"))
        if f"{file.parent.parent.name}/{file.parent.name}" in homes
        and (target.part is None or _is_in(file, target.part))
        and file.name.lower().endswith(SUFFIXES)
        and file.name not in BESIDE
        and not promised(file.name)
        and file.is_file()
    }
