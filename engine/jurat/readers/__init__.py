"""Readers: one folder a format, told apart by content."""

from jurat.readers.read import Reading, read
from jurat.readers.source import Hints, Source

__all__ = ["Hints", "Reading", "Source", "read"]
