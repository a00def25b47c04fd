"""Reports of lint: one pure function a format."""

from jurat.lint.reports.registry import NAMES, render

__all__ = ["NAMES", "render"]
