# METADATA
# title: Guardrails block or mask personal data in prompts and answers and are enforced
# description: |
#   People type addresses, phone and card numbers into prompts, and models repeat them. A guardrail
#   keeps them from the model and from the answer only if it blocks or masks each kind, in both
#   directions; one that merely detects stops nothing. The kinds asked for are those that hardly any
#   assistant needs to see: add NAME and ADDRESS where yours can do without them.
# related_resources:
#   - ref: https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-sensitive-filters.html
# custom:
#   severity: high
#   quantifier: exists-per
#   applies_to: ["AWS::Bedrock::Guardrail"]
#   params:
#     pii_entities: [EMAIL, PHONE, CREDIT_DEBIT_CARD_NUMBER]
#   remediation: |
#     Give each kind of personal data an entry with action BLOCK or ANONYMIZE: pii_entities_config
#     in sensitive_information_policy_config of aws_bedrock_guardrail in Terraform,
#     SensitiveInformationPolicyConfig.PiiEntitiesConfig in CloudFormation.
package jurat.policies.llm.guardrail_pii

protective := {"BLOCK", "ANONYMIZE"}

entities := input.resource.properties.SensitiveInformationPolicyConfig.PiiEntitiesConfig

# Each direction follows Action unless it says otherwise.
kept_from_model contains kind if {
	entity := entities[_]
	kind := entity.Type
	object.get(entity, "InputAction", object.get(entity, "Action", "NONE")) in protective
	object.get(entity, "InputEnabled", true) == true
}

kept_from_answer contains kind if {
	entity := entities[_]
	kind := entity.Type
	object.get(entity, "OutputAction", object.get(entity, "Action", "NONE")) in protective
	object.get(entity, "OutputEnabled", true) == true
}

kept := {"prompts": kept_from_model, "answers": kept_from_answer}

deny contains finding if {
	some wanted in input.params.pii_entities
	gaps := [where | some where in ["prompts", "answers"]; not wanted in kept[where]]
	count(gaps) > 0
	finding := {
		"message": sprintf("%s is neither blocked nor masked in %s", [wanted, concat(" and ", gaps)]),
		"at": ["SensitiveInformationPolicyConfig", "PiiEntitiesConfig"],
	}
}
