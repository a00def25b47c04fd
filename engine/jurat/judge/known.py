"""The short way to a verdict: documents in which nothing that is read is open.

Most resources hold no unknown at all. Their completed form is made once, for every policy, and the
policy runs once, or twice if it reads the stand-in text of a reference.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jurat.errors import PolicyError
from jurat.judge.completions import Completion, Decision, conclude_one
from jurat.judge.documents import Document, Shared
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
            found = markers(resource.properties)
            inside = [(p, deep) for p, m in found if isinstance(m, Sensitive) for deep in _deep(m)]
            unknown = [p for p, m in (*found, *inside) if isinstance(m, Unknown)]
            self._marks[key] = Marks(
                unknown=tuple(dict.fromkeys(map(_before_lists, unknown))),
                references=tuple(path for path, m in found if isinstance(m, Reference)),
                sensitive=any(isinstance(m, Sensitive) for _, m in found),
            )
        return self._marks[key]

    def decide(self, evaluator: Evaluator, document: Document) -> Decision | None:
        """Judge a document of which nothing unknown is read; ``None`` if it takes the long way."""
        try:
            return self._decide(evaluator, document)
        except PolicyError:
            return None

    def _decide(self, evaluator: Evaluator, document: Document) -> Decision | None:
        plain = self._plainly(document, 0)
        first = _evaluate(evaluator, plain)
        reads = evaluator.traits.reads or first.reads
        looks = list(self._looks(document, reads))
        if _is_coarse(reads) or _reads_an_open_scope(document, reads, looks):
            return None
        if _reads_a_doubtful_relation(document, reads) or self._reads_an_unknown(looks):
            return None
        if self._reads_a_reference(looks, Touch.INTO):
            return None
        if self._reads_a_reference(looks, Touch.WHOLE):
            seen = first.reads.projector()
            for rendition in range(1, RENDITIONS):
                other = self._plainly(document, rendition)
                differs = seen(other) != seen(plain)
                if differs and _told(_evaluate(evaluator, other)) != _told(first):
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

    def any_sensitive_in(self, document: Document) -> bool:
        """Tell whether a document holds anything that must not be shown."""
        groups = map(self._any_sensitive, document.related.values())
        return self.marks(document.resource).sensitive or any(groups)

    def _any_sensitive(self, members: tuple[Resource, ...]) -> bool:
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

    def _looks(self, document: Document, reads: ReadSet) -> Iterator["_Look"]:
        """Yield what is read of each resource of a document."""
        for node in reads.step("resource"):
            yield _Look(document.value["resource"], self.marks(document.resource), node)
        for related in reads.step("related"):
            for name, members in document.related.items():
                views = document.value["related"][name]
                for group in related.step(name):
                    for index, member in enumerate(members if group.children else ()):
                        for node in group.step(index):
                            yield _Look(views[index], self.marks(member), node)

    def _reads_an_unknown(self, looks: Sequence["_Look"]) -> bool:
        return any(
            part.touch(path) is not Touch.NOT
            for look in looks
            if look.marks.unknown
            for part in look.reads.step("properties")
            for path in look.marks.unknown
        )

    def _reads_a_reference(self, looks: Sequence["_Look"], touch: Touch) -> bool:
        return any(
            (touch is Touch.WHOLE and "arn" in look.reads.children and look.is_unnamed)
            or any(
                part.touch(path) is touch
                for part in look.reads.step("properties")
                for path in look.marks.references
            )
            for look in looks
        )


@dataclass(frozen=True, slots=True)
class _Look:
    """What is read of one resource, as policies see it."""

    view: Mapping[str, Any]
    marks: Marks
    reads: ReadSet

    @property
    def is_unnamed(self) -> bool:
        """Tell whether its ARN is not known."""
        return isinstance(self.view["arn"], Reference)


def _evaluate(evaluator: Evaluator, plain: dict[str, Any]) -> Outcome:
    return evaluator.evaluate(evaluator.traits.projection(plain))


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


def _reads_a_doubtful_relation(document: Document, reads: ReadSet) -> bool:
    """Tell whether a relation is read of which the members are not all certain."""
    return any(
        isinstance(views[-1], Unknown) and any(True for _ in related.step(name))
        for related in reads.step("related")
        for name, views in document.value["related"].items()
        if views
    )


def _reads_an_open_scope(document: Document, reads: ReadSet, looks: Sequence[_Look]) -> bool:
    """Tell whether an account or region that nobody states is read."""
    scopes = [(document.value["scope"], node) for node in reads.step("scope")]
    scopes += [(look.view["scope"], node) for look in looks for node in look.reads.step("scope")]
    return any(
        isinstance(value, Unknown) and node.touch((part,)) is not Touch.NOT
        for scope, node in scopes
        for part, value in scope.items()
    )
