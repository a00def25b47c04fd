"""What a value may go through on its way into the canonical shape."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from jurat.model import ABSENT, Absent, Reference, Sensitive, Unknown, Value, hide

_PEERS = {
    "cidr_blocks": "CidrIp",
    "cidr_ipv4": "CidrIp",
    "ipv6_cidr_blocks": "CidrIpv6",
    "cidr_ipv6": "CidrIpv6",
}
_GROUPS = ("security_groups", "source_security_group_id", "referenced_security_group_id")
_LISTS = ("prefix_list_ids", "prefix_list_id")


def transform(value: Value, via: Any) -> Value:
    """Apply the transform that a table names: a name, or a mapping of values (an enumeration)."""
    if isinstance(via, dict):
        return _enumerated(value, via)
    if isinstance(value, Unknown):
        return _unknown(value, str(via))
    if isinstance(value, Sensitive) and via != "rules":
        return Sensitive(transform(value.value, via))
    return _TRANSFORMS[via](value)


def _enumerated(value: Value, table: dict[Any, Value]) -> Value:
    """Look a value up; text and boolean spellings are the same, what is not listed stays."""
    if isinstance(value, Sensitive):
        return hide(_enumerated(value.value, table))
    if isinstance(value, Unknown):
        return _unlisted(value, table)
    if isinstance(value, Reference | Absent | list | dict):
        return value
    spelled = {str(key).lower(): item for key, item in table.items()}
    return spelled.get(str(value).lower(), value)


def _unlisted(value: Unknown, table: dict[Any, Value]) -> Value:
    """List the outcomes of a switch; any other attribute may have a value that is not listed."""
    if table.keys() != {True, False} or not all(isinstance(key, bool) for key in table):
        return replace(value, kind=None, oneof=(), parts=())
    choices = [ABSENT if choice is None else choice for choice in table.values()]
    return Unknown(value.why, oneof=(*choices, *(() if ABSENT in choices else (ABSENT,))))


def _unknown(value: Unknown, via: str) -> Value:
    if via == "list":
        return [value]
    if via in _KINDS:
        return replace(value, kind=_KINDS[via], oneof=(), parts=())
    return value


def _json(value: Value) -> Value:
    if isinstance(value, str):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return Unknown("it is not JSON", "object")
    return value


def _tags(value: Value) -> Value:
    """Turn a mapping of tags into the list of Key/Value pairs that CloudFormation has."""
    if isinstance(value, Mapping):
        return [{"Key": key, "Value": item} for key, item in value.items() if item is not None]
    return value


def _dimensions(value: Value) -> Value:
    """Turn a mapping of dimensions into the list of Name/Value pairs that CloudFormation has."""
    if isinstance(value, Mapping):
        return [{"Name": key, "Value": item} for key, item in value.items() if item is not None]
    return value


def _keyed(value: Value) -> Value:
    """Turn ``[{key: k, block: [{some_name: v}]}]`` into ``{k: {SomeName: v}}``."""
    items = _items(value)
    if any(not isinstance(item, Mapping) or not isinstance(item.get("key"), str) for item in items):
        return Unknown("its keys are not known", "object")
    return {item["key"]: _only_block(item) for item in items}


def _only_block(item: Mapping[str, Value]) -> Value:
    block = next((inner for name, inner in item.items() if name != "key"), None)
    block = block[0] if isinstance(block, list) and block else block
    if not isinstance(block, Mapping):
        return block if isinstance(block, Unknown) else {}
    return {
        "".join(word.capitalize() for word in name.split("_")): inner
        for name, inner in block.items()
    }


def _base64(value: Value) -> Value:
    """Decode text, if it is text in base64."""
    try:
        return base64.b64decode(value, validate=True).decode() if isinstance(value, str) else value
    except ValueError:
        return value


def _user_data(value: Value) -> Value:
    """Give user data, which providers before version 6 replace by a digest."""
    if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{40}", value):
        return Unknown("the plan has only its digest", "string")
    return value


def _text(value: Value) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _negate(value: Value) -> Value:
    return not value if isinstance(value, bool) else value


def _pascal(value: Value) -> Value:
    """``public-read`` becomes ``PublicRead``."""
    if isinstance(value, str):
        return "".join(word[:1].upper() + word[1:] for word in value.split("-"))
    return value


def _list(value: Value) -> Value:
    return value if isinstance(value, list) else [value]


def _first(value: Value) -> Value:
    return value[0] if isinstance(value, list) and value else None


def _single(value: Value) -> Value:
    """Return the element of a list of one; longer lists stay lists."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _upper(value: Value) -> Value:
    return value.upper() if isinstance(value, str) else value


def _rules(value: Value) -> Value:
    """Turn security group rules into canonical ones: one for each CIDR, group or prefix list."""
    rules = value if isinstance(value, list) else [value]
    return [canonical for rule in rules for canonical in _rule(rule)]


def _rule(rule: Value) -> list[Value]:
    if not isinstance(rule, Mapping):
        return [rule]
    base = {
        name: rule[attribute]
        for attribute, name in (
            ("protocol", "IpProtocol"),
            ("ip_protocol", "IpProtocol"),
            ("from_port", "FromPort"),
            ("to_port", "ToPort"),
            ("description", "Description"),
        )
        if rule.get(attribute) not in (None, "")
    }
    peers = [
        (name, peer) for attribute, name in _PEERS.items() for peer in _items(rule.get(attribute))
    ]
    peers += [
        ("SourceSecurityGroupId", peer)
        for attribute in _GROUPS
        for peer in _items(rule.get(attribute))
    ]
    peers += [
        ("SourcePrefixListId", peer) for attribute in _LISTS for peer in _items(rule.get(attribute))
    ]
    if rule.get("self") is True:
        peers.append(("SourceSecurityGroupId", "self"))
    elif isinstance(rule.get("self"), Unknown):
        peers.append(("SourceSecurityGroupId", rule["self"]))
    return [{**base, name: peer} for name, peer in peers] or [base]


def _items(value: Value) -> list[Value]:
    if value in (None, "", []):
        return []
    return value if isinstance(value, list) else [value]


def _egress(value: Value) -> Value:
    """Rules of the other direction name their peers Destination…."""
    renamed = {
        "SourceSecurityGroupId": "DestinationSecurityGroupId",
        "SourcePrefixListId": "DestinationPrefixListId",
    }
    return [
        {renamed.get(key, key): item for key, item in rule.items()}
        if isinstance(rule, Mapping)
        else rule
        for rule in cast("list[Value]", _rules(value))
    ]


def _pairs(value: Value) -> Value:
    """Turn a list of ``name`` and ``value`` into the object that names to values make."""
    pairs: dict[str, Value] = {}
    for item in _items(value):
        name = item.get("name") if isinstance(item, Mapping) else None
        if not isinstance(name, str):
            return Unknown("the name of a pair is not known", "object")
        pairs[name] = item.get("value")
    return pairs


def _block(value: Value) -> Value:
    """Say that a block is there, which counts even when it is empty; other rules map its inside."""
    item = _first(value) if isinstance(value, list) else value
    return {} if isinstance(item, Mapping) else item


_FREE = frozenset({"Options", "DockerLabels", "DriverOpts", "Labels"})


def _containers(value: Value) -> Value:
    """Parse container definitions and write their names as CloudFormation does, maps excepted."""
    parsed = _json(value)
    return _capitalised(parsed) if isinstance(parsed, list) else Unknown("it is no list", "array")


def _capitalised(value: Value) -> Value:
    if isinstance(value, list):
        return [_capitalised(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    named = {name[:1].upper() + name[1:]: item for name, item in value.items()}
    return {
        name: item if name in _FREE else _capitalised(item)
        for name, item in named.items()
        if item is not None
    }


def _log_publishing(value: Value) -> Value:
    """Turn the list of a domain's logs into the object that CloudFormation keeps by log type."""
    logs: dict[str, Value] = {}
    for item in _items(value):
        kind = item.get("log_type") if isinstance(item, Mapping) else None
        if not isinstance(kind, str):
            return Unknown("the type of a log is not known", "object")
        enabled = item.get("enabled")
        logs[kind] = {"Enabled": True if enabled is None else enabled}
        if item.get("cloudwatch_log_group_arn") not in (None, ""):
            logs[kind]["CloudWatchLogsLogGroupArn"] = item["cloudwatch_log_group_arn"]
    return logs


_METHOD_SETTINGS = {
    "logging_level": "LoggingLevel",
    "data_trace_enabled": "DataTraceEnabled",
    "metrics_enabled": "MetricsEnabled",
    "caching_enabled": "CachingEnabled",
    "cache_data_encrypted": "CacheDataEncrypted",
    "cache_ttl_in_seconds": "CacheTtlInSeconds",
    "throttling_burst_limit": "ThrottlingBurstLimit",
    "throttling_rate_limit": "ThrottlingRateLimit",
}


def _method_settings(value: Value) -> Value:
    """Turn a method settings resource into the one element that it is in CloudFormation."""
    settings = value.get("settings") if isinstance(value, Mapping) else None
    settings = _first(settings) if isinstance(settings, list) else settings
    if not isinstance(settings, Mapping):
        return [Unknown("the settings are not known", "object")]
    named = {
        name: settings[attribute]
        for attribute, name in _METHOD_SETTINGS.items()
        if settings.get(attribute) is not None
    }
    return [{**_method(value.get("method_path")), **named}]


def _method(path: Value) -> dict[str, Value]:
    """Split ``pets/GET``; CloudFormation writes slashes inside the resource path as ``~1``."""
    if not isinstance(path, str):
        return {"ResourcePath": path, "HttpMethod": path}
    resource, _, method = path.rpartition("/")
    resource = resource.removeprefix("~1").removeprefix("/")
    return {"ResourcePath": "/" + resource.replace("/", "~1"), "HttpMethod": method}


_KINDS = {
    "json": "object",
    "tags": "array",
    "dimensions": "array",
    "keyed": "object",
    "base64": "string",
    "user_data": "string",
    "rules": "array",
    "egress": "array",
    "pairs": "object",
    "block": "object",
    "containers": "array",
    "log_publishing": "object",
}
_TRANSFORMS: dict[str, Callable[[Value], Value]] = {
    "json": _json,
    "tags": _tags,
    "dimensions": _dimensions,
    "keyed": _keyed,
    "base64": _base64,
    "user_data": _user_data,
    "text": _text,
    "not": _negate,
    "pascal": _pascal,
    "list": _list,
    "first": _first,
    "single": _single,
    "upper": _upper,
    "rules": _rules,
    "egress": _egress,
    "pairs": _pairs,
    "block": _block,
    "containers": _containers,
    "log_publishing": _log_publishing,
    "method_settings": _method_settings,
}
TRANSFORMS = frozenset(_TRANSFORMS)
