"""Functions: that they exist in both engines, mean the same there, and come to an end."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from jurat.languages.rego_reads import FORBIDDEN, kind_of, name_of
from jurat.lint.fault import Fault, Faults
from jurat.lint.rego.builtins import COMMON, DEPRECATED, DIFFERING, OPA_ONLY
from jurat.lint.rego.functions import functions_of
from jurat.lint.rego.module import (
    Definition,
    RegoModule,
    of_kind,
    references,
    root_of,
    walk,
)
from jurat.lint.rego.scopes import locals_of

_VERB = re.compile(r"%(?:%|[-+# 0]*[\d.]*(?:\[\d+\])?.?)", re.DOTALL)
_SAME_VERBS = {"%s", "%d", "%v"}


def call_faults(module: RegoModule, others: Iterable[RegoModule]) -> Faults:
    """Yield calls that fail or differ in one engine; ``others`` may be called as well."""
    known = functions_of(module, others)
    for call in of_kind(module.tree["rules"], "Call"):
        name = name_of(call["fcn"])
        if name in FORBIDDEN:
            continue  # wherever it is named, below
        if name in DEPRECATED:
            message = f"`{name}` is deprecated in OPA and missing in regorus"
            yield module.fault("rego/deprecated-builtin", call, message)
        elif name in DIFFERING and name not in known:
            yield module.fault("rego/differing-builtin", call, f"`{name}`: {DIFFERING[name]}")
        elif name in OPA_ONLY and name not in known:
            message = f"`{name}` is missing in regorus"
            yield module.fault("rego/missing-builtin", call, message)
        elif name and name not in known and name not in COMMON:
            message = f"there is no function `{name}`"
            yield module.fault("rego/unknown-function", call, message)
        if name == "sprintf":
            yield from _sprintf(module, call)
    for node in walk(module.tree):
        name = name_of(node)
        if name in FORBIDDEN:
            message = f"`{name}` is not allowed: a policy is a function of its input"
            yield module.fault("rego/forbidden-builtin", node, message)


def _sprintf(module: RegoModule, call: Any) -> Faults:
    """Yield verbs that the engines write differently, and a wrong number of arguments."""
    kinds = [kind_of(parameter) for parameter in call["params"]]
    if not kinds or kinds[0][0] not in {"String", "RawString"}:
        return
    verbs = [verb for verb in _VERB.findall(str(kinds[0][1]["value"])) if verb != "%%"]
    for verb in dict.fromkeys(verbs):
        if verb not in _SAME_VERBS:
            message = f"the engines write `{verb}` differently: use %s, %d or %v"
            yield module.fault("rego/sprintf", call, message)
    given = kinds[1][1]["items"] if len(kinds) > 1 and kinds[1][0] == "Array" else None
    if given is not None and len(given) != len(verbs):
        message = f"{len(verbs)} verbs for {len(given)} arguments, which stops regorus"
        yield module.fault("rego/sprintf", call, message)


def with_faults(module: RegoModule) -> Faults:
    """Yield ``with`` whose value holds a call: regorus may find nothing at all then."""
    pending: list[Any] = [module.tree["rules"]]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            for change in node.get("with_mods") or ():
                for call in of_kind(change["as"], "Call"):
                    message = f"`with` puts in a call of `{name_of(call['fcn'])}`: name it before"
                    yield module.fault("rego/with-call", call, message)
            pending += node.values()
        elif isinstance(node, list):
            pending += node


def unary_faults(module: RegoModule) -> Faults:
    """Yield a minus before anything but a number, which regorus refuses."""
    for unary in of_kind(module.tree["rules"], "UnaryExpr"):
        if kind_of(unary["expr"])[0] != "Number":
            message = "a minus stands before something else than a number: subtract from 0"
            yield module.fault("rego/unary-minus", unary, message)


def recursion_faults(module: RegoModule, library: Mapping[str, RegoModule]) -> Faults:
    """Yield a cycle of functions and rules that a module takes part in."""
    modules = {**library, module.package: module}
    graph: dict[str, set[str]] = {}
    for package, each in modules.items():
        for definition in each.definitions:
            used = graph.setdefault(f"{package}.{definition.name}", set())
            used |= set(_uses(each, definition, modules))
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            cycle: Sequence[str] = error.args[1]
            fault = _recursion(module, cycle)
            if fault is not None:
                yield fault
            for name in cycle:
                graph[name] -= set(cycle)
        else:
            return


def _recursion(module: RegoModule, cycle: Sequence[str]) -> Fault | None:
    """Make a fault of a cycle at its first definition in the module, if there is one."""
    prefix = f"{module.package}."
    own = {name.removeprefix(prefix) for name in cycle if name.startswith(prefix)}
    for definition in module.definitions:
        if definition.name in own:
            chain = " → ".join(name.removeprefix(prefix) for name in reversed(cycle))
            message = f"`{definition.name}` depends on itself: {chain}"
            return module.fault("rego/recursion", definition.head["refr"], message)
    return None


def _uses(
    module: RegoModule, definition: Definition, modules: Mapping[str, RegoModule]
) -> Iterator[str]:
    """Yield the rules that a definition refers to, by full names."""
    own = locals_of(module, definition)
    imported = {name: path for path, name, _ in module.imports if path.startswith("data.")}
    head = [value for part, value in definition.head.items() if part != "refr"]
    for node in references([*head, *definition.bodies]):
        root = root_of(node)
        if root in own:
            continue
        if root in module.rules:
            yield f"{module.package}.{root}"
        steps = [*imported.get(root, root).split("."), *_fixed_steps(node)]
        if steps[0] == "data":
            yield from _below(steps[1:], modules)


def _fixed_steps(node: Any) -> list[str]:
    """Return the names of a reference after its root, up to the first variable one."""
    kind, body = kind_of(node)
    if kind not in {"RefDot", "RefBrack"}:
        return []
    above = _fixed_steps(body["refr"])
    if kind == "RefDot":
        return [*above, str(body["field"][1])]
    index, value = kind_of(body["index"])
    return [*above, str(value["value"])] if index in {"String", "RawString"} else above


def _below(steps: Sequence[str], modules: Mapping[str, RegoModule]) -> Iterator[str]:
    """Yield the rule that a path leads to or into, or all rules of the package that it is."""
    for package, module in modules.items():
        parts = package.split(".")
        if list(steps[: len(parts)]) == parts:
            inside = steps[len(parts) : len(parts) + 1]
            yield from (f"{package}.{rule}" for rule in inside or module.rules)


def unused_faults(module: RegoModule, wanted: Sequence[str]) -> Faults:
    """Yield rules that nothing leads to from the ``wanted`` ones, and unused imports."""
    prefix = f"{module.package}."
    reached: set[str] = set()
    pending = [name for name in wanted if name in module.rules]
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            for definition in module.rules[name]:
                used = _uses(module, definition, {module.package: module})
                pending += [each.removeprefix(prefix) for each in used if each.startswith(prefix)]
    for name, definitions in module.rules.items():
        if name not in reached and any(rule in module.rules for rule in wanted):
            message = f"nothing that the policy says depends on `{name}`"
            yield module.fault("rego/unused-rule", definitions[0].head["refr"], message)
    spelled = {str(var["value"]) for var in of_kind(module.tree["rules"], "Var")}
    for path, name, node in module.imports:
        if path.startswith(("input.", "data.")) and name not in spelled:
            yield module.fault("rego/unused-import", node, f"the import `{path}` is never used")
