"""What statements allow together, once their denials are taken off."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from jurat.iam.conditions import hold
from jurat.iam.document import Statement
from jurat.iam.globs import Glob, Globs, action_glob, arn_globs, covers, overlap
from jurat.iam.selection import NOTHING_KNOWN, Selection
from jurat.iam.variables import Context

ANY_ACTION: Final = (action_glob("?*:?*"),)


def allows(
    statements: Sequence[Statement],
    action: str,
    resource: str = "*",
    context: Context = NOTHING_KNOWN,
    boundary: Sequence[Statement] | None = None,
) -> tuple[Statement, ...]:
    """Return the statements that grant ``action`` on a resource that matches ``resource``.

    A Deny takes off what it covers if it holds for certain; an Allow counts unless it certainly
    does not hold. ``context`` is what is known of the request. With a ``boundary``, both must
    allow.
    """
    name = action.lower()
    layers = [_relevant(statements, name, context)]
    if not layers[0][0]:
        return ()
    if boundary is not None:
        layers.append(_relevant(boundary, name, context))
    denies = [deny for _, found in layers for deny in found]
    limits = layers[1][0] if boundary is not None else [None]
    query = arn_globs(resource)
    return tuple(
        statement
        for statement in layers[0][0]
        if any(_some_left(statement, limit, query, denies, context) for limit in limits)
    )


def _relevant(
    statements: Sequence[Statement], action: str, context: Context
) -> tuple[list[Statement], list[Statement]]:
    """Return the Allows that may apply to an action, and the Denies that certainly do."""
    speaking = [s for s in statements if selects_action(s, action)]
    held = [(s, hold(s.clauses, context)) for s in speaking]
    return (
        [s for s, holds in held if s.allows and holds is not False],
        [s for s, holds in held if not s.allows and holds],
    )


def _some_left(
    statement: Statement,
    limit: Statement | None,
    query: Globs,
    denies: Sequence[Statement],
    context: Context,
) -> bool:
    """Tell whether a resource is left on which a statement grants something."""
    must: list[Globs] = [query]
    never: list[Glob] = []
    for allow in (statement, limit):
        if allow is not None and allow.resource is not None:
            globs = allow.resource.resources(context)
            never.extend(globs) if allow.resource.negated else must.append(globs)
    for deny in denies:
        if not _binds(deny, statement):
            continue
        if deny.resource is None:
            return False
        globs = deny.resource.resources(context)
        must.append(globs) if deny.resource.negated else never.extend(globs)
    return overlap(must, never)


def _binds(deny: Statement, allow: Statement) -> bool:
    """Tell whether a Deny speaks of everyone that an Allow speaks of."""
    if deny.principal is None or deny.principal == allow.principal:
        return True
    if deny.principal.everyone and not deny.principal.negated:
        return True
    return (
        allow.principal is not None
        and not allow.principal.negated
        and not deny.principal.negated
        and set(allow.principal.members) <= set(deny.principal.members)
    )


def selects_action(statement: Statement, action: str) -> bool:
    """Tell whether a statement speaks of one action, written out."""
    return selects(statement.action, action)


@lru_cache(maxsize=65536)
def selects(selection: Selection, action: str) -> bool:
    """Tell whether a selection holds one action, written out."""
    action = action.lower()
    listed = any(glob.matches(action) for glob in selection.actions)
    return listed != selection.negated


def covers_actions(selection: Selection, patterns: Globs) -> bool:
    """Tell whether a selection holds every action that matches one of ``patterns``."""
    if selection.negated:
        return not any(overlap(((glob,), selection.actions)) for glob in patterns)
    return covers(selection.actions, patterns)


def covers_resources(selection: Selection | None, patterns: Globs) -> bool:
    """Tell whether a selection holds every resource that matches one of ``patterns``."""
    if selection is None:
        return True
    globs = selection.resources()
    if selection.negated:
        return not any(overlap(((glob,), globs)) for glob in patterns)
    return covers(globs, patterns)


def subsumes(wide: Statement, narrow: Statement) -> bool:
    """Tell whether one statement's actions and resources hold all of another's."""
    return _subsumes_actions(wide.action, narrow.action) and _subsumes_resources(
        wide.resource, narrow.resource
    )


def _subsumes_actions(wide: Selection, narrow: Selection) -> bool:
    if not narrow.negated:
        return covers_actions(wide, narrow.actions)
    return _holds_complement(wide, wide.actions, narrow.actions, ANY_ACTION)


def _subsumes_resources(wide: Selection | None, narrow: Selection | None) -> bool:
    if wide is None or narrow is None:
        return wide is None or covers_resources(wide, arn_globs("*"))
    if not narrow.negated:
        return covers_resources(wide, narrow.resources())
    return _holds_complement(wide, wide.resources(), narrow.resources(), arn_globs("*"))


def _holds_complement(wide: Selection, mine: Globs, others: Globs, universe: Globs) -> bool:
    """Tell whether a selection holds everything that does not match ``others``."""
    if wide.negated:
        return not any(overlap(((glob,),), others) for glob in mine)
    return not overlap((universe,), (*mine, *others))
