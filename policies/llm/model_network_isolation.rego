# METADATA
# title: Model containers run without outbound network
# description: |
#   A model container sees every prompt. With network access its code, or a model somebody
#   tampered with, can send them anywhere; in isolation it can answer only its caller.
# related_resources:
#   - ref: https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html
# custom:
#   severity: high
#   applies_to: ["AWS::SageMaker::Model"]
#   remediation: |
#     Isolate the containers: enable_network_isolation = true of aws_sagemaker_model in Terraform,
#     EnableNetworkIsolation: true in CloudFormation.
package jurat.policies.llm.model_network_isolation

deny contains finding if {
	object.get(input.resource.properties, "EnableNetworkIsolation", false) != true
	finding := {
		"message": "the model's containers can reach the network",
		"at": ["EnableNetworkIsolation"],
	}
}
