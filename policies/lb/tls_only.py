"""Transport encryption at load balancers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.policy import Failure, NotApplicable, Subject, Undecided, policy

# Older names give a date and no version, and mean TLS 1.0.
_PREDEFINED = re.compile(r"(?:ELBSecurityPolicy-)?(?:TLS13|TLS|FS)-(\d)-(\d)(?:-|$)")
_VERSION = re.compile(r"(?:Protocol-)?TLSv(\d)(?:\.(\d))?$")
_CLASSIC = "AWS::ElasticLoadBalancing::LoadBalancer"
_NEGOTIATION = "SSLNegotiationPolicyType"
_SPOKEN = {"HTTP", "HTTPS", "SSL"}
_PASSED_ON = "what it passes on over TCP or UDP it does not see into"
# Of a policy that admits no version at all.
_NONE = (99, 0)


@policy(
    title="Load balancer listeners use TLS 1.2 or newer and HTTP only redirects",
    severity="high",
    applies_to=["AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancing::LoadBalancer"],
    related={
        "rules": {"types": ["AWS::ElasticLoadBalancingV2::ListenerRule"], "where": "ListenerArn"}
    },
    params={"tls_min": "TLSv1.2"},
    remediation=(
        "Give the listener a policy such as ELBSecurityPolicy-TLS13-1-2-Res-2021-06 (ssl_policy in "
        "Terraform, SslPolicy in CloudFormation; without one AWS takes a policy of 2016 that "
        "admits TLS 1.0), and let port 80 redirect to HTTPS by every default action and rule."
    ),
    references=[
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-security-policy-table.html",
    ],
)
def tls_only(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """What customers send is readable on the way wherever plain HTTP or old TLS is accepted.

    Listeners for TCP and UDP pass on what they do not see into; whoever ends the connection behind
    them has to encrypt it. A classic load balancer cannot redirect, so it must not speak HTTP.
    """
    least = _version(subject.params["tls_min"])
    if subject.resource.type == _CLASSIC:
        yield from _classic(subject.resource.properties, least)
        return
    listener = subject.resource.properties
    protocol = listener.get("Protocol", "HTTP" if "Port" in listener else "GENEVE")
    if protocol in ("HTTPS", "TLS"):
        name = listener.get("SslPolicy")
        if name is None:
            yield Failure("the default policy admits TLS 1.0", at=("SslPolicy",))
        elif _predefined(name) < least:
            yield Failure("the policy admits an old version of TLS", at=("SslPolicy",))
    elif protocol == "HTTP":
        yield from _in_clear(listener, [rule.properties for rule in subject.related["rules"]])
    else:
        yield NotApplicable(_PASSED_ON, at=("Protocol",))


def _in_clear(listener: Mapping[str, Any], rules: list[Mapping[str, Any]]) -> Iterator[Failure]:
    """Yield what an HTTP listener does but send its clients to HTTPS."""
    actions = _items(listener.get("DefaultActions"))
    if not actions:
        yield Failure("plain HTTP is served, not redirected", at=("DefaultActions",))
    for index, action in enumerate(actions):
        if not _redirects(action):
            yield Failure("plain HTTP is served, not redirected", at=("DefaultActions", index))
    if not all(_redirects(action) for rule in rules for action in _items(rule.get("Actions"))):
        yield Failure("a rule of the listener serves plain HTTP", at=())


def _redirects(action: Any) -> bool:
    if not isinstance(action, Mapping) or action.get("Type") != "redirect":
        return False
    target = action.get("RedirectConfig")
    return isinstance(target, Mapping) and target.get("Protocol") == "HTTPS"


def _classic(
    balancer: Mapping[str, Any], least: tuple[int, int]
) -> Iterator[Failure | Undecided | NotApplicable]:
    """Judge a classic load balancer by the policies that its listeners use.

    Where no listener is to be seen, each policy is taken to be in use.
    """
    policies = list(_objects(balancer.get("Policies")))
    listeners = list(_objects(balancer.get("Listeners")))
    if not listeners:
        yield Undecided("no listener of it is to be seen", at=("Listeners",))
    elif not any(_spoken(listener) in _SPOKEN for _, listener in listeners):
        yield NotApplicable(_PASSED_ON, at=("Listeners",))
    bindings = [each for _, each in _objects(balancer.get("ListenerPolicies"))]
    used = {index for index, _ in policies} if not listeners else set()
    for index, listener in listeners:
        protocol = _spoken(listener)
        if protocol == "HTTP":
            yield Failure("plain HTTP is served", at=("Listeners", index, "Protocol"))
        elif protocol in _SPOKEN:
            names = [*_items(listener.get("PolicyNames")), *_bound(listener, bindings)]
            chosen = {n for n, each in policies if _is_chosen(each, names, listener)}
            used |= chosen
            if not chosen:
                at = ("Listeners", index, "PolicyNames")
                yield Failure("the default policy admits TLS 1.0", at=at)
    for index, negotiation in policies:
        if index in used and _oldest(negotiation) < least:
            yield Failure("a policy admits an old version of TLS", at=("Policies", index))


def _spoken(listener: Mapping[str, Any]) -> str:
    return str(listener.get("Protocol")).upper()


def _bound(listener: Mapping[str, Any], bindings: Sequence[Mapping[str, Any]]) -> Iterator[Any]:
    """Yield the policies that Terraform binds to the listener's port."""
    for binding in bindings:
        if binding.get("LoadBalancerPort") == listener.get("LoadBalancerPort"):
            yield from _items(binding.get("PolicyNames"))


def _is_chosen(
    negotiation: Mapping[str, Any], names: Sequence[Any], listener: Mapping[str, Any]
) -> bool:
    """Tell whether a TLS policy is in force on a listener."""
    if negotiation.get("PolicyType") != _NEGOTIATION:
        return False
    ports = [str(port) for port in _items(negotiation.get("LoadBalancerPorts"))]
    named = any(negotiation.get("PolicyName") == name for name in names)
    return named or str(listener.get("LoadBalancerPort")) in ports


def _oldest(negotiation: Mapping[str, Any]) -> tuple[int, int]:
    """Return the oldest version that a policy of a classic load balancer admits."""
    versions: list[tuple[int, int]] = []
    if negotiation.get("PolicyType") != _NEGOTIATION:
        return _NONE
    for _, attribute in _objects(negotiation.get("Attributes")):
        name, value = attribute.get("Name"), attribute.get("Value")
        if name == "Reference-Security-Policy":
            versions.append(_predefined(value))
        elif str(name).startswith("Protocol-") and str(value).lower() == "true":
            versions.append(_version(name))
    return min(versions, default=_NONE)


def _predefined(name: Any) -> tuple[int, int]:
    """Return the oldest version that a policy of AWS admits, which newer names spell out."""
    found = _PREDEFINED.match(str(name))
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _version(name: Any) -> tuple[int, int]:
    """Read ``TLSv1.2``; what is no version of TLS comes before all."""
    found = _VERSION.match(str(name))
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)


def _objects(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    return ((n, item) for n, item in enumerate(_items(value)) if isinstance(item, Mapping))


def _items(value: Any) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
