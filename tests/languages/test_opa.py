"""Policies on a genuine OPA: the same outcomes, and nothing that goes wrong reads as a pass."""

import json
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.languages.conftest import Foreign, WrittenPolicy

from jurat.errors import PackError, PolicyError
from jurat.languages import load
from jurat.languages.contract import Foresighted
from jurat.languages.opa.choice import Opa
from jurat.languages.opa.client import Address, Client
from jurat.languages.opa.engine import OpaEngine, opened
from jurat.languages.opa.isolation import under
from jurat.languages.rego import add_module, new_engine, syntax_trees
from jurat.policy import Failure, NotApplicable, Undecided

NAMED = """deny contains {"message": "no name", "at": ["BucketName"]} if {
	not input.resource.properties.BucketName
}
"""
NUMBERED = """deny contains {"message": "one", "at": []} if {
	to_number(input.resource.properties.BucketName) == 1
}
"""


def bucket(**properties: Any) -> dict[str, Any]:
    return {"resource": {"properties": properties}, "related": {}, "scope": {}, "params": {}}


@pytest.fixture
def impatient(opa_program: str) -> Iterator[OpaEngine]:
    """An engine whose evaluations may take one second."""
    assert opa_program
    with opened(Opa(), seconds=1) as engine:
        yield engine


def test_the_outcome_is_that_of_the_embedded_engine(opa: OpaEngine, write: WrittenPolicy) -> None:
    policy = write(
        NAMED
        + 'undecided contains {"message": "who", "at": ["Tags", 0]} if true\n'
        + 'not_applicable contains {"message": "else"} if input.resource.properties.Else\n'
    )
    embedded, evaluator = load(policy), opa.evaluator(policy, ())
    for document in (bucket(), bucket(BucketName="b"), bucket(Else=1)):
        one, other = evaluator.evaluate(document), embedded.evaluate(document)
        assert replace(one, reads=other.reads) == other
        assert set(one.reads.paths()) == set(other.reads.paths())
    outcome = evaluator.evaluate(bucket(Else=1))
    assert outcome.failures == (Failure("no name", ("BucketName",)),)
    assert outcome.undecided == (Undecided("who", ("Tags", 0)),)
    assert outcome.not_applicable == (NotApplicable("else"),)
    assert evaluator.traits.constants == embedded.traits.constants


def test_only_rego_goes_to_opa(opa: OpaEngine, write: WrittenPolicy, pack: Any) -> None:
    python = next(policy for policy in pack.policies if policy.language == "python")
    assert isinstance(load(write(NAMED), (), opa), Foresighted)
    assert not isinstance(load(python, (), opa), Foresighted)
    assert not isinstance(load(write(NAMED), ()), Foresighted)


def test_the_error_of_a_builtin_names_the_row_and_no_value(
    opa: OpaEngine, write: WrittenPolicy
) -> None:
    policy = write(NUMBERED)
    place = f"{policy.file}:12"
    for evaluator in (opa.evaluator(policy, ()), load(policy)):
        with pytest.raises(PolicyError) as caught:
            evaluator.evaluate(bucket(BucketName="hunter2"))
        assert str(caught.value) == f"{place}: the policy broke on this document"


@pytest.mark.parametrize("text", ["\ud800", float("nan")])
def test_what_is_no_json_breaks_the_policy(opa: OpaEngine, write: WrittenPolicy, text: Any) -> None:
    policy = write(NAMED)
    for evaluator in (opa.evaluator(policy, ()), load(policy)):
        with pytest.raises(PolicyError, match="the policy broke on this document"):
            evaluator.evaluate(bucket(BucketName=text))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('deny := {"message": "m"} if input.resource.properties.X', "`deny` is undefined"),
        ('deny := {"message": "m"}', "`deny` must be a set"),
        ('deny contains {"at": []} if true', "has no `message`"),
    ],
)
def test_what_is_no_set_of_failures_is_never_a_pass(
    opa: OpaEngine, write: WrittenPolicy, body: str, said: str
) -> None:
    with pytest.raises(PolicyError, match=said):
        opa.evaluator(write(body), ()).evaluate(bucket())


def test_what_opa_refuses_is_told_in_one_line_with_its_row(
    opa: OpaEngine, write: WrittenPolicy
) -> None:
    policy = write('deny contains {"message": "m"} if count(5) > 1')
    with pytest.raises(PackError) as caught:
        opa.evaluator(policy, ())
    said = str(caught.value)
    assert said == f"{policy.file}:11: rego_type_error: count: invalid argument(s)"
    missing = write('import data.lib.no\n\ndeny contains {"message": "m"} if no.such(1)')
    with pytest.raises(PackError, match=rf"{missing.file}:13: rego_type_error: .*data\.lib\.no"):
        opa.evaluator(missing, ())


def test_no_policy_without_deny(opa: OpaEngine, write: WrittenPolicy) -> None:
    policy = write('denied contains {"message": "m"} if true')
    with pytest.raises((PackError, PolicyError), match=policy.file):
        opa.evaluator(policy, ()).evaluate(bucket())


def test_a_builtin_that_reaches_out_never_gets_to_opa(opa: OpaEngine, write: WrittenPolicy) -> None:
    policy = write('deny contains {"message": http["send"]({"url": "http://127.0.0.1"}).body}')
    with pytest.raises(PackError, match=r"http\.send"):
        opa.evaluator(policy, ())


def test_library_modules_may_need_each_other_in_any_order(
    opa: OpaEngine, write: WrittenPolicy, tmp_path: Path
) -> None:
    (tmp_path / "a.rego").write_text("package lib.a\n\nis_odd(x) if data.lib.b.rest(x) == 1\n")
    (tmp_path / "b.rego").write_text("package lib.b\n\nrest(x) := x % 2\n")
    library = str(tmp_path / "a.rego"), str(tmp_path / "b.rego")
    policy = write(
        'import data.lib.a\n\ndeny contains {"message": "odd"} if '
        "a.is_odd(input.resource.properties.N)"
    )
    evaluator = opa.evaluator(policy, library)
    assert evaluator.evaluate(bucket(N=3)).failures == (Failure("odd"),)
    assert evaluator.evaluate(bucket(N=4)).failures == ()


def test_two_policies_in_turn(opa: OpaEngine, write: WrittenPolicy) -> None:
    one, other = opa.evaluator(write(NAMED), ()), opa.evaluator(write(NUMBERED), ())
    for _ in range(2):
        assert one.evaluate(bucket()).failures
        assert not other.evaluate(bucket(BucketName="2")).failures


def test_what_is_expected_is_asked_at_once(
    opa: OpaEngine, write: WrittenPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluator = opa.evaluator(write(NUMBERED), ())
    asked: list[int] = []
    session = opa.session()
    ask = session.ask

    def count(policy: Any, documents: Sequence[Any], seconds: float | None = None) -> Any:
        asked.append(len(documents))
        return ask(policy, documents, seconds)

    monkeypatch.setattr(session, "ask", count)
    documents = [bucket(BucketName=str(n)) for n in range(300)]
    evaluator.expect([*documents, *documents])
    assert asked == [128, 128, 44]
    failed = [bool(evaluator.evaluate(document).failures) for document in documents]
    assert failed == [n == 1 for n in range(300)]
    assert len(asked) == 3


def test_one_that_breaks_costs_its_neighbours_nothing(opa: OpaEngine, write: WrittenPolicy) -> None:
    evaluator = opa.evaluator(write(NUMBERED), ())
    documents = [bucket(BucketName=name) for name in ("1", "x", "2", "\ud800")]
    evaluator.expect(documents)
    assert evaluator.evaluate(documents[0]).failures
    assert not evaluator.evaluate(documents[2]).failures
    for broken in (documents[1], documents[3]):
        with pytest.raises(PolicyError):
            evaluator.evaluate(broken)


def test_a_policy_that_does_not_end_is_left_behind(
    impatient: OpaEngine, write: WrittenPolicy
) -> None:
    evaluator = impatient.evaluator(
        write(
            'deny contains {"message": "m"} if {\n\tinput.resource.properties.Loop\n'
            "\txs := numbers.range(1, 3000)\n\tsome a in xs\n\tsome b in xs\n\tsome c in xs\n"
            "\ta + b + c == 0\n}\n"
        ),
        (),
    )
    with pytest.raises(PolicyError, match=r"p1\.rego: OPA: no answer within 1 s$"):
        evaluator.evaluate(bucket(Loop=True))
    assert evaluator.evaluate(bucket()).failures == ()


def test_an_opa_that_dies_costs_one_evaluation(impatient: OpaEngine, write: WrittenPolicy) -> None:
    evaluator = impatient.evaluator(write(NAMED), ())
    assert evaluator.evaluate(bucket()).failures
    server = impatient.session()._server
    assert server is not None
    os.killpg(server._process.pid, signal.SIGKILL)
    with pytest.raises(PolicyError, match=r"p1\.rego: OPA: "):
        evaluator.evaluate(bucket())
    assert evaluator.evaluate(bucket()).failures


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("package a.b\n\nx := 1\n", "package r.a.b\n\nx := 1\n"),
        ('package a["b"].c\n', 'package r.a["b"].c\n'),
        (
            "package a\n\nimport data.lib.data as q\n\nx := q.f(data.y[data.z])\n",
            "package r.a\n\nimport data.r.lib.data as q\n\nx := q.f(data.r.y[data.r.z])\n",
        ),
        (
            'package a\n\n# é: data\nx if "data" == data["b"]\n\ny if x with data.k as {"data": 1}',
            'package r.a\n\n# é: data\nx if "data" == data.r["b"]\n\n'
            'y if x with data.r.k as {"data": 1}',
        ),
        ("package a\n\nx := data\n", "package r.a\n\nx := data.r\n"),
    ],
)
def test_a_module_moves_below_a_root_with_all_it_reads(text: str, moved: str) -> None:
    engine = new_engine()
    add_module(engine, "m.rego", text)
    assert under("r", syntax_trees(engine)[0]) == moved


def test_a_foreign_server_is_left_as_it_was_and_changes_nothing(
    foreign: Foreign, write: WrittenPolicy
) -> None:
    port = int(foreign.url.rpartition(":")[2])
    client = Client(Address("127.0.0.1", port, secure=True, token=foreign.token, ca=foreign.ca))
    before = sorted(client.modules())
    policy = write(NAMED)
    with opened(Opa(foreign.url, foreign.token, foreign.ca), seconds=10) as engine:
        evaluator = engine.evaluator(policy, ())
        # The server has a policy of the same package, which denies everything.
        assert evaluator.evaluate(bucket(BucketName="b")).failures == ()
        assert evaluator.evaluate(bucket()).failures == (Failure("no name", ("BucketName",)),)
        during = client.modules()
    assert sorted(client.modules()) == before == ["rules.rego", "theirs.rego"]
    assert len(during) == len(before) + 3
    assert json.dumps(client.ask("jurat.policies.try.p1", "deny", {})).count("theirs") == 1
    client.close()


@pytest.mark.parametrize("answer", [None, 5, [], [5], [{}], [{"deny": None}], [{"deny": []}, {}]])
def test_an_answer_that_is_none_is_no_pass(
    opa: OpaEngine, write: WrittenPolicy, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    evaluator = opa.evaluator(write(NAMED), ())
    monkeypatch.setattr(opa.session()._client, "ask", lambda *_: answer)
    with pytest.raises(PolicyError, match=r"p1\.rego: OPA: what answers there is no OPA$"):
        evaluator.evaluate(bucket(BucketName="b"))
