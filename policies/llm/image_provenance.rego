# METADATA
# title: Container images are immutable and scanned
# description: |
#   What runs next to prompts and training data must be what was built and reviewed. While a tag can
#   be moved, anyone who may push can put another image under a trusted name; with exclusions
#   that holds for the excluded tags. An image that nobody scanned may carry a known hole. Scanning
#   is asked of the repository, or of the registry of its region if that is declared, whose
#   enhanced scanning overrides the repository. Signatures are not looked at.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html
# custom:
#   severity: medium
#   quantifier: relation
#   applies_to: ["AWS::ECR::Repository"]
#   related:
#     registry: {types: ["AWS::ECR::RegistryScanningConfiguration"]}
#   remediation: |
#     Freeze the tags and scan each push: image_tag_mutability = "IMMUTABLE" and
#     scan_on_push = true of aws_ecr_repository in Terraform; ImageTagMutability: IMMUTABLE and
#     ScanOnPush: true in ImageScanningConfiguration in CloudFormation. Or let the registry scan
#     every repository: a rule with the filter * in aws_ecr_registry_scanning_configuration,
#     AWS::ECR::RegistryScanningConfiguration.
package jurat.policies.llm.image_provenance

repository := input.resource.properties

registries contains i if {
	some i, registry in input.related.registry
	registry.scope.region == input.resource.scope.region
}

overridden if {
	some i in registries
	input.related.registry[i].properties.ScanType == "ENHANCED"
}

scanned if {
	repository.ImageScanningConfiguration.ScanOnPush == true
	not overridden
}

filters contains filter if {
	some i in registries
	rule := input.related.registry[i].properties.Rules[_]
	rule.ScanFrequency in {"SCAN_ON_PUSH", "CONTINUOUS_SCAN"}
	filter := rule.RepositoryFilters[_].Filter
}

scanned if "*" in filters

immutable if repository.ImageTagMutability == "IMMUTABLE"

excluding if repository.ImageTagMutability == "IMMUTABLE_WITH_EXCLUSION"

deny contains finding if {
	not immutable
	not excluding
	finding := {"message": "images can be replaced under their tag", "at": ["ImageTagMutability"]}
}

deny contains finding if {
	excluding
	finding := {
		"message": "images can be replaced under the tags that are excluded",
		"at": ["ImageTagMutability"],
	}
}

deny contains finding if {
	not scanned
	count(filters) == 0
	finding := {
		"message": "images are not scanned when they are pushed",
		"at": ["ImageScanningConfiguration", "ScanOnPush"],
	}
}

undecided contains finding if {
	not scanned
	count(filters) > 0
	finding := {
		"message": "the registry scans some repositories; whether this is one of them is not decided",
		"at": ["RepositoryName"],
	}
}
