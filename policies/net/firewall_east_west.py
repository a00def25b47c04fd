"""Inspection of traffic between zones."""

from collections.abc import Iterator
from typing import Any

from jurat.policy import Failure, NotApplicable, Subject, Undecided, policy
from jurat.tags import is_of_class


@policy(
    title="Routes between classified zones pass Network Firewall",
    severity="high",
    quantifier="exists-per",
    applies_to=["AWS::EC2::VPC"],
    related={
        "own_firewalls": {"types": ["AWS::NetworkFirewall::Firewall"], "where": "VpcId"},
        "own_attachments": {
            "types": [
                "AWS::EC2::TransitGatewayVpcAttachment",
                "AWS::EC2::TransitGatewayAttachment",
            ],
            "where": "VpcId",
        },
        "firewalls": {"types": ["AWS::NetworkFirewall::Firewall"]},
        "attachments": {
            "types": ["AWS::EC2::TransitGatewayVpcAttachment", "AWS::EC2::TransitGatewayAttachment"]
        },
        "gateways": {"types": ["AWS::EC2::TransitGateway"]},
        "routes": {"types": ["AWS::EC2::TransitGatewayRoute"]},
    },
    params={
        "class_tag": "data-classification",
        "classes": ["confidential", "restricted", "cardholder"],
        "classes_other": ["public", "internal"],
    },
    remediation=(
        "Put a firewall into the VPC, or attach it to a transit gateway that propagates no routes "
        "by default and routes to an inspection VPC: aws_networkfirewall_firewall, "
        "default_route_table_propagation and aws_ec2_transit_gateway_route in Terraform, "
        "AWS::NetworkFirewall::Firewall, DefaultRouteTablePropagation and "
        "AWS::EC2::TransitGatewayRoute in CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/network-firewall/latest/developerguide/architectures.html",
        "https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-appliance-scenario.html",
    ],
)
def firewall_east_west(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """Who has taken one zone should not find the next one open, so a firewall stands between them.

    Asked of every VPC whose tag says that its data are classified; without a declared class it is
    open whether one is needed. A firewall in the VPC answers it, or one behind the transit gateway,
    if that learns no routes by itself but has them written; where each route leads is not followed.
    """
    params = subject.params
    classified = is_of_class(
        subject.resource.properties.get("Tags"),
        params["class_tag"],
        params["classes"],
        params["classes_other"],
    )
    if subject.related["own_firewalls"]:
        return
    if classified is False:
        yield NotApplicable("its class asks for no firewall", at=("Tags",))
        return
    gateways = [
        attachment.properties.get("TransitGatewayId")
        for attachment in subject.related["own_attachments"]
    ]
    inspected = any(_is_inspected(subject, gateway) for gateway in gateways)
    if inspected and _leads_through(subject):
        return
    if not classified:
        yield Undecided("no declared class", at=("Tags",))
    elif gateways and not subject.related["gateways"]:
        yield Undecided("the transit gateway is not in the input", at=())
    elif inspected:
        yield Failure("the transit gateway lets zones reach each other past the firewall", at=())
    else:
        yield Failure("no network firewall stands before this zone", at=())


def _is_inspected(subject: Subject, gateway: Any) -> bool:
    """Tell whether a firewall is attached to the gateway, itself or by the VPC it stands in."""
    firewalls = [firewall.properties for firewall in subject.related["firewalls"]]
    zones = [
        attachment.properties.get("VpcId")
        for attachment in subject.related["attachments"]
        if attachment.properties.get("TransitGatewayId") == gateway
    ]
    return any(
        firewall.get("TransitGatewayId", "") == gateway or firewall.get("VpcId", "") in zones
        for firewall in firewalls
    )


def _leads_through(subject: Subject) -> bool:
    """Tell whether the gateway's routes were written by someone, none of them learnt."""
    return not _propagates(subject) and any(
        route.properties.get("Blackhole") is not True for route in subject.related["routes"]
    )


def _propagates(subject: Subject) -> bool:
    """Tell whether the gateway learns the way to every VPC by itself, as it does by default."""
    gateways = [gateway.properties for gateway in subject.related["gateways"]]
    if gateways and all(
        gateway.get("DefaultRouteTablePropagation") == "disable" for gateway in gateways
    ):
        return False
    return any(
        attachment.properties.get("DefaultRouteTablePropagation") is not False
        for attachment in subject.related["own_attachments"]
    )
