"""Where something is, and how to say it without giving the input a say."""

import re
from urllib.parse import quote

from jurat.model.finding import Finding
from jurat.model.resource import Location
from jurat.reporters.encoding import Row

_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_DRIVE = re.compile(r"[A-Za-z]:/")
_LONGEST = 2000


def text(content: str) -> Row:
    """Return a message in which nothing is taken for a placeholder or a link."""
    if len(content) > _LONGEST:
        content = f"{content[:_LONGEST]}..."
    content = _PLACEHOLDER.sub(r"{{\1}}", content)
    if "](" in content:
        content = content.replace("[", "\\[").replace("]", "\\]")
    return {"text": content}


def location(finding: Finding, root: str) -> Row:
    """Return the place in the source and the resource's address."""
    place = finding.location or finding.subject.location or Location(finding.subject.file)
    named = {"fullyQualifiedName": finding.subject.address, "kind": "resource"}
    return {**physical(place, root), "logicalLocations": [named]}


def physical(place: Location, root: str) -> Row:
    """Return the file and line, or nothing if no file is known."""
    if not place.file:
        return {}
    row: Row = {"artifactLocation": artifact(place.file, root)}
    if place.line is not None and place.line > 0:
        row["region"] = {"startLine": place.line}
        if place.column is not None and place.column > 0:
            row["region"]["startColumn"] = place.column
    return {"physicalLocation": row}


def artifact(path: str, root: str) -> Row:
    """Return a URI relative to the root; a file outside it keeps its absolute one."""
    path, root = path.replace("\\", "/"), root.replace("\\", "/").rstrip("/")
    path = path.removeprefix(f"{root}/" if root else "./").removeprefix("./")
    # A colon is always written %3A: in a relative URI it would end a scheme.
    written = quote(path, safe="/@!$&'()*+,;=~", errors="surrogatepass")
    if path.startswith("/") or _DRIVE.match(path):
        return {"uri": f"file:///{written.lstrip('/')}"}
    return {"uri": written, "uriBaseId": "%SRCROOT%"}
