"""Stand-ins: plausible text for references, whose text nobody knows before the apply.

One reference always gets one text, so it equals itself and nothing else. Where the kind of string
is a guess there are two renditions, and a policy that tells them apart decides on invented text.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jurat.model import Reference, Resource

RENDITIONS = 2
_ACCOUNT = "000000000000"


# Types whose Ref is an ARN, as the CloudFormation resource reference says under "Return values".
_REF_IS_ARN = {
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::IAM::ManagedPolicy",
    "AWS::SecretsManager::Secret",
    "AWS::SNS::Topic",
    "AWS::StepFunctions::StateMachine",
}


_IAM_NOUNS = {"AWS::IAM::ManagedPolicy": "policy", "AWS::IAM::InstanceProfile": "instance-profile"}


@dataclass(frozen=True, slots=True)
class Targets:
    """What is known of the resources that references lead to.

    ``types`` maps addresses to canonical types; ``names`` maps addresses to the known strings that
    they return, by attribute.
    """

    types: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def targets(resources: Iterable[Resource]) -> Targets:
    """Collect the targets; where two inputs use one address, nothing is known of it."""
    types: dict[str, str] = {}
    names: dict[str, Mapping[str, str]] = {}
    for resource in resources:
        names[resource.address] = {} if resource.address in types else resource.identities
        types[resource.address] = resource.type
    return Targets(types, names)


def stand_in(reference: Reference, known: Targets, rendition: int) -> str:
    """Return the text for ``reference``: the known string, or a plausible one."""
    name = known.names.get(reference.address, {}).get(reference.attribute)
    if name is not None:
        return name
    kind = known.types.get(reference.address, "")
    name = _name(reference.address)
    attribute = reference.attribute.rpartition(".")[2]
    if attribute.lower().endswith("arn") or (attribute == "Ref" and kind in _REF_IS_ARN):
        return _arn(kind, name)
    if attribute == "Ref" and rendition == 1:
        return _arn(kind, name)
    if attribute in {"Ref", "Id", "Name"} or attribute.endswith(("Id", "Name")):
        return name
    return f"{name}-{attribute.lower()}" if rendition == 0 else _arn(kind, name)


def _name(address: str) -> str:
    """Make a name of an address that no real resource bears and that is short and unique."""
    digest = hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()[:8]
    words = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-")[-40:]
    return f"{words}-{digest}"


def _arn(kind: str, name: str) -> str:
    parts = kind.split("::")
    service = parts[1].lower() if len(parts) > 1 else "service"
    if service == "s3":
        return f"arn:aws:s3:::{name}"
    if service == "iam":
        return f"arn:aws:iam::{_ACCOUNT}:{_IAM_NOUNS.get(kind, parts[2].lower())}/{name}"
    noun = parts[2].lower() if len(parts) > 2 else "resource"  # noqa: PLR2004 - AWS::Service::Noun
    return f"arn:aws:{service}:eu-central-1:{_ACCOUNT}:{noun}/{name}"
