"""``jurat check``: the gate."""

import gc
import sys
from typing import Any

import click

from jurat.assess import Options, assess
from jurat.cli import inputs, outputs, rego_engine
from jurat.cli.main import one_line
from jurat.cli.progress import progress
from jurat.cli.status import Exit
from jurat.judge import Limits
from jurat.model import Assessment, Severity, Verdict
from jurat.reporters.registry import NAMES, render


@click.command("check", short_help="Judge plans, templates and IAM documents.")
@click.argument("paths", nargs=-1, required=True)
@outputs.options
@click.option("--framework", "frameworks", multiple=True, metavar="ID", help="Only this framework.")
@click.option(
    "--policy", "policies", multiple=True, metavar="ID", help="Only this policy, or AREA/ for all."
)
@click.option(
    "--fail-on",
    type=click.Choice([*map(str, Severity), "none"]),
    default=str(Severity.LOW),
    show_default=True,
    help="Least severity that makes the status 1.",
)
@click.option("--strict", is_flag=True, help="Status 3 if anything stayed undecided.")
@inputs.options
@rego_engine.options
@click.option("--passes", is_flag=True, help="List what passed too.")
@click.option("-v", "--verbose", is_flag=True, help="Shorten nothing.")
@click.option("--no-color", is_flag=True, help="No colours.")
def command(**given: Any) -> int:
    """Judge PATHS: plan JSON, templates, IAM JSON, folders of these, or - for stdin.

    \b
    Exit status: 0 nothing failed; 1 failures at or above --fail-on;
    2 cannot run or an input could not be read; 3 ran, but incomplete:
    nothing was judged, a policy broke, or with --strict something stayed open.
    """  # noqa: D301 - the backspace is click's mark for lines to keep
    gc.disable()  # a short run that drops little: collecting would only cost time
    targets = list(outputs.targets(given, NAMES))
    pack = inputs.pack_of(given)
    reading = inputs.reading_of(given["paths"], given, pack)
    options = Options(
        policies=given["policies"],
        frameworks=given["frameworks"],
        params=inputs.params_of(given),
        inventory_complete=given["whole_scope"],
        evidence_of_passes=given["passes"] or any(form != "text" for form, _ in targets),
        limits=Limits(seconds=given["timeout"]),
        opa=rego_engine.chosen(given),
        progress=progress(sys.stderr),
    )
    assessment = assess(reading, pack, options)
    for failure in assessment.errors:
        click.echo(f"jurat: {one_line(failure.message)}", err=True)
    for form, write in targets:
        write(render(form, assessment, outputs.style_of(given)))
    return exit_status(assessment, given["fail_on"], strict=given["strict"])


def exit_status(assessment: Assessment, fail_on: str, *, strict: bool) -> Exit:
    """Say what the run ends with; nothing judged is never clean."""
    found = {finding.verdict for finding in assessment.findings}
    if assessment.errors:
        return Exit.CANNOT_RUN
    if fail_on != "none":
        least = Severity(fail_on).rank
        fails = (f for f in assessment.findings if f.verdict is Verdict.FAIL and f.waiver is None)
        if any(finding.severity.rank >= least for finding in fails):
            return Exit.FAILURES
    incomplete = any(item.incomplete for item in assessment.inputs)
    if incomplete or assessment.judged_nothing or Verdict.ERROR in found:
        return Exit.INCOMPLETE
    if strict and (Verdict.UNKNOWN in found or _any_undetermined(assessment)):
        return Exit.INCOMPLETE
    return Exit.CLEAN


def _any_undetermined(assessment: Assessment) -> bool:
    return any(result.numbers.undetermined for result in assessment.frameworks)
