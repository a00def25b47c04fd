"""Keep secrets out of findings: the second line behind values that are marked sensitive."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from jurat.model import Finding, Gap, Read

HIDDEN = "(sensitive)"
_SHORTEST = 6
# Forms of credentials that are secret wherever they stand.
_TOKENS = (
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?",
    r"\bgh[pousr]_[0-9A-Za-z]{20,}",
    r"\bxox[abpr]-[0-9A-Za-z-]{10,}",
    r"\bsk_live_[0-9A-Za-z]{10,}",
    r"\beyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]*",
    r"(?i:(?<=password=))[^\s&;\"']+",
    r"(?<=://)[^\s/:@]+:[^\s/@]+(?=@)",
)


@dataclass(frozen=True, slots=True)
class Redactor:
    """Replaces known secrets and texts in the form of one."""

    text: Callable[[str], str]
    """Return a text without secrets."""

    def value(self, value: Any) -> Any:
        """Return a JSON value without secrets, in keys and in values."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.value(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value(item) for item in value]
        return value

    def findings(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return the findings without secrets in messages, evidence and gaps."""
        return tuple(self._finding(finding) for finding in findings)

    def _finding(self, finding: Finding) -> Finding:
        message = self.text(finding.message)
        reads = self._reads(finding.reads)
        gaps = tuple(Gap(self.text(gap.path), self.text(gap.why)) for gap in finding.gaps)
        if message == finding.message and reads is finding.reads and gaps == finding.gaps:
            return finding
        return replace(finding, message=message, reads=reads, gaps=gaps)

    def _reads(self, reads: tuple[Read, ...]) -> tuple[Read, ...]:
        cleaned = tuple(self._read(read) for read in reads)
        return reads if all(a is b for a, b in zip(cleaned, reads, strict=True)) else cleaned

    def _read(self, read: Read) -> Read:
        value = read.value
        if value is None or isinstance(value, bool | int | float):
            return read
        cleaned = self.value(value)
        return read if cleaned == value else replace(read, value=cleaned)


def redactor(secrets: Sequence[str] | frozenset[str]) -> Redactor:
    """Make a redactor for these secrets; very short ones would tear words apart: left out."""
    known = sorted((s for s in secrets if len(s) >= _SHORTEST), key=len, reverse=True)
    pattern = re.compile("|".join([*map(re.escape, known), *_TOKENS]))

    # The same messages and reasons come again and again.
    @lru_cache(maxsize=1 << 16)
    def clean(text: str) -> str:
        return pattern.sub(HIDDEN, text)

    return Redactor(clean)
