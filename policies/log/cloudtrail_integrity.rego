# METADATA
# title: Trails are validated and encrypted
# description: |
#   A trail is evidence only while nobody can change it unseen. Validation signs a digest of every
#   log file; a key of one's own decides who may read where the accounts' activity is written down.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html
# custom:
#   severity: high
#   applies_to: ["AWS::CloudTrail::Trail"]
#   remediation: |
#     Turn on validation and name a key: enable_log_file_validation and kms_key_id of
#     aws_cloudtrail in Terraform, EnableLogFileValidation and KMSKeyId in CloudFormation, where
#     IsLogging must be true as well.
package jurat.policies.log.cloudtrail_integrity

trail := input.resource.properties

deny contains finding if {
	not trail.IsLogging == true
	finding := {"message": "the trail is switched off", "at": ["IsLogging"]}
}

deny contains finding if {
	not trail.EnableLogFileValidation == true
	finding := {"message": "log files are not validated", "at": ["EnableLogFileValidation"]}
}

deny contains finding if {
	object.get(trail, "KMSKeyId", "") == ""
	finding := {"message": "log files are not encrypted with a key of one's own", "at": ["KMSKeyId"]}
}
