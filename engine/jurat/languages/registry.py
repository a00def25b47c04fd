"""Which language runs a policy file."""

from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from jurat.errors import PackError
from jurat.languages.contract import Evaluator, RegoEngine
from jurat.model import Policy

_LANGUAGES = {".rego": "rego", ".py": "python"}


class _Language(Protocol):
    def describe(self, text: str, policy_id: str, file: str) -> Policy: ...
    def evaluator(self, policy: Policy, library: tuple[str, ...]) -> Evaluator: ...


def suffixes() -> tuple[str, ...]:
    """Return the file suffixes of policies."""
    return tuple(_LANGUAGES)


def _language(suffix: str) -> _Language:
    return cast("_Language", import_module(f"jurat.languages.{_LANGUAGES[suffix]}"))


def describe(file: Path, policy_id: str, shown: str) -> Policy:
    """Read a policy's metadata from its text without running it; raises ``PackError``."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{shown}: cannot be read: {error}") from error
    return _language(file.suffix).describe(text, policy_id, shown)


def load(
    policy: Policy, library: tuple[str, ...] = (), rego: RegoEngine | None = None
) -> Evaluator:
    """Make a policy ready to run; ``library`` are Rego modules it may import.

    Rego runs on the embedded engine if no other is given.
    """
    if rego is not None and policy.language == "rego":
        return rego.evaluator(policy, library)
    return _language(Path(policy.file).suffix).evaluator(policy, library)
