"""The whole report: what was read, what was found, what it means, what was left out."""

from collections.abc import Iterator

from jurat.model.assessment import Assessment
from jurat.model.finding import Verdict
from jurat.reporters.qualified import controls_of
from jurat.reporters.style import Style
from jurat.reporters.text.controls import failing, figures, settled, unsettled
from jurat.reporters.text.coverage import missed, read, remarks
from jurat.reporters.text.findings import broken, failures, passed, waived
from jurat.reporters.text.terminal import page, paint
from jurat.reporters.text.unknowns import undecided

_NAMES = {
    Verdict.FAIL: "fail",
    Verdict.ERROR: "error",
    Verdict.UNKNOWN: "unknown",
    Verdict.PASS: "pass",
    Verdict.NOT_APPLICABLE: "not applicable",
}

_QUIET = (Verdict.PASS, Verdict.NOT_APPLICABLE)


def render(assessment: Assessment, style: Style | None = None) -> str:
    """Write the assessment for a person, worst first."""
    return page(_lines(assessment, style or Style()))


def _lines(assessment: Assessment, style: Style) -> Iterator[str]:
    found = [each for each in assessment.findings if each.verdict not in _QUIET]
    yield from read(style, assessment)
    yield from failures(style, found, controls_of(assessment))
    yield from undecided(style, found)
    yield from broken(style, found)
    yield from waived(style, found)
    yield from passed(style, assessment.findings)
    yield from failing(style, assessment.frameworks, found)
    yield from unsettled(style, assessment.frameworks)
    yield from settled(style, assessment.frameworks)
    yield from missed(style, assessment.coverage)
    yield from remarks(style, assessment.notes, assessment.errors)
    yield from figures(style, assessment.frameworks)
    yield ""
    yield paint(style, _summary(assessment), "bold", _colour(assessment))


def _summary(assessment: Assessment) -> str:
    """Return the counts by verdict and how much was judged, on one line."""
    found = [finding.verdict for finding in assessment.findings]
    covered = sum(bool(f.waiver) and f.verdict is Verdict.FAIL for f in assessment.findings)
    verdicts = [f"{found.count(verdict)} {name}" for verdict, name in _NAMES.items()]
    if covered:
        verdicts[0] += f" ({covered} waived)"
    coverage = assessment.coverage
    return f"{', '.join(verdicts)}; judged {coverage.judged} of {coverage.resources} resources"


def _colour(assessment: Assessment) -> str:
    verdicts = {finding.verdict for finding in assessment.findings if not finding.waiver}
    bad = verdicts & {Verdict.FAIL, Verdict.ERROR}
    if bad or assessment.errors or assessment.judged_nothing:
        return "red"
    return "yellow" if Verdict.UNKNOWN in verdicts else "green"
