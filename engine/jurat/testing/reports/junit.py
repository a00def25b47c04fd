"""JUnit XML for build servers: policy = suite, fixture = case."""

from collections.abc import Iterator

from jurat.model import Location
from jurat.reporters.junit_xml import Case, Suite, write
from jurat.reporters.style import Style
from jurat.testing.report import Report
from jurat.testing.reports.text import explain
from jurat.testing.trials import Trial


def render(report: Report, _style: Style) -> str:
    """Write the report as JUnit XML; it looks the same in every style."""
    return write(_suites(report))


def _suites(report: Report) -> Iterator[Suite]:
    yield Suite("jurat", tuple(_run(report)))
    groups: dict[str, list[Case]] = {name: [] for name in report.untested}
    for trial in report.trials:
        groups.setdefault(trial.fixture.policy, []).append(_case(trial))
    for policy, cases in sorted(groups.items()):
        untested = Case("has fixtures", "skipped", "the policy has no fixtures")
        yield Suite(policy, tuple(cases) or (untested,))


def _run(report: Report) -> Iterator[Case]:
    """Yield what the run says as a whole: nothing tested is never green."""
    name = f"tried {len(report.trials)} fixtures"
    yield Case(name) if report.trials else Case(name, "error", "nothing was run")
    for problem in report.problems:
        yield Case(problem, "error", problem)
    for each in report.wanting:
        text = f"{each.percent:g} % of it is executed, {report.least:g} % are asked for"
        yield Case(f"coverage of {each.policy}", "failure", text)


def _case(trial: Trial) -> Case:
    location = Location(str(trial.fixture.file))
    name = trial.fixture.file.name
    if trial.unusable is not None:
        return Case(name, "error", trial.unusable, location)
    if trial.kept:
        return Case(name, location=location)
    return Case(name, "failure", explain(trial, Style()), location)
