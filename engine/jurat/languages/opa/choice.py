"""The choice of an OPA, which costs nothing until it is opened."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Opa:
    """Which OPA to use: the server at ``url``, or without one an own one, started when needed.

    ``ca`` is a file of certificates to trust instead of the usual ones.
    """

    url: str | None = None
    token: str | None = field(default=None, repr=False)
    ca: str | None = None
