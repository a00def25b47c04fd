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

deny contains finding if {
	selects
	not records_management
	finding := {"message": "not all management events are recorded", "at": [selectors]}
}

selectors := "AdvancedEventSelectors" if advanced_selector := trail.AdvancedEventSelectors[_]

else := "EventSelectors"

# A trail without selectors of either kind records every management event.
selects if basic_selector := trail.EventSelectors[_]

selects if advanced_selector := trail.AdvancedEventSelectors[_]

records_management if {
	basic := trail.EventSelectors[_]
	not basic.IncludeManagementEvents == false
	not basic.ReadWriteType == "ReadOnly"
	not basic.ReadWriteType == "WriteOnly"
	not basic.ExcludeManagementEventSources[0]
}

# Any further field leaves some events out.
records_management if {
	advanced := trail.AdvancedEventSelectors[_]
	every field in advanced.FieldSelectors {
		field.Field == "eventCategory"
		field.Equals[_] == "Management"
	}
}
