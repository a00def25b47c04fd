"""The JSON document, described by ``assessment.schema.json``: ASCII, one finding a line."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from jurat.model.assessment import Assessment, Coverage
from jurat.model.control import ControlResult, FrameworkResult, LinkResult
from jurat.model.finding import Finding, Read, Subject, WaiverMark
from jurat.model.resource import Input, Location, Note
from jurat.reporters.encoding import Row, encode, lines, members
from jurat.reporters.style import Style

SCHEMA = "jurat/assessment/1"

_VALUELESS = frozenset({"absent", "sensitive"})


def render(assessment: Assessment, _style: Style | None = None) -> str:
    """Write the assessment as JSON; it looks the same in every style."""
    titles = {policy.id: policy.title for policy in assessment.policies}
    texts = {
        "schema": encode(SCHEMA),
        "jurat": encode(_jurat(assessment)),
        "inputs": lines(map(_input, assessment.inputs)),
        "findings": lines(finding_row(each, titles) for each in assessment.findings),
        "controls": lines(
            _control(each) for framework in assessment.frameworks for each in framework.controls
        ),
        "frameworks": lines(map(_framework, assessment.frameworks)),
        "coverage": encode(_coverage(assessment.coverage, assessment.notes)),
        "errors": lines({"kind": e.kind, "message": e.message} for e in assessment.errors),
    }
    return members(texts) + "\n"


def _jurat(assessment: Assessment) -> Row:
    return {
        "version": assessment.version,
        "packs": {name: asdict(each) for name, each in sorted(assessment.packs.items())},
        "params": dict(sorted(assessment.params.items())),
        "engines": dict(sorted(assessment.engines.items())),
    }


def _input(each: Input) -> Row:
    return {
        "path": each.path,
        "format": each.format,
        "sha256": each.sha256,
        "complete": each.incomplete is None,
        "incomplete": each.incomplete,
    }


def finding_row(finding: Finding, titles: Mapping[str, str]) -> Row:
    """Return a finding as the schema has it; ``titles`` are those of policies by id."""
    return {
        "policy": finding.policy,
        "title": titles.get(finding.policy),
        "verdict": finding.verdict,
        "severity": finding.severity,
        "resource": resource_row(finding.subject),
        "input": finding.subject.file,
        "message": finding.message,
        "at": finding.at,
        "location": location_row(finding.location) if finding.location else None,
        "reads": [read_row(read) for read in finding.reads],
        "unknown": [{"path": gap.path, "why": gap.why} for gap in finding.gaps],
        "waiver": _waiver(finding.waiver) if finding.waiver else None,
        "remediation": finding.remediation,
        "fingerprint": finding.fingerprint,
        "engine": finding.engine,
    }


def resource_row(subject: Subject) -> Row:
    """Return what a finding is about as the schema has it."""
    return {
        "address": subject.address,
        "type": subject.type,
        **location_row(subject.location or Location(subject.file)),
        "account": subject.scope.account,
        "region": subject.scope.region,
        "tier": subject.scope.tier,
    }


def location_row(location: Location) -> Row:
    """Return a place in a file as the schema has it."""
    line = location.line
    return {"file": location.file, "line": line if line is not None and line > 0 else None}


def read_row(read: Read) -> Row:
    """Return a value that was looked at as the schema has it."""
    row: Row = {"path": read.path, "state": read.state}
    if read.state not in _VALUELESS:
        row["value"] = read.value
    row["source"] = read.source
    row["location"] = location_row(read.location) if read.location else None
    return row


def _waiver(waiver: WaiverMark) -> Row:
    return {
        "reason": waiver.reason,
        "owner": waiver.owner,
        "approver": waiver.approver,
        "expires": waiver.expires,
    }


def _control(result: ControlResult) -> Row:
    return {
        "framework": result.control.framework,
        "id": result.control.id,
        "title": result.control.name,
        "evidence": result.control.evidence,
        "status": result.status,
        "verdict": result.outcome,
        "technical": result.technical,
        "attested": result.attested,
        "assurance": result.assurance,
        "links": [_link(each) for each in result.links],
        "reasons": list(result.reasons),
    }


def _link(result: LinkResult) -> Row:
    return {
        "policy": result.link.policy,
        "relationship": result.link.relationship,
        "role": result.link.role,
        "rationale": result.link.rationale,
        "attest": result.link.attest,
        "result": result.result,
        "severity": result.severity,
        "reason": result.reason,
        "findings": result.findings,
    }


def _framework(result: FrameworkResult) -> Row:
    return {
        "id": result.framework.id,
        "title": result.framework.title,
        "edition": result.framework.edition,
        "draft": result.framework.draft,
        "numbers": asdict(result.numbers),
    }


def _coverage(coverage: Coverage, notes: Iterable[Note]) -> Row:
    return {
        "resources": coverage.resources,
        "judged": coverage.judged,
        "types": [asdict(each) for each in coverage.types],
        "uncovered": [asdict(each) for each in coverage.uncovered],
        "notes": [{**location_row(note.location), "text": note.text} for note in notes],
    }
