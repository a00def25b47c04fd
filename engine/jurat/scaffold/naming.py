"""What a new policy may be called, and which type it is about."""

import difflib
import keyword
import re
from typing import Final

from jurat.errors import UsageError
from jurat.shapes import shape, table_files
from jurat.shapes.table import part_entries, shape_in

FALLBACK_TYPE: Final = "AWS::S3::Bucket"
"""What a new policy is about if neither the user nor its id says it."""

_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,62}/[a-z][a-z0-9_]{0,62}")
_REGO: Final = frozenset(
    {
        *("as", "contains", "data", "default", "else", "every", "false", "if", "import", "in"),
        *("input", "not", "null", "package", "some", "true", "with"),
    }
)
_TAKEN: Final = {
    "lib": "that folder holds the Rego that policies share",
    "estates": "that folder holds whole inputs among the fixtures",
}
_MOST_CHARACTERS: Final = 200
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")


def check_id(policy_id: str) -> None:
    """Raise ``UsageError`` unless both languages and the folders of a pack can have this id."""
    if not _ID.fullmatch(policy_id):
        raise UsageError(
            f"{policy_id}: no policy id; AREA/NAME in lower case is expected, letters, digits and "
            "underscores, such as s3/bucket_versioning"
        )
    area, _, name = policy_id.partition("/")
    if area in _TAKEN:
        raise UsageError(f"{policy_id}: an area cannot be called {area}: {_TAKEN[area]}")
    for part in (area, name):
        if part in _REGO:
            raise UsageError(f"{policy_id}: {part} is a keyword of Rego")
    # A policy can move to the other language, where its name is that of a function.
    if keyword.iskeyword(name):
        raise UsageError(f"{policy_id}: {name} is a keyword of Python")
    if name.endswith("_test"):
        raise UsageError(f"{policy_id}: files that end in _test hold tests, not policies")


def check_title(title: str) -> str:
    """Return a title without space around it; raises ``UsageError`` if it is no line of text."""
    title = title.strip()
    if not title or not title.isprintable() or len(title) > _MOST_CHARACTERS:
        raise UsageError(f"--title: one line of 1 to {_MOST_CHARACTERS} characters is expected")
    return title


def check_type(kind: str) -> None:
    """Raise ``UsageError`` unless a table is about this canonical type."""
    if shape(kind).terraform:
        return
    wholes = sorted({entry.type for entry in part_entries(kind)})
    if wholes:
        raise UsageError(
            f"{kind}: no policy sees it by itself, it is folded into {' or '.join(wholes)}: "
            "write the policy for that"
        )
    near = difflib.get_close_matches(_stem(kind), [_without_suffix(file) for file in table_files()])
    hint = f"; did you mean {shape_in(f'{near[0]}.yaml').type}?" if near else ""
    raise UsageError(f"{kind}: no table covers this type{hint}")


def type_told_by(policy_id: str) -> str | None:
    """Return the type that an id speaks of: its service is the area, its resource in the name."""
    area, _, name = policy_id.partition("/")
    said = set(name.split("_"))
    fits: dict[str, tuple[int, int]] = {}
    for file in table_files():
        words = _without_suffix(file).split("_")
        shared = len(said.intersection(words[1:]))
        if words[0] == area and shared:
            fits[file] = (shared, -len(words))
    return shape_in(max(fits, key=lambda file: fits[file])).type if fits else None


def _without_suffix(file: str) -> str:
    return file.removesuffix(".yaml")


def resource_of(kind: str) -> str:
    """Return what a type calls its resource, in small words: ``db_instance``."""
    return "_".join(_WORD.findall(kind.rpartition("::")[2])).lower()


def _stem(kind: str) -> str:
    """Return the name that the table of a type would have: ``s3_bucket``."""
    service = kind.partition("::")[2].partition("::")[0].lower()
    return f"{service}_{resource_of(kind)}"
