"""Authentication in front of self-hosted inference."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.policy import Failure, NotApplicable, Path, ResourceView, Subject, Undecided, policy

_LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
_TARGETS = ("default_targets", "default_weighted_targets", "targets", "weighted_targets")
_AUTHENTICATORS = {
    "authenticate-oidc": "AuthenticateOidcConfig",
    "authenticate-cognito": "AuthenticateCognitoConfig",
}


@policy(
    title="Self-hosted inference behind a load balancer needs OIDC, Cognito, JWT or mutual TLS",
    severity="critical",
    applies_to=[
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
    ],
    related={
        "load_balancers": {
            "types": ["AWS::ElasticLoadBalancingV2::LoadBalancer"],
            "via": "LoadBalancerArn",
        },
        "listeners": {"types": ["AWS::ElasticLoadBalancingV2::Listener"], "via": "ListenerArn"},
        "rules": {"types": ["AWS::ElasticLoadBalancingV2::ListenerRule"], "where": "ListenerArn"},
        "default_targets": {
            "types": ["AWS::ElasticLoadBalancingV2::TargetGroup"],
            "via": "DefaultActions.TargetGroupArn",
        },
        "default_weighted_targets": {
            "types": ["AWS::ElasticLoadBalancingV2::TargetGroup"],
            "via": "DefaultActions.ForwardConfig.TargetGroups.TargetGroupArn",
        },
        "targets": {
            "types": ["AWS::ElasticLoadBalancingV2::TargetGroup"],
            "via": "Actions.TargetGroupArn",
        },
        "weighted_targets": {
            "types": ["AWS::ElasticLoadBalancingV2::TargetGroup"],
            "via": "Actions.ForwardConfig.TargetGroups.TargetGroupArn",
        },
    },
    params={"inference_tag": {"key": "workload", "value": "inference"}},
    remediation=(
        "Put an action of type authenticate-oidc, authenticate-cognito or jwt-validation before "
        "forward: default_action of aws_lb_listener and action of aws_lb_listener_rule in "
        "Terraform, DefaultActions and Actions in CloudFormation. Or verify client certificates: "
        "mutual_authentication with mode verify, MutualAuthentication.Mode."
    ),
    references=[
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html",
    ],
)
def lb_auth(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """A model server knows no users: whoever reaches it may ask what it was trained on.

    Which load balancers serve inference is said by a tag (parameter inference_tag) on the load
    balancer, the target group, the listener or the rule; those without it are not asked. A listener
    whose load balancer, or a rule whose target groups are not part of the input is left open.
    """
    if subject.resource.type == _LISTENER:
        if not _verifies_clients(subject.resource):
            yield from _listener(subject)
    elif not any(map(_verifies_clients, subject.related["listeners"])):
        yield from _rule(subject)


def _listener(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """Judge the default actions, and the rules as far as their targets do not speak for them."""
    listener, rules = subject.resource, subject.related["rules"]
    balancers = subject.related["load_balancers"]
    own = list(_open_forwards(listener, "DefaultActions"))
    served = bool(own or rules) and _is_tagged(subject, [listener, *balancers])
    followed = rules if served or not balancers else []
    behind = [
        Failure(f"{rule.address} forwards requests of callers nobody authenticated")
        for rule in followed
        if any(_open_forwards(rule, "Actions"))
    ]
    if served:
        yield from (*own, *behind)
    elif own and _is_tagged(subject, _targets(subject)):
        yield from own
    elif own or behind:
        yield _unmarked("DefaultActions", seen=bool(balancers))
    forwards = [place for rule in followed for place in _forwards(rule, "Actions")]
    if not any(_forwards(listener, "DefaultActions")) and not forwards:
        yield NotApplicable("its default actions forward no requests", at="DefaultActions")


def _rule(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    rule, targets = subject.resource, _targets(subject)
    own = list(_open_forwards(rule, "Actions"))
    if own and _is_tagged(subject, [rule, *targets]):
        yield from own
    elif own:
        yield _unmarked("Actions", seen=bool(targets))
    elif not any(_forwards(rule, "Actions")):
        yield NotApplicable("it forwards no requests", at="Actions")


def _unmarked(at: str, *, seen: bool) -> Undecided | NotApplicable:
    """Say that no tag speaks of inference, if all the tags that could do so are to be seen."""
    if seen:
        return NotApplicable("no tag says that it serves inference")
    return Undecided("the tags of what it serves are not part of the input", at=at)


def _targets(subject: Subject) -> list[ResourceView]:
    return [group for name in _TARGETS for group in subject.related[name]]


def _is_tagged(subject: Subject, resources: Sequence[ResourceView]) -> bool:
    wanted = subject.params["inference_tag"]
    return any(
        tag.get("Key") == wanted["key"] and tag.get("Value") == wanted["value"]
        for resource in resources
        for tag in resource.properties.get("Tags", ())
    )


def _verifies_clients(listener: ResourceView) -> bool:
    return bool(listener.properties.get("MutualAuthentication", {}).get("Mode") == "verify")


def _open_forwards(resource: ResourceView, name: str) -> Iterator[Failure]:
    """Yield each forward that no authentication stands before."""
    if not any(_authenticates(action) for action in resource.properties.get(name, ())):
        for place in _forwards(resource, name):
            yield Failure("forwards requests of callers nobody authenticated", at=place)


def _forwards(resource: ResourceView, name: str) -> Iterator[Path]:
    """Yield the place of each action that forwards."""
    for index, action in enumerate(resource.properties.get(name, ())):
        if action.get("Type") == "forward":
            yield name, index


def _authenticates(action: Mapping[str, Any]) -> bool:
    """Tell whether an action turns anonymous callers away; one may be told to let them through."""
    kind = action.get("Type")
    if kind not in _AUTHENTICATORS:
        return bool(kind == "jwt-validation")
    settings = action.get(_AUTHENTICATORS[kind], {})
    return bool(settings.get("OnUnauthenticatedRequest", "authenticate") != "allow")
