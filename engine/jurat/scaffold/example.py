"""The property in which the fixtures of a new policy differ, chosen from the tables."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from jurat.errors import UsageError
from jurat.model import Verdict
from jurat.scaffold.account import told_by_account
from jurat.scaffold.form import Form
from jurat.shapes import Entry, Shape, names, shape
from jurat.shapes.table import Rule, Steps

ACCEPTED: Final = "value-to-accept"
REFUSED: Final = "value-to-refuse"
_SHORTEST_WORD: Final = 3
_SHORTEST_STEM: Final = 4


class Kind(StrEnum):
    """What a property holds; the first ones make the plainest examples."""

    TEXT = "text"
    BOOLEAN = "boolean"
    NUMBER = "number"
    CHOICE = "choice"
    DOCUMENT = "document"
    TAGS = "tags"


@dataclass(frozen=True, slots=True)
class Example:
    """One property of a canonical type, and the Terraform attribute that it comes from.

    ``entry`` and ``rule`` are what the table says of ``terraform_type``. ``whole`` and
    ``whole_type`` are the resource's own: the same, unless the attribute is a companion's.
    """

    type: str
    kind: Kind
    terraform_type: str
    entry: Entry
    rule: Rule
    whole_type: str
    whole: Entry

    @property
    def path(self) -> tuple[str, ...]:
        """The names that lead to the property, down to the first list."""
        target = self.rule.target
        return target[: target.index("[]")] if "[]" in target else target

    @property
    def forms(self) -> frozenset[Form]:
        """The formats that can show the property."""
        found = {Form.TFPLAN}
        if self.type.startswith("AWS::"):
            found.add(Form.CFN)
        if told_by_account(self.type, self.path):
            found.add(Form.IAM)
        return frozenset(found)

    def canonical(self, verdict: Verdict) -> Any:
        """Return the value for a verdict in the canonical shape; ``None`` if it is left out."""
        return self._pair()[0 if verdict is Verdict.PASS else 1][1]

    def source(self, verdict: Verdict) -> Any:
        """Return the value for a verdict as a plan has it; ``None`` if it is left out."""
        return self._pair()[0 if verdict is Verdict.PASS else 1][0]

    def _pair(self) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
        """Return the accepted and the refused value, each as a plan and as the schema has it."""
        match self.kind:
            case Kind.BOOLEAN:
                return (True, True), (False, False)
            case Kind.NUMBER:
                return (1, 1), (0, 0)
            case Kind.CHOICE:
                return _choices(self.rule.via)
            case Kind.TAGS:
                return _tags(ACCEPTED), _tags(REFUSED)
            case Kind.DOCUMENT:
                return _document(ACCEPTED), _document(REFUSED)
        return (ACCEPTED,) * 2, (REFUSED,) * 2


def choose(
    kind: str,
    policy_id: str,
    forms: Sequence[Form] = (),
    cut: Form | None = None,
    wanted: str | None = None,
) -> Example:
    """Return the example that fits a policy's id best and that all ``forms`` can show.

    If a fixture is cut out of an input, its format should be able to show it too. ``wanted`` is the
    dotted path of a property, if it is to be just that one.
    """
    examples = [item for item in _examples(shape(kind)) if wanted in {None, ".".join(item.path)}]
    if not examples and wanted:
        raise UsageError(f"--property {wanted}: no fixtures of {kind} can be made to differ in it")
    found = [item for item in examples if item.forms.issuperset(forms)]
    if not found:
        able = sorted({form for item in examples for form in item.forms})
        wished = ", ".join(form for form in forms if form not in able) or ", ".join(forms)
        raise UsageError(
            f"--format {wished}: no fixture in it can be made for {kind}, but in "
            f"{', '.join(able) or 'no format'}"
        )
    said = set(policy_id.replace("/", "_").split("_")) - _words_of(kind)
    words = {word for word in said if len(word) >= _SHORTEST_WORD}
    shown = [item for item in found if cut is None or cut in item.forms]
    return min(shown or found, key=lambda item: _rank(item, words))


def _rank(item: Example, words: set[str]) -> tuple[int, bool, bool, int, int]:
    """Order examples: those the id speaks of come first, then plain ones that name no resource."""
    target = item.rule.target
    spoken = "".join(names(target)).lower()
    matches = sum(_stem(word) in spoken for word in words)
    naming = item.rule.attribute in {*item.entry.returns, item.entry.part_of, "name"}
    return -matches, naming, "[]" in target, list(Kind).index(item.kind), len(target)


def _stem(word: str) -> str:
    """Return the beginning that a word shares with its other forms (versioned, versioning)."""
    return word[: max(_SHORTEST_STEM, len(word) - 3)]


def _words_of(kind: str) -> set[str]:
    _, service, resource = kind.lower().split("::")
    return {service, resource}


def _examples(table: Shape) -> Iterator[Example]:
    """Yield every property that fixtures can be made to differ in."""
    wholes = [
        (name, entry)
        for name, entries in table.terraform.items()
        for entry in entries
        if entry.part_of is None
    ]
    if not wholes:
        return
    for name, entries in table.terraform.items():
        for entry in entries:
            if entry.like:
                continue  # more than a name would have to agree
            whole_type, whole = wholes[0] if entry.part_of else (name, entry)
            for rule in entry.rules:
                kind = _kind(table, rule)
                if kind is not None:
                    yield Example(table.type, kind, name, entry, rule, whole_type, whole)


def _kind(table: Shape, rule: Rule) -> Kind | None:
    """Tell what a rule moves; ``None`` if its value cannot simply be made up."""
    if not rule.source or rule.when or rule.constant is not None or "*" in rule.target:
        return None
    if any(step.startswith("[") and step != "[]" for step in rule.target):
        return None
    if any(names(path) == names(rule.target) for path in table.sensitive):
        return None
    match rule.via:
        case None:
            return _scalar(table, rule.target)
        case "json":
            return Kind.DOCUMENT
        case "tags":
            return Kind.TAGS
        case dict() if rule.via:
            return Kind.CHOICE
    return None


def _scalar(table: Shape, target: Steps) -> Kind:
    path = names(target)
    if any(names(typed) == path for typed in table.boolean):
        return Kind.BOOLEAN
    if any(names(typed) == path for typed in table.number):
        return Kind.NUMBER
    return Kind.DOCUMENT if any(names(typed) == path for typed in table.json) else Kind.TEXT


def _choices(via: Mapping[Any, Any]) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Return two entries of an enumeration with different outcomes; nothing for the second."""
    pairs = [(source, outcome) for source, outcome in via.items() if outcome is not None]
    first = pairs[0]
    return first, next((pair for pair in pairs if pair[1] != first[1]), (None, None))


def _tags(value: str) -> tuple[Any, Any]:
    return {"example": value}, [{"Key": "example", "Value": value}]


def _document(word: str) -> tuple[Any, Any]:
    statement = {
        "Sid": "".join(part.capitalize() for part in word.split("-")),
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Resource": "*",
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return json.dumps(document), document
