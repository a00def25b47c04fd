# METADATA
# title: Function URLs use IAM authentication
# description: |
#   A function URL with AuthType NONE answers anyone on the internet who knows it:
#   whatever the function may read, prompts and personal data included, it may hand out.
#   A permission for everybody that does not ask for IAM opens the same door.
# related_resources:
#   - ref: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
# custom:
#   severity: critical
#   applies_to: ["AWS::Lambda::Url", "AWS::Lambda::Permission"]
#   remediation: |
#     Ask for IAM: authorization_type = "AWS_IAM" of aws_lambda_function_url in Terraform, AuthType
#     AWS_IAM of AWS::Lambda::Url in CloudFormation. In permissions name the callers (principal,
#     Principal) and set function_url_auth_type / FunctionUrlAuthType to AWS_IAM.
package jurat.policies.llm.function_url_auth

url_actions := {"lambda:InvokeFunctionUrl", "lambda:*", "*"}

# Each of these keys is missing from an anonymous request, so that it matches nobody unknown.
narrowed if input.resource.properties.PrincipalOrgID

narrowed if input.resource.properties.SourceAccount

narrowed if input.resource.properties.SourceArn

deny contains finding if {
	input.resource.type == "AWS::Lambda::Url"
	object.get(input.resource.properties, "AuthType", "NONE") != "AWS_IAM"
	finding := {"message": "the function URL asks no caller who they are", "at": ["AuthType"]}
}

deny contains finding if {
	input.resource.type == "AWS::Lambda::Permission"
	input.resource.properties.Principal == "*"
	input.resource.properties.FunctionUrlAuthType == "NONE"
	finding := {
		"message": "everybody may call the function's URL without authentication",
		"at": ["FunctionUrlAuthType"],
	}
}

deny contains finding if {
	input.resource.type == "AWS::Lambda::Permission"
	input.resource.properties.Principal == "*"
	input.resource.properties.Action in url_actions
	not input.resource.properties.FunctionUrlAuthType
	not narrowed
	finding := {
		"message": "everybody may call the function's URL, and no kind of authentication is demanded",
		"at": ["Principal"],
	}
}
