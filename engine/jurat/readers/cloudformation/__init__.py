"""CloudFormation templates, with their nested stacks, as resources of the model."""

from jurat.readers.cloudformation.reader import read
from jurat.readers.cloudformation.template import is_template, read_template

__all__ = ["is_template", "read", "read_template"]
