# METADATA
# title: Model invocations are logged to a protected store
# description: |
#   Without a record of prompts and answers nobody can say which personal data a model was
#   given or gave away, nor trace misuse. A log that leaves out the text, or that
#   is delivered nowhere, is no record.
# related_resources:
#   - ref: https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
# custom:
#   severity: high
#   quantifier: exists-region
#   applies_to: ["Ext::Bedrock::ModelInvocationLogging"]
#   remediation: |
#     In each region that uses Bedrock: aws_bedrock_model_invocation_logging_configuration with
#     text_data_delivery_enabled = true and an s3_config or cloudwatch_config. CloudFormation has
#     no such resource.
package jurat.policies.llm.invocation_logging

delivered if input.resource.properties.S3Config.BucketName

delivered if input.resource.properties.CloudWatchConfig.LogGroupName

deny contains finding if {
	object.get(input.resource.properties, "TextDataDeliveryEnabled", false) != true
	finding := {
		"message": "the text of prompts and answers is not logged",
		"at": ["TextDataDeliveryEnabled"],
	}
}

deny contains finding if {
	not delivered
	finding := {"message": "the log is delivered to no bucket and no log group", "at": []}
}
