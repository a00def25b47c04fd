"""An explanation for a person at a terminal: the answer first, then what it rests on."""

from jurat.explaining.text.page import render

__all__ = ["render"]
