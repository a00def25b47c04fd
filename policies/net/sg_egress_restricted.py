"""Outbound traffic of classified zones."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.net import entries, is_internet, network, ports, protocol, rules_of
from jurat.policy import Failure, Subject, policy

_PEERS = ("CidrIp", "CidrIpv6", "DestinationPrefixListId")


@policy(
    title="Security groups of classified zones have no open egress",
    severity="high",
    applies_to=["AWS::EC2::SecurityGroup"],
    related={
        "vpcs": {"types": ["AWS::EC2::VPC"], "via": "VpcId"},
        "prefix_lists": {
            "types": ["AWS::EC2::PrefixList"],
            "via": "SecurityGroupEgress.DestinationPrefixListId",
        },
    },
    params={
        "class_tag": "data-classification",
        "classes": ["confidential", "restricted", "cardholder"],
        "most_ports": 1024,
    },
    remediation=(
        "List the destinations and ports that the workload needs, by group, prefix list or "
        "network: egress in Terraform, SecurityGroupEgress in CloudFormation, which allows "
        "everything if the property is left out. Reach AWS services by VPC endpoints."
    ),
    references=[
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html",
        "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    ],
)
def sg_egress_restricted(subject: Subject) -> Iterator[Failure]:
    """Data leave by the outbound rule that nobody wrote, so a zone with classified data has none.

    A group is in a classified zone if its own tag, or else the tag of its VPC, says so. Egress is
    open if it goes to the internet on more ports than a list of services would need.
    """
    group = subject.resource.properties
    if not _is_classified(subject):
        return
    egress = group.get("SecurityGroupEgress")
    if not egress:
        # Terraform takes the rule away that AWS adds to a new group; CloudFormation keeps it.
        if subject.scope.tier == "template":
            message = "no egress is declared, so AWS allows all of it"
            yield Failure(message, at=("SecurityGroupEgress",))
        return
    listed = entries(each.properties for each in subject.related["prefix_lists"])
    for index, rule in rules_of(egress):
        if not _is_wide(rule, subject.params["most_ports"]):
            continue
        for name in _PEERS:
            if name in rule and is_internet(
                listed if name == "DestinationPrefixListId" else [network(rule[name])]
            ):
                message = "the group may talk to the whole internet"
                yield Failure(message, at=("SecurityGroupEgress", index, name))


def _is_classified(subject: Subject) -> bool:
    key, classes = subject.params["class_tag"], subject.params["classes"]
    own = list(_tags(subject.resource.properties, key))
    zones = [vpc.properties for vpc in subject.related["vpcs"]]
    found = own or [value for zone in zones for value in _tags(zone, key)]
    return any(value in classes for value in found)


def _tags(properties: Mapping[str, Any], key: str) -> Iterator[Any]:
    tags = properties.get("Tags")
    for tag in tags if isinstance(tags, Sequence) and not isinstance(tags, str) else ():
        if isinstance(tag, Mapping) and tag.get("Key") == key:
            yield tag.get("Value")


def _is_wide(rule: Mapping[str, Any], most: int) -> bool:
    """Tell whether a rule admits more ports of TCP or UDP than ``most``."""
    return protocol(rule) == "all" or any(len(ports(rule, of)) > most for of in ("tcp", "udp"))
