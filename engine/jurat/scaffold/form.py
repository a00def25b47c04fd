"""The formats that a fixture can have."""

from enum import StrEnum

from jurat.readers.registry import Format


class Form(StrEnum):
    """A format of fixtures, by the word that their names end in."""

    TFPLAN = "tfplan"
    CFN = "cfn"
    IAM = "iam"

    @property
    def suffix(self) -> str:
        """The end of a fixture's name, as people and the pack know it."""
        return ".cfn.yaml" if self is Form.CFN else f".{self}.json"


FORMS = {
    Format.TERRAFORM_PLAN: Form.TFPLAN,
    Format.CLOUDFORMATION: Form.CFN,
    Format.IAM: Form.IAM,
}
"""The form of a fixture that is cut out of an input of each format."""
