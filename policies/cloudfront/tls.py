"""Transport encryption at the edge: viewers and origins."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jurat.policy import Failure, Path, Subject, policy

_VERSION = re.compile(r"TLSv(\d+)(?:\.(\d+))?")
_DISTRIBUTION = "DistributionConfig"
_ENCRYPTED = {"https-only", "redirect-to-https"}
# What CloudFront offers an origin for which nothing is said.
_OFFERED = ("SSLv3", "TLSv1")


@policy(
    title="Edge viewers and origins use modern TLS",
    severity="high",
    applies_to=["AWS::CloudFront::Distribution", "AWS::CloudFront::VpcOrigin"],
    params={"tls_min": "TLSv1.2"},
    remediation=(
        "Terraform, aws_cloudfront_distribution: viewer_certificate.minimum_protocol_version "
        "TLSv1.2_2021 with a certificate of your own, viewer_protocol_policy redirect-to-https, "
        "origin_protocol_policy https-only, origin_ssl_protocols [TLSv1.2]. CloudFormation: "
        "MinimumProtocolVersion, ViewerProtocolPolicy, OriginProtocolPolicy, OriginSSLProtocols."
    ),
    references=[
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html",
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html",
    ],
)
def tls(subject: Subject) -> Iterator[Failure]:
    """Old TLS and plain HTTP let anyone on the path read what visitors send.

    CloudFront's own certificate always admits TLSv1; an origin reached in clear undoes what the
    edge promises.
    """
    properties, least = subject.resource.properties, subject.params["tls_min"]
    if subject.resource.type == "AWS::CloudFront::VpcOrigin":
        top = "VpcOriginEndpointConfig"
        yield from _origin(properties.get(top, {}), (top,), least, clear_viewers=False)
        return
    config = properties.get(_DISTRIBUTION, {})
    yield from _certificate(config.get("ViewerCertificate", {}), least)
    in_clear = list(_behaviours(config))
    yield from in_clear
    for index, origin in enumerate(config.get("Origins", ())):
        custom = origin.get("CustomOriginConfig")
        if custom is not None:
            path = (_DISTRIBUTION, "Origins", index, "CustomOriginConfig")
            yield from _origin(custom, path, least, clear_viewers=bool(in_clear))


def _certificate(certificate: Mapping[str, Any], least: str) -> Iterator[Failure]:
    path = (_DISTRIBUTION, "ViewerCertificate")
    own = any(certificate.get(name) for name in ("AcmCertificateArn", "IamCertificateId"))
    if not own or certificate.get("CloudFrontDefaultCertificate") is True:
        yield Failure("CloudFront's default certificate admits TLSv1", at=path)
    elif _version(certificate.get("MinimumProtocolVersion", "TLSv1")) < _version(least):
        yield Failure("viewers may use an old version of TLS", at=(*path, "MinimumProtocolVersion"))


def _version(name: str) -> tuple[int, int]:
    """Return the TLS version a name such as TLSv1.2_2021 stands for; SSL comes before all."""
    found = _VERSION.match(str(name))
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)


def _behaviours(config: Mapping[str, Any]) -> Iterator[Failure]:
    """Yield each cache behaviour that serves viewers over plain HTTP."""
    found: list[tuple[Path, Mapping[str, Any]]] = [
        (("DefaultCacheBehavior",), config.get("DefaultCacheBehavior", {}))
    ]
    for index, behaviour in enumerate(config.get("CacheBehaviors", ())):
        found.append((("CacheBehaviors", index), behaviour))
    for path, behaviour in found:
        if behaviour.get("ViewerProtocolPolicy") not in _ENCRYPTED:
            at = (_DISTRIBUTION, *path, "ViewerProtocolPolicy")
            yield Failure("viewers may use plain HTTP", at=at)


def _origin(
    origin: Mapping[str, Any], path: Path, least: str, *, clear_viewers: bool
) -> Iterator[Failure]:
    """Judge how CloudFront talks to an origin; match-viewer is as safe as the viewers are."""
    protocol = origin.get("OriginProtocolPolicy", "match-viewer")
    if protocol == "match-viewer" and not clear_viewers:
        protocol = "https-only"
    if protocol != "https-only":
        yield Failure("the origin is reached over plain HTTP", at=(*path, "OriginProtocolPolicy"))
        return
    offered = origin.get("OriginSSLProtocols") or _OFFERED
    if any(_version(name) < _version(least) for name in offered):
        at = (*path, "OriginSSLProtocols")
        yield Failure("the origin may be reached with an old version of TLS", at=at)
