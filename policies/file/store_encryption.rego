# METADATA
# title: File systems are encrypted
# description: |
#   Files on a shared file system are as readable as its disks and backups. EFS encrypts only on
#   demand, and never afterwards: a file system made without encryption must be made anew.
#   FSx encrypts every file system, so there is nothing to ask of it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/efs/latest/ug/encryption-at-rest.html
# custom:
#   severity: high
#   applies_to: ["AWS::EFS::FileSystem"]
#   remediation: |
#     Create the file system with encrypted = true of aws_efs_file_system in Terraform,
#     Encrypted: true in CloudFormation, and copy the files.
package jurat.policies.file.store_encryption

deny contains finding if {
	not input.resource.properties.Encrypted == true
	finding := {"message": "the file system is not encrypted", "at": ["Encrypted"]}
}
