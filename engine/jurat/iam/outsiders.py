"""Who is let in: whether conditions keep out everybody but fixed, trusted callers.

The measure is a fresh outsider: an attacker with an account, network and identity provider tenant
of their own. An Allow is public if the outsider can meet every clause; a Deny keeps outsiders out
if they cannot avoid any. Only keys that an attacker cannot choose count, and only with values that
name somebody: wildcards and policy variables do not.
"""

import ipaddress
import re
from collections.abc import Sequence
from typing import Final

from jurat.iam.conditions import Clause
from jurat.iam.document import Statement
from jurat.iam.grants import subsumes
from jurat.iam.principals import Kind
from jurat.iam.variables import has_variable

_TRUSTED: Final = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "sts:externalid",
    }
)
_NETWORKS: Final = frozenset({"aws:sourceip", "aws:vpcsourceip"})
_TENANTS: Final = frozenset(
    {
        "enterprise_id",
        "job_workflow_ref",
        "namespace_id",
        "organization_id",
        "project_id",
        "repository",
        "repository_id",
        "repository_owner",
        "repository_owner_id",
        "sub",
        "terraform_organization_id",
    }
)
_EQUALITIES: Final = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnlike"})
_ORG_PATH: Final = re.compile(r"o-[a-z0-9]{10,32}/.*")
# A claim may end in a wildcard behind a whole tenant: `repo:owner/*`, `organization:name:*`.
_TENANT: Final = re.compile(r"[^:/*?]+[:/][^:/*?]+[:/].*", re.DOTALL)
_POOLS: Final = "cognito-identity.amazonaws.com"
_ACCOUNT: Final = re.compile(r"([^:]*:){4}[0-9]{12}:.*", re.DOTALL)
_WIDEST_V4: Final = 8
_WIDEST_V6: Final = 32
_LOCAL_V6: Final = ipaddress.IPv6Network("fc00::/7")


def public(statement: Statement) -> bool:
    """Tell whether a statement by itself lets a fresh outsider in."""
    principal = statement.principal
    if principal is None or not statement.allows:
        return False
    providers = principal.of(Kind.OIDC)
    if any(_POOLS in provider.value for provider in providers):
        return not _limits_pool(statement.clauses)
    return (principal.everyone or bool(providers)) and not restricts_access(statement.clauses)


def public_statements(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the statements that let a fresh outsider in, those that a Deny undoes left out."""
    denies = [statement for statement in statements if _denies_outsiders(statement)]
    return tuple(
        statement
        for statement in statements
        if public(statement) and not any(subsumes(deny, statement) for deny in denies)
    )


def _denies_outsiders(statement: Statement) -> bool:
    meant = statement.principal is None or statement.principal.everyone
    return not statement.allows and meant and shuts_out(statement.clauses)


def restricts_access(clauses: Sequence[Clause]) -> bool:
    """Tell whether one clause admits nobody but callers with fixed values of trusted keys."""
    present = {c.key for c in clauses if c.operator == "null" and c.values == ("false",)}
    return any(
        not clause.negated and pins(clause) and (clause.key in present or not clause.true_if_absent)
        for clause in clauses
    )


def shuts_out(clauses: Sequence[Clause]) -> bool:
    """Tell whether every clause holds for every fresh outsider, as in ``Deny … unless ours``."""
    return all(_holds_for_outsiders(clause) for clause in clauses)


def _holds_for_outsiders(clause: Clause) -> bool:
    if clause.operator == "bool" and clause.values == ("false",):
        # The key is missing from anonymous requests, which a plain Bool would let slip through.
        return clause.key == "aws:viaawsservice" or (
            clause.key == "aws:principalisawsservice" and clause.if_exists
        )
    return clause.negated and clause.true_if_absent and pins(clause)


def pins(clause: Clause) -> bool:
    """Tell whether a clause compares a trusted key with values that are all fixed."""
    if clause.key in _NETWORKS:
        return clause.operator == "ipaddress" and _narrow(clause.values)
    if clause.operator not in _EQUALITIES:
        return False
    if clause.key in _TRUSTED:
        return all(_fixed(clause.key, value) for value in clause.values)
    issuer, _, claim = clause.key.rpartition(":")
    tenant = "." in issuer and claim in _TENANTS
    return tenant and all(_fixed_claim(value) for value in clause.values)


def _fixed(key: str, value: str) -> bool:
    if not value or has_variable(value):
        return False
    if not is_wild(value):
        return True
    if key.endswith("orgpaths"):
        return _ORG_PATH.fullmatch(value) is not None
    return value.startswith("arn:") and _ACCOUNT.fullmatch(value) is not None


def _fixed_claim(value: str) -> bool:
    if has_variable(value) or not value:
        return False
    return not is_wild(value) or _TENANT.fullmatch(value) is not None


def is_wild(value: str) -> bool:
    """Tell whether a value holds a wildcard."""
    return "*" in value or "?" in value


def _narrow(values: Sequence[str]) -> bool:
    """Tell whether address ranges, taken together, are small parts of the internet."""
    v4, v6 = [], []
    for value in values:
        try:
            network = ipaddress.ip_network(value.strip(), strict=False)
        except ValueError:
            return False
        if isinstance(network, ipaddress.IPv4Network):
            v4.append(network)
        elif not network.subnet_of(_LOCAL_V6):
            v6.append(network)
    # Collapsed first: two halves of the internet are the internet.
    return all(n.prefixlen >= _WIDEST_V4 for n in ipaddress.collapse_addresses(v4)) and all(
        n.prefixlen >= _WIDEST_V6 for n in ipaddress.collapse_addresses(v6)
    )


def _limits_pool(clauses: Sequence[Clause]) -> bool:
    """Tell whether only signed-in users of fixed identity pools are let in."""
    equal = [
        c for c in clauses if c.operator in _EQUALITIES and not c.negated and not c.true_if_absent
    ]
    pools = [c.values for c in equal if c.key == f"{_POOLS}:aud"]
    levels = [c.values for c in equal if c.key == f"{_POOLS}:amr"]
    return any(not any(map(is_wild, values)) for values in pools) and any(
        values == ("authenticated",) for values in levels
    )
