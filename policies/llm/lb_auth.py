"""Authentication in front of self-hosted inference."""

from collections.abc import Iterator, Mapping
from typing import Any

from jurat.policy import Failure, Subject, Undecided, policy

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
def lb_auth(subject: Subject) -> Iterator[Failure | Undecided]:
    """A model server knows no users: whoever reaches it may ask what it was trained on.

    Which load balancers serve inference is said by a tag (parameter inference_tag) on the load
    balancer, the target group, the listener or the rule; those without it are not asked. A listener
    whose load balancer, or a rule whose target groups are not part of the input is left open.
    """
    if subject.resource.type == _LISTENER:
        yield from _listener(subject)
    elif not any(_verifies_clients(each.properties) for each in subject.related["listeners"]):
        targets = [group for name in _TARGETS for group in subject.related[name]]
        yield from _judged(subject, "Actions", seen=bool(targets))


def _listener(subject: Subject) -> Iterator[Failure | Undecided]:
    properties = subject.resource.properties
    if _verifies_clients(properties):
        return
    balancers = subject.related["load_balancers"]
    yield from _judged(subject, "DefaultActions", seen=bool(balancers))
    if any(_is_tagged(balancer.properties, subject) for balancer in balancers):
        for rule in subject.related["rules"]:
            if any(_open_forwards(rule.properties, "Actions")):
                yield Failure(f"{rule.address} forwards requests of callers nobody authenticated")


def _judged(subject: Subject, name: str, *, seen: bool) -> Iterator[Failure | Undecided]:
    """Yield the open forwards of what serves inference, or the doubt if nobody can tell."""
    open_forwards = list(_open_forwards(subject.resource.properties, name))
    if _is_marked(subject):
        yield from open_forwards
    elif open_forwards and not seen:
        yield Undecided("the tags of what it serves are not part of the input", at=name)


def _is_marked(subject: Subject) -> bool:
    """Tell whether the listener or rule, or what stands before or behind it, has the tag."""
    if _is_tagged(subject.resource.properties, subject):
        return True
    beside = (each for name in ("load_balancers", *_TARGETS) for each in subject.related[name])
    return any(_is_tagged(each.properties, subject) for each in beside)


def _is_tagged(properties: Mapping[str, Any], subject: Subject) -> bool:
    wanted = subject.params["inference_tag"]
    return any(
        tag.get("Key") == wanted["key"] and tag.get("Value") == wanted["value"]
        for tag in properties.get("Tags", ())
    )


def _verifies_clients(listener: Mapping[str, Any]) -> bool:
    return bool(listener.get("MutualAuthentication", {}).get("Mode") == "verify")


def _open_forwards(properties: Mapping[str, Any], name: str) -> Iterator[Failure]:
    """Yield each forward that no authentication stands before."""
    actions = properties.get(name, ())
    if any(_authenticates(action) for action in actions):
        return
    for index, action in enumerate(actions):
        if action.get("Type") == "forward":
            yield Failure("forwards requests of callers nobody authenticated", at=(name, index))


def _authenticates(action: Mapping[str, Any]) -> bool:
    """Tell whether an action turns anonymous callers away; one may be told to let them through."""
    kind = action.get("Type")
    if kind not in _AUTHENTICATORS:
        return bool(kind == "jwt-validation")
    settings = action.get(_AUTHENTICATORS[kind], {})
    return bool(settings.get("OnUnauthenticatedRequest", "authenticate") != "allow")
