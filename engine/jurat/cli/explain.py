"""``jurat explain``: what a policy asks, or what a control rests on."""

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click

from jurat.errors import UsageError
from jurat.model import Control, Framework, Link, Policy
from jurat.pack import Pack, load_pack
from jurat.reporters.qualified import qualify

_WIDTH = 88


@click.command("explain", short_help="Explain a policy or a control.")
@click.argument("name")
@click.option("--pack", "packs", multiple=True, metavar="DIR", help="A pack of your own.")
def command(name: str, packs: tuple[str, ...]) -> int:
    """Explain a policy (s3/bucket_versioning) or a control (GDPR:Art.32(1)(a), or its bare id)."""
    pack = load_pack(map(Path, packs))
    text = list(_explain(pack, name))
    if not text:
        raise UsageError(f"{name}: no such policy or control; see `jurat list policies`")
    click.echo("\n".join(text))
    return 0


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
