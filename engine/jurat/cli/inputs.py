"""The options that say what is judged, and by what: shared by the commands that judge inputs."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from jurat.errors import UsageError
from jurat.pack import PARTS, Pack, load_pack
from jurat.readers import Hints, Reading, read
from jurat.readers.parameter_files import parameter_file

CommandT = TypeVar("CommandT", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--param", "params", multiple=True, metavar="[POLICY:]NAME=VALUE", help="Set a parameter."
    ),
    click.option("--account", metavar="ID", help="Account of inputs that do not state it."),
    click.option("--region", metavar="REGION", help="Region of inputs that do not state it."),
    click.option("--partition", metavar="NAME", help="Partition of inputs that do not state it."),
    click.option(
        "--parameter", "parameters", multiple=True, metavar="K=V", help="Template parameter."
    ),
    click.option(
        "--parameter-file",
        "files",
        multiple=True,
        metavar="FILE",
        help="Template parameters in JSON.",
    ),
    click.option("--no-defaults", is_flag=True, help="Parameters without a value stay unknown."),
    click.option(
        "--whole-scope", is_flag=True, help="The inputs are all there is: what is missing fails."
    ),
    click.option("--pack", "packs", multiple=True, metavar="DIR", help="A pack of your own."),
    click.option("--conftest", metavar="DIR", multiple=True, help="Raw Rego as conftest runs it."),
    click.option(
        "--timeout", type=float, default=10.0, show_default=True, help="Seconds a verdict."
    ),
)


def options(command: CommandT) -> CommandT:
    """Add the options to a command."""
    for add in reversed(_OPTIONS):
        command = add(command)
    return command


def pack_of(given: Mapping[str, Any]) -> Pack:
    """Load the packs that were named; raises ``UsageError`` for a folder that is none."""
    return load_pack(_folders(given["packs"]), map(Path, given["conftest"]))


def reading_of(paths: Sequence[str], given: Mapping[str, Any], pack: Pack) -> Reading:
    """Read inputs as far as the pack needs them."""
    return read(paths, sys.stdin.buffer, _hints(given), keep_whole=bool(pack.sets))


def params_of(given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Read ``[POLICY:]NAME=VALUE``; a value in JSON is taken as such, anything else as text."""
    result: dict[str, dict[str, Any]] = {}
    for name, value in _pairs(given["params"], "--param"):
        policy, _, parameter = name.rpartition(":")
        try:
            result.setdefault(policy, {})[parameter] = json.loads(value)
        except ValueError:
            result.setdefault(policy, {})[parameter] = value
    return result


def _folders(names: Sequence[str]) -> list[Path]:
    for name in names:
        if not any((Path(name) / part).is_dir() for part in PARTS):
            raise UsageError(f"{name}: no pack: it has none of {', '.join(PARTS)}")
    return [Path(name) for name in names]


def _hints(given: Mapping[str, Any]) -> Hints:
    parameters: dict[str, str] = {}
    for file in given["files"]:
        parameters |= parameter_file(file)
    parameters |= dict(_pairs(given["parameters"], "--parameter"))
    return Hints(
        parameters=parameters,
        account=given["account"],
        region=given["region"],
        partition=given["partition"],
        assume_defaults=not given["no_defaults"],
    )


def _pairs(texts: Iterable[str], flag: str) -> list[tuple[str, str]]:
    pairs = []
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f"{flag} {text}: the form is NAME=VALUE")
        pairs.append((name, value))
    return pairs
