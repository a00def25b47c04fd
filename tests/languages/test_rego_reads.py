"""Static read sets: never too small; exact where a policy is written plainly."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import regorus

from jurat.errors import PackError
from jurat.judge.completions import Completion
from jurat.judge.judgement import Bench
from jurat.languages import load
from jurat.languages.contract import Traits
from jurat.languages.rego_reads import analyse
from jurat.model.reads import ANY, Touch
from jurat.readers import read
from jurat.testing import fixtures


def traits(body: str) -> Traits:
    engine = regorus.Engine()
    engine.add_policy("p.rego", f"package p\n{body}\n")
    return analyse(json.loads(engine.get_ast_as_json()), "p.rego")


def paths(body: str) -> set[str]:
    reads = traits(body).reads
    assert reads is not None
    return {".".join(map(str, path)) for path in reads.paths()}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("deny contains 1 if input.a.b == 3", {"a.b"}),
        ("deny contains 1 if not input.a.b", {"a.b"}),
        ('deny contains 1 if input["a"].b', {"a.b"}),
        ('deny contains 1 if input.a["b-c"]', {"a.b-c"}),
        ("deny contains 1 if input.a[0].b", {"a.*.b"}),
        ("deny contains 1 if input.a[_].b", {"a.*.b"}),
        ("deny contains 1 if { some i; input.a[i].b }", {"a.*.b"}),
        ("deny contains 1 if { some x in input.a; x.b == 1 }", {"a", "a.*.b"}),
        ("deny contains 1 if { some k, x in input.a; x.b == 1; k == 2 }", {"a", "a.*.b"}),
        ("deny contains 1 if { every x in input.a { x.b == 1 } }", {"a", "a.*.b"}),
        ("p := input.a\ndeny contains 1 if p.b == 1", {"a.b"}),
        ("deny contains 1 if { p := input.a; q := p.b; q.c == 1 }", {"a.b.c"}),
        ("deny contains 1 if { p := input.a; q := p.b }", {"a.b"}),
        ('deny contains 1 if object.get(input.a, "b", 0) == 1', {"a.b"}),
        ('deny contains 1 if object.get(input, ["a", "b"], 0) == 1', {"a.b"}),
        ("deny contains 1 if { k := input.k; input.a[k] == 1 }", {"k", "a.*"}),
        ("deny contains 1 if count(input.a) == 1", {"a"}),
        ("deny contains 1 if 3 in input.a", {"a"}),
        ('deny contains 1 if input.a in {"x", "y"}', {"a"}),
        ("xs := [x.b | some x in input.a]\ndeny contains 1 if count(xs) > 0", {"a", "a.*.b"}),
        ("xs contains x if some x in input.a\ndeny contains 1 if xs[_].b", {"a", "a.*"}),
        ("f(x) if x.b\ndeny contains 1 if f(input.a)", {"a"}),
        ("deny contains 1 if walk(input.a, [p, v])", {"a"}),
        ('deny contains {"m": input.a} if true', {"a"}),
        ('deny contains sprintf("%s", [input.a]) if true', {"a"}),
        ("deny contains 1 if { [x, y] := [input.a, input.b]; x == y }", {"a", "b"}),
        ('deny contains 1 if { {"a": x} = input; x == 1 }', {""}),
        ("deny contains 1 if { x := input; x.a }", {"a"}),
        ("import input.a as q\ndeny contains 1 if q.b", {"a.b"}),
        ("deny contains 1 if input", {""}),
        ("f(x) := input.z\ndeny contains 1 if f(1) == 2", {"z"}),
        ("deny contains 1 if { data.q.deny with input as input.a }", {"", "a"}),
        ("deny contains 1 if input.a == input.b", {"a", "b"}),
        ("deny contains 1 if { x := input.a; x == input.b }", {"a", "b"}),
        ("deny contains 1 if input.a + 1 > 2", {"a"}),
        ("default ok := false\nok := input.a\ndeny contains 1 if not ok", {"a"}),
        ("ok if input.a else if input.b\ndeny contains 1 if ok", {"a", "b"}),
        ("m[k] := v if some k, v in input.a\ndeny contains 1 if m.x", {"a", "a.*"}),
    ],
)
def test_reads(body: str, expected: set[str]) -> None:
    assert paths(body) == expected


def test_constants_are_the_literals_compared_with() -> None:
    constants = traits('deny contains 1 if { input.a == "x"; input.n < 90 }').constants
    assert "x" in constants.strings
    assert 90 in constants.numbers


@pytest.mark.parametrize(
    ("call", "blurs"),
    [
        ("lower(input.a) == 1", True),
        ("count(input.a) == 1", False),
        ("max(input.a) == 1", True),
        ('regex.match("x", input.a)', True),
        ('startswith(input.a, "x")', False),
        ("is_string(input.a)", False),
        ('input.a == "x"', False),
    ],
)
def test_what_cannot_be_inverted_is_blurred(call: str, blurs: bool) -> None:
    touched = traits(f"deny contains 1 if {call}").blurred.touch(("a",))
    assert (touched is not Touch.NOT) is blurs


def test_a_name_declared_in_two_rules_stands_for_both_paths() -> None:
    found = traits("deny contains 1 if { x := input.a; lower(x) }\nq if { x := input.b; x == 1 }")
    assert found.blurred.touch(("a",)) is not Touch.NOT
    assert found.blurred.touch(("b",)) is not Touch.NOT  # names have no scope: too much, not less


@pytest.mark.parametrize(
    "body",
    [
        'deny contains 1 if http.send({"url": input.a})',
        'deny contains 1 if http["send"]({"url": input.a})',
        "deny contains 1 if startswith(input.a, input.b) with startswith as opa.runtime",
    ],
)
def test_what_reaches_out_of_the_document_is_refused(body: str) -> None:
    with pytest.raises(PackError, match=r"p\.rego: the builtin `[a-z.]+` is not allowed"):
        traits(body)


def test_projection_keeps_the_verdict_of_every_bundled_policy(pack: Any) -> None:
    """A policy must not be able to tell the whole document from what it is said to read."""

    root = Path(__file__).resolve().parents[2] / "fixtures"
    by_id = {policy.id: policy for policy in pack.policies if policy.language == "rego"}
    compared = 0
    for fixture in fixtures(root):
        policy = by_id.get(fixture.policy)
        if policy is None:
            continue
        evaluator = load(policy, pack.library)
        bench = Bench(read([str(fixture.file)], BytesIO()).estate)
        for resource in bench.estate.resources:
            if resource.type not in policy.applies_to:
                continue
            document = bench.documents.build(policy, resource, policy.params)
            whole = Completion({}, bench.targets, 0).of(document.value, ())
            reads = evaluator.traits.reads
            assert reads is not None
            assert ANY not in reads.children
            part = reads.project(whole)
            assert evaluator.evaluate(whole).failures == evaluator.evaluate(part).failures
            compared += 1
    assert compared > 0


@pytest.mark.parametrize(
    "body",
    [
        "a contains s if { p := input.x; some s in p.list }\n"
        "b contains p if { s := input.y; p := s.items }",
        "a contains y if { y := input; some z in y; some y in z.b }",
        "a contains 1 if { p := input; q := p.a; r := q.b }\n"
        "b contains 1 if { r := input; p := r.c; q := r.d; some p in q.e }",
    ],
)
def test_names_that_stand_for_parts_of_each_other_count_as_all_there_is(body: str) -> None:
    found = traits(body)
    for read_set in (found.reads, found.blurred):
        assert read_set is not None
        assert read_set.touch(("anything", "at", "all")) is not Touch.NOT
