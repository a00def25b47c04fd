# METADATA
# title: People sign in through federation, not IAM users with keys
# description: |
#   A password or key of an IAM user belongs to whoever holds it, has no end, and stays when a
#   person leaves. Federated sessions are short and tied to one person whom the company knows;
#   software takes a role. A key that is switched off opens nothing.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
#   - ref: https://docs.aws.amazon.com/singlesignon/latest/userguide/what-is.html
# custom:
#   severity: high
#   applies_to: ["AWS::IAM::User", "AWS::IAM::AccessKey"]
#   remediation: |
#     Give people permission sets in IAM Identity Center and software a role, and remove
#     aws_iam_user_login_profile and aws_iam_access_key in Terraform, LoginProfile and
#     AWS::IAM::AccessKey in CloudFormation.
package jurat.policies.iam.human_federation

deny contains finding if {
	input.resource.type == "AWS::IAM::User"
	input.resource.properties.LoginProfile
	finding := {"message": "the user signs in to the console with a password", "at": ["LoginProfile"]}
}

deny contains finding if {
	input.resource.type == "AWS::IAM::AccessKey"
	not input.resource.properties.Status == "Inactive"
	finding := {"message": "the user has a long-lived access key", "at": ["Status"]}
}
