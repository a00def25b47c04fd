"""Values in words, and the canonical resource value by value."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from jurat.explaining.explanation import Part
from jurat.judge.candidates import OPAQUE, SUPPLIED
from jurat.judge.judgement import Examination, read
from jurat.model import ABSENT, Path, Read, Reference, Resource, Sensitive, Unknown, Value, show
from jurat.model.reads import Touch


def in_words(value: Value) -> str:
    """Say what was put in for something unknown; a secret is never told.

    Nothing is cut off, so that what is no secret by its mark can still be found by its text.
    """
    if value is ABSENT:
        return "absent"
    if value == SUPPLIED:
        return "a secret supplied at deployment"
    if isinstance(value, str) and OPAQUE in value:
        return _text_in_words(value)
    if isinstance(value, Unknown):
        return _parts_in_words(value) if value.parts else "not known either"
    if isinstance(value, Sensitive):
        return "(sensitive)"
    if isinstance(value, Reference):
        return f"{value.address}.{value.attribute}"
    return json.dumps(show(value), ensure_ascii=False, default=str)


def _text_in_words(value: str) -> str:
    """Name a text that no policy knows, or one that only begins with a known one."""
    known = value.partition(OPAQUE)[0]
    return f"a text that begins with {json.dumps(known)}" if known else "any other text"


def _parts_in_words(value: Unknown) -> str:
    """Write a partly known text; its last part is what fills the holes."""
    *parts, filler = value.parts
    words = [str(filler) if isinstance(part, Unknown) else _part_in_words(part) for part in parts]
    text = "".join(words).replace(OPAQUE, "...")
    return json.dumps(re.sub(r"(?:\.\.\.)+", "...", text), ensure_ascii=False)


def _part_in_words(part: Value) -> str:
    if isinstance(part, Reference):
        return f"${{{part.address}.{part.attribute}}}"
    return "..." if isinstance(part, Sensitive) else str(part)


def parts(examination: Examination) -> Iterator[Part]:
    """Yield each value of the judged resource, and what was looked for in vain."""
    resource = examination.document.resource
    looked_at = examination.decision.reads
    shown: set[Path] = set()
    for path, value in leaves(resource.properties):
        touch = looked_at.touch(("resource", "properties", *path))
        shown.add(path)
        yield Part(_read(resource, path, value, resource), touch is not Touch.NOT)
    for path, value in looked_at.found(examination.document.value):
        if path[:2] == ("resource", "properties") and path[2:] not in shown:
            missing = value is ABSENT or isinstance(value, Unknown)
            if missing and not _is_inside(path[2:], shown):
                yield Part(_read(resource, path[2:], value, resource), looked_at=True)


def reads(examination: Examination) -> Iterator[Read]:
    """Yield everything that was looked at, also of relatives and of the scope."""
    for resource, path, value in examination.looks():
        yield _read(resource, path, value, examination.document.resource)


def _read(resource: Resource, path: Path, value: Value, judged: Resource) -> Read:
    """Write down a value whole: only who shows it cuts it, when secrets have been taken out."""
    brief = read(resource, path, value, mine=resource is judged)
    return brief if value is ABSENT else replace(brief, value=show(value))


def _is_inside(path: Path, shown: set[Path]) -> bool:
    """Tell whether something above a path is shown already, so that it says nothing new."""
    return any(path[:length] in shown for length in range(1, len(path)))


def leaves(value: Value, path: Path = ()) -> Iterator[tuple[Path, Value]]:
    """Yield the scalars, markers and empty containers of a value with their paths."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    elif path:
        yield path, value


def origin_of(resource: Resource, path: Path) -> str:
    """Name a value as its source does: address and attribute."""
    origin = resource.origin(path)
    return f"{origin.address}: {origin.attribute}" if origin.attribute else origin.address
