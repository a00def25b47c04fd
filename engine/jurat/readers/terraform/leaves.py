"""Settles single unknown values by what their expression leads to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from jurat.model import Reference, Sensitive, Unknown, Value, is_known
from jurat.readers.terraform.address import Module, show_module
from jurat.readers.terraform.changes import Change
from jurat.readers.terraform.documents import DOCUMENT, build_document
from jurat.readers.terraform.identifiers import (
    expected_type,
    likely_arn,
    likely_attribute,
    names_another,
)
from jurat.readers.terraform.overlay import AFTER_APPLY
from jurat.readers.terraform.references import Resolution, Resolver, Target

REASONS: Final = 20
MOST_CHOICES: Final = 12
_DRAWN: Final = frozenset({("random_password", "result"), ("random_password", "bcrypt_hash")})
_DOCUMENT_ATTRIBUTES: Final = frozenset({(), ("json",), ("minified_json",)})


class Leaf(NamedTuple):
    """An attribute that holds something unknown, and what its expression contains."""

    change: Change
    name: str
    found: Resolution


def explain(value: Value, reasons: Iterable[str]) -> Value:
    """Write into every unknown of ``value`` which expressions produce it."""
    texts = tuple(dict.fromkeys(reasons))[:REASONS]
    if isinstance(value, Unknown):
        return replace(value, references=texts)
    if isinstance(value, Mapping):
        return {key: explain(item, texts) for key, item in value.items()}
    if isinstance(value, list):
        return [explain(item, texts) for item in value]
    return value


def reasons(found: Resolution) -> list[str]:
    """Write what an expression contains: instance attributes, then what could not be followed."""
    cut = [show_module(module) for module in found.cut]
    return [*map(str, found.targets), *found.loose, *cut]


class Leaves:
    """Decides what stands for an unknown value: a reference, a document, or a reason."""

    def __init__(
        self,
        changes: Mapping[str, Change],
        resolver: Resolver,
        values_of: Callable[[str], Mapping[str, Value]],
    ) -> None:
        self._changes = changes
        self._resolver = resolver
        self._values_of = values_of
        self._documents: dict[str, Value] = {}

    def settle(self, leaf: Leaf, value: Value) -> Value:
        """Return ``value`` with every unknown in it settled."""
        if not isinstance(value, Unknown) and is_known(value):
            return value
        if isinstance(value, Mapping):
            return {key: self.settle(leaf._replace(name=key), value[key]) for key in value}
        targets = self._candidates(leaf)
        if isinstance(value, list):
            return self._settle_list(leaf, value, targets)
        return self._settle_one(leaf, value, list(dict.fromkeys(targets)))

    def _settle_list(self, leaf: Leaf, items: list[Value], targets: list[Target]) -> list[Value]:
        """Deal the targets out to the unknown elements if there are as many of them."""
        gaps = sum(isinstance(item, Unknown) for item in items)
        distinct = list(dict.fromkeys(targets))
        dealt = iter(next((some for some in (targets, distinct) if len(some) == gaps), []))
        settled: list[Value] = []
        for item in items:
            if isinstance(item, Unknown):
                target = next(dealt, None)
                own = distinct if target is None else [target]
                settled.append(self._settle_one(leaf, item, own, alone=target is not None))
            else:
                settled.append(self.settle(leaf, item))
        return settled

    def _settle_one(
        self, leaf: Leaf, value: Unknown, targets: list[Target], *, alone: bool = True
    ) -> Value:
        """Settle one unknown; ``alone`` tells that no other is made of the same targets."""
        settled: Value = None
        if len(targets) == 1 and not value.sensitive and value.kind is None:
            settled = self._stand_in(leaf, targets[0], alone=alone)
        elif len(targets) > 1 and not value.sensitive and value.kind is None:
            settled = self._one_of(leaf, targets)
        if settled is None or isinstance(settled, Unknown):
            found = settled if isinstance(settled, Unknown) else value
            if targets and all(self._is_secret(target) for target in targets):
                found = replace(found, sensitive=True)
            return explain(found, reasons(leaf.found))
        return settled

    def _is_secret(self, target: Target) -> bool:
        """Tell whether a target returns what its provider calls a secret."""
        attribute = target.attribute[0] if target.attribute else ""
        value = self._changes[target.address].values.get(attribute)
        marked = isinstance(value, Sensitive) or (isinstance(value, Unknown) and value.sensitive)
        return marked or (target.place.type, attribute) in _DRAWN

    def _one_of(self, leaf: Leaf, targets: list[Target]) -> Value:
        """Return the choice between several resources, if each of them could be named here."""
        if len(targets) > MOST_CHOICES:
            return None
        choices = [self._stand_in(leaf, target, alone=True) for target in targets]
        if not all(isinstance(choice, Reference) for choice in choices):
            return None
        return Unknown(AFTER_APPLY, oneof=tuple(dict.fromkeys(choices)))

    def _stand_in(self, leaf: Leaf, target: Target, *, alone: bool) -> Value:
        kind, attribute = leaf.change.place.type, target.attribute
        if target.place.mode == "data":
            is_document = target.place.type == DOCUMENT and attribute in _DOCUMENT_ATTRIBUTES
            return self._document(target.address) if is_document and alone else None
        if self._changes[target.address].provider != leaf.change.provider:
            return None
        arn = likely_arn(leaf.name, attribute) if kind == DOCUMENT else None
        if arn is not None:
            reference = Reference(target.address, ".".join(arn))
            return Unknown(AFTER_APPLY, kind="string", parts=(reference, Unknown(AFTER_APPLY)))
        if not alone or not names_another(kind, leaf.name, attribute):
            return None
        name = ".".join(attribute) or likely_attribute(leaf.name)
        # What was given to the target as an argument is what it was made of.
        passed_on = self._values_of(target.address).get(name)
        return passed_on if isinstance(passed_on, Reference) else Reference(target.address, name)

    def _document(self, address: str) -> Value:
        """Rebuild the policy document that a data source will render."""
        if address not in self._documents:
            self._documents[address] = build_document(self._values_of(address))
        return self._documents[address]

    def _candidates(self, leaf: Leaf) -> list[Target]:
        """Return the targets that can be what is unknown; none if something else can be."""
        found = leaf.found
        cut = [self._output(module, leaf.name) for module in found.cut]
        targets = [target for target in (*found.targets, *cut) if target is not None]
        if found.loose or None in cut:
            return []
        return [target for target in targets if not self._is_known(target, leaf.name)]

    def _output(self, module: Module, name: str) -> Target | None:
        """Find the one resource that a module call can mean whose output the plan does not name."""
        found = self._resolver.resolve_outputs(module)
        kind = expected_type(name)
        places = {
            target.address: target._replace(attribute=())
            for target in found.targets
            if kind in (None, target.place.type) and not self._is_known(target, name)
        }
        return next(iter(places.values())) if len(places) == 1 and not found.loose else None

    def _is_known(self, target: Target, name: str) -> bool:
        """Tell whether the plan knows the value of a target; then it is not what is unknown."""
        change = self._changes[target.address]
        if not change.open:
            return True
        meant = "json" if target.place.type == DOCUMENT else likely_attribute(name)
        attribute = target.attribute[0] if target.attribute else meant
        return attribute in change.values and is_known(change.values[attribute])
