"""The figures of a framework; there is no single score."""

from collections import Counter
from collections.abc import Sequence

from jurat.controls.status import decides
from jurat.model import ControlResult, Evidence, Framework, Numbers, Outcome, Status

_AUTOMATABLE = {Evidence.AUTOMATED, Evidence.PARTIAL}


def numbers(framework: Framework, results: Sequence[ControlResult]) -> Numbers:
    """Count the units of a framework by outcome and work out its percentages."""
    units = [item for item in results if item.control.unit]
    applicable = [item for item in units if item.status is not Status.NOT_APPLICABLE]
    automatable = [item for item in applicable if item.control.evidence in _AUTOMATABLE]
    count = Counter(item.outcome for item in units)
    passed, failed = count[Outcome.PASS], count[Outcome.FAIL]
    exception = count[Outcome.EXCEPTION]
    of = len(applicable)
    return Numbers(
        units=len(units),
        applicable=of,
        passed=passed,
        failed=failed,
        exception=exception,
        undetermined=count[Outcome.UNDETERMINED],
        excluded=count[Outcome.EXCLUDED],
        evaluated=_percent(_evaluated(applicable), of),
        conformity_low=_percent(passed, of),
        conformity_high=_percent(of - failed - exception, of),
        automatable=_percent(len(automatable), of),
        automatable_pass=_percent(_fully_passed(automatable), len(automatable)),
        policy_coverage=_percent(_covered(framework, units), len(units)),
    )


def _evaluated(applicable: Sequence[ControlResult]) -> int:
    return sum(item.status is not Status.NOT_EVALUATED for item in applicable)


def _fully_passed(automatable: Sequence[ControlResult]) -> int:
    return sum(item.status is Status.PASS for item in automatable)


def _covered(framework: Framework, units: Sequence[ControlResult]) -> int:
    """Count the units some technical policy may decide: a figure of the catalogue's quality."""
    linked = {link.control for link in framework.links if decides(link) and not link.attest}
    return sum(item.control.id in linked for item in units)


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
