"""A plan that was cut out, without what must not leave its owner."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from jurat.readers.terraform.overlay import marked
from jurat.scaffold.cutting.scrub import Scrubber

_KEY: Final = re.compile(r'\["((?:[^"\\]|\\.)*)"\]')


def scrub_plan(document: Mapping[str, Any], scrubber: Scrubber) -> dict[str, Any]:
    """Return a plan that was cut out without what must not leave its owner."""
    cleaners: dict[str, Callable[[Any], Any]] = {
        "variables": scrubber.value,
        "resource_changes": lambda entries: [_clean_change(each, scrubber) for each in entries],
        "prior_state": lambda state: _clean_state(state, scrubber),
        "configuration": lambda written: _clean_written(written, scrubber),
    }
    return {
        name: cleaners[name](part) if name in cleaners else part for name, part in document.items()
    }


def scrubbed_address(address: str, scrubber: Scrubber) -> str:
    """Return an address whose keys are clean; the names in it are the configuration's words."""
    return _KEY.sub(lambda match: f'["{scrubber.text(match[1])}"]', address)


def _clean_change(entry: Mapping[str, Any], scrubber: Scrubber) -> dict[str, Any]:
    change = dict(entry["change"])
    after = _concealed(change.get("after"), change.get("after_sensitive"), scrubber)
    change["after"] = scrubber.value(after)
    for marks in ("after_unknown", "after_sensitive"):
        if marks in change:
            change[marks] = scrubber.value(change[marks])
    clean = {**entry, "change": change}
    for name in ("address", "module_address"):
        if isinstance(clean.get(name), str):
            clean[name] = scrubbed_address(clean[name], scrubber)
    if isinstance(clean.get("index"), str):
        clean["index"] = scrubber.text(clean["index"])
    return clean


def _clean_state(node: Any, scrubber: Scrubber) -> Any:
    """Clean the values of data sources that were looked up already, and the keys in addresses."""
    if isinstance(node, list):
        return [_clean_state(item, scrubber) for item in node]
    if not isinstance(node, dict):
        return node
    if "address" not in node:
        return {name: _clean_state(item, scrubber) for name, item in node.items()}
    address = scrubbed_address(str(node["address"]), scrubber)
    return {**node, "address": address, "values": scrubber.value(node["values"])}


def _concealed(value: Any, marks: Any, scrubber: Scrubber) -> Any:
    """Hide what a plan calls sensitive; marks whose shape does not fit count for everything."""
    if not marked(marks):
        return value
    if isinstance(value, dict):
        inner = marks if isinstance(marks, dict) else dict.fromkeys(value, True)
        return {name: _concealed(item, inner.get(name), scrubber) for name, item in value.items()}
    if isinstance(value, list):
        each = marks if isinstance(marks, list) else [True] * len(value)
        padded = [*each, *[None] * (len(value) - len(each))]
        return [_concealed(i, m, scrubber) for i, m in zip(value, padded, strict=False)]
    if isinstance(value, str):
        return scrubber.hidden(value)
    return value if value is None or isinstance(value, bool) else 0


def _clean_written(node: Any, scrubber: Scrubber, name: str = "") -> Any:
    """Clean what is written under a name: constants and defaults, and keys within references."""
    if isinstance(node, list):
        return [_clean_written(item, scrubber, name) for item in node]
    if not isinstance(node, dict):
        return node
    clean: dict[str, Any] = {}
    for part, item in node.items():
        if part in {"constant_value", "default"}:
            clean[part] = scrubber.member(name, item)
        elif part == "references" and isinstance(item, list):
            clean[part] = [
                scrubbed_address(text, scrubber) if isinstance(text, str) else text for text in item
            ]
        else:
            clean[part] = _clean_written(item, scrubber, part)
    return clean
