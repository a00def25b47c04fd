"""Reporters: one pure function a format, from an assessment to a string."""

from jurat.reporters.registry import NAMES, REPORTERS, render

__all__ = ["NAMES", "REPORTERS", "render"]
