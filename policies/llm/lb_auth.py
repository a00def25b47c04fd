"""Authentication in front of self-hosted inference."""

from collections.abc import Iterator, Mapping
from typing import Any

from jurat.policy import Failure, Subject, policy

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
def lb_auth(subject: Subject) -> Iterator[Failure]:
    """A model server knows no users: whoever reaches it may ask what it was trained on.

    Which load balancers serve inference is said by a tag (parameter inference_tag) on the load
    balancer, the target group, the listener or the rule; those without it are not asked.
    """
    properties = subject.resource.properties
    if subject.resource.type == _LISTENER:
        behind = any(_is_tagged(lb.properties, subject) for lb in subject.related["load_balancers"])
        if _verifies_clients(properties) or not (behind or _is_marked(subject)):
            return
        yield from _open_forwards(properties, "DefaultActions")
        for rule in subject.related["rules"] if behind else ():
            if any(_open_forwards(rule.properties, "Actions")):
                yield Failure(f"{rule.address} forwards requests of callers nobody authenticated")
    elif _is_marked(subject):
        listeners = subject.related["listeners"]
        if not any(_verifies_clients(listener.properties) for listener in listeners):
            yield from _open_forwards(properties, "Actions")


def _is_marked(subject: Subject) -> bool:
    """Tell whether the listener or rule, or a target group it forwards to, has the tag."""
    if _is_tagged(subject.resource.properties, subject):
        return True
    groups = (group for name in _TARGETS for group in subject.related[name])
    return any(_is_tagged(group.properties, subject) for group in groups)


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
