"""Rules on Rego policies, by the syntax tree of the embedded engine: nothing of them is run."""

from jurat.lint.rego.judgement import library_faults, raw_faults, rego_faults
from jurat.lint.rego.lookups import looked_up
from jurat.lint.rego.metadata import read_rego
from jurat.lint.rego.module import RegoModule
from jurat.lint.rego.parsing import parse

__all__ = [
    "RegoModule",
    "library_faults",
    "looked_up",
    "parse",
    "raw_faults",
    "read_rego",
    "rego_faults",
]
