# METADATA
# title: An external access analyzer runs in each used region
# description: |
#   A bucket, key, role or secret can be opened to strangers by any of a dozen kinds of policy. The
#   analyzer for external access reads them all and reports who outside of the account or
#   organisation gets in, but only in its own region. The analyzers for unused and for internal
#   access look for something else.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/what-is-access-analyzer.html
#   - ref: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-accessanalyzer-analyzer.html
# custom:
#   severity: high
#   quantifier: exists-region
#   applies_to: ["AWS::AccessAnalyzer::Analyzer"]
#   remediation: |
#     Create one analyzer in every region that is used: aws_accessanalyzer_analyzer with type
#     ACCOUNT or ORGANIZATION in Terraform, AWS::AccessAnalyzer::Analyzer with Type ACCOUNT or
#     ORGANIZATION in CloudFormation.
package jurat.policies.iam.access_analyzer_external

external if input.resource.properties.Type in {"ACCOUNT", "ORGANIZATION"}

deny contains finding if {
	not external
	finding := {"message": "the analyzer does not look for access from outside", "at": ["Type"]}
}
