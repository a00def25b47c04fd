"""Environments: whether an identity outside production can reach what belongs to it.

Environments are told by whole words of names, ARNs and tags, so ``product`` is not ``prod``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jurat.iam.document import Statement
from jurat.iam.escalation import may_assume
from jurat.iam.globs import arn_globs, arn_readings, overlap
from jurat.iam.grants import allows, subsumes
from jurat.iam.identities import Identity
from jurat.iam.principals import Kind
from jurat.iam.selection import Selection
from jurat.iam.trust import trusting
from jurat.iam.variables import widen

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# Two words that mean something else than each alone.
_PAIRS: Final = {
    ("dev", "ops"): "devops",
    ("non", "prod"): "nonprod",
    ("non", "production"): "nonprod",
    ("pre", "prod"): "preprod",
    ("pre", "production"): "preprod",
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that tell an environment, and the tags that hold it."""

    production: frozenset[str] = frozenset({"live", "prd", "prod", "production"})
    other: frozenset[str] = frozenset(
        {
            "dev",
            "development",
            "nonprod",
            "preprod",
            "qa",
            "sandbox",
            "stage",
            "staging",
            "stg",
            "test",
            "testing",
            "tst",
            "uat",
        }
    )
    tags: tuple[str, ...] = ("environment", "env", "stage")

    def is_production(self, text: str) -> bool:
        """Tell whether a word of ``text`` means production."""
        return not self.production.isdisjoint(words(text))

    def is_other(self, text: str) -> bool:
        """Tell whether a word of ``text`` means an environment that is not production."""
        return not self.other.isdisjoint(words(text))


DEFAULT_VOCABULARY: Final = Vocabulary()


@dataclass(frozen=True, slots=True)
class Crossing:
    """One way from outside into production: ``what`` says how, ``target`` names what is reached."""

    what: str
    target: str
    statements: tuple[Statement, ...]


def words(text: str) -> tuple[str, ...]:
    """Return the words of a name in lower case; digits and signs part them."""
    found: list[str] = []
    for match in _WORD.finditer(text):
        word = match[0].lower()
        pair = _PAIRS.get((found[-1], word)) if found else None
        if pair is None:
            found.append(word)
        else:
            found[-1] = pair
    return tuple(found)


def environment(identity: Identity, vocabulary: Vocabulary = DEFAULT_VOCABULARY) -> str | None:
    """Return ``production`` or ``other``, by an identity's tags or else its name."""
    tags = {key.lower(): value for key, value in identity.tags.items()}
    texts = [tags[name] for name in vocabulary.tags if name in tags] or [identity.name]
    production = any(map(vocabulary.is_production, texts))
    other = any(map(vocabulary.is_other, texts))
    if production == other:
        return None
    return "production" if production else "other"


def crossings(
    identity: Identity,
    vocabulary: Vocabulary = DEFAULT_VOCABULARY,
    production: Sequence[str] = (),
) -> tuple[Crossing, ...]:
    """Return the ways by which an identity, or who may take it, crosses into production.

    ``production`` are ARNs known to be of production, whatever their names.
    """
    where = environment(identity, vocabulary)
    reached = tuple(_reached(identity, vocabulary, production))
    found: list[Crossing] = []
    if where == "other":
        found += reached
        found += _by_role(identity, vocabulary, production)
    elif where is None:
        found += _serving_both(identity, reached, vocabulary)
    if where == "production" or reached:
        found += _let_in(identity, vocabulary)
    return tuple(found)


def _reached(
    identity: Identity, vocabulary: Vocabulary, production: Sequence[str]
) -> Iterator[Crossing]:
    """Yield each resource of production that an identity's statements name or match."""
    known = [glob for arn in production for glob in arn_globs(arn)]
    for statement, pattern in _patterns(identity):
        globs = arn_globs(widen(pattern))
        named = vocabulary.is_production(_name(pattern)) and not vocabulary.is_other(_name(pattern))
        if (named or overlap((globs, known))) and _is_granted(identity, statement, pattern):
            yield Crossing("reaches", pattern, (statement,))


def _patterns(identity: Identity) -> Iterator[tuple[Statement, str]]:
    for statement in identity.statements:
        resource = statement.resource
        if statement.allows and resource is not None and not resource.negated:
            for pattern in resource.patterns:
                yield statement, pattern


def _name(pattern: str) -> str:
    """Return the part of an ARN that names the resource."""
    readings = arn_readings(widen(pattern, "-"))
    return " ".join(reading.split(":", 5)[5] for reading in readings)


def _is_granted(identity: Identity, statement: Statement, pattern: str) -> bool:
    """Tell whether denials and the boundary leave something of a statement on a resource."""
    narrowed = replace(statement, resource=Selection((pattern,)))
    if statement.action.negated or any("*" in a or "?" in a for a in statement.action.patterns):
        denies = (s for s in identity.statements if not s.allows and not s.clauses)
        return not any(subsumes(deny, narrowed) for deny in denies)
    others = (s for s in identity.statements if s is not statement)
    left = (narrowed, *others)
    return any(
        narrowed in allows(left, action, pattern, identity.context, identity.boundary)
        for action in statement.action.patterns
    )


def _serving_both(
    identity: Identity, reached: Sequence[Crossing], vocabulary: Vocabulary
) -> Iterator[Crossing]:
    """Yield what an identity of no environment may do both in production and outside it."""
    for statement, pattern in _patterns(identity):
        if not vocabulary.is_other(_name(pattern)):
            continue
        for crossing in reached:
            (other,) = crossing.statements
            shared = overlap((statement.action.actions, other.action.actions))
            if shared or statement.action.negated or other.action.negated:
                used = tuple(dict.fromkeys((other, statement)))
                yield Crossing("serves both", f"{crossing.target} and {pattern}", used)


def _by_role(
    identity: Identity, vocabulary: Vocabulary, production: Sequence[str]
) -> Iterator[Crossing]:
    """Yield the roles of production, or with access to it, that an identity may take."""
    for role in identity.account.roles:
        if role.address == identity.address:
            continue
        found = may_assume(identity, role)
        if found and (
            environment(role, vocabulary) == "production"
            or next(_reached(role, vocabulary, production), None) is not None
        ):
            yield Crossing("takes", role.label, found)


def _let_in(identity: Identity, vocabulary: Vocabulary) -> Iterator[Crossing]:
    """Yield the identities outside production that a role's trust names."""
    for statement in trusting(identity.trust) if identity.kind == "role" else ():
        principal = statement.principal
        for member in principal.of(Kind.IDENTITY) if principal is not None else ():
            kind = _name(member.value).partition("/")[0]
            known = identity.account.named(kind, member.value)
            outside = (
                vocabulary.is_other(_name(member.value))
                if known is None
                else environment(known, vocabulary) == "other"
            )
            if outside:
                yield Crossing("lets in", member.value, (statement,))
