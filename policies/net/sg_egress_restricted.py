"""Outbound traffic of classified zones."""

from collections.abc import Iterator, Mapping
from typing import Any

from jurat.net import entries, is_internet, knows_all, network, ports, protocol, rules_of
from jurat.policy import Failure, NotApplicable, Subject, Undecided, policy
from jurat.tags import is_of_class, tag_values

_CIDRS = ("CidrIp", "CidrIpv6")
_LIST = "DestinationPrefixListId"


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
        "classes_other": ["public", "internal"],
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
def sg_egress_restricted(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """Data leave by the outbound rule that nobody wrote, so a zone with classified data has none.

    A group is in a classified zone if its own tag, or else the tag of its VPC, says so; without a
    declared class it is open whether a group may have such a rule. Egress is open if it goes to the
    internet on more ports than a list of services would need.
    """
    failures = list(_open_egress(subject))
    if not failures and _knows_lists(subject):
        return
    classified = _is_classified(subject)
    if classified is False:
        yield NotApplicable("its class allows open egress", at=("Tags",))
    elif not failures:
        yield Undecided("a prefix list is not in the input", at=("SecurityGroupEgress",))
    elif classified:
        yield from failures
    else:
        yield Undecided("no declared class", at=("Tags",))


def _is_classified(subject: Subject) -> bool | None:
    """Tell whether the group's tag, or else its VPC's, says so; ``None``: nobody knows."""
    tags = subject.resource.properties.get("Tags")
    names = [subject.params[name] for name in ("class_tag", "classes", "classes_other")]
    if any(tag_values(tags, names[0])):
        return is_of_class(tags, *names)
    zones = [is_of_class(vpc.properties.get("Tags"), *names) for vpc in subject.related["vpcs"]]
    return next((zone for zone in zones if zone is not None), None)


def _open_egress(subject: Subject) -> Iterator[Failure]:
    """Yield what lets the group talk to the whole internet."""
    egress = subject.resource.properties.get("SecurityGroupEgress")
    if not egress and subject.scope.tier == "template":
        # Terraform takes the rule away that AWS adds to a new group; CloudFormation keeps it.
        message = "no egress is declared, so AWS allows all of it"
        yield Failure(message, at=("SecurityGroupEgress",))
    listed = entries(each.properties for each in subject.related["prefix_lists"])
    for index, rule in rules_of(egress):
        if not _is_wide(rule, subject.params["most_ports"]):
            continue
        peers = {name: [network(rule[name])] for name in _CIDRS if name in rule}
        if _LIST in rule:
            peers[_LIST] = list(listed)
        for name, networks in peers.items():
            if is_internet(networks):
                at = ("SecurityGroupEgress", index, name)
                yield Failure("the group may talk to the whole internet", at=at)


def _knows_lists(subject: Subject) -> bool:
    """Tell whether the prefix lists of all wide rules are in the input."""
    rules = rules_of(subject.resource.properties.get("SecurityGroupEgress"))
    wide = [rule for _, rule in rules if _is_wide(rule, subject.params["most_ports"])]
    return knows_all(wide, _LIST, subject.related["prefix_lists"])


def _is_wide(rule: Mapping[str, Any], most: int) -> bool:
    """Tell whether a rule admits more ports of TCP or UDP than ``most``."""
    return protocol(rule) == "all" or any(len(ports(rule, of)) > most for of in ("tcp", "udp"))
