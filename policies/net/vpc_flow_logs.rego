# METADATA
# title: Every VPC has flow logs
# description: |
#   Without flow logs nobody can say which hosts exchanged data with a network that holds
#   personal data, nor reconstruct a leak. Accepted traffic shows what left, rejected traffic
#   who tried: both must be recorded, by one log or by two, and delivered somewhere.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
# custom:
#   severity: high
#   quantifier: exists-per
#   applies_to: ["AWS::EC2::VPC"]
#   related:
#     flow_logs: {types: ["AWS::EC2::FlowLog"], where: ResourceId}
#   remediation: |
#     Add a flow log for the VPC that records all traffic and has a destination: aws_flow_log
#     with vpc_id, traffic_type "ALL" and log_destination in Terraform, AWS::EC2::FlowLog with
#     ResourceType VPC, TrafficType ALL and LogDestination in CloudFormation. CloudWatch Logs
#     needs a role as well.
package jurat.policies.net.vpc_flow_logs

records := {"ALL": {"accepted", "rejected"}, "ACCEPT": {"accepted"}, "REJECT": {"rejected"}}

# Where no destination type is written, it is CloudWatch Logs.
to_storage contains i if {
	some i, log in input.related.flow_logs
	log.properties.LogDestinationType in {"s3", "kinesis-data-firehose"}
}

delivered contains i if {
	some i in to_storage
	input.related.flow_logs[i].properties.LogDestination != ""
}

delivered contains i if {
	some i, log in input.related.flow_logs
	not i in to_storage
	log.properties.DeliverLogsPermissionArn != ""
	object.get(log.properties, "LogDestination", object.get(log.properties, "LogGroupName", "")) != ""
}

recorded contains traffic if {
	some i in delivered
	some traffic in records[input.related.flow_logs[i].properties.TrafficType]
}

deny contains finding if {
	count(recorded) == 0
	finding := {"message": "no flow log records and delivers the traffic of this VPC", "at": []}
}

deny contains finding if {
	count(recorded) == 1
	some traffic in recorded
	finding := {"message": sprintf("the flow logs record %s traffic only", [traffic]), "at": []}
}
