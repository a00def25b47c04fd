"""Rules on catalogues and links: what a policy is said to prove about a control."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jurat.controls.catalogue import (
    LINKS,
    objections,
    read_about,
    read_controls,
    read_link,
    read_rollups,
)
from jurat.controls.table import read_table
from jurat.errors import PackError
from jurat.lint.fault import Fault, Faults, quote, refused
from jurat.lint.source import Source
from jurat.model import Control, Evidence, Link, Quantifier, Relationship, Role
from jurat.model.resource import Location
from jurat.pack import mapping_folders

_WHOLE = {Relationship.EQUAL, Relationship.SUPERSET_OF}
_FEWEST_WORDS = 4
_EMPTY_WORDS = ("todo", "tbd", "fixme", "n/a", "see control", "see policy", "relevant to", "lorem")


@dataclass(frozen=True, slots=True)
class PlacedLink:
    """A row of a table of links, and where it stands."""

    place: Location
    link: Link


@dataclass(frozen=True, slots=True)
class Mapped:
    """What packs say about frameworks: controls by framework, links of each table."""

    controls: Mapping[str, Mapping[str, Control]]
    parents: Mapping[str, frozenset[str]]
    links: tuple[PlacedLink, ...]
    faults: tuple[Fault, ...]


def read_mappings(roots: Iterable[Path], before: Mapped | None = None) -> Mapped:
    """Read all frameworks and links as far as they can be read, and add them to those before."""
    folders = [folder for root in roots for folder in mapping_folders(root / "mappings")]
    controls = dict(before.controls) if before else {}
    parents = dict(before.parents) if before else {}
    links = list(before.links) if before else []
    faults: list[Fault] = []
    for folder in (f for f in folders if (f / "framework.yaml").is_file()):
        faults += _catalogue(folder, controls, parents)
    for folder in folders:
        rows = list(_rows(folder / "links.csv", folder.name))
        links += [row for row in rows if isinstance(row, PlacedLink)]
        faults += [row for row in rows if isinstance(row, Fault)]
    return Mapped(controls, parents, tuple(links), tuple(faults))


def _catalogue(
    folder: Path, controls: dict[str, Mapping[str, Control]], parents: dict[str, frozenset[str]]
) -> Faults:
    """Add a framework's controls; yield what of it cannot be read."""
    name = folder.name
    files = [folder / file for file in ("framework.yaml", "controls.csv", "rollups.csv")]
    try:
        read_about(files[0], name)
    except PackError as error:
        yield refused("mapping/unreadable", error, str(files[0]))
    try:
        controls[name] = read_controls(files[1], name)
    except PackError as error:
        yield refused("mapping/unreadable", error, str(files[1]))
        return
    above = {control.parent for control in controls[name].values() if control.parent}
    try:
        above |= {rollup.parent for rollup in read_rollups(files[2], name, controls[name])}
    except PackError as error:
        yield refused("mapping/unreadable", error, str(files[2]))
    parents[name] = frozenset(above)


def _rows(table: Path, framework: str) -> Iterator[PlacedLink | Fault]:
    """Read a table of links row by row."""
    try:
        rows = read_table(table, LINKS)
    except PackError as error:
        yield refused("mapping/unreadable", error, str(table))
        return
    for place, row in rows:
        line = int(place.rpartition(":")[2])
        try:
            yield PlacedLink(Location(str(table), line), read_link(place, row, framework))
        except PackError as error:
            yield refused("mapping/unreadable", error, str(table))


def link_faults(mapped: Mapped, policies: Mapping[str, Source | None]) -> Faults:
    """Yield what each link claims without right; ``policies`` are all that exist, by id."""
    seen: dict[tuple[str, str, str], Location] = {}
    reasons: dict[tuple[str, str], str] = {}
    for placed in mapped.links:
        link, place = placed.link, placed.place
        if link.policy not in policies:
            message = f"the policy {quote(link.policy)} does not exist"
            yield Fault("mapping/dead-policy", place, message)
        control = mapped.controls.get(link.framework, {}).get(link.control)
        if control is None:
            message = f"the control {quote(link.control)} is not in {link.framework}"
            if link.framework not in mapped.controls:
                message = f"no framework {quote(link.framework)} can be read"
            yield Fault("mapping/dead-control", place, message)
        for objection in objections(link, control.evidence if control else Evidence.AUTOMATED):
            yield Fault(f"mapping/{objection.what}", place, objection.why)
        key = (link.framework, link.policy, link.control)
        if key in seen:
            message = f"{link.policy} is linked to {link.control} at {seen[key]} already"
            yield Fault("mapping/duplicate-link", place, message)
        seen.setdefault(key, place)
        yield from _claim(placed, mapped, policies.get(link.policy))
        yield from _rationale(placed, control, reasons)


def _claim(placed: PlacedLink, mapped: Mapped, source: Source | None) -> Faults:
    link, place = placed.link, placed.place
    if link.relationship in _WHOLE and "because" not in link.rationale:
        message = f"{link.relationship} needs a reason: the rationale has no `because`"
        yield Fault("mapping/whole-claim", place, message)
    if link.role is Role.PRIMARY and link.control in mapped.parents.get(link.framework, ()):
        message = f"{link.control} has parts, so no single policy is primary for it"
        yield Fault("mapping/broad-primary", place, message)
    if source is not None:
        attests = source.fields.get("quantifier") == Quantifier.ATTEST
        if attests is not link.attest:
            said = "is" if attests else "is not"
            message = f"{link.policy} {said} an attestation, the link says otherwise"
            yield Fault("mapping/attest", place, message)


def _rationale(
    placed: PlacedLink, control: Control | None, reasons: dict[tuple[str, str], str]
) -> Faults:
    """Yield why a rationale could stand anywhere."""
    text = " ".join(placed.link.rationale.lower().split())
    if not text:
        return
    named = {control.title.lower(), control.summary.lower()} if control else set()
    key = (placed.link.framework, text)
    other = reasons.setdefault(key, placed.link.control)
    if len(text.split()) < _FEWEST_WORDS or text in named or text.startswith(_EMPTY_WORDS):
        message = f"the rationale {quote(placed.link.rationale)} gives no reason"
        yield Fault("mapping/boilerplate", placed.place, message)
    elif other != placed.link.control:
        message = f"the rationale is word for word that of a link to {other}"
        yield Fault("mapping/boilerplate", placed.place, message)


def linkage_faults(sources: Iterable[Source], mapped: Mapped) -> Faults:
    """Yield policies that no control is linked to and that do not say why, or the reverse."""
    linked = {placed.link.policy: placed.link for placed in mapped.links}
    for source in sources:
        reason, link = source.fields.get("unlinked"), linked.get(source.id)
        if link is None and not reason:
            message = f"{source.id} is linked to no control and has no `unlinked` that says why"
            yield Fault("mapping/unmapped-policy", Location(source.file, source.head), message)
        elif link is not None and reason:
            told = f"{link.framework} {link.control}"
            message = f"`unlinked` says why no control is linked, but {told} is"
            yield Fault("mapping/linked-unlinked", source.at("unlinked"), message)
