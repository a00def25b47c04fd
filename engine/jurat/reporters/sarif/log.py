"""The SARIF log: one run with its rules, results and what went wrong.

Code hosts raise an alert for each result whatever its kind, so that what passed or did not apply is
written only if the style asks for it.
"""

from collections.abc import Iterator
from typing import Final

from jurat.model.assessment import Assessment
from jurat.model.finding import Finding, Verdict
from jurat.model.resource import Input
from jurat.reporters.encoding import Row, encode, lines, members
from jurat.reporters.sarif.places import artifact, location, physical, text
from jurat.reporters.sarif.results import message, result
from jurat.reporters.sarif.rules import Index, driver, index, taxonomy
from jurat.reporters.style import Style

VERSION: Final = "2.1.0"
SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

_QUIET = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})


def render(assessment: Assessment, style: Style | None = None) -> str:
    """Write the assessment as one run."""
    style = style or Style()
    shown = (f for f in assessment.findings if style.show_passes or f.verdict not in _QUIET)
    numbered = index(assessment)
    coverage = assessment.coverage
    run = {
        "tool": encode({"driver": driver(assessment, numbered)}),
        "invocations": encode([_invocation(assessment, numbered, style.root)]),
        "originalUriBaseIds": encode({"%SRCROOT%": {"description": text("the scanned folder")}}),
        "artifacts": lines(_artifact(each, style.root) for each in assessment.inputs),
        "results": lines(result(finding, numbered, style.root) for finding in shown),
        "taxonomies": lines(map(taxonomy, assessment.frameworks)),
        "columnKind": encode("unicodeCodePoints"),
        "properties": encode({"resources": coverage.resources, "judged": coverage.judged}),
    }
    runs = f"[{members(run)}]"
    log = {"$schema": encode(SCHEMA), "version": encode(VERSION), "runs": runs}
    return members(log) + "\n"


def _artifact(each: Input, root: str) -> Row:
    return {
        "location": artifact(each.path, root),
        "roles": ["analysisTarget"],
        "hashes": {"sha-256": each.sha256},
    }


def _invocation(assessment: Assessment, index: Index, root: str) -> Row:
    errors = [finding for finding in assessment.findings if finding.verdict is Verdict.ERROR]
    unused = [f"{error.kind}: {error.message}" for error in assessment.errors]
    return {
        "executionSuccessful": not (errors or unused),
        "toolExecutionNotifications": [
            *({"level": "error", "message": text(each)} for each in unused),
            *(_broken(finding, index, root) for finding in errors),
            *_gaps(assessment, root),
        ],
    }


def _broken(finding: Finding, index: Index, root: str) -> Row:
    return {
        "level": "error",
        "message": text(message(finding)),
        "associatedRule": {"id": finding.policy, "index": index.rules[finding.policy]},
        "locations": [location(finding, root)],
    }


def _gaps(assessment: Assessment, root: str) -> Iterator[Row]:
    """Yield what makes the run say less than it seems to say."""
    coverage = assessment.coverage
    if assessment.judged_nothing:
        what = f"nothing was judged: 0 of {coverage.resources} resources"
        yield {"level": "error", "message": text(what)}
    for each in assessment.inputs:
        if each.incomplete is not None:
            what = f"{each.path} is incomplete: {each.incomplete}"
            yield {"level": "warning", "message": text(what)}
    for note in assessment.notes:
        place = physical(note.location, root)
        where = {"locations": [place]} if place else {}
        yield {"level": "note", "message": text(note.text), **where}
