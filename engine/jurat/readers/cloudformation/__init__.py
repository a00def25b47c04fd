"""CloudFormation templates, with their nested stacks, as resources of the model."""

from jurat.readers.cloudformation.template import is_template, nested_files, read_template

__all__ = ["is_template", "nested_files", "read_template"]
