"""What a policy looked at, the values its message is about first."""

from collections.abc import Mapping, Sequence
from typing import Any

from jurat.model.finding import Finding, Read
from jurat.reporters.style import Style
from jurat.reporters.text.subject import own
from jurat.reporters.text.terminal import brief, itemized, safe

_MOST = 6


def at(finding: Finding) -> str:
    """Return the canonical path, then the source's name and place for it where they say more."""
    own = next((read for read in finding.reads if read.path == finding.at), None)
    more = (_source(finding, own), _place(finding, own))
    extra = ", ".join(safe(part) for part in more if part)
    return safe(finding.at or "") + (f" ({extra})" if extra else "")


def _source(finding: Finding, read: Read | None) -> str:
    """Return the source's name of a value; of the resource itself the attribute suffices."""
    attribute = own(finding.subject, (read and read.source) or "")
    return "" if attribute == finding.at else attribute


def _place(finding: Finding, read: Read | None) -> str:
    """Return where a value is written, unless it is where its resource is."""
    subject = finding.subject
    location = (read and read.location) or finding.location
    known = str(location or "")
    return "" if known == str(subject.location or subject.file) else known


def evidence(style: Style, findings: Sequence[Finding], indent: int) -> list[str]:
    """List the values that one policy read on one resource, each once."""
    reads = {_name(each, read): read for each in findings for read in each.reads}
    if not reads:
        return []
    most = len(reads) if style.verbose else _MOST
    shown = list(reads)
    if len(shown) > most:
        paths = [finding.at for finding in findings if finding.at]
        shown = sorted(shown, key=lambda path: _distance(path, paths))[:most]
    texts = [shown_read(style, path, reads[path]) for path in shown]
    if rest := len(reads) - len(shown):
        texts.append(f"and {rest} more")
    return itemized(style, "read", texts, indent)


def _name(finding: Finding, read: Read) -> str:
    return own(finding.subject, read.path) if ": " in read.path else read.path


def _distance(path: str, paths: Sequence[str]) -> int:
    """Tell how far a value is from those a message is about: itself, beside it, elsewhere."""
    if any(_within(path, other) or _within(other, path) for other in paths):
        return 0
    beside = any("." in other and _within(path, other.rpartition(".")[0]) for other in paths)
    return 1 if beside else 2


def _within(path: str, whole: str) -> bool:
    return path.startswith(whole) and path[len(whole) : len(whole) + 1] in {"", ".", "["}


def shown_read(style: Style, name: str, read: Read) -> str:
    """Return a value under a name, with its state if it is not simply known."""
    path = safe(name) or "(everything)"
    if read.state in {"absent", "sensitive"}:
        return f"{path}: ({read.state})"
    if read.state == "unknown" and (why := _member(read.value, "$unknown")):
        return f"{path}: (unknown: {safe(why)})"
    if read.state == "reference" and (address := _member(read.value, "$reference")):
        attribute = _member(read.value, "attribute")
        return f"{path} = {safe(f'{address}.{attribute}' if attribute else address)} (reference)"
    text = f"{path} = {brief(read.value, 400 if style.verbose else 70)}"
    return text if read.state == "known" else f"{text} ({safe(read.state)})"


def _member(value: Any, key: str) -> str:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else ""
