"""Control ids as people write them, with their edition: ``ISO27001:2022:A.8.12``."""

from jurat.model.assessment import Assessment
from jurat.model.control import Link, Relationship

_PREFIXES = {
    "gdpr": "GDPR",
    "iso27001-2022": "ISO27001:2022",
    "nis2": "NIS2",
    "nist-ai-rmf": "NIST-AI-RMF",
}

_PARTS = frozenset({Relationship.SUBSET_OF, Relationship.EQUAL})


def qualify(framework: str, control: str) -> str:
    """Return the short form that names framework, edition and control."""
    prefix = _PREFIXES.get(framework, framework.upper())
    if framework == "nis2" and control.startswith("IR."):
        return f"{prefix}-IR:{control.removeprefix('IR.')}"
    if framework == "nis2":
        control = control.removeprefix("Art.")
    return f"{prefix}:{control.replace(' ', '-')}"


def breaks(link: Link) -> bool:
    """Tell whether a failure of the policy is a failure of (part of) the control."""
    return link.relationship in _PARTS


def controls_of(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    """Return for each policy the qualified ids of the controls that its failure breaks."""
    found: dict[str, list[str]] = {}
    for result in assessment.frameworks:
        for link in filter(breaks, result.framework.links):
            found.setdefault(link.policy, []).append(qualify(link.framework, link.control))
    return {policy: tuple(dict.fromkeys(controls)) for policy, controls in found.items()}
