"""Plans for fixtures: one resource, by its table, with an attribute known, or known after apply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jurat.model import Verdict
from jurat.scaffold.example import Example
from jurat.shapes import Entry

_NAME: Final = "example"
_PROVIDERS: Final = {
    "aws": "registry.terraform.io/hashicorp/aws",
    "terraform": "terraform.io/builtin/terraform",
}
_DECIDED: Final = "terraform_data"
_UNKNOWN: Final = True


@dataclass(frozen=True, slots=True)
class _Instance:
    """One instance: its attributes, the marks of what is not known, and what is written of it."""

    type: str
    values: Mapping[str, Any]
    unknown: Mapping[str, Any] = field(default_factory=dict)
    written: Mapping[str, Any] = field(default_factory=dict)

    @property
    def _provider(self) -> str:
        return self.type.partition("_")[0]

    def change(self) -> dict[str, Any]:
        """Return its entry in ``resource_changes``."""
        return {
            "address": f"{self.type}.{_NAME}",
            "mode": "managed",
            "type": self.type,
            "name": _NAME,
            "provider_name": _PROVIDERS[self._provider],
            "change": {
                "actions": ["create"],
                "before": None,
                "after": dict(self.values),
                "after_unknown": dict(self.unknown),
                "before_sensitive": False,
                "after_sensitive": {},
            },
        }

    def configured(self) -> dict[str, Any]:
        """Return its entry in the configuration."""
        constants = {
            name: {"constant_value": value}
            for name, value in self.values.items()
            if name not in self.written
        }
        return {
            "address": f"{self.type}.{_NAME}",
            "mode": "managed",
            "type": self.type,
            "name": _NAME,
            "provider_config_key": self._provider,
            "expressions": {**constants, **self.written},
        }


def plan(example: Example, verdict: Verdict) -> dict[str, Any]:
    """Return a plan that creates the example, its property as the verdict has it."""
    identity = _identity(example.whole)
    shown = _shown(example, verdict)
    if example.entry.part_of is None:
        own = {**identity, **_switched(example.entry)}
        instances = [_with(shown, own)]
    else:
        own = {**_switched(example.entry), example.entry.part_of: next(iter(identity.values()))}
        whole = _Instance(example.whole_type, {**identity, **_switched(example.whole)})
        instances = [whole, _with(shown, own)]
    if verdict is Verdict.UNKNOWN:
        instances.append(_Instance(_DECIDED, {"input": "decided at apply"}, {"output": True}))
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": [instance.change() for instance in instances],
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "full_name": _PROVIDERS["aws"]}},
            "root_module": {"resources": [instance.configured() for instance in instances]},
        },
        "applyable": True,
        "complete": True,
        "errored": False,
    }


def _shown(example: Example, verdict: Verdict) -> _Instance:
    """Return the instance that has the example's attribute, and nothing else yet."""
    steps = example.rule.source
    if verdict is not Verdict.UNKNOWN:
        value = example.source(verdict)
        values = {} if value is None else _blocks(steps, value)
        written = {} if value is None else _blocks(steps, {"constant_value": value})
        return _Instance(example.terraform_type, values, {}, written)
    outer = [step for step in steps if step != "[]"][:-1]
    expression = {"references": [f"{_DECIDED}.{_NAME}.output", f"{_DECIDED}.{_NAME}"]}
    return _Instance(
        example.terraform_type,
        _blocks([*outer, "[]"], {}) if outer else {},
        _blocks(steps, _UNKNOWN),
        _blocks(steps, expression),
    )


def _with(instance: _Instance, values: Mapping[str, Any]) -> _Instance:
    return _Instance(
        instance.type, {**values, **instance.values}, instance.unknown, instance.written
    )


def _blocks(steps: Sequence[str], value: Any) -> dict[str, Any]:
    """Put a value at the end of a source path; each block on the way is a list of one."""
    path = [step for step in steps if step != "[]"]
    found = {path[-1]: [value] if steps[-1] == "[]" else value}
    for name in reversed(path[:-1]):
        found = {name: [found]}
    return found


def _identity(entry: Entry) -> dict[str, Any]:
    """Return the attribute by which companions name a resource: one that users write, or its id."""
    written = {rule.attribute for rule in entry.rules if len(rule.source) == 1}
    names = [name for name in entry.returns if name in written]
    return {next(iter([*names, *entry.returns]), "id"): _NAME}


def _switched(entry: Entry) -> dict[str, Any]:
    """Return the attribute that makes an entry apply."""
    if entry.switch is None or entry.switch[1] is None:
        return {}
    attribute, wanted = entry.switch
    return {attribute: _NAME if wanted == "*" else wanted}
