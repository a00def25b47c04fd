"""What of a plan explains the values of some of its instances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jurat.readers.terraform.address import Index, Place, Step, names, parse, place
from jurat.readers.terraform.configuration import expressions, references, rows, table
from jurat.readers.terraform.overlay import marked
from jurat.scaffold.cutting.plan_parts import WHERE, each

Path = tuple[str, ...]
"""Names of module calls from the root to a module, without keys."""

Written = tuple[Path, str, str, str]
"""Where a resource is written: module, mode, type, name."""

TELLING: Final = {
    "aws_caller_identity": ("account_id",),
    "aws_region": ("region", "name"),
    "aws_partition": ("partition",),
}
"""Data sources that tell where things are, and by which attributes."""


@dataclass(slots=True)
class Needs:
    """What of a plan is needed, found by following references from instance to instance.

    ``kept`` are addresses of instances. ``written``, ``variables``, ``outputs`` and ``providers``
    are what is needed of the configuration; ``secret`` are variables of the root that supply one.
    """

    document: Mapping[str, Any]
    changes: dict[str, dict[str, Any]] = field(init=False)
    instances: dict[Written, list[str]] = field(default_factory=dict)
    modules: dict[Path, Mapping[str, Any]] = field(default_factory=dict)
    calls: dict[Path, Mapping[str, Any]] = field(default_factory=dict)
    kept: dict[str, None] = field(default_factory=dict)
    written: set[Written] = field(default_factory=set)
    variables: set[tuple[Path, str]] = field(default_factory=set)
    outputs: set[tuple[Path, str]] = field(default_factory=set)
    providers: set[str] = field(default_factory=set)
    secret: set[str] = field(default_factory=set)
    _waiting: list[tuple[Path, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        entries = [table(entry) for entry in rows(self.document.get("resource_changes"))]
        self.changes = {}
        for entry in entries:
            self.changes.setdefault(str(entry.get("address")), entry)
        for address in self.changes:
            where = place(address)
            if where is not None:
                self.instances.setdefault(written_at(where), []).append(address)
        root = table(table(self.document.get("configuration")).get("root_module"))
        self._index((), root, {})

    def _index(self, path: Path, module: Mapping[str, Any], call: Mapping[str, Any]) -> None:
        self.modules[path], self.calls[path] = module, call
        for name, child in table(module.get("module_calls")).items():
            self._index((*path, name), table(table(child).get("module")), table(child))

    def instance(self, address: str) -> None:
        """Keep an instance, and whatever its unknown values are made of."""
        entry = self.changes.get(address)
        where = place(address)
        if entry is None or address in self.kept:
            return
        self.kept[address] = None
        if where is None:
            return
        resource = self.resource(written_at(where))
        change = table(entry.get("change"))
        open_ = [
            name for name, marks in table(change.get("after_unknown")).items() if marked(marks)
        ]
        for name in open_:
            self._expressions(names(where.module), table(resource.get("expressions")).get(name))
        if open_:
            self._expressions(names(where.module), each(resource))
        self._provider(resource.get("provider_config_key"))

    def resource(self, written: Written) -> Mapping[str, Any]:
        """Keep what is written of a resource, and return it."""
        self.written.add(written)
        return next((r for r in self.resources(written[0]) if as_written(r) == written[1:]), {})

    def resources(self, path: Path) -> list[dict[str, Any]]:
        """Return what is written in a module."""
        return [table(entry) for entry in rows(self.modules.get(path, {}).get("resources"))]

    def _expressions(self, path: Path, node: Any) -> None:
        for expression in expressions(node):
            self._waiting += [(path, text) for text in references(expression)]

    def _provider(self, key: Any) -> None:
        """Keep a provider configuration, and those of the callers that it may be inherited from."""
        known = table(table(self.document.get("configuration")).get("provider_config"))
        key = key if isinstance(key, str) else "aws"
        address, _, name = key.rpartition(":")
        while address and key not in known:
            address = address.rpartition(".module.")[0]
            key = f"{address}:{name}" if address else name
        if key not in known or key in self.providers:
            return
        self.providers.add(key)
        written = table(table(known[key]).get("expressions"))
        path = tuple(address.removeprefix("module.").split(".module.")) if address else ()
        for name in WHERE:
            self._expressions(path, written.get(name))

    def settle(self) -> None:
        """Follow references until nothing new is needed."""
        done: set[tuple[Path, str]] = set()
        while self._waiting:
            item = self._waiting.pop()
            if item not in done:
                done.add(item)
                self._follow(*item)

    def _follow(self, path: Path, text: str) -> None:
        match parse(text):
            case ("var", str(name), *_):
                self.variables.add((path, name))
                if path:
                    call = self.calls.get(path, {})
                    self._expressions(path[:-1], table(call.get("expressions")).get(name))
                    self._expressions(path[:-1], each(call))
            case ("module", str(name), *rest):
                self._outputs((*path, name), rest)
            case ("data", str(kind), str(name), *_):
                self._instances((path, "data", kind, name))
            case (str(kind), str(name), *_):
                self._instances((path, "managed", kind, name))

    def _outputs(self, path: Path, rest: Sequence[Step]) -> None:
        """Follow one output of a module, or all of them where the plan cut the reference."""
        said = next((step for step in rest if not isinstance(step, Index)), None)
        for name, output in table(self.modules.get(path, {}).get("outputs")).items():
            if said in {None, name}:
                self.outputs.add((path, name))
                self._expressions(path, table(output).get("expression"))

    def _instances(self, written: Written) -> None:
        self.resource(written)
        for address in self.instances.get(written, ()):
            self.instance(address)

    def has_module(self, path: Path) -> bool:
        """Tell whether anything of a module, or of those that it calls, is needed."""
        kept = (key[0] for group in (self.written, self.variables, self.outputs) for key in group)
        return any(module[: len(path)] == path for module in kept)

    def locate(self) -> None:
        """Keep the data sources that tell accounts, regions and partitions."""
        for written, addresses in self.instances.items():
            if written[1] == "data" and written[2] in TELLING:
                self.resource(written)
                self.kept.update(dict.fromkeys(addresses))


def written_at(where: Place) -> Written:
    """Return where the resource of an instance is written."""
    return names(where.module), where.mode, where.type, where.name


def as_written(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return mode, type and name of what is written."""
    mode, kind, name = (str(entry.get(part)) for part in ("mode", "type", "name"))
    return mode, kind, name
