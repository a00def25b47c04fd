"""Findings: what a policy found out about one resource or scope."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jurat.model.policy import Severity
from jurat.model.resource import Location, Scope


class Verdict(StrEnum):
    """The outcome of one policy on one subject, worst first."""

    FAIL = "fail"
    ERROR = "error"
    UNKNOWN = "unknown"
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: a resource, or a whole scope when ``type`` is ``scope``."""

    address: str
    type: str
    scope: Scope
    file: str
    location: Location | None = None
    change: str | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """One value a policy looked at, safe to show.

    ``path`` is canonical; ``value`` is JSON with markers shown; ``state`` is ``known``, ``absent``,
    ``default``, ``unknown``, ``reference`` or ``sensitive``; ``source`` is the source's own name
    for it (``aws_s3_bucket_acl.logs: acl``).
    """

    path: str
    state: str
    value: Any = None
    source: str | None = None
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """One value that keeps a verdict open: its path, and why it is not known."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class WaiverMark:
    """The waiver that covers a finding; the finding stays."""

    reason: str
    owner: str
    approver: str
    expires: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict of one policy on one subject, with the evidence for it.

    ``at`` is the canonical path the message is about. ``fingerprint`` is stable under moves of
    lines and changes of other resources.
    """

    policy: str
    verdict: Verdict
    severity: Severity
    subject: Subject
    message: str
    at: str | None = None
    location: Location | None = None
    reads: tuple[Read, ...] = ()
    gaps: tuple[Gap, ...] = ()
    remediation: str = ""
    engine: str = "rego"
    fingerprint: str = ""
    waiver: WaiverMark | None = None
