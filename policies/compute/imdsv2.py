"""The instance metadata service."""

from collections.abc import Iterator, Mapping
from typing import Any

from jurat.policy import Failure, Subject, Undecided, policy

_TEMPLATE = "AWS::EC2::LaunchTemplate"


@policy(
    title="Instances require metadata tokens",
    severity="high",
    applies_to=[
        "AWS::EC2::Instance",
        "AWS::EC2::LaunchTemplate",
        "AWS::AutoScaling::LaunchConfiguration",
    ],
    related={
        "templates_by_id": {
            "types": ["AWS::EC2::LaunchTemplate"],
            "via": "LaunchTemplate.LaunchTemplateId",
        },
        "templates_by_name": {
            "types": ["AWS::EC2::LaunchTemplate"],
            "via": "LaunchTemplate.LaunchTemplateName",
        },
        "defaults": {"types": ["Ext::EC2::InstanceMetadataDefaults"]},
    },
    remediation=(
        "Set http_tokens to required in metadata_options in Terraform, HttpTokens in "
        "MetadataOptions in CloudFormation, on the instance or on its launch template."
    ),
    references=[
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html"
    ],
)
def imdsv2(subject: Subject) -> Iterator[Failure | Undecided]:
    """A page that fetches what it is told hands out the instance's credentials without a token.

    The instance decides, then its launch template, then the defaults of the account in the region.
    A service that is switched off hands out nothing. The image may ask for tokens too, but no
    configuration shows that.
    """
    resource = subject.resource
    inside = ("LaunchTemplateData",) if resource.type == _TEMPLATE else ()
    at = (*inside, "MetadataOptions", "HttpTokens")
    for options in _in_force(subject):
        if options.get("HttpEndpoint") == "disabled":
            return
        tokens = options.get("HttpTokens")
        if tokens == "required":
            return
        if tokens not in (None, "no-preference"):
            yield Failure("the metadata service answers without a token", at=at)
            return
    if _lacks_template(subject):
        yield Undecided("the launch template is not in the input", at=("LaunchTemplate",))
    else:
        yield Failure("nothing says that the metadata service requires a token", at=at)


def _in_force(subject: Subject) -> Iterator[Mapping[str, Any]]:
    """Yield the options that may decide, the strongest first."""
    properties = subject.resource.properties
    if subject.resource.type == _TEMPLATE:
        yield _part(_part(properties, "LaunchTemplateData"), "MetadataOptions")
    else:
        yield _part(properties, "MetadataOptions")
    for name in ("templates_by_id", "templates_by_name"):
        for template in subject.related[name]:
            yield _part(_part(template.properties, "LaunchTemplateData"), "MetadataOptions")
    for defaults in subject.related["defaults"]:
        if defaults.scope.region == subject.scope.region:
            yield defaults.properties


def _lacks_template(subject: Subject) -> bool:
    """Tell whether an instance comes from a launch template that nobody has shown."""
    if subject.resource.type != "AWS::EC2::Instance":
        return False  # no other type can name one, so nothing of the kind is looked for
    named = _part(subject.resource.properties, "LaunchTemplate")
    found = [*subject.related["templates_by_id"], *subject.related["templates_by_name"]]
    return bool(named) and not found


def _part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = value.get(name)
    return part if isinstance(part, Mapping) else {}
