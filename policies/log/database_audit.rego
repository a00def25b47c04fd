# METADATA
# title: Customer databases export audit logs
# description: |
#   Who read which personal data, and who tried to sign in, stands in the audit log of a database.
#   On the server it is overwritten soon and in reach of its administrator; exported to CloudWatch
#   Logs it stays. What is in the log is decided by the parameter and option groups, which are not
#   looked at: MySQL and MariaDB need the audit plugin, PostgreSQL pgaudit. A member of a cluster
#   logs in its cluster, which is judged instead.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html
# custom:
#   severity: high
#   applies_to: ["AWS::RDS::DBInstance", "AWS::RDS::DBCluster"]
#   remediation: |
#     Export the log that holds the audit records (audit; postgresql for PostgreSQL, error for SQL
#     Server): enabled_cloudwatch_logs_exports of aws_db_instance and aws_rds_cluster in Terraform,
#     EnableCloudwatchLogsExports in CloudFormation.
package jurat.policies.log.database_audit

database := input.resource.properties

# The log that holds the audit records, by the beginning of the engine's name.
audit_logs := {
	"aurora-mysql": "audit",
	"aurora-postgresql": "postgresql",
	"mariadb": "audit",
	"mysql": "audit",
	"oracle-": "audit",
	"postgres": "postgresql",
	"sqlserver-": "error",
}

# A cluster has its own name in the property of the same name.
member if {
	input.resource.type == "AWS::RDS::DBInstance"
	database.DBClusterIdentifier != ""
}

exported contains log if log := database.EnableCloudwatchLogsExports[_]

wanted contains log if {
	is_string(database.Engine)
	some beginning, log in audit_logs
	startswith(database.Engine, beginning)
}

not_applicable contains finding if {
	member
	finding := {"message": "its logs are exported by its cluster", "at": ["DBClusterIdentifier"]}
}

deny contains finding if {
	not member
	some log in wanted
	not log in exported
	finding := {
		"message": sprintf("the %s log, which holds the audit records, is not exported", [log]),
		"at": ["EnableCloudwatchLogsExports"],
	}
}

deny contains finding if {
	not member
	count(wanted) == 0
	count(exported) == 0
	finding := {"message": "no log is exported", "at": ["EnableCloudwatchLogsExports"]}
}

undecided contains finding if {
	not member
	count(wanted) == 0
	count(exported) > 0
	finding := {
		"message": "which log of this engine holds audit records is not known",
		"at": ["Engine"],
	}
}
