"""Transport encryption between services and databases."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.policy import Failure, NotApplicable, Subject, Undecided, policy

# By the engine in the name of a family: the parameter that refuses plain connections, and the
# version from which on AWS turns it on where nothing is said.
_SWITCHES = {
    "postgres": ("rds.force_ssl", (15, 0)),
    "aurora-postgresql": ("rds.force_ssl", (17, 0)),
    "sqlserver": ("rds.force_ssl", None),
    "mysql": ("require_secure_transport", (9, 7)),
    "mariadb": ("require_secure_transport", (11, 8)),
    "aurora-mysql": ("require_secure_transport", None),
    "aurora": ("require_secure_transport", None),
    "db2": ("db2comm", None),
}
_FAMILY = re.compile(
    r"(aurora-postgresql|aurora-mysql|aurora|postgres|mysql|mariadb|sqlserver|db2)"
    r"(?:-[a-z]+-)?(\d+)?(?:\.(\d+))?"
)
_ON = {"1", "on", "true", "ssl"}
# Replication endpoints that speak to a database, not to a store of AWS with an API of its own.
_ENDPOINTS = re.compile(
    r"aurora|azuredb|db2|docdb|mariadb|mongodb|mysql|oracle|postgres|sqlserver|sybase"
)
_PLAIN = "connections without TLS are accepted"


@policy(
    title="Databases refuse connections without TLS",
    severity="high",
    applies_to=[
        "AWS::RDS::DBParameterGroup",
        "AWS::RDS::DBClusterParameterGroup",
        "AWS::RDS::DBProxy",
        "AWS::DocDB::DBClusterParameterGroup",
        "AWS::Redshift::ClusterParameterGroup",
        "AWS::DMS::Endpoint",
    ],
    remediation=(
        "Set rds.force_ssl to 1 (PostgreSQL, SQL Server), require_secure_transport to ON (MySQL, "
        "MariaDB), db2comm to SSL (Db2), require_ssl to true (Redshift), tls to enabled "
        "(DocumentDB): parameter in Terraform, Parameters in CloudFormation. Proxies: require_tls, "
        "RequireTLS. Replication endpoints: ssl_mode, SslMode verify-full."
    ),
    references=[
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html",
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html",
        "https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html",
        "https://docs.aws.amazon.com/documentdb/latest/developerguide/security.encryption.ssl.html",
    ],
)
def require_tls(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """A client that is not made to use TLS will one day send passwords and rows in clear.

    Where a parameter group says nothing, the default of its family counts. Aurora has the parameter
    in the group of the cluster. Oracle is told by its option group, which is not looked at.
    """
    properties, kind = subject.resource.properties, subject.resource.type
    if kind == "AWS::RDS::DBProxy":
        if properties.get("RequireTLS") is not True:
            yield Failure(_PLAIN, at=("RequireTLS",))
    elif kind == "AWS::DMS::Endpoint":
        yield from _endpoint(properties)
    elif kind == "AWS::Redshift::ClusterParameterGroup":
        yield from _redshift(properties)
    elif kind == "AWS::DocDB::DBClusterParameterGroup":
        if _text(properties, "tls", "enabled") == "disabled":
            yield Failure(_PLAIN, at=("Parameters", "tls"))
    else:
        yield from _rds(properties, of_cluster=kind == "AWS::RDS::DBClusterParameterGroup")


def _endpoint(endpoint: Mapping[str, Any]) -> Iterator[Failure | NotApplicable]:
    if endpoint.get("SslMode", "none") != "none":
        return
    if _ENDPOINTS.match(str(endpoint.get("EngineName")).lower()):
        yield Failure(_PLAIN, at=("SslMode",))
    else:
        yield NotApplicable("the endpoint speaks to no database", at=("EngineName",))


def _rds(
    group: Mapping[str, Any], *, of_cluster: bool
) -> Iterator[Failure | Undecided | NotApplicable]:
    family = _FAMILY.match(str(group.get("Family")).lower())
    if family is None:
        yield Undecided("engines of this family are not told by a parameter", at=("Family",))
        return
    if family[1].startswith("aurora") and not of_cluster:
        reason = "Aurora has the parameter in the group of its cluster"
        yield NotApplicable(reason, at=("Family",))
        return
    name, since = _SWITCHES[family[1]]
    version = int(family[2] or 0), int(family[3] or 0)
    default = "on" if since is not None and version >= since else "off"
    if _text(group, name, default) not in _ON:
        yield Failure(_PLAIN, at=("Parameters", name))


def _text(group: Mapping[str, Any], name: str, default: str) -> str:
    """Return a parameter's value as lower-case text: templates write numbers and booleans too."""
    parameters = group.get("Parameters")
    value = parameters.get(name, default) if isinstance(parameters, Mapping) else default
    return str(value).lower()


def _redshift(group: Mapping[str, Any]) -> Iterator[Failure]:
    """Judge a list of parameters; since redshift-2.0 silence means that TLS is required."""
    parameters = group.get("Parameters")
    if not isinstance(parameters, Sequence) or isinstance(parameters, str):
        parameters = ()
    for index, parameter in enumerate(parameters):
        if isinstance(parameter, Mapping) and parameter.get("ParameterName") == "require_ssl":
            if str(parameter.get("ParameterValue")).lower() not in _ON:
                yield Failure(_PLAIN, at=("Parameters", index, "ParameterValue"))
            return
    if group.get("ParameterGroupFamily") != "redshift-2.0":
        yield Failure(_PLAIN, at=("Parameters",))
