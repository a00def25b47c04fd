"""An explanation as JSON, described by ``explanation.schema.json``."""

from typing import Any

from jurat.explaining.explanation import (
    CaseExplained,
    ControlExplained,
    Decisive,
    Doubt,
    Explanation,
    LinkExplained,
    Relative,
    Run,
    Trace,
)
from jurat.model import Input, Location
from jurat.reporters.document import finding_row, location_row, read_row, resource_row
from jurat.reporters.encoding import Row, encode, lines, members
from jurat.reporters.qualified import qualify
from jurat.reporters.style import Style

SCHEMA = "jurat/explanation/1"


def render(explanation: Explanation, _style: Style | None = None) -> str:
    """Write an explanation as JSON, one case or control a line, the same in every style."""
    texts = {
        "schema": encode(SCHEMA),
        "name": encode(explanation.name),
        "jurat": encode({"version": explanation.version}),
        "inputs": lines(map(_input, explanation.inputs)),
        "cases": lines(map(_case, explanation.cases)),
        "others": lines(finding_row(each, {}) for each in explanation.others),
        "controls": lines(map(_control, explanation.controls)),
    }
    return members(texts) + "\n"


def _input(each: Input) -> Row:
    return {"path": each.path, "format": each.format, "sha256": each.sha256}


def _case(case: CaseExplained) -> Row:
    titles = {case.policy.id: case.policy.title}
    return {
        "policy": case.policy.id,
        "title": case.policy.title,
        "verdict": case.verdict,
        "resource": resource_row(case.subject),
        "findings": [finding_row(each, titles) for each in case.findings],
        "note": case.note,
        "values": [{**read_row(part.value), "read": part.looked_at} for part in case.parts],
        "related": [
            {
                "name": relation.name,
                "asks": relation.asks,
                "members": [_relative(each) for each in relation.members],
            }
            for relation in case.relatives
        ],
        "reads": [read_row(each) for each in case.reads],
        "params": dict(case.params),
        "runs": [_run(each) for each in case.runs],
        "doubt": None if case.doubt is None else _doubt(case.doubt),
        "controls": list(case.controls),
    }


def _relative(relative: Relative) -> Row:
    return {
        "address": relative.address,
        "type": relative.type,
        "location": _place(relative.location),
        "how": relative.how,
        "doubt": relative.doubt,
    }


def _place(location: Location | None) -> Row | None:
    return None if location is None else location_row(location)


def _run(run: Run) -> Row:
    return {
        "verdict": run.verdict,
        "said": list(run.said),
        "assumed": [{"path": each.path, "value": each.value} for each in run.assumed],
        "trace": _trace(run.trace),
    }


def _trace(trace: Trace) -> Row:
    return {
        "file": trace.file,
        "note": trace.note,
        "blocks": [
            {
                "name": block.name,
                "reached": block.reached,
                "lines": [
                    {
                        "line": line.number,
                        "text": line.text,
                        "reached": line.reached,
                        "note": line.note,
                        "decides": line.decides,
                    }
                    for line in block.lines
                ],
            }
            for block in trace.blocks
        ],
    }


def _doubt(doubt: Doubt) -> Row:
    return {
        "sentence": doubt.sentence,
        "tried": doubt.tried,
        "decisive": [_decisive(each) for each in doubt.decisive],
    }


def _decisive(each: Decisive) -> Row:
    return {
        "path": each.path,
        "why": each.why,
        "source": each.source,
        "location": _place(each.location),
        "outcomes": {verdict: list(values) for verdict, values in each.outcomes.items()},
    }


def _control(explained: ControlExplained) -> Row:
    result = explained.result
    control = result.control
    return {
        "framework": control.framework,
        "id": control.id,
        "name": qualify(control.framework, control.id),
        "title": control.name,
        "evidence": control.evidence,
        "status": result.status,
        "verdict": result.outcome,
        "technical": result.technical,
        "attested": result.attested,
        "assurance": result.assurance,
        "draft": explained.framework.draft,
        "links": [_link(each) for each in explained.links],
        "parts": [
            {"id": name, "title": title, "status": status}
            for name, title, status in explained.parts
        ],
        "steps": [
            {
                "rule": step.rule,
                "given": step.given,
                "result": step.result,
                "because": step.because,
            }
            for step in explained.steps
        ],
        "needed": [
            {"what": each.what, "now": each.now, "to": each.to, "reason": each.reason}
            for each in explained.needed
        ],
        "out_of_reach": explained.out_of_reach,
    }


def _link(link: LinkExplained) -> dict[str, Any]:
    return {
        "policy": link.policy,
        "title": link.title,
        "severity": link.severity,
        "relationship": link.relationship,
        "role": link.role,
        "attest": link.attest,
        "rationale": link.rationale,
        "result": link.result,
        "reason": link.reason,
        "effect": link.effect,
        "findings": [finding_row(each, {link.policy: link.title}) for each in link.findings],
    }
