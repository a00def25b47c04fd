"""Packs: folders with policies and mappings. The bundled one is loaded as any other."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jurat.controls import check_links, load_framework
from jurat.errors import PackError
from jurat.languages import describe, suffixes
from jurat.model import Framework, Policy

_LIBRARY = "lib"


@dataclass(frozen=True, slots=True)
class Pack:
    """Policies and frameworks of one or more folders.

    ``library`` are Rego modules that policies import. ``hashes`` maps each folder's name to the
    SHA-256 over its policies and mappings.
    """

    policies: tuple[Policy, ...]
    frameworks: tuple[Framework, ...]
    library: tuple[str, ...]
    hashes: dict[str, str]


def bundled() -> Path:
    """Return the folder of the bundled pack: inside the wheel, or the root of a checkout."""
    here = Path(__file__).resolve().parent
    for root in (here / "_pack", here.parent.parent):
        if (root / "policies").is_dir() and (root / "mappings").is_dir():
            return root
    raise PackError(f"{here}: the bundled policies are missing; install jurat again")


def load_pack(extra: Iterable[Path] = ()) -> Pack:
    """Load the bundled pack and the ``extra`` ones; raises ``PackError`` naming file and line."""
    roots = [bundled(), *extra]
    policies: dict[str, Policy] = {}
    for root in roots:
        for policy in _policies(root):
            if policy.id in policies:
                raise PackError(f"{policy.file}: {policies[policy.id].file} has the same id")
            policies[policy.id] = policy
    frameworks = {
        folder: load_framework(folder)
        for root in roots
        for folder in _frameworks(root / "mappings")
    }
    check_links(frameworks, policies.keys())
    library = tuple(
        str(file)
        for root in roots
        for file in sorted((root / "policies" / _LIBRARY).glob("*.rego"))
    )
    return Pack(
        policies=tuple(policies[name] for name in sorted(policies)),
        frameworks=tuple(frameworks.values()),
        library=library,
        hashes={_name(root): _digest(root) for root in roots},
    )


def _name(root: Path) -> str:
    return "bundled" if root == bundled() else root.resolve().name


def _policies(root: Path) -> Iterator[Policy]:
    folder = root / "policies"
    for file in sorted(folder.rglob("*")):
        inner = file.relative_to(folder)
        if file.suffix not in suffixes() or inner.parts[0] == _LIBRARY:
            continue
        if file.name.endswith("_test.rego") or file.name.startswith("__") or not file.is_file():
            continue
        yield describe(file, inner.with_suffix("").as_posix(), str(file))


def _frameworks(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(item for item in folder.iterdir() if (item / "framework.yaml").is_file())


def _digest(root: Path) -> str:
    """Hash every policy and mapping file with its name, in a fixed order."""
    digest = hashlib.sha256()
    for part in ("policies", "mappings"):
        for file in sorted((root / part).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.relative_to(root).as_posix().encode())
                digest.update(b"\0")
                digest.update(file.read_bytes())
                digest.update(b"\0")
    return digest.hexdigest()
