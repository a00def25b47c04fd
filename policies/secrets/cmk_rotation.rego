# METADATA
# title: Secrets use a customer-managed key and rotate
# description: |
#   Under the key that AWS manages, whoever may read the secret may decrypt it; your own key asks
#   once more, and can be withdrawn. That holds for each replica as well. A secret that never
#   changes stays good for whoever copied it years ago. A cron expression that leaves out no
#   month counts as 31 days; one that does leave out months shows no period within any limit.
# related_resources:
#   - ref: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
#   - ref: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
# custom:
#   severity: high
#   quantifier: relation
#   applies_to: ["AWS::SecretsManager::Secret"]
#   related:
#     rotation: {types: ["AWS::SecretsManager::RotationSchedule"], where: SecretId}
#   params:
#     secret_rotation_days: 90
#   remediation: |
#     Name your key, for replicas too, and schedule rotation: kms_key_id of
#     aws_secretsmanager_secret and rotation_rules of aws_secretsmanager_secret_rotation in
#     Terraform; KmsKeyId of AWS::SecretsManager::Secret and RotationRules of
#     AWS::SecretsManager::RotationSchedule in CloudFormation.
package jurat.policies.secrets.cmk_rotation

secret := input.resource.properties

own_key if {
	is_string(secret.KmsKeyId)
	secret.KmsKeyId != ""
	not endswith(secret.KmsKeyId, "alias/aws/secretsmanager")
}

own_keys_there contains key if {
	key := secret.ReplicaRegions[_].KmsKeyId
	is_string(key)
	key != ""
	not endswith(key, "alias/aws/secretsmanager")
}

# In days: the longest time between two rotations.
periods contains days if {
	days := input.related.rotation[_].properties.RotationRules.AutomaticallyAfterDays
	is_number(days)
}

schedules contains schedule if {
	schedule := input.related.rotation[_].properties.RotationRules.ScheduleExpression
	is_string(schedule)
}

periods contains days if {
	some schedule in schedules
	regex.match(`^rate\([0-9]+ days?\)$`, schedule)
	days := to_number(regex.find_n(`[0-9]+`, schedule, 1)[0])
}

periods contains days if {
	some schedule in schedules
	regex.match(`^rate\([0-9]+ hours?\)$`, schedule)
	days := to_number(regex.find_n(`[0-9]+`, schedule, 1)[0]) / 24
}

# Not every month has a 29th, 30th or 31st day, nor a fifth Monday.
periods contains 31 if {
	some schedule in schedules
	regex.match(`^cron\(\S+ \S+ \S+ \* \S+ \*\)$`, schedule)
	not regex.match(`^cron\(\S+ \S+ (29|30|31)W? |#5 `, schedule)
}

in_time if {
	some days in periods
	days > 0
	days <= input.params.secret_rotation_days
}

deny contains finding if {
	not own_key
	finding := {"message": "the secret is under the key that AWS manages", "at": ["KmsKeyId"]}
}

deny contains finding if {
	key := object.get(secret.ReplicaRegions[i], "KmsKeyId", "")
	not key in own_keys_there
	finding := {
		"message": "the replica is under the key that AWS manages",
		"at": ["ReplicaRegions", i, "KmsKeyId"],
	}
}

deny contains finding if {
	count(input.related.rotation) == 0
	finding := {"message": "no rotation of the secret is scheduled", "at": []}
}

deny contains finding if {
	count(input.related.rotation) > 0
	not in_time
	finding := {"message": "the secret may go unchanged for longer than the limit", "at": []}
}
