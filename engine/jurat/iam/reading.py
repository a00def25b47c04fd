"""Documents as a question needs them: only what decides it is looked at, and stays in its place.

A policy that looks at everything is kept undecided by everything that is not known yet, so what a
question is not about must not even be read: names of statements, and whole statements that speak
of something else.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from jurat.iam.account import Account
from jurat.iam.document import Statement, statements
from jurat.iam.escalation.passing import PASSING
from jurat.iam.escalation.taking import TAKING
from jurat.iam.globs import action_glob, overlap
from jurat.iam.grants import selects_action
from jurat.iam.identities import Described, Identity, items
from jurat.iam.outsiders import public, public_statements
from jurat.iam.principals import Kind
from jurat.model import Path

Wanted = Callable[[Statement], bool]
"""Whether a statement, of which not all elements are read yet, is one that matters."""

ACTIONS: Final = ("Action", "NotAction")
PRINCIPALS: Final = ("Principal", "NotPrincipal")
BUCKET: Final = "arn:aws:s3:::bucket"
"""The bucket that a bucket policy is attached to, whatever its name."""

DOCUMENTS: Final = frozenset({"ManagedPolicyArns", "PolicyDocument", "Policies"})
"""The properties of an identity that hold or name what it is granted."""

_GRANTED: Final = frozenset({"ManagedPolicyArns", "Path", "Policies"})
_PROPERTIES: Final[Mapping[str, frozenset[str]]] = {
    "AWS::IAM::Group": _GRANTED | {"GroupName"},
    "AWS::IAM::ManagedPolicy": frozenset(
        {"ManagedPolicyName", "Path", "PolicyDocument", "Versions"}
    ),
    "AWS::IAM::Role": _GRANTED
    | {"AssumeRolePolicyDocument", "PermissionsBoundary", "RoleName", "Tags"},
    "AWS::IAM::User": _GRANTED | {"Groups", "PermissionsBoundary", "Tags", "UserName"},
}
RESOURCES: Final = ("Resource", "NotResource")
_OPPOSITES: Final = {"NotAction": "Action", "NotPrincipal": "Principal", "NotResource": "Resource"}
_NOTHING: Final[Mapping[str, Any]] = {"Effect": "Deny", "Action": []}
_PARTITION: Final = re.compile(r"arn:[^:]*:")
_BUCKET_NAME: Final = re.compile(r"^(arn:[^:]*:s3:[^:]*:[^:]*:)[^/*?]*")
_SERVING: Final = frozenset({"Federated", "Service"})
_RIGHTS: Final = tuple(action_glob(f"{service}:?*") for service in ("iam", "sso", "sts"))
_WORKING: Final = tuple(
    {action for way in (*PASSING, *TAKING) for need in way.needs for action in need}
)


def everything(statement: Statement) -> bool:
    """Want every statement."""
    del statement
    return True


def raises_rights(statement: Statement) -> bool:
    """Want the statements that may matter for raising one's rights."""
    selection = statement.action
    must, never = (
        ((_RIGHTS,), selection.actions)
        if selection.negated
        else (
            (_RIGHTS, selection.actions),
            (),
        )
    )
    return overlap(must, never) or any(selects_action(statement, a) for a in _WORKING)


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
        return _whole(document)
    listed = document["Statement"]
    if isinstance(listed, Mapping):
        return {"Statement": _lean_statement(listed, question)}
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        return {"Statement": listed}
    return {"Statement": [_lean_statement(item, question) for item in listed]}


def _lean_statement(statement: Any, question: Question) -> Any:
    regular = isinstance(statement, Mapping) and "Effect" in statement
    if not regular or not any(name in statement for name in ACTIONS):
        return _whole(statement)
    effect = _elements(statement, ("Effect",))
    if question.denies is not None and _read(effect).allows is question.denies:
        return dict(_NOTHING)
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
            value = _whole(statement[name])
            found[name] = _patterns(value) if name in RESOURCES else value
    return found


def _patterns(value: Any) -> Any:
    """Leave the partition of ARNs open: a document speaks of its own one only."""
    if isinstance(value, str):
        return _PARTITION.sub("arn:*:", value, count=1) if value.startswith("arn:") else value
    return [_patterns(item) for item in value] if isinstance(value, list) else value


def _whole(value: Any) -> Any:
    """Return the content of the judge's view of a value."""
    whole = getattr(value, "whole", None)
    return value if whole is None else whole()


def chosen(document: Any, at: Path, question: Question = EVERYTHING) -> tuple[Statement, ...]:
    """Return the statements of a document that matter; of the others nothing more is read."""
    found = statements(lean(document, question), at)
    return tuple(s for s in found if s.allows or s.action.patterns or s.action.negated)


class Lean:
    """A resource of which only some properties, and in its documents some statements, are seen."""

    def __init__(
        self, resource: Described, wanted: Wanted, visible: frozenset[str] | None = None
    ) -> None:
        self.address = resource.address
        self.type = resource.type
        self.properties: Mapping[str, Any] = _Properties(resource, wanted, visible)
        self._resource = resource

    @property
    def arn(self) -> str | None:
        """A text that stands for its ARN, if the resource has one."""
        return getattr(self._resource, "arn", None)


class _Properties(Mapping[str, Any]):
    """Properties that are read when they are asked for."""

    def __init__(self, resource: Described, wanted: Wanted, visible: frozenset[str] | None) -> None:
        self._resource = resource
        own = _PROPERTIES[resource.type]
        self._visible = own if visible is None else own & visible
        self._granting = Question(wanted, ACTIONS, (*RESOURCES, "Condition"))
        self._trusting = Question(wanted, ACTIONS, (*PRINCIPALS, "Condition"))

    def __getitem__(self, name: str) -> Any:
        if name not in self._visible:
            raise KeyError(name)
        value = self._resource.properties[name]
        match name:
            case "AssumeRolePolicyDocument":
                return lean(value, self._trusting)
            case "PolicyDocument":
                return lean(value, self._granting)
            case "Policies":
                return self._holding(value, "PolicyDocument")
            case "Versions":
                return self._holding(value, "Document", "VersionId", "IsDefaultVersion")
        return _whole(value)

    def _holding(self, value: Any, document: str, *others: str) -> Any:
        """Return a list of objects with a document in each."""
        if not isinstance(value, Sequence) or isinstance(value, str):
            return _whole(value)
        return [
            {
                **{name: _whole(item[name]) for name in others if name in item},
                document: lean(item.get(document), self._granting),
            }
            if isinstance(item, Mapping)
            else _whole(item)
            for item in value
        ]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._resource.properties if name in self._visible)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def alone(resource: Described, wanted: Wanted = everything) -> Identity:
    """Return the identity that a resource is, with what is written in it or is AWS's own."""
    return Account([Lean(resource, wanted, DOCUMENTS)]).find(resource.address)


def place(identity: Identity, statement: Statement, inner: Path) -> Path:
    """Return where a finding belongs: ``inner`` if it is the identity's own, else what names it."""
    where = identity.locate(statement)
    return inner if where == statement.path else where


def exempt(resource: Described, related: Mapping[str, Sequence[Any]]) -> str:
    """Say why what an identity or policy is granted is not to be judged, if it is not.

    ``related`` holds under ``bounded`` those that a policy limits as their permissions boundary,
    under ``holders`` those that it is attached to.
    """
    if str(resource.properties.get("Path")).startswith("/aws-service-role/"):
        return "it is AWS's own, and nobody can change it"
    grants = resource.type != "AWS::IAM::ManagedPolicy" or related["holders"]
    if grants or not related["bounded"]:
        return ""
    return "it serves as a permissions boundary only, which grants nothing"


def attachments(resource: Described) -> list[str]:
    """Return what stands in the list of attached managed policies, in its places."""
    if resource.type == "AWS::IAM::ManagedPolicy":
        return []
    return [str(arn) for arn in items(_whole(resource.properties.get("ManagedPolicyArns")))]


def unseen(resource: Described, seen: int) -> bool:
    """Tell whether more customer-managed policies are attached than the ``seen`` ones."""
    return len({arn for arn in attachments(resource) if ":iam::aws:policy/" not in arn}) > seen


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


def may_admit_identities(resource: Described) -> bool:
    """Tell, by a glance at its trust, whether a role may admit more than services and providers.

    In a large account this is asked of every role for every identity.
    """
    document = resource.properties.get("AssumeRolePolicyDocument")
    if not isinstance(document, Mapping) or "Statement" not in document:
        return document is not None
    listed = document["Statement"]
    regular = isinstance(listed, Sequence) and not isinstance(listed, str)
    return any(map(_may_admit_identities, listed)) if regular else True


def _may_admit_identities(statement: Any) -> bool:
    if not isinstance(statement, Mapping) or "Principal" not in statement:
        return True
    principal = statement["Principal"]
    return not isinstance(principal, Mapping) or not set(principal) <= _SERVING
