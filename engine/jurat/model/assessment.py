"""The assessment: the only thing a reporter sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jurat.model.control import FrameworkResult
from jurat.model.finding import Finding, Verdict
from jurat.model.policy import Policy
from jurat.model.resource import Input, Note, Uncovered


@dataclass(frozen=True, slots=True)
class TypeCoverage:
    """How many resources of a canonical or source type were read, and how many a policy judged."""

    type: str
    resources: int
    judged: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was looked at, and what was not.

    ``resources`` counts resources read, ``judged`` those that some policy gave a verdict on.
    """

    resources: int
    judged: int
    types: tuple[TypeCoverage, ...] = ()
    uncovered: tuple[Uncovered, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """An input or policy that could not be used: what a user must be told besides findings."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Edition:
    """One state of a pack: its own version, if it states one, and the SHA-256 of its content."""

    version: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything one run found out, in a total order, safe to show.

    ``packs`` tells the edition of each pack by its name. ``params`` are the parameter values that
    differ from the policies' defaults. ``engines`` are what ran the policies of a language, by name
    and version. ``errors`` are inputs that could not be read. ``policies`` are those that took
    part, for titles and remedies.
    """

    version: str
    packs: Mapping[str, Edition]
    inputs: tuple[Input, ...]
    findings: tuple[Finding, ...]
    frameworks: tuple[FrameworkResult, ...]
    coverage: Coverage
    policies: tuple[Policy, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    engines: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    errors: tuple[Failure, ...] = ()

    @property
    def judged_nothing(self) -> bool:
        """Whether no policy spoke about anything; such a run is never clean."""
        said = any(finding.verdict is not Verdict.NOT_APPLICABLE for finding in self.findings)
        return not (self.coverage.judged or said)
