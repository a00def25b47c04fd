# METADATA
# title: An organisation trail logs all regions
# description: |
#   Without one trail over every account and region, whoever goes where nobody looks leaves no
#   trace, and a breach of personal data cannot be reconstructed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
# custom:
#   severity: critical
#   quantifier: exists-org
#   applies_to: ["AWS::CloudTrail::Trail"]
#   remediation: |
#     Create one trail in the management or delegated account: aws_cloudtrail with
#     is_organization_trail and is_multi_region_trail in Terraform, IsOrganizationTrail,
#     IsMultiRegionTrail and IsLogging in CloudFormation, with all management events.
package jurat.policies.log.cloudtrail_org

trail := input.resource.properties

deny contains finding if {
	some flag, message in {
		"IsOrganizationTrail": "the trail is for one account only",
		"IsMultiRegionTrail": "the trail is for one region only",
		"IsLogging": "the trail is switched off",
	}
	not trail[flag] == true
	finding := {"message": message, "at": [flag]}
}

# Without selectors of either kind a trail records every management event.
deny contains finding if {
	selectors := object.get(trail, "EventSelectors", [])
	count(selectors) > 0
	not records_everything
	finding := {"message": "not all management events are recorded", "at": ["EventSelectors"]}
}

records_everything if {
	some selector in trail.EventSelectors
	object.get(selector, "IncludeManagementEvents", true) == true
	object.get(selector, "ReadWriteType", "All") == "All"
	object.get(selector, "ExcludeManagementEventSources", []) == []
}
