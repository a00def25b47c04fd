"""Policies on trial: fixtures, and what shows that they would notice a mistake."""

from jurat.testing.runner import measure_fixtures, run_fixtures
from jurat.testing.trials import Fixture, Trial, fixtures, run_fixture, worst

__all__ = [
    "Fixture",
    "Trial",
    "fixtures",
    "measure_fixtures",
    "run_fixture",
    "run_fixtures",
    "worst",
]
