# METADATA
# title: Relational and document databases are encrypted with a customer-managed key
# description: |
#   A database that is not encrypted can be read from a stolen disk, snapshot or replica. For
#   classified data the key must be your own as well, so that you decide who may decrypt. A
#   member of an Aurora cluster stores in its cluster, which is judged instead; a replica
#   stores as its source does, if that is in the input.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html
# custom:
#   severity: high
#   quantifier: relation
#   applies_to:
#     - AWS::RDS::DBInstance
#     - AWS::RDS::DBCluster
#     - AWS::DocDB::DBCluster
#     - AWS::Neptune::DBCluster
#   related:
#     instance: {types: ["AWS::RDS::DBInstance"], via: SourceDBInstanceIdentifier}
#     cluster:
#       types: ["AWS::RDS::DBCluster", "AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster"]
#       via: SourceDBClusterIdentifier
#   params:
#     class_tag: data-classification
#     classes_cmk: [confidential, restricted, cardholder]
#   remediation: |
#     Encrypt, and name your own key for classified data: storage_encrypted and kms_key_id
#     (kms_key_arn for Neptune) in Terraform, StorageEncrypted and KmsKeyId in CloudFormation.
#     An existing database must be restored from an encrypted copy of its snapshot.
package jurat.policies.rds.encryption_cmk

database := input.resource.properties

# A cluster has its own name in the property of the same name.
member if {
	input.resource.type == "AWS::RDS::DBInstance"
	database.DBClusterIdentifier
}

classified if {
	some tag in database.Tags
	tag.Key == input.params.class_tag
	tag.Value in input.params.classes_cmk
}

encrypted if database.StorageEncrypted == true

encrypted if {
	some sources in input.related
	some source in sources
	source.properties.StorageEncrypted == true
}

keys contains database.KmsKeyId

keys contains source.properties.KmsKeyId if {
	not database.KmsKeyId
	some sources in input.related
	some source in sources
}

# This alias stands for the key that AWS manages.
own_key if {
	some key in keys
	is_string(key)
	key != ""
	endswith(key, "alias/aws/rds") == false
}

deny contains finding if {
	not member
	not encrypted
	finding := {"message": "the storage is not declared encrypted", "at": ["StorageEncrypted"]}
}

deny contains finding if {
	not member
	encrypted
	classified
	not own_key
	finding := {
		"message": "classified data is encrypted with the key that AWS manages, not with one of your own",
		"at": ["KmsKeyId"],
	}
}
