"""Cut resources out of a CloudFormation template, with what they refer to."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import yaml

from jurat.model import Unknown
from jurat.readers.cloudformation.document import load
from jurat.readers.cloudformation.foreach import LOOP
from jurat.readers.cloudformation.node import Node
from jurat.readers.source import Source
from jurat.scaffold.cutting.literals import is_secret
from jurat.scaffold.cutting.plan import MadeOf
from jurat.scaffold.cutting.scrub import Scrubber
from jurat.shapes.table import part_entries

_SECTIONS: Final = ("Parameters", "Mappings", "Conditions", "Resources")
_OF_A_RESOURCE: Final = ("Type", "Condition", "Properties")
_OF_A_PARAMETER: Final = ("Type", "Default", "AllowedValues", "NoEcho")
_VARIABLE: Final = re.compile(r"\$\{([^!{}][^{}]*)\}")
_EVERY: Final = "*"


class Written(str):
    """A scalar that must stand in YAML as it was written: its text can be read in two ways."""

    __slots__ = ()


class Dumper(yaml.CSafeDumper):
    """Writes templates: no anchors, and what was written without quotes again without them."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _represent(dumper: yaml.CSafeDumper, data: Written) -> yaml.ScalarNode:
    # The tag that the bare text has anyway: then no quotes are put around it.
    tag: Any = dumper.resolve(yaml.ScalarNode, str(data), (True, False))  # type: ignore[no-untyped-call]
    return yaml.ScalarNode(tag, str(data))


Dumper.add_representer(Written, _represent)


def cut_template(source: Source, made_of: MadeOf, addresses: Iterable[str]) -> dict[str, Any]:
    """Return a template of some resources, and every section's members that they name."""
    template = _table(_plain(load(source)))
    sections = {name: _table(template.get(name)) for name in _SECTIONS}
    kept: dict[str, dict[str, Any]] = {name: {} for name in _SECTIONS}
    waiting = [("Resources", part) for address in addresses for part in made_of[address]]
    while waiting:
        section, name = waiting.pop()
        for key in _keys(sections[section], name):
            if key not in kept[section]:
                kept[section][key] = _reduced(section, key, sections[section][key])
                waiting += _named(kept[section][key], sections["Parameters"])
                waiting += [("Resources", part) for part in made_of.get(key, ())]
    loops = any(name.startswith(LOOP) for found in kept.values() for name in found)
    cut: dict[str, Any] = {"Transform": "AWS::LanguageExtensions"} if loops else {}
    for section, found in kept.items():
        if found:
            cut[section] = {key: found[key] for key in sections[section] if key in found}
    return cut


def template_companions(source: Source, kind: str) -> set[str]:
    """Return the resources in a template that may be a part of one of a canonical type."""
    resources = _table(_table(_plain(load(source))).get("Resources"))
    return {
        name
        for name, item in resources.items()
        for found in part_entries(str(_table(item).get("Type")))
        if found.type == kind
    }


def _keys(section: Mapping[str, Any], name: str) -> list[str]:
    """Return the member of a section with a name, or the loops that may make it."""
    if name in section:
        return [name]
    return [key for key in section if name == _EVERY or key.startswith(LOOP)]


def _reduced(section: str, name: str, item: Any) -> Any:
    """Leave out of a parameter or resource what says nothing about its values."""
    kept = {"Parameters": _OF_A_PARAMETER, "Resources": _OF_A_RESOURCE}.get(section)
    if kept is None or name.startswith(LOOP) or not isinstance(item, dict):
        return item
    return {key: value for key, value in item.items() if key in kept or key.startswith("Fn::")}


def _named(value: Any, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each section and name that a part of a template refers to."""
    if isinstance(value, list):
        for item in value:
            yield from _named(item, parameters)
    elif isinstance(value, dict):
        for key, item in value.items():
            for section, name in _referred(key, item):
                if name in parameters and section == "Resources":
                    yield "Parameters", name
                elif not name.startswith("AWS::"):
                    yield section, name
            yield from _named(item, parameters)


def _referred(function: str, argument: Any) -> Iterator[tuple[str, str]]:
    """Yield what a function refers to; a parameter counts as a resource here."""
    first = argument[0] if isinstance(argument, list) and argument else argument
    if not isinstance(first, str):
        if function == "Fn::FindInMap":
            yield "Mappings", _EVERY
        return
    match function:
        case "Ref":
            yield "Resources", first
        case "Fn::GetAtt":
            yield "Resources", first.partition(".")[0]
        case "Fn::Sub":
            for found in _VARIABLE.finditer(first):
                yield "Resources", found[1].strip().partition(".")[0]
        case "Condition" | "Fn::If":
            yield "Conditions", first
        case "Fn::FindInMap":
            yield "Mappings", first


def _plain(node: Node) -> Any:
    """Return the value of a node; what can be read in two ways stays as it was written."""
    value = node.value
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Unknown):
        return Written(value.oneof[0])
    return value if node.word is None else Written(node.word)


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def scrub_template(template: Mapping[str, Any], scrubber: Scrubber) -> dict[str, Any]:
    """Return a template that was cut out without what must not leave its owner."""
    parameters = {
        name: _clean_parameter(name, item, scrubber)
        for name, item in _table(template.get("Parameters")).items()
    }
    return {
        name: parameters if name == "Parameters" else scrubber.value(item)
        for name, item in template.items()
    }


def _clean_parameter(name: str, item: Any, scrubber: Scrubber) -> Any:
    """Hide the values of a parameter that is a secret by its name or by ``NoEcho``."""
    item = _table(item)
    if not is_secret(name) and str(item.get("NoEcho", "")).lower() != "true":
        return scrubber.value(item)
    secret = {key: item[key] for key in ("Default", "AllowedValues") if key in item}
    number = item.get("Type") == "Number"
    hide = (lambda _: 0) if number else (lambda value: scrubber.hidden(str(value)))
    return {**scrubber.value(item), **{key: _all(hide, value) for key, value in secret.items()}}


def _all(hide: Callable[[Any], Any], value: Any) -> Any:
    if isinstance(value, list):
        return [_all(hide, item) for item in value]
    return hide(value) if value not in ("", None) else value
