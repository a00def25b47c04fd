"""Accounts made of a few words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from jurat.iam.account import Account

ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Described:
    """A canonical resource, as the account reads it."""

    type: str
    address: str
    properties: Mapping[str, Any] = field(default_factory=dict)


def arn(kind: str, name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def statement(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(*principals: str, **more: Any) -> dict[str, Any]:
    base = {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "sts:AssumeRole"}
    return {"Statement": [{**base, **more}]}


class Builder:
    """Collects resources; each method adds one and returns its address."""

    def __init__(self) -> None:
        self.resources: list[Described] = []

    def add(self, kind: str, name: str, title: str, **properties: Any) -> str:
        address = arn(kind, name)
        given = {title: name, **properties}
        types = {"role": "Role", "user": "User", "group": "Group", "policy": "ManagedPolicy"}
        self.resources.append(Described(f"AWS::IAM::{types[kind]}", address, given))
        return address

    def role(self, name: str, *statements: Any, **more: Any) -> str:
        return self.add("role", name, "RoleName", Policies=_inline(statements), **more)

    def user(self, name: str, *statements: Any, **more: Any) -> str:
        return self.add("user", name, "UserName", Policies=_inline(statements), **more)

    def group(self, name: str, *statements: Any, **more: Any) -> str:
        return self.add("group", name, "GroupName", Policies=_inline(statements), **more)

    def policy(self, name: str, *statements: Any, **more: Any) -> str:
        document = {"Statement": list(statements)}
        return self.add("policy", name, "ManagedPolicyName", PolicyDocument=document, **more)

    def account(self) -> Account:
        return Account(self.resources)


def _inline(statements: Any) -> list[dict[str, Any]]:
    return [{"PolicyName": "own", "PolicyDocument": {"Statement": list(statements)}}]


@dataclass(frozen=True)
class Kit:
    """What tests build accounts with; test modules cannot import each other."""

    builder: Builder
    allow: Callable[..., dict[str, Any]] = statement
    trust: Callable[..., dict[str, Any]] = trust
    arn: Callable[[str, str], str] = arn


@pytest.fixture
def kit() -> Kit:
    return Kit(Builder())
