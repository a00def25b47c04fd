# METADATA
# title: Key deletion has the full waiting period
# description: |
#   With a key goes all data under it, for ever. The waiting period is the only time in which
#   somebody can notice that the key is still needed and call the deletion off. KMS waits 30 days
#   unless told to hurry.
# related_resources:
#   - ref: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
# custom:
#   severity: medium
#   applies_to: ["AWS::KMS::Key"]
#   params:
#     kms_deletion_window_days: 30
#   remediation: |
#     Leave the period out or set the full one: deletion_window_in_days = 30 of aws_kms_key in
#     Terraform, PendingWindowInDays: 30 in CloudFormation.
package jurat.policies.kms.deletion_safeguard

days := object.get(input.resource.properties, "PendingWindowInDays", 30)

long_enough if {
	is_number(days)
	days >= input.params.kms_deletion_window_days
}

deny contains finding if {
	not long_enough
	finding := {
		"message": "the key is gone before the full waiting period",
		"at": ["PendingWindowInDays"],
	}
}
