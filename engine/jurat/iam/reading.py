"""Documents as a question needs them: only what decides it is looked at, and stays in its place.

A policy that looks at everything is kept undecided by everything that is not known yet, so what a
question is not about must not even be read: names of statements, and whole statements that speak
of something else.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from jurat.iam.document import Statement, statements
from jurat.iam.outsiders import public, public_statements
from jurat.iam.principals import Kind
from jurat.model import Path

Wanted = Callable[[Statement], bool]
"""Whether a statement, of which not all elements are read yet, is one that matters."""

ACTIONS: Final = ("Action", "NotAction")
PRINCIPALS: Final = ("Principal", "NotPrincipal")
RESOURCES: Final = ("Resource", "NotResource")
BUCKET: Final = "arn:aws:s3:::bucket"
"""The bucket that a bucket policy is attached to, whatever its name."""

_OPPOSITES: Final = {"NotAction": "Action", "NotPrincipal": "Principal", "NotResource": "Resource"}
_NOTHING: Final[Mapping[str, Any]] = {"Effect": "Deny", "Action": []}
_PARTITION: Final = re.compile(r"arn:[^:]*:")
_BUCKET_NAME: Final = re.compile(r"^(arn:[^:]*:s3:[^:]*:[^:]*:)[^/*?]*")


def everything(statement: Statement) -> bool:
    """Want every statement."""
    del statement
    return True


@dataclass(frozen=True, slots=True)
class Question:
    """Which statements matter, told by as few of their elements as possible.

    ``wanted`` decides by the effect and the ``first`` elements; of statements that matter the
    ``rest`` is read too. ``denies`` is set if only statements of one effect matter.
    """

    wanted: Wanted = everything
    first: Sequence[str] = ACTIONS
    rest: Sequence[str] = (*ACTIONS, *PRINCIPALS, *RESOURCES, "Condition")
    denies: bool | None = None


EVERYTHING: Final = Question()


def lean(document: Any, question: Question = EVERYTHING) -> Any:
    """Return a document in which statements that do not matter hold nothing, each in its place."""
    if not (isinstance(document, Mapping) and "Statement" in document):
        return content(document)
    listed = document["Statement"]
    if isinstance(listed, Mapping):
        return {"Statement": _lean_statement(listed, question)}
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        return {"Statement": listed}
    return {"Statement": [_lean_statement(item, question) for item in listed]}


def _lean_statement(statement: Any, question: Question) -> Any:
    if not isinstance(statement, Mapping) or "Effect" not in statement:
        return content(statement)
    effect = _elements(statement, ("Effect",))
    if question.denies is not None and _read(effect).allows is question.denies:
        return dict(_NOTHING)
    if not any(name in statement for name in ACTIONS):
        return content(statement)
    head = effect | _elements(statement, question.first)
    if not question.wanted(_read(head)):
        return dict(_NOTHING)
    return head | _elements(statement, [n for n in question.rest if n not in question.first])


def _read(statement: Mapping[str, Any]) -> Statement:
    (found,) = statements({"Statement": statement})
    return found


def _elements(statement: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in names:
        if _OPPOSITES.get(name) not in found and name in statement:
            value = content(statement[name])
            found[name] = _patterns(value) if name in RESOURCES else value
    return found


def _patterns(value: Any) -> Any:
    """Leave the partition of ARNs open: a document speaks of its own one only."""
    if isinstance(value, str):
        return _PARTITION.sub("arn:*:", value, count=1) if value.startswith("arn:") else value
    return [_patterns(item) for item in value] if isinstance(value, list) else value


def content(value: Any) -> Any:
    """Return the content of the judge's view of a value."""
    whole = getattr(value, "whole", None)
    return value if whole is None else whole()


def chosen(document: Any, at: Path, question: Question = EVERYTHING) -> tuple[Statement, ...]:
    """Return the statements of a document that matter; of the others nothing more is read."""
    found = statements(lean(document, question), at)
    return tuple(s for s in found if s.allows or s.action.patterns or s.action.negated)


def let_everyone_in(document: Any, at: Path) -> tuple[Statement, ...]:
    """Return the statements of a resource policy that let everybody in."""
    found = chosen(document, at, Question(_meets_strangers, PRINCIPALS, denies=False))
    if not any(map(public, found)):
        return ()
    return public_statements(chosen(document, at))


def _meets_strangers(statement: Statement) -> bool:
    principal = statement.principal
    return principal is not None and (principal.everyone or bool(principal.of(Kind.OIDC)))


def of_one_bucket(statement: Statement) -> Statement:
    """Let a statement of a bucket policy speak of ``BUCKET``: S3 accepts no other bucket in it."""
    if statement.resource is None:
        return statement
    patterns = tuple(_BUCKET_NAME.sub(r"\1bucket", p) for p in statement.resource.patterns)
    return replace(statement, resource=replace(statement.resource, patterns=patterns))


def denies_everyone(statement: Statement) -> bool:
    """Tell whether a statement is a Deny that nobody is exempt from."""
    principal = statement.principal
    meant = principal is not None and principal.everyone and not principal.negated
    return not statement.allows and meant
