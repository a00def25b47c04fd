# METADATA
# title: Firewall alert and flow logs are kept
# description: |
#   A firewall that logs nothing leaves nobody wiser: its alerts say what it recognised, its flow
#   logs what went through, and an incident is reconstructed from both. A firewall keeps no log
#   until its logging is configured.
# related_resources:
#   - ref: https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-logging.html
# custom:
#   severity: medium
#   quantifier: exists-per
#   applies_to: ["AWS::NetworkFirewall::Firewall"]
#   related:
#     logging: {types: ["AWS::NetworkFirewall::LoggingConfiguration"], where: FirewallArn}
#   remediation: |
#     Give the firewall a destination for each of the log types ALERT and FLOW:
#     aws_networkfirewall_logging_configuration in Terraform,
#     AWS::NetworkFirewall::LoggingConfiguration in CloudFormation.
package jurat.policies.net.firewall_logging

logged contains kind if {
	some logging in input.related.logging
	kind := logging.properties.LoggingConfiguration.LogDestinationConfigs[_].LogType
}

deny contains finding if {
	some wanted in {"ALERT", "FLOW"}
	not wanted in logged
	finding := {"message": sprintf("the firewall keeps no %s log", [wanted]), "at": []}
}
