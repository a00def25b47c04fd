"""All rules on the code of one Rego module."""

from collections.abc import Iterable, Mapping

from jurat.lint.fault import Faults
from jurat.lint.rego.calls import (
    call_faults,
    recursion_faults,
    unary_faults,
    unused_faults,
    with_faults,
)
from jurat.lint.rego.heads import head_faults
from jurat.lint.rego.iteration import iteration_faults
from jurat.lint.rego.messages import message_faults
from jurat.lint.rego.module import RESULTS, RegoModule
from jurat.lint.rego.names import data_faults, import_faults, keyword_faults, package_faults
from jurat.lint.rego.negation import negation_faults
from jurat.lint.rego.scopes import shadow_faults

Library = Mapping[str, RegoModule]
"""The modules that policies may import, by their packages."""


_ASKED_OF_RAW = {
    "rego/deprecated-builtin",
    "rego/forbidden-builtin",
    "rego/missing-builtin",
    "rego/unknown-function",
}


def rego_faults(module: RegoModule, policy: str, library: Library) -> Faults:
    """Yield what is wrong with the code of a policy."""
    yield from package_faults(module, f"jurat.policies.{policy.replace('/', '.')}")
    yield from message_faults(module)
    yield from unused_faults(module, RESULTS)
    yield from _anywhere(module, library)


def library_faults(module: RegoModule, library: Library) -> Faults:
    """Yield what is wrong with a module that policies import."""
    yield from _anywhere(module, library)


def raw_faults(module: RegoModule, beside: Iterable[RegoModule]) -> Faults:
    """Yield what the embedded engine cannot run of a raw module; ``beside`` are all of its set."""
    return (fault for fault in call_faults(module, beside) if fault.rule in _ASKED_OF_RAW)


def _anywhere(module: RegoModule, library: Library) -> Faults:
    yield from import_faults(module)
    yield from keyword_faults(module)
    yield from data_faults(module)
    yield from shadow_faults(module)
    yield from call_faults(module, library.values())
    yield from recursion_faults(module, library)
    yield from with_faults(module)
    yield from unary_faults(module)
    yield from negation_faults(module, library)
    yield from head_faults(module, library)
    yield from iteration_faults(module)
