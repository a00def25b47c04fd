"""What mutation testing found, for the author of a policy."""

from collections.abc import Iterator
from pathlib import Path

from jurat.reporters.style import Style
from jurat.reporters.text.terminal import counted, first, heading, page, paint, safe, wrap
from jurat.testing.mutation.mutant import Outcome
from jurat.testing.mutation.run import Report, Result, Score, percent

_LISTED = 20


def render(report: Report, style: Style) -> str:
    """Write the survivors as the fixtures that are missing, and the score of each policy."""
    return page(_lines(report, style))


def _lines(report: Report, style: Style) -> Iterator[str]:
    for score in report.scores:
        if score.survivors:
            number = counted(len(score.survivors), "mistake")
            yield from heading(style, f"NOT NOTICED  {safe(score.policy)}, {number}", "red")
            lines = [_survivor(result, style) for result in score.survivors]
            yield from first(style, ["\n".join(each) for each in lines], _LISTED)
    if report.unsound:
        number = counted(len(report.unsound), "verdict")
        yield from heading(style, f"SURER THAN THE EVIDENCE  {number}", "red")
        for text in report.unsound:
            yield from wrap(style, safe(text), 2)
    if report.stale:
        number = counted(len(report.stale), "explanation")
        yield from heading(style, f"STALE  {number}", "yellow")
        for text in report.stale:
            yield from wrap(style, safe(text), 2)
    yield from heading(style, "SCORES", "bold")
    yield from table(report)
    yield ""
    yield paint(style, summary(report), "bold")


def _survivor(result: Result, style: Style) -> list[str]:
    mutant = result.mutant
    return [
        f"  {safe(mutant.place.removeprefix(f'{Path.cwd()}/'))}",
        *wrap(style, safe(mutant.key), 4),
        *wrap(style, safe(f"missing: a fixture {mutant.missing}"), 4),
    ]


def table(report: Report) -> list[str]:
    """Return one line a policy: what was made, killed, explained, what survived."""
    widest = max((len(score.policy) for score in report.scores), default=0)
    head = f"  {'':{widest}}  mutants  killed  explained  survived   score"
    return [head, *(_row(score, widest) for score in report.scores)]


def _row(score: Score, widest: int) -> str:
    return (
        f"  {safe(score.policy):{widest}}  {len(score.results):7}  {score.killed:6}  "
        f"{score.explained:9}  {len(score.survivors):8}  {percent([score]):4.0f} %"
    )


def summary(report: Report) -> str:
    """Return the sentence that counts."""
    made = sum(len(score.results) for score in report.scores)
    killed = sum(score.killed for score in report.scores)
    explained = sum(score.explained for score in report.scores)
    stopped = sum(score.count(Outcome.STOPPED) for score in report.scores)
    parts = [f"{killed} of {made} mistakes noticed ({report.percent:.1f} %)"]
    parts += [f"{stopped} of them by a crash or the time limit"] if stopped else []
    parts += [f"{explained} explained"] if explained else []
    parts += [f"{len(report.survivors)} not noticed"]
    parts += [f"{report.untried} not tried"] if report.untried else []
    return ", ".join(parts)
