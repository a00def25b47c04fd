"""Mistakes in metadata that decide: types, related types and the defaults of parameters."""

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Another value of one metadata field: the whole value, and what is other about it."""

    field: str
    value: Any
    where: str
    change: str
    missing: str


def changes(fields: Mapping[str, Any]) -> Iterator[Change]:
    """Yield the changes of metadata by which a policy may judge otherwise."""
    types = fields.get("applies_to")
    if isinstance(types, list) and len(types) > 1:
        for index, name in enumerate(types):
            value = types[:index] + types[index + 1 :]
            yield Change(
                "applies_to", value, "applies_to", f"without {name}", f"with a resource of {name}"
            )
    related = fields.get("related")
    for name, relation in related.items() if isinstance(related, dict) else ():
        kinds = relation.get("types") if isinstance(relation, dict) else None
        if not isinstance(kinds, list) or len(kinds) == 1:
            continue
        for index, kind in enumerate(kinds):
            yield Change(
                "related",
                _without(related, (name, "types", index)),
                f"related {name}",
                f"without {kind}",
                f"with a related {kind}",
            )
    params = fields.get("params")
    if isinstance(params, dict):
        yield from _defaults(params, params, ())


def _defaults(params: dict[str, Any], value: Any, path: Path) -> Iterator[Change]:
    name = ".".join(str(step) for step in path if isinstance(step, str))

    def change(new: dict[str, Any], what: str, missing: str) -> Change:
        return Change("params", new, f"params {name}", what, missing)

    if isinstance(value, bool):
        yield change(
            _with(params, path, not value),
            f"{value} becomes {not value}",
            f"in which parameter {name} decides",
        )
    elif isinstance(value, int | float):
        for other in (value - 1, value + 1):
            yield change(
                _with(params, path, other),
                f"{value} becomes {other}",
                f"at the limit of parameter {name}, {value}",
            )
    elif isinstance(value, str):
        yield change(
            _with(params, path, value + "~"),
            f"{value!r} becomes another text",
            f"in which parameter {name} decides",
        )
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _defaults(params, item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict | list):
                yield from _defaults(params, item, (*path, index))
            else:
                yield change(
                    _without(params, (*path, index)),
                    f"without {item!r}",
                    f"that {item!r} of parameter {name} decides",
                )


def _with(root: Any, path: Path, value: Any) -> Any:
    return _edited(root, path, lambda parent: parent.__setitem__(path[-1], value))


def _without(root: Any, path: Path) -> Any:
    return _edited(root, path, lambda parent: parent.__delitem__(path[-1]))


def _edited(root: Any, path: Path, edit: Callable[[Any], None]) -> Any:
    """Return a copy of ``root`` with its container at the end of ``path`` edited."""
    root = parent = copy.deepcopy(root)
    for step in path[:-1]:
        parent = parent[step]
    edit(parent)
    return root
