"""SARIF 2.1.0 for code hosts: policies as rules, controls as taxa, waivers as suppressions."""

from jurat.reporters.sarif.log import render

__all__ = ["render"]
