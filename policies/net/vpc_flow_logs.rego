# METADATA
# title: Every VPC has flow logs
# description: |
#   Without flow logs nobody can say which hosts exchanged data with a network
#   that holds personal data, nor reconstruct a leak.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
# custom:
#   severity: high
#   quantifier: exists-per
#   applies_to: ["AWS::EC2::VPC"]
#   related:
#     flow_logs: {types: ["AWS::EC2::FlowLog"], where: ResourceId}
#   remediation: |
#     Add a flow log for the VPC that records all traffic: aws_flow_log with
#     vpc_id in Terraform, AWS::EC2::FlowLog with ResourceType VPC in CloudFormation.
package jurat.policies.net.vpc_flow_logs

# A log of accepted traffic alone does not show who tried.
recorded if {
	some log in input.related.flow_logs
	log.properties.TrafficType in {"ALL", "REJECT"}
}

deny contains finding if {
	not recorded
	finding := {"message": "no flow log records the traffic of this VPC", "at": []}
}
