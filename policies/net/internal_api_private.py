"""Interfaces that are meant for inside only."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jurat.policy import Failure, NotApplicable, Subject, policy
from jurat.tags import tag_values

_CLASSIC = "AWS::ElasticLoadBalancing::LoadBalancer"


@policy(
    title="APIs and load balancers marked internal are private",
    severity="critical",
    applies_to=[
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGatewayV2::Api",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::ElasticLoadBalancing::LoadBalancer",
    ],
    params={"exposure_tag": "exposure", "exposure_values": ["internal", "private"]},
    remediation=(
        "Give the API the endpoint type PRIVATE (endpoint_configuration.types in Terraform, "
        "EndpointConfiguration in CloudFormation) and the load balancer the scheme internal "
        "(internal = true, Scheme). HTTP and WebSocket APIs cannot be private: use a REST API."
    ),
    references=[
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html",
    ],
)
def internal_api_private(subject: Subject) -> Iterator[Failure | NotApplicable]:
    """An interface that its builders take for internal is rarely fit to meet the internet.

    Marked internal is what carries the exposure tag with such a value, or has such a word in its
    name.
    """
    properties, kind = subject.resource.properties, subject.resource.type
    failures = list(_exposures(properties, kind))
    name = properties.get("LoadBalancerName" if kind == _CLASSIC else "Name")
    if failures and not _is_internal(properties, str(name), subject.params):
        yield NotApplicable("neither tag nor name marks it as internal")
    else:
        yield from failures


def _exposures(properties: Mapping[str, Any], kind: str) -> Iterator[Failure]:
    """Yield what makes it public."""
    if kind == "AWS::ApiGateway::RestApi":
        endpoint = properties.get("EndpointConfiguration")
        types = endpoint.get("Types") if isinstance(endpoint, Mapping) else None
        if not types or any(each != "PRIVATE" for each in types):
            at = ("EndpointConfiguration", "Types")
            yield Failure("marked internal, but its endpoint is public", at=at)
    elif kind == "AWS::ApiGatewayV2::Api":
        message = "marked internal, but an HTTP or WebSocket API always has a public endpoint"
        yield Failure(message, at=("ProtocolType",))
    elif properties.get("Type") != "gateway" and properties.get("Scheme") != "internal":
        yield Failure("marked internal, but it faces the internet", at=("Scheme",))


def _is_internal(properties: Mapping[str, Any], name: str, params: Mapping[str, Any]) -> bool:
    words = params["exposure_values"]
    tags = tag_values(properties.get("Tags"), params["exposure_tag"])
    return any(str(value).lower() in words for value, _ in tags) or any(
        word in words for word in re.split(r"[^a-z]+", name.lower())
    )
