# METADATA
# title: Edge viewers and origins use modern TLS
# description: |
#   Old TLS and plain HTTP let anyone on the path read what visitors send. CloudFront's own
#   certificate always admits TLSv1, and an origin reached in clear undoes what the edge promises.
#   An origin that follows its viewers (match-viewer) is as safe as they are.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
#   - ref: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
# custom:
#   severity: high
#   applies_to: ["AWS::CloudFront::Distribution"]
#   related:
#     vpc_origins:
#       types: ["AWS::CloudFront::VpcOrigin"]
#       via: DistributionConfig.Origins.VpcOriginConfig.VpcOriginId
#   params: {tls_min: TLSv1.2}
#   remediation: |
#     Terraform, aws_cloudfront_distribution: minimum_protocol_version TLSv1.2_2021 with a
#     certificate of your own, viewer_protocol_policy redirect-to-https, origin_protocol_policy
#     https-only and origin_ssl_protocols [TLSv1.2]. CloudFormation: MinimumProtocolVersion,
#     ViewerProtocolPolicy, OriginProtocolPolicy, OriginSSLProtocols.
package jurat.policies.cloudfront.tls

config := object.get(input.resource.properties, "DistributionConfig", {})

ranks := {"SSLv3": 0, "TLSv1": 1, "TLSv1.1": 2, "TLSv1.2": 3, "TLSv1.3": 4}

# A name such as TLSv1.2_2021 is a version and the year of its ciphers.
rank(name) := object.get(ranks, split(name, "_")[0], 0) if is_string(name)

rank(name) := 0 if not is_string(name)

own_certificate if config.ViewerCertificate.AcmCertificateArn != ""

own_certificate if config.ViewerCertificate.IamCertificateId != ""

deny contains finding if {
	not own_certificate
	finding := {
		"message": "CloudFront's default certificate admits TLSv1",
		"at": ["DistributionConfig", "ViewerCertificate"],
	}
}

deny contains finding if {
	own_certificate
	rank(object.get(config, ["ViewerCertificate", "MinimumProtocolVersion"], "TLSv1")) < rank(input.params.tls_min)
	finding := {
		"message": "viewers may use an old version of TLS",
		"at": ["DistributionConfig", "ViewerCertificate", "MinimumProtocolVersion"],
	}
}

encrypted := {"https-only", "redirect-to-https"}

default_protocol := object.get(
	input.resource.properties,
	["DistributionConfig", "DefaultCacheBehavior", "ViewerProtocolPolicy"],
	"allow-all",
)

deny contains finding if {
	not default_protocol in encrypted
	finding := {
		"message": "viewers may use plain HTTP",
		"at": ["DistributionConfig", "DefaultCacheBehavior", "ViewerProtocolPolicy"],
	}
}

deny contains finding if {
	behaviour := config.CacheBehaviors[index]
	not object.get(behaviour, "ViewerProtocolPolicy", "allow-all") in encrypted
	finding := {
		"message": "viewers of some paths may use plain HTTP",
		"at": ["DistributionConfig", "CacheBehaviors", index, "ViewerProtocolPolicy"],
	}
}

deny contains finding if {
	config.Origins[index].CustomOriginConfig.OriginProtocolPolicy == "http-only"
	finding := {
		"message": "the origin is reached over plain HTTP",
		"at": ["DistributionConfig", "Origins", index, "CustomOriginConfig", "OriginProtocolPolicy"],
	}
}

# An origin for which nothing is said is offered SSLv3 and TLSv1.
deny contains finding if {
	origin := config.Origins[index]
	origin.CustomOriginConfig
	name := object.get(origin, ["CustomOriginConfig", "OriginSSLProtocols"], ["SSLv3"])[_]
	rank(name) < rank(input.params.tls_min)
	finding := {
		"message": "the origin may be reached with an old version of TLS",
		"at": ["DistributionConfig", "Origins", index, "CustomOriginConfig", "OriginSSLProtocols"],
	}
}

deny contains finding if {
	some inner in input.related.vpc_origins
	inner.properties.VpcOriginEndpointConfig.OriginProtocolPolicy == "http-only"
	finding := {
		"message": "an origin in the VPC is reached over plain HTTP",
		"at": ["DistributionConfig", "Origins"],
	}
}

deny contains finding if {
	some inner in input.related.vpc_origins
	inner_name := object.get(inner.properties, ["VpcOriginEndpointConfig", "OriginSSLProtocols"], ["SSLv3"])[_]
	rank(inner_name) < rank(input.params.tls_min)
	finding := {
		"message": "an origin in the VPC may be reached with an old version of TLS",
		"at": ["DistributionConfig", "Origins"],
	}
}

inner_seen if some inner in input.related.vpc_origins

undecided contains finding if {
	config.Origins[index].VpcOriginConfig
	not inner_seen
	finding := {
		"message": "the origin in the VPC is not part of the input",
		"at": ["DistributionConfig", "Origins", index],
	}
}
