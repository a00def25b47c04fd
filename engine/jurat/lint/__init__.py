"""Lint: what can be told of a pack without running it."""

from jurat.lint.fault import Fault, Report
from jurat.lint.linting import lint
from jurat.lint.rules import RULES, Level, Rule

__all__ = ["RULES", "Fault", "Level", "Report", "Rule", "lint"]
