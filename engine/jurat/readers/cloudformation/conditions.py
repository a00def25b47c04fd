"""Conditions in three values: true, false and not decided."""

from collections.abc import Iterable
from typing import Final

from jurat.model import Value, reveal
from jurat.readers.cloudformation.alternatives import alternatives
from jurat.readers.cloudformation.evaluator import Evaluator
from jurat.readers.cloudformation.misuse import Misuse
from jurat.readers.cloudformation.node import Node, readings
from jurat.readers.cloudformation.text import as_text

OPERATORS: Final = frozenset({"Fn::Equals", "Fn::Not", "Fn::And", "Fn::Or", "Condition"})


def decide(evaluator: Evaluator, node: Node) -> bool | None:
    """Decide the expression of a condition."""
    if not isinstance(node.value, dict) or len(node.value) != 1:
        raise Misuse("a condition must be one condition function")
    ((operator, argument),) = node.value.items()
    if operator == "Condition":
        return evaluator.truth(evaluator.name(argument))
    if operator not in OPERATORS or not isinstance(argument.value, list):
        raise Misuse(f"{operator} is not understood in a condition")
    operands = argument.value
    if operator == "Fn::Equals":
        return equal(tuple(_side(evaluator, operand) for operand in operands))
    truths = [decide(evaluator, operand) for operand in operands]
    if operator == "Fn::Not":
        return negation(truths)
    return conjunction(truths) if operator == "Fn::And" else disjunction(truths)


def equal(sides: tuple[Value, ...]) -> bool | None:
    """Compare two values as strings; decided if every possible pair gives the same answer."""
    if len(sides) != 2:  # noqa: PLR2004 - two sides
        raise Misuse("Fn::Equals needs two values")
    answers = {_same_text(*pair) for pair in alternatives(sides)}
    return answers.pop() if len(answers) == 1 else None


def negation(truths: list[bool | None]) -> bool | None:
    """Negate one truth."""
    if len(truths) != 1:
        raise Misuse("Fn::Not needs one condition")
    return None if truths[0] is None else not truths[0]


def conjunction(truths: Iterable[bool | None]) -> bool | None:
    """Return false if any is false, true if all are true."""
    found = set(truths)
    return False if False in found else None if None in found else True


def disjunction(truths: Iterable[bool | None]) -> bool | None:
    """Return true if any is true, false if all are false."""
    found = set(truths)
    return True if True in found else None if None in found else False


def _side(evaluator: Evaluator, operand: Node) -> Value:
    return evaluator.value(operand) if operand.word is None else readings(operand)


def _same_text(one: Value, other: Value) -> bool | None:
    texts = as_text(reveal(one)), as_text(reveal(other))
    return None if None in texts else texts[0] == texts[1]
