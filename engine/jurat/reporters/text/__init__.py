"""The report for a person at a terminal."""

from jurat.reporters.text.page import render

__all__ = ["render"]
