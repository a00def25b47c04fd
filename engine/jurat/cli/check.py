"""``jurat check``: the gate."""

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from jurat.assess import Options, assess
from jurat.cli import rego_engine
from jurat.cli.main import one_line
from jurat.cli.progress import progress
from jurat.cli.status import Exit
from jurat.errors import UsageError
from jurat.judge import Limits
from jurat.model import Assessment, Severity, Verdict
from jurat.pack import PARTS, load_pack
from jurat.readers import Hints, read
from jurat.readers.parameter_files import parameter_file
from jurat.reporters.registry import NAMES, render
from jurat.reporters.style import Style


@click.command("check", short_help="Judge plans, templates and IAM documents.")
@click.argument("paths", nargs=-1, required=True)
@click.option("-f", "--format", "form", default="text", metavar="FORMAT", help="Format on stdout.")
@click.option(
    "-o", "--output", "outputs", multiple=True, metavar="FORMAT=FILE", help="Also write a file."
)
@click.option("--framework", "frameworks", multiple=True, metavar="ID", help="Only this framework.")
@click.option(
    "--policy", "policies", multiple=True, metavar="ID", help="Only this policy, or AREA/ for all."
)
@click.option(
    "--param", "params", multiple=True, metavar="[POLICY:]NAME=VALUE", help="Set a parameter."
)
@click.option(
    "--fail-on",
    type=click.Choice([*map(str, Severity), "none"]),
    default=str(Severity.LOW),
    show_default=True,
    help="Least severity that makes the status 1.",
)
@click.option("--strict", is_flag=True, help="Status 3 if anything stayed undecided.")
@click.option("--account", metavar="ID", help="Account of inputs that do not state it.")
@click.option("--region", metavar="REGION", help="Region of inputs that do not state it.")
@click.option("--partition", metavar="NAME", help="Partition of inputs that do not state it.")
@click.option("--parameter", "parameters", multiple=True, metavar="K=V", help="Template parameter.")
@click.option(
    "--parameter-file", "files", multiple=True, metavar="FILE", help="Template parameters in JSON."
)
@click.option("--no-defaults", is_flag=True, help="Parameters without a value stay unknown.")
@click.option(
    "--whole-scope", is_flag=True, help="The inputs are all there is: what is missing fails."
)
@click.option("--pack", "packs", multiple=True, metavar="DIR", help="A pack of your own.")
@click.option("--conftest", metavar="DIR", multiple=True, help="Raw Rego as conftest runs it.")
@rego_engine.options
@click.option("--timeout", type=float, default=10.0, show_default=True, help="Seconds a verdict.")
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
    targets = _outputs(given["form"], given["outputs"])
    pack = load_pack(folders(given["packs"]), map(Path, given["conftest"]))
    reading = read(given["paths"], sys.stdin.buffer, hints(given), keep_whole=bool(pack.sets))
    options = Options(
        policies=given["policies"],
        frameworks=given["frameworks"],
        params=params_of(given["params"]),
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
        write(render(form, assessment, style_of(given)))
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


def _outputs(form: str, outputs: Iterable[str]) -> list[tuple[str, Callable[[str], None]]]:
    """Pair each format with where it goes; the usual slips get an answer that helps."""
    if form not in NAMES:
        if Path(form).exists():
            raise UsageError(f"{form}: inputs need no flag: jurat check {form}")
        raise UsageError(f"{form}: no such format; there are {', '.join(NAMES)}")
    targets: list[tuple[str, Callable[[str], None]]] = [(form, _to_stdout)]
    for output in outputs:
        name, equals, file = output.partition("=")
        if name not in NAMES or not equals or not file:
            hint = f"-f {output}" if output in NAMES else f"-o {NAMES[0]}=FILE"
            raise UsageError(f"-o {output}: the form is FORMAT=FILE; did you mean {hint}?")
        targets.append((name, _to_file(file)))
    return targets


def _to_stdout(text: str) -> None:
    click.echo(text, nl=not text.endswith("\n"))


def _to_file(file: str) -> Callable[[str], None]:
    def write(text: str) -> None:
        try:
            Path(file).write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{file}: cannot be written: {error.strerror}") from error

    return write


def folders(names: Sequence[str]) -> list[Path]:
    """Return the folders of packs; raises ``UsageError`` for one that is none."""
    for name in names:
        if not any((Path(name) / part).is_dir() for part in PARTS):
            raise UsageError(f"{name}: no pack: it has none of {', '.join(PARTS)}")
    return [Path(name) for name in names]


def hints(given: dict[str, Any]) -> Hints:
    """Return what the command line says about inputs that do not say it themselves."""
    parameters: dict[str, str] = {}
    for file in given["files"]:
        parameters |= parameter_file(file)
    parameters |= dict(_pair(text, "--parameter") for text in given["parameters"])
    return Hints(
        parameters=parameters,
        account=given["account"],
        region=given["region"],
        partition=given["partition"],
        assume_defaults=not given["no_defaults"],
    )


def _pair(text: str, flag: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"{flag} {text}: the form is NAME=VALUE")
    return name, value


def params_of(texts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Read ``[POLICY:]NAME=VALUE``; a value in JSON is taken as such, anything else as text."""
    result: dict[str, dict[str, Any]] = {}
    for text in texts:
        name, value = _pair(text, "--param")
        policy, _, name = name.rpartition(":")
        try:
            result.setdefault(policy, {})[name] = json.loads(value)
        except ValueError:
            result.setdefault(policy, {})[name] = value
    return result


def style_of(given: dict[str, Any]) -> Style:
    """Return how a report is to look on this terminal."""
    terminal = sys.stdout.isatty()
    colour = terminal and not given["no_color"] and "NO_COLOR" not in os.environ
    width = min(_columns(), 140) if terminal else 100
    return Style(
        colour=colour,
        width=width,
        verbose=given["verbose"],
        show_passes=given["passes"],
        root=str(Path.cwd()),
    )


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except OSError:
        return 100
