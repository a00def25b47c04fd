"""Mutation testing: deliberate mistakes in policies and inputs that some fixture must notice."""

from jurat.testing.mutation.explained import FILE, Explained, Explanations, explanations
from jurat.testing.mutation.mutant import Mutant, Outcome
from jurat.testing.mutation.report import render
from jurat.testing.mutation.run import KINDS, Report, Result, Score, Settings, mutate_pack, percent

__all__ = [
    "FILE",
    "KINDS",
    "Explained",
    "Explanations",
    "Mutant",
    "Outcome",
    "Report",
    "Result",
    "Score",
    "Settings",
    "explanations",
    "mutate_pack",
    "percent",
    "render",
]
