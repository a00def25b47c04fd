# METADATA
# title: Classified buckets use a customer-managed key by default
# description: |
#   S3 encrypts every object, but under a key that AWS holds. Only a key of your own lets you
#   decide who may decrypt, see each use of it, and make the data unreadable at once by
#   disabling it. The class is read from the bucket's tag; a bucket without a class is none
#   of this policy's business, which is why tag/data_classification demands the tag.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
# custom:
#   severity: high
#   applies_to: ["AWS::S3::Bucket"]
#   params:
#     class_tag: data-classification
#     classes_cmk: [confidential, restricted, cardholder]
#   remediation: |
#     Name your own key: aws_s3_bucket_server_side_encryption_configuration with sse_algorithm
#     "aws:kms" and kms_master_key_id in Terraform, BucketEncryption with SSEAlgorithm aws:kms
#     and KMSMasterKeyID in CloudFormation.
package jurat.policies.s3.bucket_encryption_cmk

bucket := input.resource.properties

kms := {"aws:kms", "aws:kms:dsse"}

classified if {
	some tag in bucket.Tags
	tag.Key == input.params.class_tag
	tag.Value in input.params.classes_cmk
}

by_kms contains i if {
	some i, rule in bucket.BucketEncryption.ServerSideEncryptionConfiguration
	rule.ServerSideEncryptionByDefault.SSEAlgorithm in kms
}

# This alias stands for the key that AWS manages.
own_key contains i if {
	some i, rule in bucket.BucketEncryption.ServerSideEncryptionConfiguration
	key := rule.ServerSideEncryptionByDefault.KMSMasterKeyID
	is_string(key)
	key != ""
	endswith(key, "alias/aws/s3") == false
}

deny contains finding if {
	classified
	count(by_kms) == 0
	finding := {
		"message": "objects are encrypted with a key that S3 owns, not through KMS",
		"at": ["BucketEncryption"],
	}
}

deny contains finding if {
	classified
	some i in by_kms - own_key
	finding := {
		"message": "objects are encrypted with the key that AWS manages, not with one of your own",
		"at": [
			"BucketEncryption", "ServerSideEncryptionConfiguration", i,
			"ServerSideEncryptionByDefault", "KMSMasterKeyID",
		],
	}
}
