"""Where resources lie."""

from collections.abc import Iterator

from jurat.policy import Failure, NotApplicable, Subject, policy


@policy(
    title="Every regional resource is in the jurisdiction list of its data class",
    severity="critical",
    applies_to=["*"],
    params={
        "allowed_regions": [
            "eu-central-1",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "eu-west-1",
            "eu-west-3",
        ],
        "global_types": [
            "AWS::Budgets::",
            "AWS::CE::",
            "AWS::CertificateManager::Certificate",
            "AWS::CloudFront::",
            "AWS::GlobalAccelerator::",
            "AWS::IAM::",
            "AWS::NetworkManager::",
            "AWS::Organizations::",
            "AWS::Route53::",
            "AWS::S3::MultiRegionAccessPoint",
            "AWS::Shield::",
            "Ext::IAM::",
            "Ext::S3::AccountPublicAccessBlock",
        ],
    },
    remediation=(
        "Move the resource: region of the provider or of the resource in Terraform, the region of "
        "the stack in CloudFormation. If a transfer is lawful, say so: allowed_regions."
    ),
    references=[
        "https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html",
        "https://commission.europa.eu/law/law-topic/data-protection/international-dimension-data-protection/adequacy-decisions_en",
    ],
)
def allowed_regions(subject: Subject) -> Iterator[Failure | NotApplicable]:
    """Personal data that lie outside the European Economic Area are a transfer that needs a ground.

    The list holds the regions inside it. The United Kingdom (eu-west-2) and Switzerland
    (eu-central-2) rest on adequacy decisions, which can lapse: who relies on them adds them. Types
    that lie in no region (parameter global_types, by the beginning of their name) and web ACLs for
    CloudFront are not asked; nor are certificates, which hold no data and serve services of their
    own region, or CloudFront.
    """
    kind = subject.resource.type
    if kind.startswith(tuple(subject.params["global_types"])):
        yield NotApplicable("what is of this type lies in no region, or holds no data")
        return
    if kind.startswith("AWS::WAFv2::") and _is_for_cloudfront(subject):
        yield NotApplicable("what CloudFront uses lies in no region", at="Scope")
        return
    allowed = subject.params["allowed_regions"]
    zone = _zone(subject)
    if zone is not None:
        if not zone.startswith(tuple(allowed)):
            yield Failure("the zone lies in a region that is not allowed", at="AvailabilityZone")
    elif subject.scope.region not in allowed:
        yield Failure("the resource lies in a region that is not allowed")


def _is_for_cloudfront(subject: Subject) -> bool:
    return bool(subject.resource.properties.get("Scope") == "CLOUDFRONT")


def _zone(subject: Subject) -> str | None:
    """Return the zone a template names: a template is silent about its region."""
    if subject.scope.tier != "template":
        return None
    zone = subject.resource.properties.get("AvailabilityZone")
    return zone if isinstance(zone, str) else None
