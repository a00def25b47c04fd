"""What a value may go through on its way into the canonical shape."""

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from jurat.model import Reference, Sensitive, Unknown, Value

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
    if isinstance(value, Unknown):
        return Unknown(value.why, oneof=tuple(dict.fromkeys(table.values())))
    if isinstance(value, Reference | Sensitive | list | dict):
        return value
    spelled = {str(key).lower(): item for key, item in table.items()}
    return spelled.get(str(value).lower(), value)


def _unknown(value: Unknown, via: str) -> Value:
    kinds = {"json": "object", "tags": "array", "rules": "array", "list": "array"}
    if via == "list":
        return [value]
    if via in kinds:
        return Unknown(value.why, kinds[via], references=value.references)
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
        return [{"Key": key, "Value": item} for key, item in value.items()]
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


_TRANSFORMS: dict[str, Callable[[Value], Value]] = {
    "json": _json,
    "tags": _tags,
    "text": _text,
    "not": _negate,
    "pascal": _pascal,
    "list": _list,
    "first": _first,
    "upper": _upper,
    "rules": _rules,
    "egress": _egress,
}
TRANSFORMS = frozenset(_TRANSFORMS)
