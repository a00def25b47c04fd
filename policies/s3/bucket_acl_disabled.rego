# METADATA
# title: Bucket ACLs are disabled and carry no public grant
# description: |
#   An ACL can make a bucket or a single object readable for anyone, past every policy and
#   review. With the object ownership BucketOwnerEnforced, S3 ignores ACLs altogether; buckets
#   made since April 2023 have it if nothing else is written. On a bucket without it, an ACL that
#   gives anything to others shows that ACLs are relied on.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
# custom:
#   severity: high
#   applies_to: ["AWS::S3::Bucket"]
#   remediation: |
#     Set the ownership to BucketOwnerEnforced and remove the ACL:
#     aws_s3_bucket_ownership_controls instead of aws_s3_bucket_acl in Terraform,
#     OwnershipControls instead of AccessControl in CloudFormation. Grant by bucket policy.
package jurat.policies.s3.bucket_acl_disabled

bucket := input.resource.properties

public_acls := {"PublicRead", "PublicReadWrite", "AuthenticatedRead"}

# These give nothing to anyone but the owner.
own_acls := {"Private", "BucketOwnerRead", "BucketOwnerFullControl"}

# Any AWS account of any customer is an authenticated user.
public_groups := {
	"http://acs.amazonaws.com/groups/global/AllUsers",
	"http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
}

enforced if {
	bucket.OwnershipControls.Rules[_].ObjectOwnership == "BucketOwnerEnforced"
}

own_or_public if bucket.AccessControl in own_acls

own_or_public if bucket.AccessControl in public_acls

public_grants contains i if {
	bucket.AccessControlList.Grants[i].Grantee.URI in public_groups
}

deny contains finding if {
	bucket.OwnershipControls.Rules[i].ObjectOwnership != "BucketOwnerEnforced"
	finding := {
		"message": "ACLs are enabled: the ownership is not BucketOwnerEnforced",
		"at": ["OwnershipControls", "Rules", i, "ObjectOwnership"],
	}
}

deny contains finding if {
	not enforced
	bucket.AccessControl in public_acls
	finding := {"message": "the ACL opens the bucket to the public", "at": ["AccessControl"]}
}

deny contains finding if {
	not enforced
	bucket.AccessControl
	not own_or_public
	finding := {"message": "the ACL gives access to others", "at": ["AccessControl"]}
}

deny contains finding if {
	not enforced
	some i in public_grants
	finding := {
		"message": "a grant of the ACL opens the bucket to the public",
		"at": ["AccessControlList", "Grants", i, "Grantee", "URI"],
	}
}

deny contains finding if {
	not enforced
	grant := bucket.AccessControlList.Grants[i]
	not object.get(grant, ["Grantee", "URI"], "") in public_groups
	finding := {"message": "access is granted by an ACL", "at": ["AccessControlList", "Grants", i]}
}
