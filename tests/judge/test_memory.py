"""A remembered decision is only given to what looks the same in every respect."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from jurat.judge.completions import Decision
from jurat.judge.documents import Documents
from jurat.judge.judgement import Bench
from jurat.judge.memory import Memory
from jurat.judge.relations import Joins
from jurat.languages import Evaluator, Outcome
from jurat.model import (
    Estate,
    Policy,
    Reference,
    Relation,
    Resource,
    Scope,
    Sensitive,
    Severity,
    Unknown,
    Verdict,
)
from jurat.model.reads import ReadSet

POLICY = Policy(
    id="try/one",
    title="T",
    description="D",
    severity=Severity.LOW,
    applies_to=("X",),
    remediation="R",
    language="python",
    file="one.py",
)
READ = ("resource", "properties", "Read")


def _resource(address: str, **changed: Any) -> Resource:
    values: dict[str, Any] = {"type": "X", "properties": {}, "file": "x.json"} | changed
    return Resource(address, scope=Scope("123456789012", "eu-central-1"), **values)


def _reading() -> ReadSet:
    reads = ReadSet()
    reads.add(READ)
    return reads


def _asked(
    memory: Memory, *resources: Resource, decide: Callable[[], Decision] | None = None
) -> int:
    """Return how often a decision had to be made."""
    made = 0
    documents = Documents(Joins(Estate(resources=resources)))

    def made_anew(_: object) -> Decision:
        nonlocal made
        made += 1
        return decide() if decide else Decision(Verdict.PASS, (), _reading())

    for resource in resources:
        memory.decision(documents.build(POLICY, resource, {}), made_anew)
    return made


@pytest.mark.parametrize("static", [True, False])
def test_what_is_not_read_does_not_matter(static: bool) -> None:
    memory = Memory(_reading() if static else None)
    one = _resource("a", properties={"Read": 1, "Other": 1})
    other = _resource("b", properties={"Other": 2, "Read": 1})
    assert _asked(memory, one, other) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (1, True),
        (0, False),
        (1, 1.0),
        ("1", 1),
        (None, "None"),
        (Reference("a", "Arn"), Reference("b", "Arn")),
        (Reference("a", "Arn"), "Reference(address='a', attribute='Arn')"),
        (Unknown("later"), "Unknown(why='later')"),
        (Unknown("later", oneof=(1, 2)), Unknown("later", oneof=(1, 3))),
        (Sensitive("a"), "a"),
        ([1, 2], [2, 1]),
        ({"a": 1}, {"a": [1]}),
        ({}, []),
    ],
)
def test_what_differs_is_decided_anew(one: Any, other: Any) -> None:
    memory = Memory(_reading())
    first = _resource("a", properties={"Read": one})
    second = _resource("b", properties={"Read": other})
    assert _asked(memory, first, second) == 2


def test_what_a_source_cannot_tell_is_not_the_same_as_what_it_leaves_out() -> None:
    memory = Memory(_reading())
    told = _resource("a", covered=frozenset({("Read",)}))
    hidden = _resource("b", covered=frozenset({("Other",)}))
    assert _asked(memory, told, hidden) == 2


def test_reads_that_grow_make_the_memory_start_again() -> None:
    memory = Memory(None)
    reads = [_reading(), _reading()]
    reads[1].add(("resource", "properties", "More"))
    pending = iter(reads)
    resources = [_resource(name, properties={"Read": name, "More": 1}) for name in "ab"]
    again = [_resource(name, properties={"Read": "a", "More": name}) for name in "cd"]
    decided = _asked(
        memory,
        *resources,
        *again,
        decide=lambda: Decision(Verdict.PASS, (), next(pending, reads[1])),
    )
    assert decided == 4


def test_a_decision_that_rests_on_a_broken_run_is_not_kept() -> None:
    memory = Memory(_reading())
    twins = [_resource(name, properties={"Read": 1}) for name in "ab"]
    broken = Decision(Verdict.ERROR, (), _reading(), error="broke", repeatable=False)
    assert _asked(memory, *twins, decide=lambda: broken) == 2


def test_a_broken_policy_breaks_on_each_resource(write: Callable[[str, str], Evaluator]) -> None:
    evaluator = write(
        "python", "    yield Failure('x') if p['Read'] == 1 else Failure(str(p['Missing'][0]))\n"
    )
    resources = tuple(
        _resource(name, properties={"Read": read, "Missing": hidden})
        for name, read, hidden in (("a", 2, ""), ("b", 2, "y"), ("c", 1, ""))
    )
    bench = Bench(Estate(resources=resources))
    case = bench.case(POLICY, evaluator)
    found = [case.findings(resource)[0].verdict for resource in resources]
    assert found == [Verdict.ERROR, Verdict.FAIL, Verdict.FAIL]


class _Counting:
    """An evaluator that counts how often it runs."""

    def __init__(self, inner: Evaluator) -> None:
        self.inner = inner
        self.traits = inner.traits
        self.runs = 0

    def evaluate(self, document: dict[str, Any]) -> Outcome:
        self.runs += 1
        return self.inner.evaluate(document)


def test_completions_are_only_tried_where_a_run_looks(
    write: Callable[[str, str], Evaluator],
) -> None:
    evaluator = _Counting(
        write(
            "python",
            "    if p.get('A') is True and p.get('B') is True and p.get('C') is True:\n"
            "        yield Failure('x')\n    yield Failure('always')\n",
        )
    )
    unknown = {name: Unknown("later", kind="boolean") for name in "ABC"}
    case = Bench(Estate()).case(POLICY, evaluator)
    (finding, *_) = case.findings(_resource("a", properties=unknown))
    assert finding.verdict is Verdict.FAIL
    # Of 27 completions 7 differ for the policy; learning what it reads takes some runs more.
    assert evaluator.runs < 20


def test_evidence_keeps_what_the_finding_is_about(write: Callable[[str, str], Evaluator]) -> None:
    evaluator = write(
        "python",
        "    seen = [m.properties.get('Read') for m in subject.related['all']]\n"
        "    if len(seen) > 50 and p.get('Own'):\n"
        "        yield Failure('own', at='Own')\n",
    )
    policy = replace(POLICY, related={"all": Relation(("Y",))})
    others = tuple(_resource(f"y{n}", type="Y", properties={"Read": n}) for n in range(60))
    subject = _resource("x", properties={"Own": True})
    case = Bench(Estate(resources=(subject, *others))).case(policy, evaluator)
    (finding,) = case.findings(subject)
    assert "Own" in {read.path for read in finding.reads}
    assert len(finding.reads) == 40
