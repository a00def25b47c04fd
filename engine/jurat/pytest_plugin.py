"""The pytest plugin: each fixture of a pack is a test, and ``estate`` and ``judge`` help with more.

A pack is what the ini option ``jurat_pack`` names, or the root directory of pytest if it has
policies with fixtures. Elsewhere the plugin does nothing, and imports nothing of jurat.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # imported where they are used: most runs of pytest have no pack
    from jurat.api import Input
    from jurat.model import Estate, Finding, Verdict
    from jurat.pack import Pack
    from jurat.testing.suite import Suite
    from jurat.testing.trials import Fixture, Trial

_SUFFIXES = (".rego", ".py")
_WIDTH = 100
_PLACE = 3
"""Parts of the shortest name of a fixture: area, name, file."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the ini option that names packs."""
    parser.addini("jurat_pack", "Folders of packs whose fixtures are tests.", "paths", default=[])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a file that lies where the fixtures of a pack lie."""
    for root in _packs(parent.config):
        folder = root / "fixtures"
        if file_path.is_relative_to(folder):
            if len(file_path.relative_to(folder).parts) < _PLACE:
                return None
            file: FixtureFile = FixtureFile.from_parent(parent, path=file_path)
            return file
    return None


_ROOTS = pytest.StashKey[tuple[Path, ...]]()
_BENCH = pytest.StashKey["_Bench"]()


def _packs(config: pytest.Config) -> tuple[Path, ...]:
    """Return the folders of the packs, found once a run."""
    if _ROOTS not in config.stash:
        named = tuple(config.getini("jurat_pack"))
        implied = (config.rootpath,) if _is_pack(config.rootpath) else ()
        config.stash[_ROOTS] = named or implied
    return config.stash[_ROOTS]


def _is_pack(root: Path) -> bool:
    """Tell whether some folder of ``fixtures/`` bears the name of a policy."""
    if not (root / "policies").is_dir():
        return False
    return any(
        (root / "policies" / home.parent.name / f"{home.name}{suffix}").is_file()
        for home in (root / "fixtures").glob("*/*")
        for suffix in _SUFFIXES
    )


class _Bench:
    """What the tests of one run share: the packs, and what was found so far, a policy at a time."""

    def __init__(self, config: pytest.Config) -> None:
        from jurat.testing.suite import gather  # noqa: PLC0415 - only where there is a pack

        roots = _packs(config)
        self.suite: Suite = gather(roots) if roots else gather()
        self.fixtures = {each.file.resolve(): each for each in self.suite.fixtures}
        self.problems = {file.resolve(): text for file, text in self.suite.problems.items()}
        self._trials: dict[Path, Trial] = {}

    @classmethod
    def of(cls, config: pytest.Config) -> "_Bench":
        """Return the one of this run."""
        if _BENCH not in config.stash:
            config.stash[_BENCH] = cls(config)
        return config.stash[_BENCH]

    def trial(self, fixture: "Fixture", chosen: Iterable["Fixture"]) -> "Trial":
        """Try a fixture, together with those of its policy that are chosen as well."""
        from jurat.testing.runner import run_fixtures  # noqa: PLC0415 - only where there is a pack
        from jurat.testing.snapshots import compare  # noqa: PLC0415

        if fixture.file not in self._trials:
            group = [each for each in chosen if each.policy == fixture.policy]
            for trial in compare(run_fixtures(self.suite.pack, group)):
                self._trials[trial.fixture.file] = trial
        return self._trials[fixture.file]


class FixtureFile(pytest.File):
    """One file among the fixtures of a pack."""

    def collect(self) -> Iterator["FixtureItem"]:
        """Yield the test that the file is, if it is one."""
        from jurat.errors import JuratError  # noqa: PLC0415 - only where there is a pack

        try:
            bench = _Bench.of(self.config)
        except JuratError as error:
            raise self.CollectError(str(error)) from None
        real = self.path.resolve()
        if real in bench.problems:
            raise self.CollectError(bench.problems[real])
        if real in bench.fixtures:
            fixture = bench.fixtures[real]
            yield FixtureItem.from_parent(self, name=str(fixture.expected), fixture=fixture)


class FixtureItem(pytest.Item):
    """The promise of one fixture's name as a test."""

    def __init__(self, *, fixture: "Fixture", **given: Any) -> None:
        super().__init__(**given)
        self.fixture = fixture

    def runtest(self) -> None:
        """Fail if the promise is not kept."""
        chosen = [each.fixture for each in self.session.items if isinstance(each, FixtureItem)]
        trial = _Bench.of(self.config).trial(self.fixture, chosen)
        if not trial.kept:
            raise BrokenPromiseError(trial)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what was expected and what was found, not where in jurat that was noticed."""
        from jurat.errors import JuratError  # noqa: PLC0415 - only where there is a pack

        error = excinfo.value
        if isinstance(error, BrokenPromiseError):
            from jurat.reporters.style import Style  # noqa: PLC0415
            from jurat.testing.reports.text import explain  # noqa: PLC0415

            return explain(error.trial, Style(width=_WIDTH))
        if isinstance(error, JuratError):
            return str(error)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return the file, and the policy with its promise as a heading."""
        return self.path, None, f"{self.fixture.policy}: {self.path.name}"


class BrokenPromiseError(Exception):
    """A fixture was judged otherwise than its name promises."""

    def __init__(self, trial: "Trial") -> None:
        super().__init__(str(trial.fixture.file))
        self.trial = trial


@dataclass(frozen=True)
class Judged:
    """What a policy said: all findings and the worst verdict; ``None`` if nothing was judged."""

    verdict: "Verdict | None"
    findings: tuple["Finding", ...]

    @property
    def messages(self) -> tuple[str, ...]:
        """The messages of the findings, in their order."""
        return tuple(finding.message for finding in self.findings)


@pytest.fixture
def estate() -> Callable[..., "Estate"]:
    """Read inputs into an estate: ``estate("plan.json")``, ``estate({"Resources": …})``."""
    from jurat import api  # noqa: PLC0415 - only where it is used

    return api.read


@pytest.fixture
def judge(request: pytest.FixtureRequest) -> Callable[..., Judged]:
    """Judge inputs by one policy: ``judge("area/name", "plan.json", params={…})``.

    An input is a path, a document, or one resource: ``{"Type": …, "Properties": {…}}``.
    """
    from jurat import api  # noqa: PLC0415 - only where it is used
    from jurat.testing.trials import worst  # noqa: PLC0415

    pack = _pack(request.config)

    def judge(
        policy: str, *inputs: "Input", params: Mapping[str, Any] | None = None, **hints: Any
    ) -> Judged:
        named = {f"{policy}:{name}": value for name, value in (params or {}).items()}
        read = [_template(each) for each in inputs]
        assessment = api.check(read, policies=[policy], params=named, packs=pack, **hints)
        return Judged(worst(assessment.findings), assessment.findings)

    return judge


_PACK = pytest.StashKey["Pack"]()


def _pack(config: pytest.Config) -> "Pack":
    """Load the packs of this run once."""
    if _PACK not in config.stash:
        from jurat import api  # noqa: PLC0415 - only where it is used

        config.stash[_PACK] = api.load_pack(*_packs(config))
    return config.stash[_PACK]


def _template(given: "Input") -> "Input":
    """Make a template of a single resource."""
    if isinstance(given, Mapping) and isinstance(given.get("Type"), str):
        return {"Resources": {"Resource": given}}
    return given
