"""How the resource a finding is about is named, and where it stands among others."""

from functools import lru_cache

from jurat.model.finding import Finding, Subject
from jurat.model.policy import Severity
from jurat.reporters.style import Style
from jurat.reporters.text.terminal import safe, wrap

_RANKS = {severity: severity.rank for severity in Severity}


def by_place(finding: Finding) -> tuple[str, str, str]:
    """Return what findings of one severity are sorted by."""
    return (finding.subject.file, finding.subject.address, finding.policy)


def urgency(finding: Finding) -> int:
    """Return what puts the most severe findings first."""
    return -_RANKS[finding.severity]


def place(subject: Subject) -> str:
    """Return file and line, as far as known."""
    return safe(str(subject.location or subject.file))


def named(subject: Subject) -> str:
    """Return address and place on one line."""
    return f"{safe(subject.address)}  {place(subject)}"


def own(subject: Subject, path: str) -> str:
    """Return a path without the address of its resource, if that is the subject itself."""
    return "" if path == subject.address else path.removeprefix(f"{subject.address}: ")


def title(style: Style, subject: Subject) -> list[str]:
    """Return address, type, place and scope: on one line or, if it is too long, on two."""
    scope = subject.scope
    who = _joined(safe(subject.address), safe(subject.type))
    whence = _whence(place(subject), subject.change, scope.account, scope.region)
    whole = _joined(who, whence)
    if len(whole) <= style.width:
        return [whole]
    return [*wrap(style, who), *wrap(style, whence, 2)]


@lru_cache  # without lines, many resources are of one place
def _whence(where: str, *known: str | None) -> str:
    scope = ", ".join(safe(each) for each in known if each)
    return _joined(where, scope and f"({scope})")


def _joined(*parts: str) -> str:
    return "  ".join(filter(None, parts))
