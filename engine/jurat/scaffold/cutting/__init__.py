"""Fixtures cut out of real inputs, cleaned of what must not leave their owner."""

from jurat.scaffold.cutting.cut import Cutting, cut

__all__ = ["Cutting", "cut"]
