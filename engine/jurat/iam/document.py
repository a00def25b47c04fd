"""Policy documents: every statement of any JSON, read without failing.

What cannot be read is taken as the author of an attack would like it: an Allow as wide as it could
be, a Deny as one that denies nothing. So a document never looks safer than it is.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import unquote

from jurat.iam.conditions import Test, read_tests
from jurat.iam.principals import Principals, read_principals
from jurat.iam.selection import Selection
from jurat.model import Path

_DEEPEST: Final = 8


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy document.

    ``path`` leads to it from the resource that holds the document; ``source`` names the document
    for people. ``resource`` is ``None`` where the document is attached to the resource it speaks
    of, ``principal`` is ``None`` in identity policies. A statement that is not ``readable`` has the
    most dangerous meaning it could have.
    """

    path: Path
    sid: str
    allows: bool
    action: Selection
    resource: Selection | None
    principal: Principals | None
    tests: tuple[Test, ...]
    source: str = ""
    readable: bool = True

    @property
    def action_path(self) -> Path:
        """Where its actions stand."""
        return (*self.path, "NotAction" if self.action.negated else "Action")

    @property
    def resource_path(self) -> Path:
        """Where its resources stand."""
        if self.resource is None:
            return self.path
        return (*self.path, "NotResource" if self.resource.negated else "Resource")

    @property
    def principal_path(self) -> Path:
        """Where its principals stand."""
        if self.principal is None:
            return self.path
        return (*self.path, "NotPrincipal" if self.principal.negated else "Principal")
