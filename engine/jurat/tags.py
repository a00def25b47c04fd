"""Tags for policies: what the owner of a resource says about it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.model import Path


def tag_values(tags: Any, key: str) -> Iterator[tuple[Any, Path]]:
    """Yield each value of the tag ``key``, and its place below ``tags``.

    AWS has tags as a list of pairs or as a mapping. Keys are matched with their case.
    """
    if isinstance(tags, Mapping):
        if key in tags:
            yield tags[key], (key,)
    elif isinstance(tags, Sequence) and not isinstance(tags, str):
        for index, tag in enumerate(tags):
            if isinstance(tag, Mapping) and tag.get("Key") == key:
                yield tag.get("Value"), (index, "Value")


def is_of_class(tags: Any, key: str, classes: Sequence[Any], others: Sequence[Any]) -> bool | None:
    """Tell whether the class in the tag ``key`` is one of ``classes``.

    ``None`` means that nobody knows: the tag is missing, or its class is not one of ``others``
    either.
    """
    found = [value for value, _ in tag_values(tags, key)]
    if any(value in classes for value in found):
        return True
    return False if found and all(value in others for value in found) else None
