"""``jurat test``: policies against their fixtures."""

import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jurat import __version__
from jurat.cli import outputs
from jurat.cli.main import one_line
from jurat.cli.progress import progress
from jurat.cli.status import Exit
from jurat.errors import JuratError, UsageError
from jurat.judge import Limits
from jurat.reporters.style import Style
from jurat.testing.exercise import exercises
from jurat.testing.measuring import require_coverage
from jurat.testing.report import Report
from jurat.testing.reports import REPORTS, render
from jurat.testing.runner import measure_fixtures, run_fixtures
from jurat.testing.snapshots import compare, stale, update
from jurat.testing.suite import Suite, gather
from jurat.testing.trials import Fixture, Trial
from jurat.testing.watch import changes, concerned, state

if TYPE_CHECKING:
    from jurat.testing import mutation


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What the user asked for."""

    paths: tuple[str, ...]
    packs: tuple[str, ...]
    policies: tuple[str, ...]
    update: bool
    measured: bool
    min_coverage: float | None
    limits: Limits
    targets: tuple[tuple[str, Callable[[str], None]], ...]
    style: Style


@click.command("test", short_help="Test policies on their fixtures.")
@click.argument("paths", nargs=-1)
@outputs.options
@click.option(
    "--policy", "policies", multiple=True, metavar="ID", help="Only this policy, or AREA/ for all."
)
@click.option("--pack", "packs", multiple=True, metavar="DIR", help="A pack of your own.")
@click.option("--update", is_flag=True, help="Pin what is found in expected.json.")
@click.option("--coverage", is_flag=True, help="Say what of the policies fixtures leave out.")
@click.option(
    "--min-coverage",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Status 1 for a policy below it.",
)
@click.option("--watch", is_flag=True, help="Test again what a change concerns, until Ctrl-C.")
@click.option("--mutate", is_flag=True, help="Make mistakes that some fixture must notice.")
@click.option("--only", type=click.Choice(["inputs", "policy"]), help="Mistakes of this kind.")
@click.option(
    "--budget", type=click.FloatRange(0), metavar="SECONDS", help="Try a sample of the mistakes."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Which sample.")
@click.option(
    "--min-score",
    type=click.FloatRange(0, 100),
    default=100.0,
    show_default=True,
    metavar="PERCENT",
    help="Status 1 if less of the mistakes is noticed.",
)
@click.option("--timeout", type=float, default=10.0, show_default=True, help="Seconds a fixture.")
@click.option("-v", "--verbose", is_flag=True, help="Shorten nothing.")
@click.option("--no-color", is_flag=True, help="No colours.")
def command(**given: Any) -> int:
    """Test policies on their fixtures: PATHS are packs, policies, fixtures or folders of these.

    Without PATHS: the pack in the current folder, or else the bundled one.

    \b
    Exit status: 0 every promise is kept; 1 one is broken, or a policy is below
    --min-coverage; 2 cannot run, or a fixture cannot be used; 3 nothing was run.
    """  # noqa: D301 - click keeps the lines behind the control character itself
    wishes = _Wishes(
        paths=given["paths"],
        packs=given["packs"],
        policies=given["policies"],
        update=given["update"],
        measured=given["coverage"] or given["min_coverage"] is not None,
        min_coverage=given["min_coverage"],
        limits=Limits(seconds=given["timeout"]),
        targets=tuple(outputs.targets(given, tuple(REPORTS))),
        style=outputs.style_of(given),
    )
    if given["mutate"]:
        _refuse_with_mutants(given)
        return _mutate(wishes, given)
    return _watch(wishes) if given["watch"] else exit_status(_run(wishes, _gather(wishes)))


def _gather(wishes: _Wishes) -> Suite:
    return gather(wishes.paths, [Path(name) for name in wishes.packs], wishes.policies)


def _run(wishes: _Wishes, suite: Suite, only: Iterable[Fixture] | None = None) -> Report:
    """Test a suite, or some of its fixtures, and write what was found."""
    fixtures = suite.fixtures if only is None else tuple(only)
    told = progress(sys.stderr)
    measured = None
    if wishes.measured:
        require_coverage(suite.policies)
        trials, seen = measure_fixtures(suite.pack, fixtures, wishes.limits, told)
        tested = {fixture.policy for fixture in fixtures}
        policies = [p for p in suite.policies if only is None or p.id in tested]
        measured = exercises(policies, trials, seen)
    else:
        trials = run_fixtures(suite.pack, fixtures, wishes.limits, told)
    if wishes.update:
        for file in update(trials):
            click.echo(f"jurat: {one_line(str(file))}: updated", err=True)
    trials = compare(trials)
    report = Report(
        version=__version__,
        packs=suite.pack.editions,
        trials=trials,
        untested=tuple(policy.id for policy in suite.untested),
        problems=(*suite.problems.values(), *stale(fixtures)),
        exercises=measured,
        least=wishes.min_coverage,
    )
    for form, write in wishes.targets:
        write(render(form, report, wishes.style))
    return report


def exit_status(report: Report) -> Exit:
    """Say what the run ends with; nothing run is never clean."""
    if report.unusable:
        return Exit.CANNOT_RUN
    if report.broken or report.wanting:
        return Exit.FAILURES
    return Exit.CLEAN if report.trials else Exit.INCOMPLETE


def _refuse_with_mutants(given: Mapping[str, Any]) -> None:
    """Raise ``UsageError`` for a flag that a run with mutants would only ignore."""
    asked = {
        "watch": given["watch"],
        "update": given["update"],
        "coverage": given["coverage"],
        "min-coverage": given["min_coverage"] is not None,
        "format": given["form"] != "text",
        "output": bool(given["outputs"]),
    }
    for flag, is_asked in asked.items():
        if is_asked:
            raise UsageError(f"--{flag}: cannot be combined with --mutate")


def _mutate(wishes: _Wishes, given: Mapping[str, Any]) -> Exit:
    """Put mutants of the policies on trial and write what survives."""
    from jurat.testing import mutation  # noqa: PLC0415 - only a run with mutants pays for it

    suite = _gather(wishes)
    settings = mutation.Settings(
        kinds=frozenset([given["only"]] if given["only"] else mutation.KINDS),
        budget=given["budget"],
        seed=given["seed"],
        limits=wishes.limits,
        progress=progress(sys.stderr),
    )
    explanations = mutation.explanations(suite.roots)
    report = mutation.mutate_pack(
        suite.pack, suite.policies, suite.fixtures, explanations, settings
    )
    outputs.to_stdout(mutation.render(report, wishes.style))
    return mutation_status(report, given["min_score"])


def mutation_status(report: "mutation.Report", least: float) -> Exit:
    """Say what a run with mutants ends with; nothing tried is never clean."""
    if report.stale or report.unsound or report.percent < least:
        return Exit.FAILURES
    return Exit.INCOMPLETE if report.untried or not report.counted else Exit.CLEAN


def _watch(wishes: _Wishes) -> Exit:
    """Test, and again after each change; return the status of the last run.

    What was broken is tested again with every change, so that the status is that of the whole.
    """
    suite = _gather(wishes)
    seen = state(suite.roots)
    status, last, pending = Exit.CANNOT_RUN, tuple[Trial, ...](), frozenset[Path]()
    try:
        while True:
            try:
                suite = _gather(wishes) if pending else suite
                report = _run(wishes, suite, concerned(suite, pending, last) if last else None)
                last = _merged(last, report.trials, suite.fixtures)
                status, pending = exit_status(replace(report, trials=last)), frozenset()
            except JuratError as error:
                click.echo(f"jurat: {one_line(str(error))}", err=True)
                status = Exit.CANNOT_RUN
            click.echo(f"{time.strftime('%H:%M:%S')}  waiting for changes; Ctrl-C ends", err=True)
            seen, changed = changes(suite.roots, seen)
            pending |= changed
            click.echo(f"changed: {one_line(', '.join(map(str, sorted(changed))))}", err=True)
    except KeyboardInterrupt:
        return status


def _merged(
    old: Iterable[Trial], new: Iterable[Trial], fixtures: Collection[Fixture]
) -> tuple[Trial, ...]:
    """Return the latest trial of each fixture that is still there."""
    latest = {trial.fixture.file: trial for trial in (*old, *new)}
    return tuple(latest[each.file] for each in fixtures if each.file in latest)
