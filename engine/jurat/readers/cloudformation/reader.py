"""Template in, estate out."""

from dataclasses import replace

from jurat.model import Estate
from jurat.readers.cloudformation.template import read_template
from jurat.readers.registry import Recognised
from jurat.readers.source import Hints
from jurat.shapes import normal_form


def read(recognised: Recognised, hints: Hints) -> Estate:
    """Read a template with its local nested ones; raises ``InputError``."""
    source = recognised.source
    estate = read_template(source, hints)
    # Addresses are unique within the outermost template, also those of nested ones.
    resources = [replace(resource, input=source.path) for resource in estate.resources]
    return replace(estate, resources=normal_form(resources))
