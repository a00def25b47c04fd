"""The short way to a verdict: documents in which nothing that is read is open.

Most resources hold no unknown at all. Their completed form is made once, for every policy, and the
policy runs once, or twice if it reads the stand-in text of a reference.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from jurat.judge.completions import Completion, Decision, conclude_one
from jurat.judge.documents import Document, Shared
from jurat.judge.memory import Memory
from jurat.judge.standins import RENDITIONS, Targets
from jurat.languages.contract import Evaluator, Outcome
from jurat.model import Path, Reference, Resource, Sensitive, Unknown, markers
from jurat.model.reads import ReadSet, Touch


@dataclass(frozen=True, slots=True)
class Marks:
    """The places of markers in a resource's properties.

    An unknown inside a list stands for the whole list: filled in, it may move the others.
    """

    unknown: tuple[Path, ...] = ()
    references: tuple[Path, ...] = ()
    sensitive: bool = False


@dataclass(slots=True)
class Known:
    """Completed forms of resources, by resource key and rendition of references."""

    targets: Targets
    _marks: dict[int, Marks] = field(default_factory=dict)
    _plain: dict[tuple[int, int], Any] = field(default_factory=dict)
    _sensitive: dict[int, bool] = field(default_factory=dict)
    _groups: dict[tuple[int, int], list[Any]] = field(default_factory=dict)

    def marks(self, resource: Resource) -> Marks:
        """Look a resource's properties through, once."""
        key = id(resource)
        if key not in self._marks:
            found = list(markers(resource.properties))
            inside = [(p, deep) for p, m in found if isinstance(m, Sensitive) for deep in _deep(m)]
            unknown = [p for p, m in (*found, *inside) if isinstance(m, Unknown)]
            self._marks[key] = Marks(
                unknown=tuple(dict.fromkeys(map(_before_lists, unknown))),
                references=tuple(path for path, m in found if isinstance(m, Reference)),
                sensitive=any(isinstance(m, Sensitive) for _, m in found),
            )
        return self._marks[key]

    def decide(self, evaluator: Evaluator, document: Document, memory: Memory) -> Decision | None:
        """Judge a document of which nothing unknown is read; ``None`` if it takes the long way."""
        first = memory.outcome(evaluator, self._plainly(document, 0))
        if isinstance(first, str):
            return None
        reads = evaluator.traits.reads or first.reads
        if _is_coarse(reads) or _reads_an_open_scope(document, reads):
            return None
        if self._reads_an_unknown(document, reads):
            return None
        if self._reads_a_reference(document, reads, {Touch.INTO}):
            return None
        if self._reads_a_reference(document, reads, {Touch.WHOLE}):
            for rendition in range(1, RENDITIONS):
                other = memory.outcome(evaluator, self._plainly(document, rendition))
                if isinstance(other, str) or _told(other) != _told(first):
                    return None
        return conclude_one(first, reads)

    def _plainly(self, document: Document, rendition: int) -> dict[str, Any]:
        value = document.value
        related = {
            name: self._group(value["related"][name], members, rendition)
            for name, members in document.related.items()
        }
        mine = self._completed(value["resource"], document.resource, rendition)
        return {
            "resource": mine,
            "related": related,
            "scope": mine["scope"],
            "params": value["params"],
        }

    def any_sensitive(self, members: tuple[Resource, ...]) -> bool:
        """Tell whether the members of a relation hold anything that must not be shown."""
        if isinstance(members, Shared) and id(members) in self._sensitive:
            return self._sensitive[id(members)]
        found = any(self.marks(member).sensitive for member in members)
        if isinstance(members, Shared):
            self._sensitive[id(members)] = found
        return found

    def _group(self, views: list[Any], members: tuple[Resource, ...], rendition: int) -> list[Any]:
        key = (id(members), rendition)
        if isinstance(members, Shared) and key in self._groups:
            return self._groups[key]
        group = [
            self._completed(view, member, rendition)
            for view, member in zip(views, members, strict=False)
            if not isinstance(view, Unknown)
        ]
        if isinstance(members, Shared):
            self._groups[key] = group
        return group

    def _completed(self, view: Mapping[str, Any], resource: Resource, rendition: int) -> Any:
        marks = self.marks(resource)
        key = (id(resource), rendition)
        if key not in self._plain:
            properties = view["properties"]
            if marks.sensitive or marks.references or marks.unknown:
                properties = Completion({}, self.targets, rendition).of(properties, ())
            scope = {k: v for k, v in view["scope"].items() if not isinstance(v, Unknown)}
            arn = Completion({}, self.targets, rendition).of(view["arn"], ())
            self._plain[key] = {**view, "properties": properties, "scope": scope, "arn": arn}
        return self._plain[key]

    def _reads_an_unknown(self, document: Document, reads: ReadSet) -> bool:
        for related in reads.step("related"):
            for name, views in document.value["related"].items():
                doubtful = any(isinstance(view, Unknown) for view in views[-1:])
                if doubtful and any(True for _ in related.step(name)):
                    return True
        return any(
            part.touch(path) is not Touch.NOT
            for resource, _, node in _looks(document, reads)
            for part in node.step("properties")
            for path in self.marks(resource).unknown
        )

    def _reads_a_reference(
        self, document: Document, reads: ReadSet, touches: AbstractSet[Touch]
    ) -> bool:
        return any(
            ("arn" in node.children and "Arn" not in resource.identities and Touch.WHOLE in touches)
            or any(
                part.touch(path) in touches
                for part in node.step("properties")
                for path in self.marks(resource).references
            )
            for resource, _, node in _looks(document, reads)
        )


def _told(outcome: Outcome) -> tuple[bool, bool, bool]:
    return bool(outcome.failures), bool(outcome.undecided), bool(outcome.not_applicable)


def _is_coarse(reads: ReadSet) -> bool:
    """Tell whether a whole resource, relation or scope is read as one value."""
    near = [reads, *reads.step("resource"), *reads.step("scope"), *reads.step("related")]
    groups = [group for related in reads.step("related") for group in related.children.values()]
    members = [member for group in groups for member in group.children.values()]
    return any(node.whole for node in (*near, *groups, *members))


def _deep(marker: Sensitive) -> Iterator[Any]:
    return (inner for _, inner in markers(marker.value))


def _before_lists(path: Path) -> Path:
    """Cut a path where it enters a list."""
    lists = [position for position, step in enumerate(path) if isinstance(step, int)]
    return path[: lists[0]] if lists else path


def _looks(
    document: Document, reads: ReadSet
) -> Iterator[tuple[Resource, Mapping[str, Any], ReadSet]]:
    """Yield each resource of a document with its view and what is read of it."""
    for node in reads.step("resource"):
        yield document.resource, document.value["resource"], node
    for related in reads.step("related"):
        for name, members in document.related.items():
            views = document.value["related"][name]
            for group in related.step(name):
                for index, member in enumerate(members if group.children else ()):
                    for node in group.step(index):
                        yield member, views[index], node


def _reads_an_open_scope(document: Document, reads: ReadSet) -> bool:
    """Tell whether an account or region that nobody states is read."""
    looks = [(document.value["scope"], node) for node in reads.step("scope")]
    looks += [
        (view["scope"], node)
        for _, view, look in _looks(document, reads)
        for node in look.step("scope")
    ]
    return any(
        isinstance(value, Unknown) and node.touch((part,)) is not Touch.NOT
        for scope, node in looks
        for part, value in scope.items()
    )
