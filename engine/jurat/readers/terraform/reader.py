"""Plan in, estate out."""

from jurat.model import Estate, Input
from jurat.readers.registry import Recognised
from jurat.readers.source import Hints
from jurat.readers.terraform.canonical import canonical
from jurat.readers.terraform.plan import read_plan
from jurat.shapes import normal_form


def read(recognised: Recognised, hints: Hints) -> Estate:
    """Read a plan in JSON; raises ``InputError``."""
    source = recognised.source
    plan = read_plan(recognised.document, source.path, hints)
    resources, parts, uncovered = canonical(plan.instances, source.path)
    drifted, drifted_parts, _ = canonical(plan.drift, source.path)
    return Estate(
        inputs=(Input(source.path, recognised.format, source.sha256, plan.incomplete),),
        resources=normal_form(resources, parts),
        uncovered=tuple(uncovered),
        notes=plan.notes,
        drift=normal_form(drifted, drifted_parts),
        secrets=plan.secrets,
    )
