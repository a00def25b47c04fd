"""Controls: what frameworks ask, what policies are linked to them, what became of each control."""

from jurat.controls.catalogue import check_links, load_framework, load_links
from jurat.controls.evaluate import evaluate

__all__ = ["check_links", "evaluate", "load_framework", "load_links"]
