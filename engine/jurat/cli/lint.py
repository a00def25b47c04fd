"""``jurat lint``: what can be told of a pack without running it."""

from collections.abc import Iterable
from pathlib import Path

import click

from jurat.cli.status import Exit
from jurat.errors import UsageError
from jurat.lint import Level, Report, lint
from jurat.lint.reports import NAMES, render
from jurat.pack import PARTS, bundled


@click.command("lint", short_help="Find mistakes in policies, fixtures and mappings.")
@click.argument("paths", nargs=-1)
@click.option("--pack", "packs", multiple=True, metavar="DIR", help="A pack, as PATHS.")
@click.option(
    "-f", "--format", "form", default="text", metavar="FORMAT", help=f"One of {', '.join(NAMES)}."
)
@click.option("--strict", is_flag=True, help="Status 1 for warnings too.")
def command(paths: tuple[str, ...], packs: tuple[str, ...], form: str, *, strict: bool) -> int:
    """Find mistakes in packs: PATHS are their folders.

    Without PATHS the pack in the current folder is meant, or else the bundled one. Nothing of a
    pack is run. docs/lint.md explains each rule.

    Exit status: 0 clean, or warnings only; 1 errors, or with --strict warnings; 2 cannot run.
    """
    if form not in NAMES:
        raise UsageError(f"{form}: no such format; there are {', '.join(NAMES)}")
    report = lint(_roots((*paths, *packs)))
    click.echo(render(form, report, str(Path.cwd())), nl=False)
    return _status(report, strict=strict)


def _status(report: Report, *, strict: bool) -> Exit:
    bad = report.of(Level.ERROR) or (strict and report.of(Level.WARNING))
    return Exit.FAILURES if bad else Exit.CLEAN


def _roots(names: Iterable[str]) -> list[Path]:
    """Return the folders of packs, each once."""
    found: dict[Path, Path] = {}
    for name in names:
        root = Path(name)
        if not _is_pack(root):
            raise UsageError(f"{name}: no pack: it has none of {', '.join(PARTS)} with a file in")
        found.setdefault(root.resolve(), root)
    here = Path()
    return list(found.values()) or [here if _is_pack(here) else bundled()]


def _is_pack(folder: Path) -> bool:
    """Tell whether there is something to judge in a folder: nothing judged is never clean."""
    files = (file for part in PARTS for file in (folder / part).rglob("*"))
    return any(file.is_file() for file in files)
