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
	not trail.IsOrganizationTrail == true
	finding := {"message": "the trail is for one account only", "at": ["IsOrganizationTrail"]}
}

deny contains finding if {
	not trail.IsMultiRegionTrail == true
	finding := {"message": "the trail is for one region only", "at": ["IsMultiRegionTrail"]}
}

deny contains finding if {
	not trail.IsLogging == true
	finding := {"message": "the trail is switched off", "at": ["IsLogging"]}
}

# A trail without selectors of either kind records every management event.
deny contains finding if {
	count(basic_selectors) + count(advanced_selectors) > 0
	not records_management
	finding := {"message": "not all management events are recorded", "at": [selectors]}
}

basic_selectors := object.get(trail, "EventSelectors", [])

advanced_selectors := object.get(trail, "AdvancedEventSelectors", [])

selectors := "AdvancedEventSelectors" if count(advanced_selectors) > 0

else := "EventSelectors"

records_management if {
	basic := basic_selectors[_]
	not basic.IncludeManagementEvents == false
	not basic.ReadWriteType == "ReadOnly"
	not basic.ReadWriteType == "WriteOnly"
	not basic.ExcludeManagementEventSources[0]
}

# Any further field leaves some events out.
records_management if {
	advanced := advanced_selectors[_]
	every field in advanced.FieldSelectors {
		field.Field == "eventCategory"
		field.Equals[_] == "Management"
	}
}
