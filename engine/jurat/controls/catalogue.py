"""Frameworks as data: a folder with a catalogue, links and roll-ups becomes a ``Framework``."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import yaml

from jurat.controls.table import Columns, Row, choose, read_table, read_text
from jurat.errors import PackError
from jurat.model import Control, Evidence, Framework, Link, Relationship, Role, Rollup

_ABOUT = ("id", "title", "edition", "source", "licence", "draft", "about")
_CONTROLS = Columns(
    (
        "id",
        "parent",
        "level",
        "group",
        "title",
        "summary",
        "evidence",
        "responsibility",
        "unit",
        "hook",
        "note",
    )
)
LINKS = Columns(("policy", "control", "relationship", "role", "rationale"), ("attest",))
_ROLLUPS = Columns(("child", "parent"))
_EVIDENCE = {item.value: item for item in Evidence}
_RESPONSIBILITY = {word: word for word in ("customer", "shared", "provider", "n/a")}
_RELATIONSHIP = {item.value: item for item in Relationship}
_ROLE = {item.value: item for item in Role}
_UNIT = {"0": False, "1": True}
_ATTEST = {"": False, **_UNIT}
_DRAFT = {"false": False, "true": True}


def load_framework(folder: Path) -> Framework:
    """Read and check one framework's folder below ``mappings/``."""
    about = read_about(folder / "framework.yaml", folder.name)
    name = about["id"]
    controls = read_controls(folder / "controls.csv", name)
    return Framework(
        id=name,
        title=about["title"],
        edition=about["edition"],
        source=about["source"],
        licence=about["licence"],
        draft=_DRAFT[about["draft"]],
        controls=tuple(controls.values()),
        links=tuple(_links(folder / "links.csv", name, controls, set())),
        rollups=tuple(read_rollups(folder / "rollups.csv", name, controls)),
    )


def load_links(path: Path, framework: Framework) -> Framework:
    """Add the links of a table to a framework, which may be another pack's."""
    controls = {control.id: control for control in framework.controls}
    known = {(link.policy, link.control) for link in framework.links}
    added = tuple(_links(path, framework.id, controls, known))
    return replace(framework, links=(*framework.links, *added))


def check_links(
    frameworks: Iterable[Framework], tables: Iterable[Path], policies: Collection[str]
) -> None:
    """Refuse a link to a policy that does not exist; ``tables`` are those that hold the links."""
    linked = {link.policy for framework in frameworks for link in framework.links}
    if linked <= set(policies):
        return
    # a link carries no line, so the tables are read again to say where it stands
    for table in tables:
        for place, (policy, *_) in read_table(table, LINKS):
            if policy not in policies:
                raise PackError(f"{place}: policy {policy!r} does not exist")


def read_about(path: Path, folder: str) -> Mapping[str, str]:
    """Read what is said about a framework as a whole."""
    about: dict[str, str] = {}
    for place, key, value in _entries(path):
        if key not in _ABOUT or key in about:
            raise PackError(f"{place}: key {key!r} is unknown or stands twice")
        if not value.strip():
            raise PackError(f"{place}: {key} is empty")
        if key == "draft":
            choose(place, key, value, _DRAFT)
        if key == "id" and value != folder:
            raise PackError(f"{place}: id {value!r} differs from the folder's name {folder!r}")
        about[key] = value
    for key in _ABOUT:
        if key not in about:
            raise PackError(f"{path}:1: key {key!r} is missing")
    return about


def _entries(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield place, key and value of each entry of a flat YAML mapping, values as written."""
    try:
        document = yaml.compose(read_text(path), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        raise PackError(f"{path}:{line}: not YAML") from None
    if not isinstance(document, yaml.MappingNode):
        raise PackError(f"{path}:1: not a mapping")
    for key, value in document.value:
        place = f"{path}:{key.start_mark.line + 1}"
        if not (isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)):
            raise PackError(f"{place}: neither key nor value may be a list or mapping")
        yield place, key.value, value.value


def read_controls(path: Path, framework: str) -> Mapping[str, Control]:
    """Read the catalogue; a parent stands above its children."""
    controls: dict[str, Control] = {}
    for place, row in read_table(path, _CONTROLS):
        control = _control(place, framework, row)
        if control.id in controls:
            raise PackError(f"{place}: control {control.id!r} stands twice")
        if control.parent is not None and control.parent not in controls:
            raise PackError(f"{place}: parent {control.parent!r} does not stand above")
        controls[control.id] = control
    return controls


def _control(place: str, framework: str, row: Row) -> Control:
    # the note is for who edits the table
    name, parent, level, group, title, summary, evidence, responsibility, unit, hook, _note = row
    if not _is_name(name):
        raise PackError(f"{place}: id {name!r} is empty or not a plain name")
    control = Control(
        framework=framework,
        id=name,
        title=title,
        summary=summary,
        evidence=choose(place, "evidence", evidence, _EVIDENCE),
        responsibility=choose(place, "responsibility", responsibility, _RESPONSIBILITY),
        level=level,
        group=group,
        parent=parent or None,
        unit=choose(place, "unit", unit, _UNIT),
        hook=hook,
    )
    if control.unit and control.evidence is Evidence.NONE:
        raise PackError(f"{place}: {name} is a unit, so its evidence cannot be none")
    return control


def _is_name(text: str) -> bool:
    return bool(text) and text.isprintable() and text == text.strip()


def _links(
    path: Path, framework: str, controls: Mapping[str, Control], known: Collection[tuple[str, str]]
) -> Iterator[Link]:
    seen = set(known)
    for place, row in read_table(path, LINKS):
        link = read_link(place, row, framework)
        if link.control not in controls:
            raise PackError(f"{place}: control {link.control!r} is not in controls.csv")
        if (link.policy, link.control) in seen:
            raise PackError(f"{place}: {link.policy} is linked to {link.control} twice")
        for objection in objections(link, controls[link.control].evidence):
            raise PackError(f"{place}: {objection.why}")
        seen.add((link.policy, link.control))
        yield link


def read_link(place: str, row: Row, framework: str) -> Link:
    """Read a row of a table of links; raises ``PackError`` for a word that is not of its list."""
    policy, control, relationship, role, rationale, attest = row
    return Link(
        policy=policy,
        framework=framework,
        control=control,
        relationship=choose(place, "relationship", relationship, _RELATIONSHIP),
        role=choose(place, "role", role, _ROLE),
        rationale=rationale,
        attest=choose(place, "attest", attest, _ATTEST),
    )


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a link is refused: ``what`` is one of incomplete, role, no-duty, manual."""

    what: str
    why: str


def objections(link: Link, evidence: Evidence) -> Iterator[Objection]:
    """Yield what a link claims without right, where its control has this evidence class."""
    overlaps = link.relationship is Relationship.INTERSECTS_WITH
    if not _is_name(link.policy) or not link.rationale.strip():
        yield Objection("incomplete", "a link needs a policy and a rationale")
    if overlaps is not (link.role is Role.SUPPORTING):
        why = "role supporting belongs to intersects-with and to nothing else"
        yield Objection("role", why)
    if evidence is Evidence.NONE:
        yield Objection("no-duty", f"{link.control} asks nothing that could be evidenced")
    if evidence is Evidence.MANUAL and not link.attest and not overlaps:
        yield Objection(
            "manual",
            f"{link.control} is manual, so a policy that is no attestation can only be linked by "
            "intersects-with",
        )


def read_rollups(path: Path, framework: str, controls: Mapping[str, Control]) -> Sequence[Rollup]:
    """Read what is part of what; refuses a cycle."""
    parts: dict[str, list[str]] = {}
    places: dict[tuple[str, str], str] = {}
    for place, (child, parent) in read_table(path, _ROLLUPS):
        for name in (child, parent):
            if name not in controls:
                raise PackError(f"{place}: control {name!r} is not in controls.csv")
        if (child, parent) in places:
            raise PackError(f"{place}: {child} is rolled up to {parent} twice")
        places[child, parent] = place
        parts.setdefault(parent, []).append(child)
    try:
        TopologicalSorter(parts).prepare()
    except CycleError as error:
        cycle = error.args[1]
        raise PackError(f"{places[cycle[0], cycle[1]]}: cycle {' < '.join(cycle)}") from None
    return [Rollup(framework, child, parent) for child, parent in places]
