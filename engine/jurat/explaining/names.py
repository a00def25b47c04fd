"""Names that can be asked about: policies, controls, fingerprints; and what was perhaps meant."""

import re
from collections.abc import Collection
from difflib import get_close_matches

from jurat.model import Control, Framework, Policy
from jurat.pack import Pack
from jurat.reporters.qualified import qualify

_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_NEAR = 3


def is_fingerprint(name: str) -> bool:
    """Tell whether a name has the form of a finding's fingerprint."""
    return _FINGERPRINT.fullmatch(name) is not None


def find_policy(pack: Pack, name: str) -> Policy | None:
    """Return the policy with this id or alias."""
    found = (policy for policy in pack.policies if name == policy.id or name in policy.aliases)
    return next(found, None)


def find_controls(pack: Pack, name: str) -> list[tuple[Framework, Control]]:
    """Return the controls with this bare or qualified id; frameworks may share a bare one."""
    return [
        (framework, control)
        for framework in pack.frameworks
        for control in framework.controls
        if name in {control.id, qualify(framework.id, control.id)}
    ]


def names(pack: Pack) -> list[str]:
    """Return every name that can be asked about without inputs."""
    policies = [name for policy in pack.policies for name in (policy.id, *policy.aliases)]
    controls = [
        qualify(framework.id, control.id)
        for framework in pack.frameworks
        for control in framework.controls
    ]
    return [*policies, *controls]


def near(name: str, known: Collection[str]) -> str:
    """Return ``; did you mean …?`` with the nearest known names, or nothing."""
    by_case = {each.lower(): each for each in known}
    close = [by_case[each] for each in get_close_matches(name.lower(), by_case, _NEAR)]
    parts = [each for each in known if name and name.lower() in each.lower()]
    found = list(dict.fromkeys([*close, *sorted(parts, key=len)]))[:_NEAR]
    *others, last = found or [""]
    listed = f"{', '.join(others)} or {last}" if others else last
    return f"; did you mean {listed}?" if found else ""
