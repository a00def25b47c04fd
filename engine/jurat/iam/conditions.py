"""Condition blocks: their clauses, and whether one holds for a request known in part."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jurat.iam.globs import arn_globs, text_glob
from jurat.iam.variables import Context, has_variable, substitute
from jurat.model import Path

_OPPOSITES: Final = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnlike",
    "arnnotlike": "arnlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
}
_SYNONYMS: Final = {"arnequals": "arnlike"}
_OPERATORS: Final = frozenset(
    {
        *_OPPOSITES.values(),
        "binaryequals",
        "bool",
        "dategreaterthan",
        "dategreaterthanequals",
        "datelessthan",
        "datelessthanequals",
        "null",
        "numericgreaterthan",
        "numericgreaterthanequals",
        "numericlessthan",
        "numericlessthanequals",
    }
)
_QUANTIFIERS: Final = {"foranyvalue": "any", "forallvalues": "all"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One key of a condition block with the values it is compared to.

    ``operator`` is the positive form in lower case, or empty if the clause cannot be read.
    ``quantifier`` is ``any``, ``all`` or empty. ``path`` leads to it from the statement.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    negated: bool = False
    if_exists: bool = False
    quantifier: str = ""
    path: Path = ("Condition",)

    @property
    def true_if_absent(self) -> bool:
        """Whether a request without the key passes."""
        if self.operator == "null":
            return self.values == ("true",)
        if self.quantifier == "any":
            return self.if_exists
        return self.negated or self.if_exists or self.quantifier == "all"


def read_clauses(condition: Any) -> tuple[Clause, ...]:
    """Return the clauses of a condition block; what cannot be read has no operator."""
    if condition is None:
        return ()
    if not isinstance(condition, Mapping):
        return (Clause("", "", ()),)
    return tuple(
        clause for name, block in condition.items() for clause in _read_block(str(name), block)
    )


def _read_block(name: str, block: Any) -> Iterator[Clause]:
    if not isinstance(block, Mapping):
        yield Clause("", "", (), path=("Condition", name))
        return
    for key, values in block.items():
        yield _read_clause(name, str(key), _texts(values))


def _read_clause(name: str, key: str, values: tuple[str, ...] | None) -> Clause:
    path = ("Condition", name, key)
    quantifier, _, operator = name.strip().lower().rpartition(":")
    if_exists = operator.endswith("ifexists")
    operator = operator.removesuffix("ifexists")
    positive = _OPPOSITES.get(operator, _SYNONYMS.get(operator, operator))
    known = positive in _OPERATORS and (not quantifier or quantifier in _QUANTIFIERS)
    if not known or not values:
        return Clause("", key.strip().lower(), values or (), path=path)
    if positive in {"bool", "null"}:
        values = tuple(value.lower() for value in values)
    return Clause(
        positive,
        key.strip().lower(),
        values,
        negated=operator in _OPPOSITES,
        if_exists=if_exists,
        quantifier=_QUANTIFIERS.get(quantifier, ""),
        path=path,
    )


def _texts(values: Any) -> tuple[str, ...] | None:
    """Return condition values as texts, or ``None`` if one is no scalar."""
    if isinstance(values, str) or not isinstance(values, Sequence):
        values = (values,)
    found = tuple(_text(value) for value in values)
    return None if None in found else tuple(text for text in found if text is not None)


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None


def hold(clauses: Sequence[Clause], context: Context) -> bool | None:
    """Tell whether all clauses hold for a request; ``None`` if ``context`` does not decide it."""
    results = {holds(clause, context) for clause in clauses}
    if False in results:
        return False
    return None if None in results else True


def holds(clause: Clause, context: Context) -> bool | None:
    """Tell whether a clause holds for a request; ``None`` if ``context`` does not decide it."""
    values = context.get(clause.key)
    if values is None or not clause.operator:
        return None
    if clause.operator == "null":
        return clause.values == ("false" if values else "true",)
    if not values:
        return clause.true_if_absent
    matched = [_matches_any(clause, value, context) for value in values]
    if None in matched:
        return None
    passed = [bool(found) != clause.negated for found in matched]
    return any(passed) if clause.quantifier == "any" else all(passed)


def _matches_any(clause: Clause, value: str, context: Context) -> bool | None:
    """Tell whether ``value`` matches one of the clause's values."""
    unknown = False
    for pattern in clause.values:
        known = substitute(pattern, context) if has_variable(pattern) else pattern
        found = None if known is None else _matches(clause.operator, known, value)
        if found:
            return True
        unknown |= found is None
    return None if unknown else False


def _matches(operator: str, pattern: str, value: str) -> bool | None:
    if operator == "stringequals":
        return pattern == value
    if operator in {"stringequalsignorecase", "bool"}:
        return pattern.lower() == value.lower()
    if operator == "stringlike":
        return text_glob(pattern).matches(value)
    if operator == "arnlike":
        return any(glob.matches(value) for glob in arn_globs(pattern))
    return None
