"""The three trees of a change laid over one another: values, what is unknown, what is sensitive."""

from functools import cache
from typing import Any

from jurat.model import Sensitive, Unknown, Value

AFTER_APPLY = "known after apply"


def overlay(after: Any, unknown: Any, sensitive: Any) -> Value:
    """Mark in ``after`` what is unknown and what is sensitive; unknown wins and keeps the flag.

    Keys and list elements that only ``unknown`` has are added. A part without any mark is the very
    object of ``after``.
    """
    if unknown is not True and not marked(unknown):
        return conceal(after, sensitive) if marked(sensitive) else after
    if unknown is True or not _fits(after, unknown):
        return _unknown(_kind(sensitive), sensitive=marked(sensitive))
    if isinstance(unknown, dict):
        return _overlay_dict(after or {}, unknown, sensitive)
    return _overlay_list(after or [], unknown, sensitive)


def conceal(value: Any, sensitive: Any) -> Value:
    """Mark what is sensitive, leaf by leaf, so that the shape of blocks stays visible."""
    if not marked(sensitive):
        return value
    if isinstance(value, dict):
        return {key: conceal(item, _inside(sensitive, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [conceal(item, _inside(sensitive, index)) for index, item in enumerate(value)]
    return None if value is None else Sensitive(value)


def marked(tree: Any) -> bool:
    """Tell whether ``true`` stands anywhere in a tree of marks; the rest is noise."""
    if tree is True or not tree:
        return tree is True
    if not isinstance(tree, dict | list):
        return False
    # Most marks are plain: a loop spares them the call.
    for marks in tree.values() if isinstance(tree, dict) else tree:
        if marks is True or (marks and marked(marks)):
            return True
    return False


@cache
def _unknown(kind: str | None, *, sensitive: bool) -> Unknown:
    return Unknown(AFTER_APPLY, kind=kind, sensitive=sensitive)


def _overlay_dict(after: dict[str, Any], unknown: dict[str, Any], sensitive: Any) -> Value:
    result = conceal(after, sensitive) if marked(sensitive) else dict(after)
    for key, marks in unknown.items():
        if marks is True or marked(marks):
            result[key] = overlay(after.get(key), marks, _inside(sensitive, key))
    return result


def _overlay_list(after: list[Any], unknown: list[Any], sensitive: Any) -> Value:
    return [
        overlay(_item(after, index), _item(unknown, index), _inside(sensitive, index))
        for index in range(max(len(after), len(unknown)))
    ]


def _fits(after: Any, unknown: Any) -> bool:
    """Two trees of different shape contradict each other; then nothing of the value is known."""
    return after is None or (type(after) is type(unknown))


def _inside(marks: Any, step: str | int) -> Any:
    """Return the marks of one part; marks whose shape does not fit count for every part."""
    if isinstance(marks, dict) and isinstance(step, str):
        return marks.get(step)
    if isinstance(marks, list) and isinstance(step, int):
        return _item(marks, step)
    return marked(marks)


def _item(items: list[Any], index: int) -> Any:
    return items[index] if index < len(items) else None


def _kind(sensitive: Any) -> str | None:
    """Guess the type: the marks of an unknown list are ``[]``, those of a map ``{}``."""
    if isinstance(sensitive, list):
        return "array"
    return "object" if isinstance(sensitive, dict) else None
