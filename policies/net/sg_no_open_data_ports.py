"""Data and inference ports that the internet reaches."""

from collections.abc import Iterator, Mapping
from typing import Any

from jurat.net import name_ports, openings
from jurat.policy import Failure, Subject, Undecided, policy

# What also answers over UDP: SQL Server's browser, NFS, memcached. The others speak TCP only, and
# wide UDP ranges are open for telephony.
_ALSO_UDP = {1434, 2049, 11211}


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
        "data_ports": {
            "relational": [1433, 1434, 1521, 2484, 3306, 5432, 5439, 50000],
            "document and graph": [8182, 9042, 9142, 27017, 27018, 27019],
            "cache": [6379, 6380, 8111, 9111, 11211],
            "search": [5601, 9200, 9300],
            "vector": [6333, 6334, 19530],
            "file": [445, 2049],
            "message": [2181, 5671, 5672, 9092, 9094, 9096, 9098, 61616, 61617],
            "inference": [5000, 7860, 8000, 8001, 8002, 8080, 8081, 8265, 8500, 8501, 11434],
            "notebook": [6006, 8787, 8888],
        }
    },
    remediation=(
        "Allow the port from the groups of its own clients only: source_security_group_id or "
        "referenced_security_group_id in Terraform, SourceSecurityGroupId in CloudFormation. "
        "Customers go through a load balancer or an API that knows who they are."
    ),
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"],
)
def sg_no_open_data_ports(subject: Subject) -> Iterator[Failure | Undecided]:
    """A store or a model that the whole internet may talk to is one default password from a leak.

    The ports are those that databases, caches, search engines, file shares, brokers, model servers
    and notebooks listen on if nobody changes it. 443 and 8443 are not among them: what is meant
    for everybody is served there. A rule opens a port to the internet if its networks, alone or
    with those of other rules, hold half of a /8 of public addresses, or a /16 of IPv6.
    """
    ports = list(_numbers(subject.params["data_ports"]))
    watched = [("tcp", port) for port in ports]
    watched += [("udp", port) for port in ports if port in _ALSO_UDP]
    rules = subject.resource.properties.get("SecurityGroupIngress")
    lists = [each.properties for each in subject.related["prefix_lists"]]
    for opening in openings(rules, watched, lists):
        at = ("SecurityGroupIngress", *opening.at)
        found = name_ports(opening.ports)
        if opening.certain:
            together = "" if opening.at else " by several rules together"
            yield Failure(f"{found} open to the internet{together}", at=at)
        else:
            yield Undecided(f"{found} open to a prefix list that is not in the input", at=at)


def _numbers(ports: Any) -> Iterator[int]:
    """Yield the ports of a list, or of every list of a mapping."""
    groups = ports.values() if isinstance(ports, Mapping) else [ports]
    for group in groups:
        yield from group
