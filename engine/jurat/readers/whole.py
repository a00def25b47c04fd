"""Inputs as they are written, for policies that look at whole inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jurat.model import Location, Tier, Value


@dataclass(frozen=True, slots=True)
class WholeInput:
    """One input as its format has it, with markers where a value is not known or secret.

    ``resources`` tells type, as the source calls it, and place of each resource by its address.
    """

    file: str
    tier: Tier
    value: Value
    resources: Mapping[str, tuple[str, Location]] = field(default_factory=dict)

    @property
    def types(self) -> frozenset[str]:
        """The types of its resources."""
        return frozenset(kind for kind, _ in self.resources.values())
