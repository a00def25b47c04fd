"""Intrusion prevention by network firewalls."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.net import is_internet, network
from jurat.policy import Failure, Subject, Undecided, policy

_TOP = "FirewallPolicy"
_STATEFUL = "StatefulRuleGroupReferences"
_STATELESS = "StatelessRuleGroupReferences"
_DEFAULTS = {
    "StatelessDefaultActions": "packets that match no stateless rule pass uninspected",
    "StatelessFragmentDefaultActions": "fragments that match no stateless rule pass uninspected",
}
_KEPT = {"aws:forward_to_sfe", "aws:drop"}
_DROPS = {"drop", "reject"}
# A list of domains drops what is on it, or what is not; ALERTLIST reports only.
_LISTS = {"ALLOWLIST", "DENYLIST", "REJECTLIST"}


@policy(
    title="Firewall policies use stateful intrusion rules that drop and a default drop",
    severity="high",
    quantifier="relation",
    applies_to=["AWS::NetworkFirewall::FirewallPolicy"],
    related={
        "stateful": {
            "types": ["AWS::NetworkFirewall::RuleGroup"],
            "via": "FirewallPolicy.StatefulRuleGroupReferences.ResourceArn",
        },
        "stateless": {
            "types": ["AWS::NetworkFirewall::RuleGroup"],
            "via": "FirewallPolicy.StatelessRuleGroupReferences.ResourceArn",
        },
    },
    remediation=(
        "Forward to the stateful engine by both stateless defaults (aws:forward_to_sfe), refer to "
        "stateful rule groups with drop rules, and in STRICT_ORDER drop what no rule names: "
        "stateful_default_actions in Terraform, StatefulDefaultActions in CloudFormation, "
        "aws:drop_established."
    ),
    references=[
        "https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-policy-settings.html",
        "https://docs.aws.amazon.com/network-firewall/latest/developerguide/suricata-rule-evaluation-order.html",
    ],
)
def firewall_ips_drop(subject: Subject) -> Iterator[Failure | Undecided]:
    """A firewall that passes packets by or only reports attacks records the loss of data.

    Every packet has to reach the stateful engine or be dropped, and something there has to drop:
    a rule group, managed ones of AWS unless they are set to report, or the default of the strict
    order.
    """
    firewall = _part(subject.resource.properties, _TOP)
    for name, message in _DEFAULTS.items():
        actions = _items(firewall.get(name))
        if "aws:pass" in actions or not any(action in _KEPT for action in actions):
            yield Failure(message, at=(_TOP, name))
    yield from _stateless(firewall, [group.properties for group in subject.related["stateless"]])
    if not _drops_by_default(firewall) or not _items(firewall.get(_STATEFUL)):
        yield from _stateful(firewall, [group.properties for group in subject.related["stateful"]])


def _stateless(
    firewall: Mapping[str, Any], groups: list[Mapping[str, Any]]
) -> Iterator[Failure | Undecided]:
    """Judge what stateless rule groups keep from inspection."""
    if any(_passes_all(group) for group in groups):
        yield Failure("a stateless rule passes everything uninspected", at=(_TOP, _STATELESS))
    elif len(_items(firewall.get(_STATELESS))) > len(groups):
        yield Undecided("a stateless rule group is not in the input", at=(_TOP, _STATELESS))


def _stateful(
    firewall: Mapping[str, Any], groups: list[Mapping[str, Any]]
) -> Iterator[Failure | Undecided]:
    """Judge whether a stateful rule group drops, where no default does."""
    references = _items(firewall.get(_STATEFUL))
    managed = [reference for reference in references if _is_managed(reference)]
    at = (_TOP, _STATEFUL)
    if not references:
        yield Failure("no stateful rule group is used", at=at)
    elif not all(map(_reports, managed)) or any(map(_drops, groups)):
        return
    elif len(references) > len(managed) + len(groups):
        yield Undecided("a stateful rule group is not in the input", at=at)
    else:
        yield Failure("no stateful rule drops: attacks are reported, not stopped", at=at)


def _drops_by_default(firewall: Mapping[str, Any]) -> bool:
    """Tell whether the stateful engine drops what no rule names; only the strict order can."""
    strict = _part(firewall, "StatefulEngineOptions").get("RuleOrder") == "STRICT_ORDER"
    actions = _items(firewall.get("StatefulDefaultActions"))
    return strict and any(str(action).startswith("aws:drop_") for action in actions)


def _is_managed(reference: Any) -> bool:
    """Tell whether a reference is to a group of AWS, whose rules drop."""
    arn = reference.get("ResourceArn") if isinstance(reference, Mapping) else None
    return ":aws-managed:stateful-rulegroup/" in str(arn)


def _reports(reference: Mapping[str, Any]) -> bool:
    """Tell whether a reference turns the drops of a managed group into alerts."""
    return _part(reference, "Override").get("Action") == "DROP_TO_ALERT"


def _drops(group: Mapping[str, Any]) -> bool:
    """Tell whether a stateful rule group has a rule that drops."""
    source = _part(_part(group, "RuleGroup"), "RulesSource")
    if _part(source, "RulesSourceList").get("GeneratedRulesType") in _LISTS:
        return True
    rules = [rule for rule in _items(source.get("StatefulRules")) if isinstance(rule, Mapping)]
    actions = [str(rule.get("Action")) for rule in rules]
    lines = str(source.get("RulesString", "")).splitlines()
    actions += [line.split()[0] for line in lines if line.strip()]
    return any(action.lower() in _DROPS for action in actions)


def _passes_all(group: Mapping[str, Any]) -> bool:
    """Tell whether a stateless rule group lets everybody talk to everybody uninspected."""
    source = _part(_part(group, "RuleGroup"), "RulesSource")
    rules = _part(source, "StatelessRulesAndCustomActions").get("StatelessRules")
    for rule in _items(rules):
        definition = _part(rule, "RuleDefinition") if isinstance(rule, Mapping) else {}
        match = _part(definition, "MatchAttributes")
        ends = (match.get("Sources"), match.get("Destinations"))
        if "aws:pass" in _items(definition.get("Actions")) and all(map(_is_anyone, ends)):
            return True
    return False


def _is_anyone(addresses: Any) -> bool:
    """Tell whether one end of a stateless rule is everybody; nothing said means all."""
    known = [each for each in _items(addresses) if isinstance(each, Mapping)]
    return not known or is_internet(network(each.get("AddressDefinition")) for each in known)


def _part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = value.get(name)
    return part if isinstance(part, Mapping) else {}


def _items(value: Any) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
