"""Data and inference ports that the internet reaches."""

from collections.abc import Iterator

from jurat.net import entries, name_ports, openings
from jurat.policy import Failure, Subject, policy


@policy(
    title="No security group opens data or inference ports to the internet",
    severity="critical",
    applies_to=["AWS::EC2::SecurityGroup"],
    related={
        "prefix_lists": {
            "types": ["AWS::EC2::PrefixList"],
            "via": "SecurityGroupIngress.SourcePrefixListId",
        }
    },
    params={
        "data_ports": [
            # Databases: SQL Server, Oracle, MySQL and Aurora, PostgreSQL, Redshift, Db2, MongoDB
            # and DocumentDB, Cassandra, Keyspaces, Neptune.
            *[1433, 1434, 1521, 2484, 3306, 5432, 5439, 50000, 27017, 27018, 27019, 9042],
        ],
    },
    remediation="x",
)
def sg_no_open_data_ports(subject: Subject) -> Iterator[Failure]:
    """x"""
