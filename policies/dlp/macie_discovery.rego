# METADATA
# title: Sensitive-data discovery runs over all buckets
# description: |
#   Personal data that lie where nobody expects them are protected by nobody. Macie samples every
#   bucket of the account in its region, day by day, as long as its session is enabled.
# related_resources:
#   - ref: https://docs.aws.amazon.com/macie/latest/user/discovery-asdd.html
#   - ref: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-macie-session.html
# custom:
#   severity: high
#   quantifier: exists-region
#   applies_to: ["AWS::Macie::Session"]
#   remediation: |
#     Enable Macie in every region that holds data: aws_macie2_account with status ENABLED in
#     Terraform, AWS::Macie::Session with Status ENABLED in CloudFormation.
package jurat.policies.dlp.macie_discovery

deny contains finding if {
	not input.resource.properties.Status == "ENABLED"
	finding := {"message": "Macie is paused", "at": ["Status"]}
}
