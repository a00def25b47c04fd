"""Readers: one folder a format, told apart by content."""

from jurat.readers.read import Reading, read
from jurat.readers.source import Hints, Source
from jurat.readers.whole import WholeInput

__all__ = ["Hints", "Reading", "Source", "WholeInput", "read"]
