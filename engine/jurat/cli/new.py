"""``jurat new``: the beginnings of a policy."""

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from jurat.cli.main import one_line
from jurat.errors import UsageError
from jurat.model import Severity, Verdict
from jurat.scaffold import VERDICTS, Form, NewPolicy, Order, Source, new_policy, write

_VERDICT = click.Choice([str(verdict) for verdict in VERDICTS])


@click.group("new", short_help="Begin a policy.")
def command() -> None:
    """Begin something new in a pack."""


@command.command("policy", short_help="A policy, its fixtures and tables for its links.")
@click.argument("policy_id", metavar="AREA/NAME")
@click.option("--python", "in_python", is_flag=True, help="Write it in Python, not in Rego.")
@click.option(
    "--pack", default=".", show_default="the current folder", metavar="DIR", help="The pack."
)
@click.option("--title", metavar="TEXT", help="What must be so, in one line.")
@click.option(
    "--severity",
    type=click.Choice([str(severity) for severity in Severity]),
    default=str(Severity.MEDIUM),
    show_default=True,
)
@click.option(
    "--type", "types", multiple=True, metavar="TYPE", help="AWS::S3::Bucket and the like."
)
@click.option(
    "--property",
    metavar="PATH",
    help="What the fixtures differ in: VersioningConfiguration.Status.",
)
@click.option(
    "--format",
    "forms",
    multiple=True,
    type=click.Choice([str(form) for form in Form]),
    help="Format of the fixtures; without it all that can show the type.",
)
@click.option(
    "--from", "origin", metavar="FILE", help="Cut a fixture out of this plan, template or account."
)
@click.option(
    "--resource",
    "addresses",
    multiple=True,
    metavar="ADDRESS",
    help="What to cut out of FILE; further ones come along.",
)
@click.option(
    "--as", "promise", type=_VERDICT, help="The verdict that the cut-out promises. [default: fail]"
)
def policy(**given: Any) -> int:
    """Write a policy that finds nothing yet, with fixtures that say so, and tables for links.

    Fixtures pass, fail and cannot be decided. `jurat test` fails until the policy is filled in.
    What is cut out of FILE is cleaned of secrets, account ids, e-mail addresses, UUIDs, host names
    and names; look it over before you share it. No file is ever written over.

    \b
    jurat new policy s3/bucket_versioned --type AWS::S3::Bucket
    jurat new policy s3/exports_private --from plan.json --resource aws_s3_bucket.exports
    """  # noqa: D301 - click knows this character, not how it is written
    order = Order(
        id=given["policy_id"],
        pack=Path(given["pack"]),
        suffix=".py" if given["in_python"] else ".rego",
        title=given["title"],
        severity=Severity(given["severity"]),
        types=given["types"],
        forms=tuple(dict.fromkeys(map(Form, given["forms"]))),
        property=given["property"],
        source=_source(given["origin"], given["addresses"], given["promise"]),
    )
    new = new_policy(order, sys.stdin.buffer)
    write(new.drafts)
    for line in _told(new, order):
        click.echo(one_line(line))
    return 0


def _source(origin: str | None, addresses: tuple[str, ...], promise: str | None) -> Source | None:
    if origin is None:
        if addresses or promise:
            raise UsageError("--resource and --as belong to --from FILE")
        return None
    if not addresses:
        raise UsageError(f"--from {origin}: say which resource: --resource ADDRESS")
    return Source(origin, addresses, Verdict(promise or Verdict.FAIL))


def _told(new: NewPolicy, order: Order) -> Iterator[str]:
    """Yield what was written, what to look at, and what to do next."""
    for draft in new.drafts:
        yield f"wrote  {draft.file}"
    if new.assumed:
        yield f"note   {new.types[0]} is assumed; say what the policy is about with --type"
    if new.cutting is not None:
        counts = sorted(new.cutting.replaced.items())
        done = ", ".join(f"{count} x {kind}" for kind, count in counts) or "nothing"
        yield f"note   replaced in what was cut out: {done}; look it over before you share it"
    yield "next   fill in the policy; until then what promises `fail` breaks its promise:"
    yield f"       jurat test {shlex.quote(str(new.drafts[0].file))}"
    yield "       link it: a row in a links.csv, in place of `unlinked` in the policy:"
    yield f"       {order.id},CONTROL,RELATIONSHIP,ROLE,RATIONALE"
