"""Packs: folders with policies and mappings. The bundled one is loaded as any other."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from jurat import __version__
from jurat.controls import check_links, load_framework, load_links
from jurat.errors import PackError
from jurat.languages import describe, suffixes
from jurat.languages.conftest import PolicySet, policies_of, read_set
from jurat.model import Edition, Framework, Policy

_LIBRARY = "lib"
_CONFTEST = "conftest"
_PARAMS = "params.yaml"
_ABOUT = "pack.yaml"
PARTS = ("policies", "mappings", _CONFTEST)
"""The folders of a pack; it has at least one of them."""


@dataclass(frozen=True, slots=True)
class Pack:
    """Policies and frameworks of one or more folders.

    ``library`` are Rego modules that policies import. ``sets`` are the policy sets in the manner of
    conftest, by the ids of their policies. ``params`` are an organisation's own values of
    parameters, by policy id. ``editions`` tell what state each pack is in, by its name.
    """

    policies: tuple[Policy, ...]
    frameworks: tuple[Framework, ...]
    library: tuple[str, ...]
    sets: Mapping[str, PolicySet]
    params: Mapping[str, Mapping[str, Any]]
    editions: Mapping[str, Edition]


def bundled() -> Path:
    """Return the folder of the bundled pack: inside the wheel, or the root of a checkout."""
    here = Path(__file__).resolve().parent
    for root in (here / "_pack", here.parent.parent):
        if (root / "policies").is_dir() and (root / "mappings").is_dir():
            return root
    raise PackError(f"{here}: the bundled policies are missing; install jurat again")


def load_pack(extra: Iterable[Path] = (), conftest: Iterable[Path] = ()) -> Pack:
    """Load the bundled pack and the ``extra`` ones; raises ``PackError`` naming file and line.

    ``conftest`` are folders of raw Rego that stand outside of any pack.
    """
    roots, raw = [bundled(), *extra], list(conftest)
    inside = [root / _CONFTEST for root in roots if (root / _CONFTEST).is_dir()]
    sets: dict[str, PolicySet] = {}
    policies: dict[str, Policy] = {}
    for policy in (policy for root in roots for policy in _policies(root)):
        _add(policies, policy)
    for folder in (*inside, *raw):
        found = read_set(folder)
        for policy in policies_of(found):
            _add(policies, policy)
            sets[policy.id] = found
    frameworks = _mapped([root / "mappings" for root in roots], policies)
    library = tuple(str(file) for root in roots for file in library_files(root))
    return Pack(
        policies=tuple(policies[name] for name in sorted(policies)),
        frameworks=frameworks,
        library=library,
        sets=sets,
        params=_params(roots, policies),
        editions=_editions([*roots, *raw]),
    )


def _add(policies: dict[str, Policy], policy: Policy) -> None:
    if policy.id in policies:
        raise PackError(f"{policy.file}: {policies[policy.id].file} has the same id")
    policies[policy.id] = policy


def _mapped(roots: Sequence[Path], policies: Mapping[str, Policy]) -> tuple[Framework, ...]:
    """Load frameworks, and the links that packs add to frameworks of other packs."""
    folders = [folder for root in roots for folder in mapping_folders(root)]
    found: dict[str, Framework] = {}
    for folder in folders:
        if (folder / "framework.yaml").is_file():
            if folder.name in found:
                raise PackError(f"{folder}: framework {folder.name!r} is in another pack too")
            found[folder.name] = load_framework(folder)
    for folder in folders:
        if not (folder / "framework.yaml").is_file():
            if folder.name not in found:
                raise PackError(f"{folder}: neither framework.yaml nor a framework of that name")
            found[folder.name] = load_links(folder / "links.csv", found[folder.name])
    check_links(found.values(), [folder / "links.csv" for folder in folders], policies.keys())
    return tuple(found.values())


def mapping_folders(mappings: Path) -> list[Path]:
    """Return the folders below ``mappings/``: frameworks, or links to such."""
    if not mappings.is_dir():
        return []
    named = ("framework.yaml", "links.csv")
    return sorted(f for f in mappings.iterdir() if any((f / name).is_file() for name in named))


def _params(roots: Iterable[Path], policies: Mapping[str, Policy]) -> dict[str, Mapping[str, Any]]:
    """Read the parameters that packs set; a later pack goes before an earlier one."""
    result: dict[str, dict[str, Any]] = {}
    for file in (root / _PARAMS for root in roots):
        for name, values in _read_params(file).items():
            if name not in policies:
                raise PackError(f"{file}: policy {name!r} does not exist")
            unknown = [key for key in values if key not in policies[name].params]
            if unknown:
                raise PackError(f"{file}: {unknown[0]!r} is no parameter of {name}")
            result.setdefault(name, {}).update(values)
    return dict(result)


def _read_params(file: Path) -> Mapping[str, Mapping[str, Any]]:
    found = _read_yaml(file)
    if not all(isinstance(values, dict) for values in found.values()):
        raise PackError(f"{file}: policy ids with a mapping of parameters each are expected")
    return found


def _read_yaml(file: Path) -> dict[str, Any]:
    """Read a mapping; a file that is not there is an empty one."""
    if not file.is_file():
        return {}
    try:
        found = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise PackError(f"{file}{f':{mark.line + 1}' if mark else ''}: not YAML") from error
    if not isinstance(found, dict):
        raise PackError(f"{file}: a mapping is expected")
    return found


def _editions(roots: Sequence[Path]) -> dict[str, Edition]:
    found: dict[str, Edition] = {}
    for root in roots:
        version: str | None
        if root == bundled():
            name, version = "bundled", __version__
        else:
            about = _about(root / _ABOUT)
            name = about.get("name", root.resolve().name)
            version = about.get("version")
        if name in found:
            raise PackError(f"{root}: another pack is called {name!r} too")
        found[name] = Edition(version, _digest(root))
    return found


def _about(file: Path) -> Mapping[str, str]:
    """Read the name and the version that a pack gives itself."""
    about = _read_yaml(file)
    if not all(key in {"name", "version"} for key in about):
        raise PackError(f"{file}: only name and version are expected")
    if not all(isinstance(value, str) and value.isprintable() for value in about.values()):
        raise PackError(f"{file}: name and version must be texts; put a number in quotes")
    return about


def _policies(root: Path) -> Iterator[Policy]:
    for name, file in policy_files(root):
        yield describe(file, name, str(file))


def policy_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield the id and the file of each policy of a pack, in a fixed order."""
    for inner, file in _files(root / "policies"):
        if file.suffix not in suffixes() or inner.startswith(f"{_LIBRARY}/"):
            continue
        if file.name.endswith("_test.rego") or file.name.startswith("__"):
            continue
        yield inner.removesuffix(file.suffix), file


def library_files(root: Path) -> list[Path]:
    """Return the Rego modules that a pack's policies may import."""
    return sorted((root / "policies" / _LIBRARY).glob("*.rego"))


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files below a folder with their names inside it, in a fixed order."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return  # a pack may lack a part
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                inside = _files(folder / entry.name)
                yield from ((f"{entry.name}/{name}", file) for name, file in inside)
        elif entry.is_file():
            yield entry.name, folder / entry.name


def _digest(root: Path) -> str:
    """Hash every file that decides anything with its name, in a fixed order."""
    digest = hashlib.sha256()
    parts = [part for part in PARTS if (root / part).is_dir()]
    found = [(f"{part}/{name}", file) for part in parts for name, file in _files(root / part)]
    if not parts:  # a folder of raw Rego
        found = list(_files(root))
    found += [(name, root / name) for name in (_ABOUT, _PARAMS) if (root / name).is_file()]
    for name, file in found:
        digest.update(name.encode())
        digest.update(b"\0")
        digest.update(file.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()
