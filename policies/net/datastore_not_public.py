"""Reachability of data stores."""

from collections.abc import Iterator, Mapping
from typing import Any

from jurat.policy import Failure, Subject, Undecided, policy

# Where nothing is written, AWS gives these a public address, or did so for years.
_MUST_SAY_NO = {"AWS::DMS::ReplicationInstance", "AWS::Redshift::Cluster"}
_DOMAINS = {"AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"}
_BROKERS = ("BrokerNodeGroupInfo", "ConnectivityInfo", "PublicAccess", "Type")


@policy(
    title="Data stores are not reachable from the internet",
    severity="critical",
    applies_to=[
        "AWS::RDS::DBInstance",
        "AWS::Neptune::DBInstance",
        "AWS::Redshift::Cluster",
        "AWS::RedshiftServerless::Workgroup",
        "AWS::OpenSearchService::Domain",
        "AWS::Elasticsearch::Domain",
        "AWS::MSK::Cluster",
        "AWS::DMS::ReplicationInstance",
    ],
    remediation=(
        "Set publicly_accessible to false (PubliclyAccessible in CloudFormation), put search "
        "domains into a VPC by vpc_options (VPCOptions), and leave public_access of MSK clusters "
        "at DISABLED."
    ),
    references=[
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
        "https://docs.aws.amazon.com/redshift/latest/mgmt/managing-clusters-vpc.html",
        "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html",
        "https://docs.aws.amazon.com/msk/latest/developerguide/public-access.html",
    ],
)
def datastore_not_public(subject: Subject) -> Iterator[Failure | Undecided]:
    """A store with a public address is one password or one firewall rule away from a leak.

    DMS instances are public unless they say otherwise, and Redshift clusters were until 2025; so
    both must say that they are not. Where a template says nothing about a database instance, AWS
    decides by its subnets, which nobody sees here. A search domain outside a VPC has a public
    endpoint whatever its access policy allows.
    """
    properties = subject.resource.properties
    kind = subject.resource.type
    if kind in _DOMAINS:
        if not _part(properties, "VPCOptions", "SubnetIds"):
            yield Failure("the endpoint is public: the domain is in no VPC", at=("VPCOptions",))
    elif kind == "AWS::MSK::Cluster":
        if _part(properties, *_BROKERS) not in (None, "DISABLED"):
            yield Failure("the brokers have public addresses", at=_BROKERS)
    else:
        public = properties.get("PubliclyAccessible")
        if public is None and kind in _MUST_SAY_NO:
            yield Failure("nothing keeps it from a public address", at=("PubliclyAccessible",))
        elif public is None and kind == "AWS::RDS::DBInstance":
            yield Undecided("not written, so its subnets decide", at=("PubliclyAccessible",))
        elif public not in (None, False):
            yield Failure("it has a public address", at=("PubliclyAccessible",))


def _part(properties: Mapping[str, Any], *path: str) -> Any:
    value: Any = properties
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
