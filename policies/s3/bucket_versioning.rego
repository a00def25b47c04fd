# METADATA
# title: Buckets with classified data are versioned
# description: |
#   Without versions, an overwritten or deleted object is gone: by mistake, by malware or by
#   someone who covers traces. Object Lock counts as well, since it keeps versions and cannot
#   be had without them. A bucket without a class in its tag is left to tag/data_classification.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
# custom:
#   severity: medium
#   applies_to: ["AWS::S3::Bucket"]
#   params:
#     class_tag: data-classification
#     classes: [confidential, restricted, cardholder]
#   remediation: |
#     Enable versioning: aws_s3_bucket_versioning with status "Enabled" in Terraform,
#     VersioningConfiguration with Status Enabled in CloudFormation.
package jurat.policies.s3.bucket_versioning

bucket := input.resource.properties

classified if {
	some tag in bucket.Tags
	tag.Key == input.params.class_tag
	tag.Value in input.params.classes
}

versioned if bucket.VersioningConfiguration.Status == "Enabled"

versioned if {
	bucket.ObjectLockEnabled == true
	not bucket.VersioningConfiguration.Status
}

deny contains finding if {
	classified
	not versioned
	finding := {
		"message": "overwritten and deleted objects cannot be brought back: versioning is not enabled",
		"at": ["VersioningConfiguration", "Status"],
	}
}
