# METADATA
# title: Account-level S3 Block Public Access is fully on
# description: |
#   The account's block overrides ACLs and policies of every bucket, also of those that are
#   described in no code. While one of its four flags is off, a single forgotten bucket can
#   show personal data to anyone.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-block-public-access-account.html
# custom:
#   severity: critical
#   quantifier: exists-account
#   applies_to: ["Ext::S3::AccountPublicAccessBlock"]
#   remediation: |
#     Set all four flags of aws_s3_account_public_access_block to true. CloudFormation has no
#     such resource: turn the flags on in the console or with `aws s3control`.
package jurat.policies.s3.account_public_access_block

flags := ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"]

deny contains finding if {
	some flag in flags
	not input.resource.properties[flag] == true
	finding := {"message": sprintf("%s is not on for the account", [flag]), "at": [flag]}
}
