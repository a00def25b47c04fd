"""From an estate to an assessment: judge, then give every control its status."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jurat import __version__
from jurat.controls import evaluate
from jurat.errors import UsageError
from jurat.judge import Limits, Settings, judge
from jurat.judge.worker import Progress
from jurat.model import (
    Assessment,
    Coverage,
    Estate,
    Failure,
    Finding,
    Framework,
    Policy,
    Severity,
    TypeCoverage,
)
from jurat.pack import Pack
from jurat.readers import Reading
from jurat.redact import redactor


@dataclass(frozen=True, slots=True)
class Options:
    """What to assess, and how.

    ``policies`` and ``frameworks`` are ids to keep; empty means all. ``params`` are values by
    policy id, or under ``""`` for every policy that has the parameter. ``inventory_complete``
    states that the inputs are all there is in their accounts and regions.
    """

    policies: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    threshold: Severity = Severity.MEDIUM
    inventory_complete: bool = False
    evidence_of_passes: bool = True
    limits: Limits = field(default_factory=Limits)
    progress: Progress | None = None


def assess(reading: Reading, pack: Pack, options: Options | None = None) -> Assessment:
    """Judge what was read by the pack; raises ``UsageError`` for an id or parameter nobody has."""
    options = options or Options()
    policies = select_policies(pack, options.policies)
    frameworks = select_frameworks(pack, options.frameworks)
    params = _params(policies, options.params)
    settings = Settings(
        params=params,
        inventory_complete=options.inventory_complete,
        evidence_of_passes=options.evidence_of_passes,
        limits=options.limits,
        library=pack.library,
        progress=options.progress,
    )
    estate = reading.estate
    findings = redactor(estate.secrets).findings(judge(estate, policies, settings))
    by_id = {policy.id: policy for policy in policies}
    return Assessment(
        version=__version__,
        pack=pack.hashes,
        inputs=estate.inputs,
        findings=findings,
        frameworks=tuple(
            evaluate(
                framework,
                by_id,
                findings,
                inventory_complete=options.inventory_complete,
                threshold=options.threshold,
                incomplete=_incomplete(estate, reading.failures),
            )
            for framework in frameworks
        ),
        coverage=_coverage(estate, findings),
        policies=policies,
        params=params,
        notes=estate.notes,
        errors=reading.failures,
    )


def select_policies(pack: Pack, wanted: Sequence[str]) -> tuple[Policy, ...]:
    """Return the policies with these ids or aliases; a name ending in ``/`` means its folder."""
    if not wanted:
        return pack.policies
    chosen: dict[str, Policy] = {}
    for name in wanted:
        found = [policy for policy in pack.policies if _is_called(policy, name)]
        if not found:
            raise UsageError(f"{name}: no such policy; see `jurat list policies`")
        chosen |= {policy.id: policy for policy in found}
    return tuple(chosen[name] for name in sorted(chosen))


def _is_called(policy: Policy, name: str) -> bool:
    folder = name.endswith("/") and policy.id.startswith(name)
    return folder or name == policy.id or name in policy.aliases


def select_frameworks(pack: Pack, wanted: Sequence[str]) -> tuple[Framework, ...]:
    """Return the frameworks with these ids."""
    known = {framework.id: framework for framework in pack.frameworks}
    for name in wanted:
        if name not in known:
            raise UsageError(f"{name}: no such framework; there are {', '.join(sorted(known))}")
    return tuple(known[name] for name in sorted(wanted or known))


def _params(
    policies: Sequence[Policy], given: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Give each policy its parameters; what no policy has is a mistake of the user."""
    result: dict[str, dict[str, Any]] = {}
    for target, values in given.items():
        for name, value in values.items():
            takers = [p for p in policies if target in {"", p.id} and name in p.params]
            if not takers:
                where = f"policy {target}" if target else "any policy"
                raise UsageError(f"{name}: not a parameter of {where}; see `jurat explain POLICY`")
            for policy in takers:
                result.setdefault(policy.id, {})[name] = _fitting(value, policy.params[name], name)
    return result


def _fitting(value: Any, default: Any, name: str) -> Any:
    """Give a value the type of its default; a text with commas becomes a list where one is due."""
    if isinstance(default, list) and isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(default, list) and not isinstance(value, list):
        return [value]
    numbers = isinstance(default, int | float) and isinstance(value, int | float)
    if default is not None and not numbers and not isinstance(value, type(default)):
        raise UsageError(f"{name}: a {type(default).__name__} is expected")
    return value


def _incomplete(estate: Estate, failures: Iterable[Failure]) -> str | None:
    """Say why the inputs do not show everything they stand for."""
    for item in estate.inputs:
        if item.incomplete:
            return f"{item.path}: {item.incomplete}"
    return next((f"not read: {failure.message}" for failure in failures), None)


def _coverage(estate: Estate, findings: Sequence[Finding]) -> Coverage:
    """Count what was read and what was judged; a type no table covers was read and not judged."""
    judged = {
        (finding.subject.file, finding.subject.address, finding.subject.type)
        for finding in findings
    }
    seen: Counter[str] = Counter(resource.type for resource in estate.resources)
    done: Counter[str] = Counter(
        resource.type
        for resource in estate.resources
        if (resource.file, resource.address, resource.type) in judged
    )
    untyped = [item for item in estate.uncovered if item.attribute is None]
    seen.update(item.type for item in untyped)
    return Coverage(
        resources=len(estate.resources) + len(untyped),
        judged=done.total(),
        types=tuple(TypeCoverage(kind, seen[kind], done[kind]) for kind in sorted(seen)),
        uncovered=estate.uncovered,
    )
