"""``jurat explain``: what a policy asks, what a control rests on, why a verdict is what it is."""

import json
import textwrap
from collections.abc import Iterator
from typing import Any

import click

from jurat.cli import inputs, outputs
from jurat.cli.status import Exit
from jurat.errors import UsageError
from jurat.model import Control, Framework, Link, Policy
from jurat.pack import Pack
from jurat.reporters.qualified import qualify

_WIDTH = 88
_FORMATS = ("text", "json")


@click.command("explain", short_help="Explain a policy, a control or a finding.")
@click.argument("name")
@click.option(
    "--input", "inputs", multiple=True, metavar="FILE", help="Explain what this input makes of it."
)
@click.option("--resource", metavar="ADDR", help="The resource, by its address in the input.")
@click.option(
    "-f", "--format", "form", type=click.Choice(_FORMATS), default="text", help="Format on stdout."
)
@inputs.options
@click.option("-v", "--verbose", is_flag=True, help="Show every value and shorten nothing.")
@click.option("--no-color", is_flag=True, help="No colours.")
def command(**given: Any) -> int:
    """Explain NAME: a policy, a control, or the fingerprint of a finding.

    Without --input: what a policy (s3/bucket_versioning) asks, what a control
    (GDPR:Art.32(1)(a), or its bare id) rests on.

    With --input: why a policy says what it says of a resource, value by value
    and line by line; how a control came by its status.

    \b
    Exit status: 0 explained, whatever the verdict; 2 cannot run, an input
    could not be read, or no such name or resource.
    """  # noqa: D301 - click's mark for lines that stay as they are
    if given["inputs"]:
        return _explain_inputs(given)
    if given["resource"] is not None:
        raise UsageError(f"--resource {given['resource']}: in which input? Add --input FILE")
    if given["form"] != "text":
        raise UsageError(f"-f {given['form']}: is for what inputs make of a name; add --input FILE")
    pack = inputs.pack_of(given)
    text = list(_explain(pack, given["name"]))
    if not text:
        raise UsageError(_unknown(pack, given["name"]))
    click.echo("\n".join(text))
    return Exit.CLEAN


def _explain_inputs(given: dict[str, Any]) -> int:
    """Explain what inputs make of a name; an input that cannot be read makes the status 2."""
    # Imported here, for it takes as long as all else that a plain `explain` needs.
    from jurat.assess import Options  # noqa: PLC0415
    from jurat.cli.main import one_line  # noqa: PLC0415
    from jurat.explaining import Question, explain, render  # noqa: PLC0415
    from jurat.judge import Limits  # noqa: PLC0415

    pack = inputs.pack_of(given)
    reading = inputs.reading_of(given["inputs"], given, pack)
    for failure in reading.failures:
        click.echo(f"jurat: {one_line(failure.message)}", err=True)
    if reading.failures and not reading.estate.resources:
        return Exit.CANNOT_RUN
    options = Options(
        params=inputs.params_of(given),
        inventory_complete=given["whole_scope"],
        limits=Limits(seconds=given["timeout"]),
    )
    explanation = explain(reading, pack, Question(given["name"], given["resource"], options))
    outputs.to_stdout(render(given["form"], explanation, outputs.style_of(given)))
    return Exit.CANNOT_RUN if reading.failures else Exit.CLEAN


def _unknown(pack: Pack, name: str) -> str:
    """Say that a name means nothing, and what was perhaps meant."""
    from jurat.explaining.names import is_fingerprint, names, near  # noqa: PLC0415 - a slip only

    if is_fingerprint(name):
        return f"{name}: a fingerprint belongs to a finding of inputs; add --input FILE"
    hint = near(name, names(pack)) or "; see `jurat list policies`"
    return f"{name}: no such policy or control{hint}"


def _explain(pack: Pack, name: str) -> Iterator[str]:
    for policy in pack.policies:
        if name == policy.id or name in policy.aliases:
            yield from _policy(policy, pack)
    for framework in pack.frameworks:
        for control in framework.controls:
            if name in {control.id, qualify(framework.id, control.id)}:
                yield from _control(control, framework)


def _policy(policy: Policy, pack: Pack) -> Iterator[str]:
    yield f"{policy.id}  ({policy.severity}, {policy.language})"
    yield policy.title
    yield ""
    yield from _wrapped(policy.description)
    yield f"Applies to:  {', '.join(policy.applies_to)}  ({policy.quantifier})"
    for name, relation in policy.related.items():
        how = f"by its {relation.where}" if relation.where else f"via {relation.via or 'account'}"
        yield f"Looks at:    {name}: {', '.join(relation.types)} {how}"
    for name, default in policy.params.items():
        yield f"Parameter:   {name} = {json.dumps(default)}"
    yield ""
    yield "How to fix:"
    yield from _wrapped(policy.remediation)
    yield "Linked controls:"
    for framework in pack.frameworks:
        for link in framework.links:
            if link.policy == policy.id:
                yield from _link(link, qualify(framework.id, link.control))
    yield from (f"See {reference}" for reference in policy.references)
    yield f"Source: {policy.file}"


def _control(control: Control, framework: Framework) -> Iterator[str]:
    yield f"{qualify(framework.id, control.id)}  {control.name}"
    yield f"{framework.title}, {framework.edition}{' (mapping: draft)' if framework.draft else ''}"
    yield ""
    yield from _wrapped(control.summary)
    yield f"Evidence: {control.evidence}; responsibility: {control.responsibility}"
    parts = [item.child for item in framework.rollups if item.parent == control.id]
    if parts:
        yield f"Made of: {', '.join(parts)}"
    yield "Linked policies:"
    links = [link for link in framework.links if link.control == control.id]
    for link in links:
        yield from _link(link, link.policy)
    if not links:
        yield "  none: no policy speaks about this control"
    yield ""


def _link(link: Link, name: str) -> Iterator[str]:
    yield f"  {name}  {link.relationship}, {link.role}"
    yield from textwrap.wrap(
        link.rationale, _WIDTH, initial_indent="      ", subsequent_indent="      "
    )


def _wrapped(text: str) -> Iterator[str]:
    for paragraph in text.strip().split("\n\n"):
        yield textwrap.fill(" ".join(paragraph.split()), _WIDTH)
        yield ""
