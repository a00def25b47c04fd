"""A template as it is written; what a function in it gives is not known to whoever reads it so."""

from jurat.model import Location, Tier, Unknown, Value
from jurat.readers.cloudformation.document import load
from jurat.readers.cloudformation.node import Node, plain
from jurat.readers.registry import Recognised
from jurat.readers.whole import WholeInput

_RESULT = Unknown("the result of a function of the template")


def whole(recognised: Recognised) -> WholeInput:
    """Return the template of an input that was read; functions in their long form."""
    root = load(recognised.source)
    file = recognised.source.path
    resources = root.value.get("Resources") if isinstance(root.value, dict) else None
    listed = resources.value if resources is not None else None
    found = {
        name: (_type(node), Location(file, node.line, node.column))
        for name, node in (listed.items() if isinstance(listed, dict) else ())
    }
    value = plain(root)
    if isinstance(value, dict) and isinstance(value.get("Resources"), dict):
        value = {**value, "Resources": _marked(value["Resources"])}
    return WholeInput(file, Tier.TEMPLATE, value, found)


def _marked(value: Value) -> Value:
    """Let each function stand for itself or for whatever it gives."""
    if isinstance(value, dict):
        if len(value) == 1 and _is_function(next(iter(value))):
            return Unknown("a function of the template", oneof=(value, _RESULT))
        return {key: _marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_marked(item) for item in value]
    return value


def _is_function(name: str) -> bool:
    return name == "Ref" or name.startswith("Fn::")


def _type(resource: Node) -> str:
    kind = resource.value.get("Type") if isinstance(resource.value, dict) else None
    return kind.value if isinstance(kind, Node) and isinstance(kind.value, str) else ""
