"""Findings as results."""

from jurat.model.finding import Finding, Verdict, WaiverMark
from jurat.reporters.encoding import Row
from jurat.reporters.sarif.places import location, text
from jurat.reporters.sarif.rules import LEVELS, Index

_KINDS = {
    Verdict.FAIL: "fail",
    Verdict.ERROR: "open",
    Verdict.UNKNOWN: "open",
    Verdict.PASS: "pass",
    Verdict.NOT_APPLICABLE: "notApplicable",
}


def result(finding: Finding, index: Index, root: str) -> Row:
    """Return a finding as a result; what is unknown or broke is open, never a pass."""
    failed = finding.verdict is Verdict.FAIL
    row: Row = {
        "ruleId": finding.policy,
        "ruleIndex": index.rules[finding.policy],
        "kind": _KINDS[finding.verdict],
        "level": LEVELS[finding.severity] if failed else "none",
        "message": text(message(finding)),
        "locations": [location(finding, root)],
        "taxa": index.broken(finding.policy),
        "properties": {
            "verdict": finding.verdict,
            "severity": finding.severity,
            "type": finding.subject.type,
            "at": finding.at,
        },
    }
    if finding.fingerprint:
        row["partialFingerprints"] = {"jurat/v1": finding.fingerprint}
    if finding.waiver and failed:
        row["suppressions"] = [_suppression(finding.waiver)]
    return row


def message(finding: Finding) -> str:
    """Return address and message, with the verdict and what keeps it open unless it is a fail."""
    if finding.verdict is Verdict.FAIL:
        return f"{finding.subject.address}: {finding.message}"
    parts = [finding.message, *(f"{gap.path}: {gap.why}" for gap in finding.gaps)]
    return f"{finding.subject.address}: {finding.verdict}: {'; '.join(filter(None, parts))}"


def _suppression(waiver: WaiverMark) -> Row:
    return {
        "kind": "external",
        "status": "accepted",
        "justification": waiver.reason,
        "properties": {
            "owner": waiver.owner,
            "approver": waiver.approver,
            "expires": waiver.expires,
        },
    }
