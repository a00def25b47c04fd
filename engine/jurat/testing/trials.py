"""Policies against fixtures: the file name is the promise, the worst verdict must keep it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from jurat.errors import InputError
from jurat.judge import Limits, Settings, judge, judge_whole
from jurat.model import Finding, Policy, Verdict
from jurat.pack import Pack
from jurat.readers import Reading, read
from jurat.redact import redactor
from jurat.testing.parameters import PARAMETERS, fitting, given

_WORST_FIRST = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Fixture:
    """One input made for one policy, and the verdict its name promises.

    ``params`` are the values that ``params.yaml`` beside it gives the policy's parameters.
    """

    policy: str
    file: Path
    expected: Verdict
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def home(self) -> Path:
        """The folder of all fixtures of its policy."""
        above = (
            folder
            for folder in self.file.parents
            if f"{folder.parent.name}/{folder.name}" == self.policy
        )
        return next(above, self.file.parent)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a policy said about its fixture; ``found`` is ``None`` if nothing was judged.

    ``findings`` are safe to show. ``unusable`` says why the fixture could not be judged at all,
    ``differences`` in what the findings differ from those that are pinned.
    """

    fixture: Fixture
    found: Verdict | None
    findings: tuple[Finding, ...]
    unusable: str | None = None
    differences: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether the promise was kept."""
        return self.found is self.fixture.expected and not self.differences


def fixtures(root: Path) -> Iterator[Fixture]:
    """Find the fixtures of a pack: ``<policy id>/<verdict>-<what>.<format>``.

    Raises ``PackError`` if a ``params.yaml`` among them is not valid.
    """
    folders: dict[Path, dict[Path, Verdict]] = {}
    for file in sorted(root.rglob("*")):
        verdict = promised(file.name)
        inner = file.relative_to(root)
        if file.is_file() and verdict is not None and len(inner.parts) > 2:  # noqa: PLR2004 - area/name/file
            folders.setdefault(root / inner.parts[0] / inner.parts[1], {})[file] = verdict
    for folder, files in folders.items():
        policy = f"{folder.parent.name}/{folder.name}"
        params = given(folder / PARAMETERS, files)
        for file, verdict in files.items():
            yield Fixture(policy, file, verdict, params.get(file, {}))


def promised(name: str) -> Verdict | None:
    """Return the verdict that a file's name begins with; some verdicts have a hyphen."""
    found = [verdict for verdict in Verdict if name.startswith(f"{verdict}-")]
    return max(found, key=len, default=None)


def run_fixture(
    pack: Pack, policy: Policy, fixture: Fixture, limits: Limits | None = None
) -> Trial:
    """Judge one fixture by its policy as ``jurat check`` would, with the policy's own defaults.

    Raises ``InputError`` if it cannot be read, ``PackError`` if a parameter does not fit.
    """
    params = fitting(policy, fixture.params, fixture.file)
    limits = limits or Limits()
    reading = read_fixture(fixture, keep_whole=policy.id in pack.sets)
    if policy.id in pack.sets:
        findings = judge_whole(reading.whole, [policy], pack.sets, limits)
    else:
        settings = Settings(params={policy.id: params}, library=pack.library, limits=limits)
        findings = judge(reading.estate, [policy], settings)
    return concluded(fixture, findings, reading.estate.secrets)


def read_fixture(fixture: Fixture, *, keep_whole: bool = False) -> Reading:
    """Read a fixture's file; raises ``InputError``."""
    reading = read([str(fixture.file)], BytesIO(), keep_whole=keep_whole)
    if reading.failures:
        raise InputError(reading.failures[0].message)
    return reading


def concluded(fixture: Fixture, findings: Sequence[Finding], secrets: frozenset[str]) -> Trial:
    """End a trial: its findings without secrets, and the worst verdict among them."""
    return Trial(fixture, worst(findings), redactor(secrets).findings(findings))


def worst(findings: Sequence[Finding]) -> Verdict | None:
    """Return the worst verdict among findings, or ``None`` without any."""
    verdicts = {finding.verdict for finding in findings}
    return next((verdict for verdict in _WORST_FIRST if verdict in verdicts), None)
