# METADATA
# title: Kubernetes control endpoints are private
# description: |
#   Whoever reaches the API server of a cluster needs no more than a stolen token to read its
#   secrets and the data of its workloads. EKS opens the endpoint to every address unless told
#   otherwise. Where it cannot be private, it may be open to named networks, none wider than /8
#   (/20 for IPv6): of those a cluster takes 40 at most, too few to make up the internet.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
# custom:
#   severity: high
#   applies_to: ["AWS::EKS::Cluster"]
#   remediation: |
#     Switch public access off: endpoint_private_access = true and endpoint_public_access = false in
#     vpc_config of aws_eks_cluster in Terraform, EndpointPrivateAccess and EndpointPublicAccess of
#     ResourcesVpcConfig in CloudFormation. Or name the networks: public_access_cidrs,
#     PublicAccessCidrs.
package jurat.policies.net.eks_endpoint_private

network := input.resource.properties.ResourcesVpcConfig

private if network.EndpointPublicAccess == false

wide := {"/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7"}

wide_ipv6 := {"/8", "/9", "/10", "/11", "/12", "/13", "/14", "/15", "/16", "/17", "/18", "/19"}

blocks contains i if {
	cidr := network.PublicAccessCidrs[i]
	is_string(cidr)
	contains(cidr, "/")
}

open contains i if {
	cidr := network.PublicAccessCidrs[i]
	not is_string(cidr)
}

open contains i if {
	cidr := network.PublicAccessCidrs[i]
	is_string(cidr)
	not contains(cidr, "/")
}

open contains i if {
	some i in blocks
	some length in wide
	endswith(network.PublicAccessCidrs[i], length)
}

open contains i if {
	some i in blocks
	contains(network.PublicAccessCidrs[i], ":")
	some length in wide_ipv6
	endswith(network.PublicAccessCidrs[i], length)
}

deny contains finding if {
	not private
	some i in open
	finding := {
		"message": "the public endpoint is open to the internet",
		"at": ["ResourcesVpcConfig", "PublicAccessCidrs", i],
	}
}

deny contains finding if {
	not private
	not network.PublicAccessCidrs[0]
	finding := {
		"message": "the public endpoint is open to the internet: no network is named",
		"at": ["ResourcesVpcConfig", "PublicAccessCidrs"],
	}
}
