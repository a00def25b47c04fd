"""Terraform addresses and references, read by their grammar."""

import re
from typing import NamedTuple

Key = str | int | None
"""The key of one instance: a string of ``for_each``, a number of ``count``, or none."""

Module = tuple[tuple[str, Key], ...]
"""The way from the root module to a module instance: pairs of call name and key."""


class Index(NamedTuple):
    """A step in brackets; ``None`` stands for the splat ``[*]``."""

    key: Key


Step = str | Index


class Place(NamedTuple):
    """What an instance address says, taken apart."""

    module: Module
    mode: str
    type: str
    name: str
    key: Key


_STEP = re.compile(
    r'\.?(?P<name>[^\W\d][\w-]*)|\["(?P<text>(?:[^"\\]|\\.)*)"\]|\[(?P<number>\d{1,9})\]'
    r"|\.(?P<legacy>\d{1,9})|(?:\[\*\]|\.\*)",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^\W\d][\w-]*(?:\.[^\W\d][\w-]*)*+")
_ESCAPE = re.compile(
    r"\\u([0-9A-Fa-f]{4})|\\U(000[0-9A-Fa-f]{5}|0010[0-9A-Fa-f]{4})|\\(.)|([$%])\4(?=\{)",
    re.DOTALL,
)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
_SURROGATES = range(0xD800, 0xE000)
_MODES = frozenset({"data", "ephemeral"})
_HEADS = _MODES | {"module"}


def parse(text: str) -> tuple[Step, ...] | None:
    """Return the steps of an address or reference, or ``None`` if it is not one."""
    if _PLAIN.fullmatch(text):
        return tuple(text.split("."))  # no keys, so names are all there is
    steps: list[Step] = []
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None or (position == 0 and not match["name"]):
            return None
        steps.append(_step(match))
        position = match.end()
    if not steps or text.startswith("."):
        return None
    return tuple(steps)


def place(address: str) -> Place | None:
    """Take the address of a resource or data source instance apart."""
    steps = parse(address) or ()
    match steps:
        case (str(kind), str(name)) if kind not in _HEADS:
            return Place((), "managed", kind, name, None)
        case _:
            module, rest = _modules(steps)
    mode = "managed"
    if rest and rest[0] in _MODES and isinstance(rest[0], str):
        mode, rest = rest[0], rest[1:]
    match rest:
        case (str(kind), str(name)):
            return Place(module, mode, kind, name, None)
        case (str(kind), str(name), Index(key)) if key is not None:
            return Place(module, mode, kind, name, key)
        case _:
            return None


def module_path(address: str) -> Module | None:
    """Return the path that a module address stands for; the empty one is the root module."""
    steps = parse(address) if address else ()
    if steps is None:
        return None
    module, rest = _modules(steps)
    return None if rest else module


def names(module: Module) -> tuple[str, ...]:
    """Return the path of a module in the configuration, where instances have no keys."""
    return tuple(name for name, _ in module) if module else ()


def show_module(module: Module) -> str:
    """Write a module path as Terraform does."""
    return ".".join(f"module.{name}{show_key(key)}" for name, key in module)


def show_key(key: Key) -> str:
    """Write an instance key as Terraform does, brackets included."""
    if key is None:
        return ""
    if isinstance(key, int):
        return f"[{key}]"
    text = key.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    text = text.replace("\r", "\\r").replace("\t", "\\t")
    return '["' + text.replace("${", "$${").replace("%{", "%%{") + '"]'


def _step(match: re.Match[str]) -> Step:
    name, text, number, legacy = match.groups()
    if name is not None:
        return name
    if text is not None:
        return Index(_ESCAPE.sub(_unescape, text))
    digits = number or legacy
    return Index(None if digits is None else int(digits))


def _unescape(match: re.Match[str]) -> str:
    short, long, letter, sigil = match.groups()
    if sigil is not None:
        return sigil
    if letter is not None:
        return _LETTERS.get(letter, letter)
    code = int(short or long, 16)
    return "\ufffd" if code in _SURROGATES else chr(code)


def _modules(steps: tuple[Step, ...]) -> tuple[Module, tuple[Step, ...]]:
    path: list[tuple[str, Key]] = []
    while len(steps) > 1 and steps[0] == "module" and isinstance(steps[1], str):
        key: Key = None
        taken = 2
        step = steps[taken] if len(steps) > taken else None
        if isinstance(step, Index):
            key = step.key
            taken += 1
        path.append((steps[1], key))
        steps = steps[taken:]
    return tuple(path), steps
