"""IAM JSON as AWS returns it."""

from jurat.model import Tier
from jurat.readers.registry import Recognised
from jurat.readers.whole import WholeInput


def whole(recognised: Recognised) -> WholeInput:
    """Return the document of an input that was read; several in one file are a list."""
    return WholeInput(recognised.source.path, Tier.LIVE, recognised.document)
