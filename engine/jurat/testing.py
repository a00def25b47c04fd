"""Policies against fixtures: the file name is the promise, the worst verdict must keep it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from jurat.errors import InputError
from jurat.judge import Settings, judge
from jurat.model import Finding, Policy, Verdict
from jurat.pack import Pack
from jurat.readers import read

_WORST_FIRST = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Fixture:
    """One input made for one policy, and the verdict its name promises."""

    policy: str
    file: Path
    expected: Verdict


@dataclass(frozen=True, slots=True)
class Trial:
    """What a policy said about its fixture; ``found`` is ``None`` if nothing was judged."""

    fixture: Fixture
    found: Verdict | None
    findings: tuple[Finding, ...]

    @property
    def kept(self) -> bool:
        """Whether the promise was kept."""
        return self.found is self.fixture.expected


def fixtures(root: Path) -> Iterator[Fixture]:
    """Find the fixtures of a pack: ``<policy id>/<verdict>-<what>.<format>``."""
    for file in sorted(root.rglob("*")):
        verdict = _promised(file.name)
        inner = file.relative_to(root)
        if file.is_file() and verdict is not None and len(inner.parts) > 2:  # noqa: PLR2004 - area/name/file
            yield Fixture("/".join(inner.parts[:2]), file, verdict)


def _promised(name: str) -> Verdict | None:
    """Return the verdict that a file's name begins with; some verdicts have a hyphen."""
    found = [verdict for verdict in Verdict if name.startswith(f"{verdict}-")]
    return max(found, key=len, default=None)


def run_fixture(pack: Pack, policy: Policy, fixture: Fixture) -> Trial:
    """Judge one fixture by its policy; raises ``InputError`` if it cannot be read."""
    reading = read([str(fixture.file)], BytesIO())
    if reading.failures:
        raise InputError(reading.failures[0].message)
    findings = judge(reading.estate, [policy], Settings(library=pack.library))
    return Trial(fixture, worst(findings), findings)


def worst(findings: Sequence[Finding]) -> Verdict | None:
    """Return the worst verdict among findings, or ``None`` without any."""
    verdicts = {finding.verdict for finding in findings}
    return next((verdict for verdict in _WORST_FIRST if verdict in verdicts), None)
