# METADATA
# title: Every bucket has all four Block Public Access flags
# description: |
#   Block Public Access overrides ACLs and bucket policies. While one of its four
#   flags is off, a single wrong grant makes personal data readable for anyone.
#   S3 turns the block on for buckets made since April 2023, but what no code declares,
#   nobody reviews, and nothing puts it back once it is taken off: it must be written down.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
# custom:
#   severity: critical
#   applies_to: ["AWS::S3::Bucket"]
#   remediation: |
#     Turn on all four flags: aws_s3_bucket_public_access_block in Terraform,
#     PublicAccessBlockConfiguration in CloudFormation.
package jurat.policies.s3.bucket_public_access_block

flags := ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"]

block := input.resource.properties.PublicAccessBlockConfiguration

deny contains finding if {
	block
	some flag in flags
	not block[flag] == true
	finding := {
		"message": sprintf("%s is not on", [flag]),
		"at": ["PublicAccessBlockConfiguration", flag],
	}
}

deny contains finding if {
	not block
	finding := {
		"message": "no public access block is configured",
		"at": ["PublicAccessBlockConfiguration"],
	}
}
