# METADATA
# title: GuardDuty runs in every used region with all data features
# description: |
#   Without GuardDuty stolen credentials and copied buckets are noticed by customers first. The
#   detector alone sees networks and API calls; its features look at what happens to data: reads in
#   S3, sign-ins to databases, traffic of functions, malware on volumes. Features for containers
#   and for agents on hosts are not asked for, since not every account has such workloads: add
#   EKS_AUDIT_LOGS and RUNTIME_MONITORING where yours has.
# related_resources:
#   - ref: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty-features-activation-model.html
#   - ref: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-guardduty-detector.html
# custom:
#   severity: critical
#   quantifier: exists-region
#   applies_to: ["AWS::GuardDuty::Detector"]
#   params:
#     guardduty_features:
#       - S3_DATA_EVENTS
#       - RDS_LOGIN_EVENTS
#       - LAMBDA_NETWORK_LOGS
#       - EBS_MALWARE_PROTECTION
#   remediation: |
#     Enable the detector and name each feature: aws_guardduty_detector_feature with status
#     ENABLED in Terraform, Features of AWS::GuardDuty::Detector in CloudFormation.
package jurat.policies.mon.guardduty

detector := input.resource.properties

deny contains finding if {
	not detector.Enable == true
	finding := {"message": "the detector is switched off", "at": ["Enable"]}
}

enabled contains name if {
	feature := detector.Features[_]
	feature.Status == "ENABLED"
	name := feature.Name
}

# The older spelling, which knows these only.
enabled contains "S3_DATA_EVENTS" if detector.DataSources.S3Logs.Enable == true

enabled contains "EKS_AUDIT_LOGS" if {
	detector.DataSources.Kubernetes.AuditLogs.Enable == true
}

enabled contains "EBS_MALWARE_PROTECTION" if {
	detector.DataSources.MalwareProtection.ScanEc2InstanceWithFindings.EbsVolumes == true
}

deny contains finding if {
	some wanted in input.params.guardduty_features
	not wanted in enabled
	finding := {"message": sprintf("%s is not enabled", [wanted]), "at": ["Features"]}
}
