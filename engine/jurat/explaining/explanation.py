"""The nouns of an explanation: plain data, safe to show once they went through ``redacted``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum, StrEnum
from typing import Any, TypeVar

from jurat.model import (
    ControlResult,
    Finding,
    Framework,
    Input,
    Location,
    Policy,
    Read,
    Subject,
    Verdict,
)

T = TypeVar("T")


class Reached(StrEnum):
    """What became of one line of a policy."""

    HELD = "held"
    FAILED = "failed"
    RAN = "ran"
    BROKE = "broke"
    NOT_REACHED = "not-reached"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Line:
    """One statement of a policy, and what became of it.

    A condition of Rego has ``held`` or ``failed``; a line of Python or of a Rego function ``ran``.
    ``unclear`` is a condition that means nothing without those below it. ``note`` says more:
    for which values it held, which way a branch went, what was yielded. ``decides`` marks what
    settled the verdict.
    """

    number: int
    text: str
    reached: Reached
    note: str = ""
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One rule body or function: its name, what became of it, its lines in order."""

    name: str
    reached: Reached
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """How a policy went through one document; ``note`` says why there are no blocks."""

    file: str
    blocks: tuple[Block, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Assumption:
    """What was put in for a value that is not known: where, and the value in words."""

    path: str
    value: str


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation: what was assumed for it, what the policy said, which way it took."""

    verdict: Verdict
    said: tuple[str, ...]
    assumed: tuple[Assumption, ...]
    trace: Trace


@dataclass(frozen=True, slots=True)
class Decisive:
    """A value on which the verdict hangs: why it is not known, and what follows from which value.

    ``outcomes`` maps verdicts to the values that lead there, all else being equal.
    """

    path: str
    why: str
    source: str | None
    location: Location | None
    outcomes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a verdict is unknown.

    ``sentence`` says it in words. ``decisive`` are the values that would have to be known.
    ``tried`` counts the completions that were evaluated.
    """

    sentence: str
    decisive: tuple[Decisive, ...] = ()
    tried: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One value of the canonical resource, and whether the policy looked at it."""

    value: Read
    looked_at: bool


@dataclass(frozen=True, slots=True)
class Relative:
    """A resource that was joined, how it was found, and why that is not certain, if it is not."""

    address: str
    type: str
    location: Location | None
    how: str
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Relatives:
    """One declared relation with what it found."""

    name: str
    asks: str
    members: tuple[Relative, ...]


@dataclass(frozen=True, slots=True)
class CaseExplained:
    """One policy on one resource, taken apart.

    ``runs`` holds one evaluation, or for an unknown verdict the two that disagree. ``note`` says
    what else decides, such as other resources of the account. ``controls`` are the qualified ids of
    the controls that a failure breaks.
    """

    policy: Policy
    subject: Subject
    verdict: Verdict
    findings: tuple[Finding, ...]
    parts: tuple[Part, ...] = ()
    relatives: tuple[Relatives, ...] = ()
    reads: tuple[Read, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()
    doubt: Doubt | None = None
    note: str = ""
    controls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One rule of the status module at work: what it was given, what it said, and why."""

    rule: str
    given: str
    result: str
    because: str


@dataclass(frozen=True, slots=True)
class Needed:
    """One change that a pass takes: of what, from what, to what, and why it is not so yet."""

    what: str
    now: str
    to: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LinkExplained:
    """One link of a control: what its policy said, on which resources, how that counts."""

    policy: str
    title: str
    severity: str
    relationship: str
    role: str
    attest: bool
    rationale: str
    result: str
    reason: str
    effect: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ControlExplained:
    """The way from resources to the status of one control.

    ``needed`` is a least set of changes after which the control passes; ``out_of_reach`` says why
    there is none.
    """

    framework: Framework
    result: ControlResult
    links: tuple[LinkExplained, ...]
    parts: tuple[tuple[str, str, str], ...]
    steps: tuple[Step, ...]
    needed: tuple[Needed, ...]
    out_of_reach: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What ``jurat explain`` has to say about a name, given inputs.

    ``others`` are the verdicts of the policy on resources that are not explained in full.
    """

    name: str
    version: str
    inputs: tuple[Input, ...]
    cases: tuple[CaseExplained, ...] = ()
    others: tuple[Finding, ...] = ()
    controls: tuple[ControlExplained, ...] = ()


def redacted(value: T, clean: Callable[[str], str]) -> T:
    """Return ``value`` with every text in it cleaned; for nouns, containers and plain values."""
    cleaned: Any = value
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        cleaned = clean(value)
    elif isinstance(value, dict):
        cleaned = {redacted(key, clean): redacted(item, clean) for key, item in value.items()}
    elif isinstance(value, list | tuple):
        cleaned = type(value)(redacted(item, clean) for item in value)
    elif isinstance(value, Policy | Framework):
        pass  # written by who wrote the pack, not by who wrote the input
    elif is_dataclass(value) and not isinstance(value, type):
        changed = {each.name: redacted(getattr(value, each.name), clean) for each in fields(value)}
        cleaned = replace(value, **changed)
    result: T = cleaned
    return result
