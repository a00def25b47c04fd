"""What a Rego policy says: elements of the right form, that tell which value they are about."""

from collections.abc import Iterator
from typing import Any

from jurat.languages.rego_reads import kind_of
from jurat.lint.fault import Faults, quote
from jurat.lint.rego.module import RESULTS, Definition, Node, RegoModule, of_kind
from jurat.lint.rego.paths import Paths, module_paths

_PARTS = {"message", "at"}
_TEXTS = {"String", "RawString"}
_NO_MESSAGES = {"Number", "Bool", "Null", "Array", "Set", "ArrayCompr", "SetCompr"}


def message_faults(module: RegoModule) -> Faults:
    """Yield a missing ``deny``, malformed elements, and failures that name no value."""
    if "deny" not in module.rules:
        message = "no rule `deny`, so whatever it judges passes or breaks"
        yield module.fault("rego/no-deny", module.tree["package"], message)
    paths = module_paths(module)
    for name in RESULTS:
        for definition in module.rules.get(name, ()):
            if definition.form != "set":
                message = f"`{name}` must be a set: `{name} contains … if …`"
                yield module.fault("rego/result-form", definition.head["refr"], message)
            else:
                inside = paths.inside(definition)
                for element in _elements(definition):
                    yield from _element(module, definition, element, inside)


def _elements(definition: Definition) -> Iterator[Node]:
    """Yield what a definition adds to its set, followed through one assignment."""
    key = definition.head["key"]
    kind, body = kind_of(key)
    if kind != "Var":
        yield key
        return
    for assigned in of_kind(list(definition.bodies), "AssignExpr"):
        target = kind_of(assigned["lhs"])
        if target[0] == "Var" and target[1]["value"] == body["value"]:
            yield assigned["rhs"]


def _element(module: RegoModule, definition: Definition, element: Node, paths: Paths) -> Faults:
    kind, body = kind_of(element)
    if kind in _TEXTS or kind in _NO_MESSAGES:
        message = 'an element must be an object `{"message": …, "at": […]}`'
        yield module.fault("rego/result-form", element, message)
    if kind != "Object":
        return
    fields = {_text(key): value for _, key, value in body["fields"]}
    if None in fields:
        return
    for name in fields:
        if name not in _PARTS:
            message = f"an element has no part {quote(str(name))}: only `message` and `at`"
            yield module.fault("rego/result-form", element, message)
    text = fields.get("message")
    if text is None or kind_of(text)[0] in _NO_MESSAGES:
        yield module.fault("rego/result-form", element, "an element has no `message` that is text")
    elif definition.name == "deny" and kind_of(text)[0] in _TEXTS and not _places(fields):
        yield from _mute(module, definition, element, paths)


def _mute(module: RegoModule, definition: Definition, element: Node, paths: Paths) -> Faults:
    if _compares_a_property(definition, paths):
        message = "a failure with a fixed text has no `at` that names the value it compared"
        yield module.fault("rego/message-without-value", element, message)


def _text(node: Any) -> str | None:
    kind, body = kind_of(node)
    return str(body["value"]) if kind in _TEXTS else None


def _places(fields: dict[str | None, Node]) -> bool:
    """Tell whether an element names the place that it is about."""
    kind, body = kind_of(fields.get("at"))
    if kind == "Array":
        return bool(body["items"])
    return kind is not None and not (kind in _TEXTS and not body["value"])


def _compares_a_property(definition: Definition, paths: Paths) -> bool:
    """Tell whether a body compares a property of the judged resource with something."""
    compared = of_kind(list(definition.bodies), "BoolExpr", "Membership")
    sides = (body[side] for body in compared for side in ("lhs", "rhs", "value") if side in body)
    found = (paths.of(side) for side in sides)
    return any(path[:2] == ("resource", "properties") and len(path) > 2 for path in found if path)  # noqa: PLR2004 - below properties
