"""``jurat list``: what the pack holds."""

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from jurat.errors import UsageError
from jurat.model import Framework, Relationship
from jurat.pack import Pack, load_pack


@click.command("list", short_help="List policies, controls, frameworks or coverage.")
@click.argument("what", type=click.Choice(["policies", "controls", "frameworks", "coverage"]))
@click.option("--framework", "wanted", metavar="ID", help="Only this framework's controls.")
@click.option("--pack", "packs", multiple=True, metavar="DIR", help="A pack of your own.")
def command(what: str, wanted: str | None, packs: tuple[str, ...]) -> int:
    """List policies, controls, frameworks or coverage, one a line, columns apart by tabs."""
    pack = load_pack(map(Path, packs))
    frameworks = [item for item in pack.frameworks if wanted in {None, item.id}]
    if not frameworks:
        raise UsageError(f"{wanted}: no such framework; see `jurat list frameworks`")
    for row in _LISTS[what](pack, frameworks):
        click.echo("\t".join(row))
    return 0


Rows = Iterator[tuple[str, ...]]


def _policies(pack: Pack, frameworks: list[Framework]) -> Rows:
    del frameworks
    for policy in pack.policies:
        yield policy.id, policy.severity, policy.language, policy.title


def _controls(pack: Pack, frameworks: list[Framework]) -> Rows:
    del pack
    for framework in frameworks:
        linked: dict[str, int] = {}
        for link in framework.links:
            linked[link.control] = linked.get(link.control, 0) + 1
        for control in framework.controls:
            if control.unit:
                count = f"{linked.get(control.id, 0)} policies"
                yield framework.id, control.id, control.evidence, count, control.name


def _frameworks(pack: Pack, frameworks: list[Framework]) -> Rows:
    del pack
    for framework in frameworks:
        units = sum(control.unit for control in framework.controls)
        draft = "draft" if framework.draft else "reviewed"
        yield (
            framework.id,
            f"{units} controls",
            f"{len(framework.links)} links",
            draft,
            framework.title,
        )


def _coverage(pack: Pack, frameworks: list[Framework]) -> Rows:
    """Say how far policies reach: by framework, then by resource type."""
    for framework in frameworks:
        units = {control.id for control in framework.controls if control.unit}
        reached = {
            link.control
            for link in framework.links
            if link.relationship is not Relationship.INTERSECTS_WITH and not link.attest
        } & units
        yield framework.id, f"{len(reached)} of {len(units)} controls have a policy"
    by_type: dict[str, int] = {}
    for policy in pack.policies:
        for kind in policy.applies_to:
            by_type[kind] = by_type.get(kind, 0) + 1
    for kind in sorted(by_type):
        yield kind, f"{by_type[kind]} policies"


_LISTS: dict[str, Callable[[Pack, list[Framework]], Rows]] = {
    "policies": _policies,
    "controls": _controls,
    "frameworks": _frameworks,
    "coverage": _coverage,
}
