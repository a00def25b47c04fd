"""From an estate to an assessment: judge, then give every control its status."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from jurat import __version__
from jurat.controls import evaluate
from jurat.errors import UsageError
from jurat.judge import Limits, Settings, judge, judge_whole
from jurat.judge.worker import Progress
from jurat.languages.contract import RegoEngine
from jurat.languages.opa import Opa
from jurat.languages.rego import engine_version
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
    states that the inputs are all there is in their accounts and regions. ``opa`` is what runs Rego
    policies in place of the embedded engine.
    """

    policies: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    threshold: Severity = Severity.MEDIUM
    inventory_complete: bool = False
    evidence_of_passes: bool = True
    limits: Limits = field(default_factory=Limits)
    opa: Opa | None = None
    progress: Progress | None = None


def assess(reading: Reading, pack: Pack, options: Options | None = None) -> Assessment:
    """Judge what was read by the pack; raises ``UsageError`` for an id or parameter nobody has."""
    options = options or Options()
    policies = select_policies(pack, options.policies)
    frameworks = select_frameworks(pack, options.frameworks)
    params = _params(policies, options.params, pack.params)
    estate = reading.estate
    raw = [policy for policy in policies if policy.id in pack.sets]
    with _rego_engine(options) as rego:
        settings = Settings(
            params=params,
            inventory_complete=options.inventory_complete,
            evidence_of_passes=options.evidence_of_passes,
            limits=options.limits,
            library=pack.library,
            rego=rego,
            progress=options.progress,
        )
        found = (
            *judge(estate, policies, settings),
            *judge_whole(reading.whole, raw, pack.sets, options.limits),
        )
        engines = _engines(policies, rego)
    findings = redactor(estate.secrets).findings(found)
    by_id = {policy.id: policy for policy in policies}
    return Assessment(
        version=__version__,
        packs=pack.editions,
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
        engines=engines,
        notes=estate.notes,
        errors=reading.failures,
    )


def _rego_engine(options: Options) -> AbstractContextManager[RegoEngine | None]:
    if options.opa is None:
        return nullcontext()
    from jurat.languages.opa.engine import opened  # noqa: PLC0415 - only this run pays for it

    return opened(options.opa, options.limits.seconds)


def _engines(policies: Sequence[Policy], rego: RegoEngine | None) -> dict[str, str]:
    """Say what ran the policies in Rego; raw Rego always runs on the embedded engine."""
    languages = {policy.language for policy in policies} & {"rego", "conftest"}
    return {
        name: rego.described if rego is not None and name == "rego" else engine_version()
        for name in languages
    }


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
    policies: Sequence[Policy],
    given: Mapping[str, Mapping[str, Any]],
    of_packs: Mapping[str, Mapping[str, Any]],
) -> dict[str, dict[str, Any]]:
    """Give each policy its parameters; what no policy has is a mistake of the user.

    What is given for one run goes before what packs set.
    """
    chosen = {policy.id: policy for policy in policies}
    result = {
        name: {key: _fitting(value, chosen[name].params[key], key) for key, value in own.items()}
        for name, own in of_packs.items()
        if name in chosen
    }
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
