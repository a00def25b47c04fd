"""Policies: what is asked of a resource, apart from how it is evaluated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How bad a failure is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Position from 0 (low) to 3 (critical)."""
        return list(Severity).index(self)


class Quantifier(StrEnum):
    """Over what a policy makes its statement.

    ``each`` and ``relation`` give one verdict a resource, ``exists-per`` one for each X that needs
    a Y, the other ``exists-…`` one a scope: some resource of the scope must be in order.
    ``evidence`` and ``attest`` are decided from records, not from resources.
    """

    EACH = "each"
    RELATION = "relation"
    EXISTS_PER = "exists-per"
    EXISTS_ACCOUNT = "exists-account"
    EXISTS_REGION = "exists-region"
    EXISTS_ORG = "exists-org"
    EVIDENCE = "evidence"
    ATTEST = "attest"

    @property
    def by_scope(self) -> bool:
        """Whether one resource in order suffices for a whole account, region or organisation."""
        return self in {Quantifier.EXISTS_ACCOUNT, Quantifier.EXISTS_REGION, Quantifier.EXISTS_ORG}


@dataclass(frozen=True, slots=True)
class Relation:
    """Which resources a policy sees as ``related.<name>``.

    ``types`` are canonical types. ``via`` is a property path of the judged resource that names the
    related ones; ``where`` is a property path of the related resource that names the judged one.
    With neither, all resources of the types in the same account are related, the judged one too if
    it is of such a type. Paths are names
    joined by dots; lists are searched through.
    """

    types: tuple[str, ...]
    via: str | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: its identity, its meaning, and where it is written.

    ``id`` is the path below ``policies/`` without suffix. ``applies_to`` lists canonical types;
    ``("*",)`` means every type. ``params`` holds the default of each parameter. ``file`` is the
    path of its source, ``language`` the key of the evaluator that runs it.
    """

    id: str
    title: str
    description: str
    severity: Severity
    applies_to: tuple[str, ...]
    remediation: str
    quantifier: Quantifier = Quantifier.EACH
    related: Mapping[str, Relation] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    unlinked: str | None = None
    deprecated: str | None = None
    language: str = "rego"
    file: str = ""

    def judges(self, kind: str) -> bool:
        """Tell whether it applies to resources of a canonical type."""
        return kind in self.applies_to or "*" in self.applies_to
