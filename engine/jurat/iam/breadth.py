"""How wide a single statement is: all actions, a whole service, resources nobody named."""

import re
from collections.abc import Sequence
from typing import Final

from jurat.iam.document import Statement
from jurat.iam.globs import action_glob, arn_globs, arn_readings, covers, overlap
from jurat.iam.grants import ANY_ACTION, allows, covers_actions, covers_resources
from jurat.iam.selection import NOTHING_KNOWN
from jurat.iam.variables import Context, widen

EVERY_IDENTITY: Final = "arn:*:iam::*:*"
_UNTYPED: Final = frozenset({"codecommit", "codepipeline", "execute-api", "s3", "sns", "sqs"})
_RIGHTS: Final = (
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreatePolicyVersion",
    "iam:PassRole",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:UpdateAssumeRolePolicy",
)


def grants_all_actions(statement: Statement) -> bool:
    """Tell whether a statement allows every action there is or will be."""
    return statement.allows and covers_actions(statement.action, ANY_ACTION)


def service_wide(statement: Statement, service: str) -> bool:
    """Tell whether a statement allows all of a service, or by ``NotAction`` some of it."""
    every = (action_glob(f"{service}:?*"),)
    if not statement.allows:
        return False
    if statement.action.negated:
        return overlap((every,), statement.action.actions)
    return covers(statement.action.actions, every)


def on_everything(statement: Statement) -> bool:
    """Tell whether a statement speaks of every resource of every service."""
    resource = statement.resource
    return resource is not None and covers_resources(resource, arn_globs("*"))


def on_all_resources(statement: Statement) -> bool:
    """Tell whether a statement names no resource: all of some service, or of some type, are meant.

    A resource policy that leaves the resource out speaks of the one it is attached to.
    """
    resource = statement.resource
    if resource is None:
        return False
    if resource.negated:
        return overlap((arn_globs("*"),), resource.resources())
    return any(map(is_wide, resource.patterns))


def is_wide(pattern: str) -> bool:
    """Tell whether a resource pattern names none: ``*``, ``arn:aws:s3:::*/*``, ``…:role/*``."""
    # A variable names somebody, and its own colon must not part the ARN.
    return any(map(_names_none, arn_readings(widen(pattern, "\ue0ff"))))


def _names_none(reading: str) -> bool:
    _, _, service, _, _, rest = reading.split(":", 5)
    pieces = [piece for piece in re.split("[/:]", rest) if piece]
    if service in _UNTYPED or _is_wildcard(service):
        return _is_wildcard(pieces[0]) if pieces else False
    if not pieces:
        return False
    names = pieces[1:]
    if not names:
        return "*" in pieces[0]
    # The name of an identity is the last piece of its path, of everything else it is the first.
    return all(map(_is_wildcard, names)) if service == "iam" else _is_wildcard(names[0])


def _is_wildcard(piece: str) -> bool:
    return "*" in piece and not piece.strip("*?")


def administers(
    statements: Sequence[Statement],
    context: Context = NOTHING_KNOWN,
    boundary: Sequence[Statement] | None = None,
) -> tuple[Statement, ...]:
    """Return the statements that grant every action, and with it the power over all identities."""
    whole = [s for s in statements if grants_all_actions(s) and on_all_resources(s)]
    if not whole:
        return ()
    left = [
        granting
        for action in _RIGHTS
        for granting in allows(statements, action, EVERY_IDENTITY, context, boundary)
    ]
    return tuple(statement for statement in whole if statement in left)
