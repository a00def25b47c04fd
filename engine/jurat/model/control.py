"""Controls: what a framework asks, how policies link to it, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum

from jurat.model.policy import Severity


class Evidence(StrEnum):
    """Whether a machine can evidence a control."""

    AUTOMATED = "automated"
    PARTIAL = "partial"
    MANUAL = "manual"
    NONE = "none"


class Relationship(StrEnum):
    """How what a policy asks relates to what a control asks (NIST IR 8477)."""

    SUBSET_OF = "subset-of"
    EQUAL = "equal"
    SUPERSET_OF = "superset-of"
    INTERSECTS_WITH = "intersects-with"


class Role(StrEnum):
    """What a policy contributes to the technical axis of a control."""

    PRIMARY = "primary"
    CONTRIBUTING = "contributing"
    SUPPORTING = "supporting"


class PolicyResult(StrEnum):
    """What one policy says over the whole declared scope."""

    PASS = "pass"  # noqa: S105 - a result, not a password
    FAIL = "fail"
    WAIVED = "waived"
    NOT_EVALUATED = "not-evaluated"
    NOT_APPLICABLE = "not-applicable"


class Technical(StrEnum):
    """The technical axis of a control."""

    NONE = "none"
    NOT_APPLICABLE = "not-applicable"
    NOT_EVALUATED = "not-evaluated"
    PARTIAL = "partial"
    WAIVED = "waived"
    CONTRIBUTING_PASS = "contributing-pass"  # noqa: S105 - a result, not a password
    PASS = "pass"  # noqa: S105 - a result, not a password
    FAIL = "fail"


class Attested(StrEnum):
    """The attested axis of a control."""

    NONE = "none"
    MISSING = "missing"
    VALID = "valid"
    REJECTED = "rejected"


class Status(StrEnum):
    """The status of a control, derived from both axes."""

    PASS = "pass"  # noqa: S105 - a status, not a password
    MANUAL_ATTESTED = "manual-attested"
    WAIVED = "waived"
    FAIL = "fail"
    PARTIAL = "partial"
    NOT_EVALUATED = "not-evaluated"
    NOT_APPLICABLE = "not-applicable"


class Outcome(StrEnum):
    """A status as people are told it."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    FAIL = "fail"
    EXCEPTION = "exception"
    UNDETERMINED = "undetermined"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Control:
    """One row of a framework's catalogue. ``unit`` rows get a status and count."""

    framework: str
    id: str
    title: str
    summary: str
    evidence: Evidence
    responsibility: str
    level: str
    group: str
    parent: str | None
    unit: bool
    hook: str = ""

    @property
    def name(self) -> str:
        """What to call it: title, else summary, else id."""
        return self.title or self.summary or self.id


@dataclass(frozen=True, slots=True)
class Link:
    """A claim that a policy speaks about a control, with the reason an auditor can check.

    ``attest`` is true if the policy is an attestation; such links feed the attested axis.
    """

    policy: str
    framework: str
    control: str
    relationship: Relationship
    role: Role
    rationale: str
    attest: bool = False


@dataclass(frozen=True, slots=True)
class Rollup:
    """``child`` is part of ``parent``, so results travel upward."""

    framework: str
    child: str
    parent: str


@dataclass(frozen=True, slots=True)
class Framework:
    """One edition of one framework, with its catalogue, links and roll-ups."""

    id: str
    title: str
    edition: str
    source: str
    licence: str
    draft: bool
    controls: tuple[Control, ...]
    links: tuple[Link, ...]
    rollups: tuple[Rollup, ...]


@dataclass(frozen=True, slots=True)
class LinkResult:
    """What one linked policy brought to a control, and why if it brought nothing."""

    link: Link
    result: PolicyResult
    severity: Severity
    reason: str = ""
    findings: int = 0


@dataclass(frozen=True, slots=True)
class ControlResult:
    """The status of one control with both axes and everything it rests on.

    ``assurance`` is ``design`` for plans, templates and documents, ``operating`` for live state,
    ``attested`` for signed records, ``none`` without evidence. ``reasons`` say in words what keeps
    it from a better status.
    """

    control: Control
    technical: Technical
    attested: Attested
    status: Status
    outcome: Outcome
    assurance: str
    links: tuple[LinkResult, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbers:
    """The five figures of a framework, in percent, ``None`` if nothing is applicable."""

    units: int
    applicable: int
    passed: int
    failed: int
    exception: int
    undetermined: int
    excluded: int
    evaluated: float | None
    conformity_low: float | None
    conformity_high: float | None
    automatable: float | None
    automatable_pass: float | None
    policy_coverage: float | None


@dataclass(frozen=True, slots=True)
class FrameworkResult:
    """A framework with the status of each of its controls and its figures."""

    framework: Framework
    controls: tuple[ControlResult, ...]
    numbers: Numbers
