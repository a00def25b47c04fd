"""Stand-ins: plausible text for references, whose text nobody knows before the apply.

One reference always gets one text, so it equals itself and nothing else. Where the kind of string
is a guess there are two renditions, and a policy that tells them apart decides on invented text.
"""

import hashlib
import re

from jurat.model import Reference

RENDITIONS = 2
_ACCOUNT = "000000000000"


def stand_in(reference: Reference, types: dict[str, str], rendition: int) -> str:
    """Return the text for ``reference``; ``types`` maps addresses to canonical types."""
    kind = types.get(reference.address, "")
    name = _name(reference.address)
    attribute = reference.attribute.rpartition(".")[2]
    if attribute.lower().endswith("arn"):
        return _arn(kind, name)
    if attribute == "Ref" and rendition == 1:
        return _arn(kind, name)
    if attribute in {"Ref", "Id", "Name"} or attribute.endswith(("Id", "Name")):
        return name
    return f"{name}-{attribute.lower()}" if rendition == 0 else _arn(kind, name)


def _name(address: str) -> str:
    """Make a name of an address that no real resource bears and that is short and unique."""
    digest = hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()[:8]
    words = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-")[-40:]
    return f"{words}-{digest}"


def _arn(kind: str, name: str) -> str:
    parts = kind.split("::")
    service = parts[1].lower() if len(parts) > 1 else "service"
    if service == "s3":
        return f"arn:aws:s3:::{name}"
    noun = parts[2].lower() if len(parts) > 2 else "resource"  # noqa: PLR2004 - AWS::Service::Noun
    return f"arn:aws:{service}:eu-central-1:{_ACCOUNT}:{noun}/{name}"
