"""The account, region and partition of instances, as their provider configurations tell."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from jurat.model import Value
from jurat.readers.source import Hints
from jurat.readers.terraform.address import module_path
from jurat.readers.terraform.changes import Change
from jurat.readers.terraform.configuration import (
    Configuration,
    rows,
    table,
)
from jurat.readers.terraform.constants import evaluate

AWS: Final = "aws"
_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+){1,2}-[0-9]{1,2}")
_WORD = re.compile(r"aws[a-z-]*")
_ARN = re.compile(r"arn:(aws[a-z-]*):[^:]*:([^:]*):([^:]*):")
_PARTITIONS: Final = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eusc-", "aws-eusc"),
)
_CREDENTIALS: Final = ("access_key", "assume_role", "assume_role_with_web_identity", "profile")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where an instance lives, as far as known."""

    account: str | None = None
    region: str | None = None
    partition: str | None = None


_NOWHERE: Final = Whereabouts()


@cache
def _whereabouts(account: str | None, region: str | None, partition: str | None) -> Whereabouts:
    return Whereabouts(account, region, partition)


class Geography:
    """Knows where the instances of one plan live: by their own words, else by their provider's.

    Providers with the same credentials work in the same account. Hints only fill what is left open.
    """

    def __init__(
        self,
        configuration: Configuration,
        variables: Mapping[str, Any],
        changes: Iterable[Change],
        hints: Hints,
    ) -> None:
        self._configuration = configuration
        self._variables = variables
        self._hints = hints
        self._accounts: dict[str, set[str]] = {}
        self._partitions: dict[str, set[str]] = {}
        self._regions: dict[str, set[str]] = {}
        self._known: dict[str, Whereabouts] = {}
        self._keys: dict[str, str] = {}
        for key in configuration.providers:
            self._learn_provider(key)
        for change in changes:
            if change.place.mode == "data":
                self._learn_data(change)

    def locate(self, change: Change) -> Whereabouts:
        """Return where an instance lives; nothing is known about other providers than AWS."""
        if change.provider != AWS:
            return _NOWHERE
        general = self._of_provider(self._key(change))
        own = _of_arn(change.values.get("arn"))
        region = _region(change.values.get("region")) or own.region or general.region
        region = region or self._hints.region
        account = own.account or general.account or self._hints.account
        partition = own.partition or general.partition or self._hints.partition
        return _whereabouts(account, region, partition or _partition(region))

    def _of_provider(self, key: str) -> Whereabouts:
        if key not in self._known:
            credentials = self._credentials(key)
            written = self._evaluate(key, "region")
            self._known[key] = Whereabouts(
                _only(self._accounts.get(credentials)),
                _region(written) or _only(self._regions.get(key)),
                _only(self._partitions.get(credentials)),
            )
        return self._known[key]

    def _learn_provider(self, key: str) -> None:
        allowed = self._evaluate(key, "allowed_account_ids")
        if isinstance(allowed, list) and len(allowed) == 1:
            self._add(self._accounts, self._credentials(key), _ACCOUNT, allowed[0])
        for role in rows(self._expressions(key).get("assume_role")):
            arn = self._constant(table(role).get("role_arn"), key)
            self._add(self._accounts, self._credentials(key), _ACCOUNT, _of_arn(arn).account)

    def _learn_data(self, change: Change) -> None:
        key, values = self._key(change), change.values
        credentials = self._credentials(key)
        match change.place.type:
            case "aws_caller_identity":
                self._add(self._accounts, credentials, _ACCOUNT, values.get("account_id"))
            case "aws_partition":
                self._add(self._partitions, credentials, _WORD, values.get("partition"))
            case "aws_region":
                name = values.get("region") or values.get("name")
                self._add(self._regions, key, _REGION, name)
            case _:
                pass

    def _add(
        self, known: dict[str, set[str]], key: str, form: re.Pattern[str], value: Value
    ) -> None:
        if isinstance(value, str) and form.fullmatch(value):
            known.setdefault(key, set()).add(value)

    def _key(self, change: Change) -> str:
        """Return the key of the provider configuration that an instance uses.

        A module without a configuration of its own uses that of its caller.
        """
        written = self._configuration.resource(change.place)
        stated = (written.provider if written else None) or AWS
        if stated not in self._keys:
            self._keys[stated] = self._existing(stated)
        return self._keys[stated]

    def _existing(self, key: str) -> str:
        address, _, name = key.rpartition(":")
        while address and key not in self._configuration.providers:
            address = address.rpartition(".module.")[0]
            key = f"{address}:{name}" if address else name
        return key

    def _expressions(self, key: str) -> Mapping[str, Any]:
        return table(self._configuration.providers.get(key, {}).get("expressions"))

    def _credentials(self, key: str) -> str:
        expressions = self._expressions(key)
        used = {name: expressions[name] for name in _CREDENTIALS if name in expressions}
        return json.dumps(used, sort_keys=True)

    def _evaluate(self, key: str, name: str) -> Any:
        return self._constant(self._expressions(key).get(name), key)

    def _constant(self, expression: Any, key: str) -> Any:
        address = self._configuration.providers.get(key, {}).get("module_address") or ""
        module = module_path(address) if isinstance(address, str) else None
        if module is None:
            return None
        return evaluate(self._configuration, self._variables, expression, module)


def _of_arn(value: Value) -> Whereabouts:
    match = _ARN.match(value) if isinstance(value, str) else None
    if match is None:
        return _NOWHERE
    account = match[3] if _ACCOUNT.fullmatch(match[3]) else None
    return Whereabouts(account, _region(match[2]), match[1])


def _region(value: Value) -> str | None:
    return value if isinstance(value, str) and _REGION.fullmatch(value) else None


@cache
def _partition(region: str | None) -> str | None:
    if region is None:
        return None
    return next((name for prefix, name in _PARTITIONS if region.startswith(prefix)), "aws")


def _only(values: set[str] | None) -> str | None:
    return next(iter(values)) if values and len(values) == 1 else None
