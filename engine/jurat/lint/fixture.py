"""Rules on fixtures: every policy has those that prove it, and every file is one."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from jurat.lint.fault import Fault, Faults, quote
from jurat.lint.source import Source
from jurat.model import Verdict
from jurat.model.resource import Location
from jurat.testing.mutation.explained import FILE as EXPLANATIONS
from jurat.testing.parameters import PARAMETERS
from jurat.testing.snapshots import SNAPSHOTS
from jurat.testing.suite import FIXTURES
from jurat.testing.trials import promised

_FORMATS = (".tfplan.json", ".cfn.yaml", ".cfn.json", ".iam.json")
# A document of live IAM holds what is; only an intention can be unknown.
_MAY_BE_UNKNOWN = (".tfplan.json", ".cfn.yaml", ".cfn.json")
_ELSEWHERE = {"estates", "conftest"}
"""Whole estates, and raw policies with their data: inputs of other tests."""

_BESIDE = {EXPLANATIONS, PARAMETERS, SNAPSHOTS}
_DEMANDED = {Verdict.PASS: "fixture/no-pass", Verdict.FAIL: "fixture/no-fail"}


def fixture_faults(root: Path, sources: Iterable[Source], raw: Iterable[str]) -> Faults:
    """Yield what is missing or astray below ``fixtures/``; ``raw`` are ids of raw policies."""
    folders = _folders(root / FIXTURES)
    known = {source.id: source for source in sources}
    for name, files in folders.items():
        if name not in known and name not in raw:
            place = Location(str(files[0]), 1)
            yield Fault("fixture/no-policy", place, f"there is no policy {quote(name)}")
        for file in files:
            yield from _file(file)
    for source in known.values():
        yield from _set(source, folders.get(source.id, []))


def _folders(root: Path) -> Mapping[str, list[Path]]:
    """Return the files of fixtures by the id that their folders spell."""
    found: dict[str, list[Path]] = {}
    for file in sorted(root.rglob("*")):
        inner = file.relative_to(root).parts
        if inner[0] in _ELSEWHERE or not file.is_file() or file.name in _BESIDE:
            continue
        found.setdefault("/".join(inner[:2]) if len(inner) > 2 else "", []).append(file)  # noqa: PLR2004 - area/name/file
    return found


def _file(file: Path) -> Faults:
    place = Location(str(file), 1)
    if promised(file.name) is None:
        message = f"{quote(file.name)} begins with no verdict, as pass- or fail-"
        yield Fault("fixture/name", place, message)
    if not file.name.endswith(_FORMATS):
        message = f"{quote(file.name)} ends with none of {', '.join(_FORMATS)}"
        yield Fault("fixture/name", place, message)


def _set(source: Source, files: list[Path]) -> Faults:
    """Yield which verdict of a policy no fixture shows."""
    place = Location(source.file, 1)
    verdicts = {promised(file.name) for file in files}
    if not files:
        yield Fault("fixture/none", place, f"{FIXTURES}/{source.id} holds no fixture")
        return
    for verdict, rule in _DEMANDED.items():
        if verdict not in verdicts:
            message = f"no fixture {FIXTURES}/{source.id}/{verdict}-… shows a {verdict}"
            yield Fault(rule, place, message)
    unknowable = any(file.name.endswith(_MAY_BE_UNKNOWN) for file in files)
    if unknowable and Verdict.UNKNOWN not in verdicts:
        message = f"no fixture {FIXTURES}/{source.id}/unknown-… has a value that is not known"
        yield Fault("fixture/no-unknown", place, message)
