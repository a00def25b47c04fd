# METADATA
# title: Cluster nodes and clients talk over TLS
# description: |
#   A cache holds what was worth fetching: sessions, carts, profiles. Without encryption in transit
#   anyone on the path reads them between nodes and clients, and the password with them. In the
#   mode "preferred", meant for a migration, clients may still speak without TLS. A member of a
#   global datastore has the setting of its primary.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html
# custom:
#   severity: high
#   applies_to: ["AWS::ElastiCache::ReplicationGroup"]
#   remediation: |
#     Encrypt, and finish the migration: transit_encryption_enabled = true and
#     transit_encryption_mode = "required" of aws_elasticache_replication_group in Terraform,
#     TransitEncryptionEnabled: true and TransitEncryptionMode: required in CloudFormation.
package jurat.policies.cluster.transit_encryption

group := input.resource.properties

encrypted if group.TransitEncryptionEnabled == true

global if group.GlobalReplicationGroupId != ""

deny contains finding if {
	not encrypted
	not global
	finding := {
		"message": "nodes and clients talk without TLS",
		"at": ["TransitEncryptionEnabled"],
	}
}

deny contains finding if {
	group.TransitEncryptionMode != "required"
	finding := {"message": "clients may talk without TLS", "at": ["TransitEncryptionMode"]}
}

undecided contains finding if {
	not encrypted
	global
	finding := {
		"message": "it is encrypted as the primary of its global datastore is, which is not shown",
		"at": ["GlobalReplicationGroupId"],
	}
}
