# METADATA
# title: Notebooks have no direct internet, no root and use a customer-managed key
# description: |
#   People work on raw data in notebooks. Direct internet access lets data out past every
#   control of the network, root lets a user switch the rest off, and a volume without a
#   key of one's own can be read by whoever gets hold of it through the service.
# related_resources:
#   - ref: https://docs.aws.amazon.com/sagemaker/latest/dg/infrastructure-connect-to-resources.html
#   - ref: https://docs.aws.amazon.com/sagemaker/latest/dg/onboard-vpc.html
# custom:
#   severity: high
#   applies_to: ["AWS::SageMaker::NotebookInstance", "AWS::SageMaker::Domain"]
#   remediation: |
#     Notebook: direct_internet_access and root_access "Disabled", kms_key_id and subnet_id of
#     aws_sagemaker_notebook_instance; DirectInternetAccess, RootAccess, KmsKeyId and SubnetId in
#     CloudFormation. Domain: app_network_access_type "VpcOnly" and kms_key_id of
#     aws_sagemaker_domain; AppNetworkAccessType and KmsKeyId in CloudFormation.
package jurat.policies.llm.notebook_hardening

notebook := "AWS::SageMaker::NotebookInstance"

domain := "AWS::SageMaker::Domain"

deny contains finding if {
	input.resource.type == notebook
	object.get(input.resource.properties, "DirectInternetAccess", "Enabled") != "Disabled"
	finding := {
		"message": "the notebook reaches the internet past the VPC",
		"at": ["DirectInternetAccess"],
	}
}

deny contains finding if {
	input.resource.type == notebook
	object.get(input.resource.properties, "RootAccess", "Enabled") != "Disabled"
	finding := {"message": "users of the notebook are root", "at": ["RootAccess"]}
}

deny contains finding if {
	input.resource.type == notebook
	not input.resource.properties.SubnetId
	finding := {"message": "the notebook is in no subnet of a VPC", "at": ["SubnetId"]}
}

deny contains finding if {
	input.resource.type == domain
	object.get(input.resource.properties, "AppNetworkAccessType", "") != "VpcOnly"
	finding := {
		"message": "the domain's applications reach the internet past the VPC",
		"at": ["AppNetworkAccessType"],
	}
}

deny contains finding if {
	not input.resource.properties.KmsKeyId
	finding := {"message": "no customer-managed key encrypts the volumes", "at": ["KmsKeyId"]}
}

deny contains finding if {
	is_string(input.resource.properties.KmsKeyId)
	contains(input.resource.properties.KmsKeyId, "alias/aws/")
	finding := {"message": "the key is AWS's own, not a customer-managed one", "at": ["KmsKeyId"]}
}
