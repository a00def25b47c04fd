"""Policy-as-code compliance: infrastructure in, evidenced control status out.

``check`` judges inputs, ``read`` only reads them, ``load_pack`` loads policies and mappings,
``render`` writes an assessment. The other names are what these return and raise. Each is imported
when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jurat.api import check, load_pack, read, render
    from jurat.errors import InputError, JuratError, PackError, PolicyError, UsageError
    from jurat.model import (
        Assessment,
        Control,
        ControlResult,
        Coverage,
        Estate,
        Finding,
        Framework,
        FrameworkResult,
        Gap,
        Link,
        Location,
        Numbers,
        Outcome,
        Policy,
        Read,
        Resource,
        Scope,
        Severity,
        Status,
        Subject,
        Tier,
        Verdict,
    )
    from jurat.pack import Pack

__version__ = "0.1.0"

__all__ = [
    "Assessment",
    "Control",
    "ControlResult",
    "Coverage",
    "Estate",
    "Finding",
    "Framework",
    "FrameworkResult",
    "Gap",
    "InputError",
    "JuratError",
    "Link",
    "Location",
    "Numbers",
    "Outcome",
    "Pack",
    "PackError",
    "Policy",
    "PolicyError",
    "Read",
    "Resource",
    "Scope",
    "Severity",
    "Status",
    "Subject",
    "Tier",
    "UsageError",
    "Verdict",
    "__version__",
    "check",
    "load_pack",
    "read",
    "render",
]

_HOMES = {
    "jurat.api": ("check", "load_pack", "read", "render"),
    "jurat.errors": ("InputError", "JuratError", "PackError", "PolicyError", "UsageError"),
    "jurat.pack": ("Pack",),
}
_MODEL = "jurat.model"


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = next((home for home, names in _HOMES.items() if name in names), _MODEL)
    value = globals()[name] = getattr(import_module(home), name)
    return value


def __dir__() -> list[str]:
    return __all__
