# METADATA
# title: Logs are kept between the minimum and maximum period
# description: |
#   A log that is gone too soon cannot explain an incident found months later; one that is kept
#   for ever holds personal data longer than anyone needs it. A log group without a period
#   keeps its events for ever.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
# custom:
#   severity: medium
#   applies_to: ["AWS::Logs::LogGroup"]
#   params:
#     log_retention_min_days: 90
#     log_retention_max_days: 1096
#   remediation: |
#     Set a period within the limits: retention_in_days of aws_cloudwatch_log_group in
#     Terraform, RetentionInDays in CloudFormation.
package jurat.policies.log.retention

days := input.resource.properties.RetentionInDays

ends if days > 0

deny contains finding if {
	not ends
	finding := {"message": "the events are kept for ever", "at": ["RetentionInDays"]}
}

deny contains finding if {
	ends
	days < input.params.log_retention_min_days
	finding := {"message": "the events are gone before the minimum period", "at": ["RetentionInDays"]}
}

deny contains finding if {
	days > input.params.log_retention_max_days
	finding := {"message": "the events are kept beyond the maximum period", "at": ["RetentionInDays"]}
}
