"""Intrinsic functions that look at the stack: references, choices, maps."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from jurat.model import Unknown, Value, hide, is_known, markers, reveal
from jurat.readers.cloudformation import conditions
from jurat.readers.cloudformation.alternatives import lift, one_of, same
from jurat.readers.cloudformation.evaluator import Evaluator
from jurat.readers.cloudformation.foreach import variable
from jurat.readers.cloudformation.functions import FUNCTIONS, WHOLE, dependent
from jurat.readers.cloudformation.maps import find_in_map
from jurat.readers.cloudformation.misuse import Misuse
from jurat.readers.cloudformation.node import Node, at, plain
from jurat.readers.cloudformation.text import as_text, assemble, is_sensitive

VARIABLE: Final = re.compile(r"([$&])\{([^{}]*)\}")


def call(evaluator: Evaluator, name: str, argument: Node) -> Value | Node:
    """Evaluate one intrinsic function; raise ``Misuse`` if it cannot be understood."""
    special = SPECIAL.get(name)
    if special is not None:
        return special(evaluator, argument)
    if name in conditions.OPERATORS:
        return _condition(evaluator, name, argument)
    function = FUNCTIONS.get(name)
    if function is None:
        raise Misuse(f"{name} is not supported")
    arguments = _arguments(evaluator, argument, whole=name in WHOLE)
    if name in {"Fn::Join", "Fn::Base64"}:  # they keep sensitive parts apart themselves
        return lift(function, arguments)
    result = lift(lambda chosen: function(tuple(map(reveal, chosen))), arguments)
    secret = any(is_sensitive(marker) for one in arguments for _, marker in markers(one))
    return hide(result) if secret else result


def _arguments(evaluator: Evaluator, argument: Node, *, whole: bool) -> tuple[Value, ...]:
    if whole or not isinstance(argument.value, list):
        return (evaluator.value(argument),)
    return tuple(evaluator.value(item) for item in argument.value)


def _condition(evaluator: Evaluator, name: str, argument: Node) -> Value:
    truth = conditions.decide(evaluator, at(argument, {name: argument}))
    if truth is not None:
        return truth
    named = evaluator.names.qualified(evaluator.name(argument)) if name == "Condition" else None
    return Unknown("condition is not decided", "boolean", oneof=(True, False), condition=named)


def _if(evaluator: Evaluator, argument: Node) -> Value | Node:
    if not isinstance(argument.value, list) or len(argument.value) != 3:  # noqa: PLR2004 - if, then, else
        raise Misuse("Fn::If needs a condition and two values")
    condition, then, otherwise = argument.value
    name = evaluator.name(condition)
    truth = evaluator.truth(name)
    if truth is not None:
        return evaluator.resolve(then if truth else otherwise)
    resolved = evaluator.assuming(name, holds=True).resolve(then)
    branches = plain(resolved), evaluator.assuming(name, holds=False).value(otherwise)
    if same(*branches):
        return resolved
    why = f"condition {name} is not decided"
    return one_of(why, branches, evaluator.names.qualified(name))


def _ref(evaluator: Evaluator, argument: Node) -> Value:
    name = argument.word or evaluator.value(argument)
    if not isinstance(name, str):
        return _unnamed([name], "Ref needs a name")
    if name in evaluator.bindings:
        return evaluator.bindings[name]
    return evaluator.names.reference(name)


def _get_att(evaluator: Evaluator, argument: Node) -> Value:
    if isinstance(argument.value, list):
        texts = [evaluator.value(item) for item in argument.value]
        if not all(isinstance(text, str) for text in texts):
            return _unnamed(texts, "Fn::GetAtt needs names")
        name, attribute = texts[0] if texts else "", ".".join(texts[1:])
    else:
        name, _, attribute = evaluator.name(argument).partition(".")
    return evaluator.names.attribute(name, attribute)


def _unnamed(names: list[Value], complaint: str) -> Unknown:
    if is_known(names):
        raise Misuse(complaint)
    return dependent(names)


def _sub(evaluator: Evaluator, argument: Node) -> Value:
    pattern, local = argument, {}
    if isinstance(argument.value, list):
        if len(argument.value) != 2 or not isinstance(argument.value[1].value, dict):  # noqa: PLR2004 - text and map
            raise Misuse("Fn::Sub needs a text and a map")
        pattern = argument.value[0]
        local = {key: evaluator.value(item) for key, item in argument.value[1].value.items()}
    if not isinstance(pattern.value, str):
        raise Misuse("Fn::Sub needs a text")
    parts = tuple(_sub_parts(evaluator, pattern.value, local))
    return lift(assemble, parts)


def _sub_parts(evaluator: Evaluator, text: str, local: dict[str, Value]) -> Iterator[Value]:
    end = 0
    for match in VARIABLE.finditer(text):
        sigil, name = match[1], match[2].strip()
        if sigil == "&" and name not in evaluator.bindings:
            continue
        yield text[end : match.start()]
        end = match.end()
        if name.startswith("!"):
            yield "${" + name[1:] + "}"
        elif name in local:
            yield local[name]
        elif name in evaluator.bindings:
            yield variable(evaluator.bindings, sigil, name)
        elif "." in name:
            yield evaluator.names.attribute(*name.split(".", 1))
        else:
            yield evaluator.names.reference(name)
    yield text[end:]


def _import_value(evaluator: Evaluator, argument: Node) -> Value:
    name = evaluator.value(argument)
    shown = as_text(name) or "another stack's export"
    return Unknown(f"import of {shown}", kind="string", references=dependent([name]).references)


def _transform(evaluator: Evaluator, argument: Node) -> Value:
    named = argument.value.get("Name") if isinstance(argument.value, dict) else None
    name = as_text(evaluator.value(named)) if named else None
    raise Misuse(f"macro {name or 'without a name'} is not applied")


SPECIAL: Final[dict[str, Callable[[Evaluator, Node], Value | Node]]] = {
    "Ref": _ref,
    "Fn::If": _if,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::FindInMap": find_in_map,
    "Fn::ImportValue": _import_value,
    "Fn::Transform": _transform,
}
