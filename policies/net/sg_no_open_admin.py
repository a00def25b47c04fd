"""Administration ports that the internet reaches."""

from collections.abc import Iterator

from jurat.net import name_ports, openings
from jurat.policy import Failure, Subject, Undecided, policy


@policy(
    title="No security group opens administration ports to the internet",
    severity="critical",
    applies_to=["AWS::EC2::SecurityGroup"],
    related={
        "prefix_lists": {
            "types": ["AWS::EC2::PrefixList"],
            "via": "SecurityGroupIngress.SourcePrefixListId",
        }
    },
    params={"admin_ports": [22, 3389, 5985, 5986]},
    remediation=(
        "Allow administration from named networks only, or use Session Manager and open no port: "
        "narrow cidr_blocks or cidr_ipv4 in Terraform, CidrIp in CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html",
    ],
)
def sg_no_open_admin(subject: Subject) -> Iterator[Failure | Undecided]:
    """Whoever signs in to a host reads the data on it, so nobody outside should be asked to try.

    The ports are those of SSH, RDP and WinRM. A rule opens a port to the internet if its networks,
    alone or with those of other rules, hold half of a /8 of public addresses, or a /16 of IPv6: no
    company's own networks are that wide.
    """
    ports = subject.params["admin_ports"]
    watched = [(protocol, port) for protocol in ("tcp", "udp") for port in ports]
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
