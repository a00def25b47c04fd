"""Ways to run a policy: one module a language, one contract."""

from jurat.languages.contract import Evaluator, Outcome
from jurat.languages.registry import describe, load, suffixes

__all__ = ["Evaluator", "Outcome", "describe", "load", "suffixes"]
