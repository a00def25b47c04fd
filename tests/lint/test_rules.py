"""Every rule finds its fault, and leaves alone what is only like it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from tests.lint.conftest import BODY, CONTROLS, HEAD, LINKS, PYTHON, ROWS, Linted

from jurat.lint import RULES
from jurat.scaffold.policy_text import STUBS

Files = Mapping[str, str | bytes | None]

REGO, SHAPE = "policies/own/colour.rego", "policies/own/shape.py"
TABLE = "mappings/rules/links.csv"


@dataclass(frozen=True)
class Case:
    """A pack that breaks a rule, and one that is like it and does not."""

    rule: str
    bad: Files
    good: Files
    line: int | None = None


def rego(*changes: tuple[str, str]) -> Files:
    """Change the Rego policy."""
    return {REGO: _changed(HEAD + BODY, changes)}


def python(*changes: tuple[str, str]) -> Files:
    """Change the Python policy."""
    return {SHAPE: _changed(PYTHON, changes)}


def _changed(text: str, changes: tuple[tuple[str, str], ...]) -> str:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def body(statements: str, rules: str = "") -> Files:
    """Add a rule to the Rego policy that has ``statements`` in its body, and other rules."""
    deny = '\tfinding := {"message": "m", "at": ["BucketName"]}\n'
    return {
        REGO: HEAD + BODY + f"\n{rules}\n\ndeny contains finding if {{\n\t{statements}\n{deny}}}\n"
    }


def element(text: str, statement: str = "bucket.A == 1") -> Files:
    """Add a rule to the Rego policy that says ``text``."""
    return {REGO: HEAD + BODY + f"\ndeny contains {text} if {{\n\t{statement}\n}}\n"}


def code(statement: str, top: str = "") -> Files:
    """Add statements to the function of the Python policy, and code above it."""
    text = PYTHON.replace("    bucket = subject", f"    {statement}\n    bucket = subject", 1)
    return {SHAPE: text.replace("\n\n@policy", f"\n{top}\n\n@policy", 1)}


def links(*rows: str) -> Files:
    """Add rows to the table of links."""
    return {TABLE: LINKS + ROWS + "".join(f"{row}\n" for row in rows)}


METADATA = (
    Case("metadata/unreadable", rego(("# METADATA\n", "# DATA\n")), {}, 1),
    Case("metadata/unreadable", rego(("severity: high", "severity: [high")), {}),
    Case("metadata/unreadable", rego(("# custom:\n", "# custom: none\n")), {}),
    Case(
        "metadata/not-literal",
        python(('severity="high"', 'severity="hi" + HIGH')),
        python(('"Give it a shape."', '"Give " "it a shape."')),
        8,
    ),
    Case("metadata/missing-field", rego(("#   severity: high\n", "")), {}, 2),
    Case("metadata/missing-field", rego(('["AWS::S3::Bucket"]\n', "[]\n")), {}, 8),
    Case("metadata/missing-field", python(('    severity="high",\n', "")), {}),
    Case(
        "metadata/unknown-field",
        rego(("severity: high", "severity: high\n#   colour: red")),
        rego(("severity: high", "severity: high\n#   quantifier: each")),
        8,
    ),
    Case(
        "metadata/unknown-field",
        rego(("# custom:", "# severity: high\n# custom:")),
        rego(("# custom:", "# scope: package\n# custom:")),
        6,
    ),
    Case("metadata/invalid-field", rego(("severity: high", "severity: High")), {}, 7),
    Case(
        "metadata/invalid-field",
        rego(("severity: high", "severity: high\n#   quantifier: every")),
        rego(("severity: high", "severity: high\n#   quantifier: exists-account")),
        8,
    ),
    Case("metadata/invalid-field", rego(("where: Bucket", "wher: Bucket")), {}, 11),
    Case("metadata/invalid-field", rego(("where: Bucket", "where: Bucket, via: A")), {}, 11),
    Case("metadata/invalid-field", rego(("params: {wanted: red}", "params: [wanted]")), {}, 10),
    Case("metadata/invalid-field", python(('title="Buckets have a shape"', "title=7")), {}, 7),
    Case("metadata/title", rego(("Buckets have a colour", "Buckets have a colour.")), {}, 2),
    Case(
        "metadata/title",
        python(("Buckets have a shape", "buckets have a shape")),
        python(("Buckets have a shape", "S3 buckets have 1 shape")),
        7,
    ),
    Case("metadata/description", rego(("Without a colour nobody finds them again", "Ugly")), {}, 3),
    Case(
        "metadata/no-reference",
        rego(
            ("#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html\n", ""),
            ("# related_resources:\n", ""),
        ),
        {},
    ),
    Case(
        "metadata/reference-url",
        rego(("https://docs", "http://docs")),
        rego(("Welcome.html", "Welcome.html#a?b=c")),
        4,
    ),
    Case(
        "metadata/type-name",
        rego(('applies_to: ["AWS::S3::Bucket"]', 'applies_to: ["AWS.S3.Bucket"]')),
        rego(('applies_to: ["AWS::S3::Bucket"]', 'applies_to: ["*"]')),
        8,
    ),
    Case(
        "metadata/id-form",
        {"policies/own/big/Colour.rego": HEAD + BODY},
        {},
        1,
    ),
    Case(
        "metadata/duplicate-id",
        {"policies/own/colour.py": PYTHON.replace("def shape", "def colour")},
        {},
        1,
    ),
    Case(
        "metadata/duplicate-id",
        {"policies/s3/bucket_versioning.py": PYTHON.replace("def shape", "def bucket_versioning")},
        {},
    ),
    Case(
        "metadata/shadowed-alias",
        rego(("severity: high", "severity: high\n#   aliases: [own/shape]")),
        rego(("severity: high", "severity: high\n#   aliases: [own/old-colour]")),
        8,
    ),
    Case(
        "metadata/shadowed-alias",
        {
            **rego(("severity: high", "severity: high\n#   aliases: [old]")),
            **python(('severity="high"', 'severity="high", aliases=["old"]')),
        },
        {
            **rego(("severity: high", "severity: high\n#   aliases: [old]")),
            **python(('severity="high"', 'severity="high", aliases=["older"]')),
        },
    ),
    Case(
        "metadata/shadowed-alias",
        rego(("severity: high", "severity: high\n#   aliases: [s3/bucket_versioning]")),
        {},
    ),
    *(
        Case("metadata/stub", files, {}, line)
        for files, line in (
            (rego(("Without a colour nobody finds them again.", STUBS[0])), 3),
            (rego(("Give it a colour.", f"{STUBS[1]} colour it.")), 9),
            (rego(("severity: high", f"severity: high\n#   unlinked: {STUBS[2]}")), 8),
            (python(("it has no shape", STUBS[3])), 19),
            (python(('"round"', f'"{STUBS[4]}"')), 11),
        )
    ),
    Case(
        "metadata/unread-param",
        rego(("{wanted: red}", "{wanted: red, other: 1}")),
        rego(
            ("{wanted: red}", "{wanted: red, other: 1}"),
            ("input.params.wanted", "input.params[_]"),
        ),
        10,
    ),
    Case(
        "metadata/unread-param",
        python(('{"wanted": "round"}', '{"wanted": "round", "other": 1}')),
        python(
            ('{"wanted": "round"}', '{"wanted": "round", "other": 1}'),
            ('subject.params["wanted"]', '[subject.params[n] for n in ("wanted", "other")]'),
        ),
    ),
    Case(
        "metadata/unread-param",
        python(('{"wanted": "round"}', '{"wanted": "round", "other": 1}')),
        {
            SHAPE: PYTHON.replace('{"wanted": "round"}', '{"wanted": "round", "other": 1}')
            .replace("import Failure, policy", "import Failure, plain, policy")
            .replace('subject.params["wanted"]', "plain(subject.params)"),
        },
    ),
    Case(
        "metadata/undeclared-param",
        rego(("input.params.wanted", "input.params.wnted")),
        rego(("input.params.wanted", 'input.params["wanted"]')),
        18,
    ),
    Case(
        "metadata/undeclared-param",
        code('params = subject.params\n    params.get("size")'),
        code('params = subject.params\n    params.get("wanted")'),
    ),
    Case(
        "metadata/unread-relation",
        rego(("count(input.related.policies) == 0", "true")),
        rego(("count(input.related.policies) == 0", "some p in input.related.policies\n\tp.arn")),
    ),
    Case(
        "metadata/undeclared-relation",
        body("count(input.related.polices) == 0"),
        body("input.related.policies[0]"),
    ),
    Case(
        "metadata/undeclared-relation",
        code('subject.related["polices"]'),
        code('{"polices": 1}["polices"]'),
    ),
)

FIXTURES = (
    Case(
        "fixture/none",
        {
            "fixtures/own/shape/pass-round.iam.json": None,
            "fixtures/own/shape/fail-square.iam.json": None,
        },
        {},
    ),
    Case("fixture/no-pass", {"fixtures/own/shape/pass-round.iam.json": None}, {}),
    Case(
        "fixture/no-fail",
        {"fixtures/own/shape/fail-square.iam.json": None},
        {
            "fixtures/own/shape/fail-square.iam.json": None,
            "fixtures/own/shape/deep/fail-square.iam.json": "{}",
        },
    ),
    Case(
        "fixture/no-unknown",
        {"fixtures/own/shape/pass-flat.tfplan.json": "{}"},
        {"fixtures/own/shape/pass-flat.iam.json": "{}"},
    ),
    Case(
        "fixture/no-policy",
        {"fixtures/own/smell/pass-rose.iam.json": "{}"},
        {"fixtures/estates/shop/plan.json": "{}"},
    ),
    Case(
        "fixture/name",
        {"fixtures/own/shape/good-round.iam.json": "{}"},
        {"fixtures/own/shape/params.yaml": "{}"},
    ),
    Case(
        "fixture/name",
        {"fixtures/own/shape/pass-flat.txt": "{}"},
        {"fixtures/own/shape/not-applicable-flat.iam.json": "{}"},
    ),
)

REGO_CASES = (
    Case("rego/syntax", rego(("deny contains finding if {", "deny contains finding if {{")), {}),
    Case(
        "rego/nesting",
        body("bucket.A == [[[[[[[[[[[1]]]]]]]]]]]"),
        body('bucket.A == [[[[[[[1]]]]]]]\n\tbucket.B == "[[[[[[[[[[[[[" # [[[[[[[[[['),
    ),
    Case(
        "rego/template-string",
        body('bucket.A == $"a {bucket.B}"'),
        body('bucket.A == "$" # $"'),
        26,
    ),
    Case("rego/keyword-name", body("default.foo", "default.foo := 1"), {}),
    Case("rego/keyword-name", body("as == 1", "as := 1"), body("bucket.as.if == 1")),
    Case(
        "rego/keyword-name",
        body("contains == 1", "contains := 1"),
        body('is_string(bucket.A)\n\tcontains(bucket.A, "a")'),
    ),
    Case("rego/package", rego(("policies.own.colour", "policies.own.color")), {}, 13),
    Case(
        "rego/import",
        rego(("own.colour\n", "own.colour\n\nimport rego.v2\n")),
        rego(("own.colour\n", "own.colour\n\nimport rego.v1\n")),
        15,
    ),
    Case(
        "rego/import",
        rego(("own.colour\n", "own.colour\n\nimport future.keywords.not\n")),
        rego(
            ("own.colour\n", "own.colour\n\nimport input.params as wishes\n"),
            ("input.params.wanted", "wishes.wanted"),
        ),
    ),
    Case("rego/forbidden-builtin", body("time.now_ns() > 1"), body("time.clock(bucket.A)[0] > 1")),
    Case(
        "rego/forbidden-builtin",
        body('count(http.send({"url": bucket.A})) > 0'),
        body("bucket.http.send"),
    ),
    Case("rego/forbidden-builtin", body("is_string(bucket.A) with is_string as opa.runtime"), {}),
    Case(
        "rego/missing-builtin",
        body('net.cidr_intersects(bucket.A, "10.0.0.0/8")'),
        body('net.cidr_contains("10.0.0.0/8", bucket.A)'),
    ),
    Case("rego/missing-builtin", body("plus(bucket.A, 1) == 2"), body("bucket.A + 1 == 2")),
    Case("rego/deprecated-builtin", body("any([bucket.A])"), body("any_of", "any_of if bucket.A")),
    Case("rego/deprecated-builtin", body('re_match("a", bucket.A)'), {}),
    Case("rego/differing-builtin", body('strings.count(bucket.A, "a") == 1'), {}),
    Case(
        "rego/differing-builtin",
        body('json.marshal(bucket.A) == "1"'),
        body("json.unmarshal(bucket.A) == 1"),
    ),
    Case("rego/unknown-function", body("colourful(bucket.A)"), {}),
    Case(
        "rego/unknown-function",
        body("shades.dark(bucket.A)"),
        {
            REGO: (
                HEAD + BODY + "\ndeny contains finding if {\n\tshades.dark(bucket.A)\n"
                '\tfinding := {"message": "m", "at": ["A"]}\n}\n'
            ).replace("own.colour\n", "own.colour\n\nimport data.jurat.lib.shades\n"),
            "policies/lib/shades.rego": 'package jurat.lib.shades\n\ndark(x) if x == "black"\n',
        },
    ),
    Case(
        "rego/recursion",
        body("f(bucket.A)", "f(x) if g(x)\n\ng(x) if f(x)"),
        body("f(bucket.A)", "f(x) if g(x)\n\ng(f) if f == 1"),
    ),
    Case("rego/recursion", body("r", "r if s\n\ns if count(deny) > 0"), body("r", "r if bucket.r")),
    Case(
        "rego/recursion",
        body("data.jurat.policies.own.colour.r", "r if data.jurat.policies.own.colour.r"),
        body("data.jurat.policies.own.colour.r", "r if bucket.A"),
    ),
    Case(
        "rego/unary-minus",
        body("bucket.A == -bucket.B"),
        body("bucket.A == -1\n\tbucket.A == 0 - bucket.B"),
    ),
    Case(
        "rego/sprintf",
        body('sprintf("%q", [bucket.A]) == "a"'),
        body('sprintf("%s: 5%% of %d %v", [bucket.A, bucket.B, bucket.C]) == "a"'),
    ),
    Case("rego/sprintf", body('sprintf("%-5s", [bucket.A]) == "a"'), {}),
    Case(
        "rego/sprintf",
        body('sprintf("%s %s", [bucket.A]) == "a"'),
        body('sprintf("%s %s", bucket.A) == "a"\n\tsprintf(bucket.B, [1]) == "a"'),
    ),
    Case(
        "rego/with-call",
        body('r with input as {"a": f(3)}', "r if input.a\n\nf(x) := x + 1"),
        body('x := f(3)\n\tr with input as {"a": x}', "r if input.a\n\nf(x) := x + 1"),
    ),
    Case(
        "rego/dynamic-data",
        body("some k in bucket.Names\n\tdata.jurat.policies[k].deny"),
        body('some k in bucket.Names\n\tbucket.data[k]\n\tdata["jurat"].x'),
    ),
    Case(
        "rego/shadowed-variable",
        body("some i in bucket.A\n\tx := [j | some i in bucket.B; j := i]\n\tx[0] == i"),
        body("some i in bucket.A\n\tx := [j | some k in bucket.B; j := k]\n\tx[0] == i"),
    ),
    Case(
        "rego/shadowed-variable",
        body("f(bucket.A)", "f(i) if count([j | some i, j in bucket.B]) > 0"),
        body(
            "some i in bucket.A\n\tevery i in bucket.B { i == 1 }\n\tx := [j | i := 3; j := i]\n"
            "\tx[0] == i"
        ),
    ),
    Case(
        "rego/shadowed-variable",
        body("i := bucket.A\n\tx := [j | some i, j in bucket.B]\n\tx[0] == i"),
        body(
            "every i in bucket.A { i == 1 }\n\tx := [i | some i in bucket.B]\n"
            "\ty := [i | some i in x]\n\ti := y[0]\n\ti == 1"
        ),
    ),
    Case("rego/no-deny", rego(("deny contains", "allow contains")), {}, 13),
    Case("rego/result-form", element('"it has no colour"'), element('{"message": "m", "at": "A"}')),
    Case("rego/result-form", element('{"msg": "m", "at": ["A"]}'), {}),
    Case("rego/result-form", element('{"message": "m", "at": ["A"], "level": 1}'), {}),
    Case(
        "rego/result-form",
        element('{"message": 7, "at": ["A"]}'),
        element('{"message": concat("", ["m", bucket.B]), "at": ["A"]}'),
    ),
    Case("rego/result-form", rego(("deny contains finding if", "deny := finding if")), {}, 17),
    Case(
        "rego/unused-rule",
        body("bucket.A", "shade if bucket.B"),
        body("shade", "shade if dark(bucket.B)\n\ndark(x) if x == 1"),
    ),
    Case(
        "rego/unused-import",
        rego(("own.colour\n", "own.colour\n\nimport input.params as wishes\n")),
        rego(
            ("own.colour\n", "own.colour\n\nimport input.params\n"),
            ("input.params.wanted", "params.wanted"),
        ),
    ),
    Case(
        "rego/message-without-value",
        element('{"message": "m"}'),
        element('{"message": sprintf("%v is no number", [bucket.A])}'),
    ),
    Case(
        "rego/message-without-value",
        element('{"message": "m", "at": []}', "bucket.A in {1, 2}"),
        element('{"message": "m", "at": []}', "count(input.related.policies) == 0"),
    ),
)

# What OPA and regorus answer was compared for each of these with genuine engines.
UNDEFINED = tuple(
    Case("rego/not-undefined", body(f"not {bad}", rules), body(good, rules))
    for bad, good, rules in (
        ('startswith(bucket.A, "a")', 'is_string(bucket.A)\n\tnot startswith(bucket.A, "a")', ""),
        ('"a" in bucket.A', 'not "a" in object.get(bucket, "A", [])', ""),
        ("bucket.A in {1}", 'x := object.get(bucket, "A", 0)\n\tnot x in {1}', ""),
        ("count(bucket.A) > 0", "not bucket.A[0]", ""),
        ("bucket.A != bucket.B", "not bucket.A == bucket.B", ""),
        ("bucket.A < 3", "bucket.A\n\tnot bucket.A < 3", ""),
        ("bucket.A + 1 == 2", "not bucket.A == 2", ""),
        ("bucket.A == count(bucket.B)", "not bucket.A == -1", ""),
        ("[bucket.A] == [1]", "not [x | x := bucket.A] == [1]", ""),
        ("input.params.names[bucket.A]", 'not bucket["A"]', ""),
        ("f(bucket.A)", 'not f(object.get(bucket, "A", 2))', "f(x) if x == 1"),
        ("shade in {1}", "not shade == 1", "shade := 5 if bucket.A"),
        ("dark in {1}", "not dark in {1}\n\tdark", "dark := 5 if bucket.A"),
        (
            "f(shade)",
            "not f(shade)\n\tdark",
            "f(x) if x == 1\n\nshade := bucket.A\n\ndark if shade > 0",
        ),
        ('object.get(bucket.A, ["B"], 1) == 1', 'not object.get(bucket, ["A", "B"], 1) == 1', ""),
        (
            "is_string(input.related.policies[0].arn)",
            "some p in input.related.policies\n\tnot is_string(p.arn)",
            "",
        ),
        (
            'startswith(input.related.policies[_].properties.A, "a")',
            'a := input.related.policies[_].properties.A\n\tnot startswith(a, "a")',
            "",
        ),
        ('startswith(input.scope.region.x, "a")', 'not startswith(input.scope.region, "a")', ""),
        ('startswith(input.params.other.x, "a")', 'not startswith(input.params.wanted, "a")', ""),
        ("any_of(bucket.A)", "every a in bucket.A { not any_of(a) }", "any_of(x) if x == 1"),
    )
)

UNDEFINED_INSIDE = (
    *(
        Case("rego/not-undefined", body(bad, rules), body(good, rules))
        for bad, good, rules in (
            (
                'some t in object.get(bucket, "L", [])\n\tnot startswith(t.K, "c")',
                'some t in object.get(bucket, "L", [])\n\tt.K\n\tnot startswith(t.K, "c")',
                "",
            ),
            (
                "some t in [x | x := bucket.L[_]]\n\tnot t.K > 1",
                'some t in [{"K": 1}]\n\tnot t.K > 1',
                "",
            ),
            (
                'some n in bucket.L\n\tnot startswith(m[n], "c")',
                'some n in bucket.L\n\tm[n]\n\tnot startswith(m[n], "c")',
                'm := {"a": "one"}',
            ),
            (
                'some n in bucket.L\n\tnot startswith(m[n], "c")',
                'some n in ["a"]\n\tnot startswith(m[n], "c")',
                'm := {"a": "one"}',
            ),
            (
                'some t in bucket.L\n\tnot startswith(f(t), "c")',
                "some t in bucket.L\n\tnot f(t)",
                "f(t) := t.K",
            ),
            (
                'some t in bucket.L\n\tnot f(t) == "o"',
                'some t in bucket.L\n\tnot g(t) == "c"',
                'f(t) := "c" if t.K\n\ndefault g(_) := "o"\n\ng(t) := "c" if t.K',
            ),
            (
                'not startswith(f({"a": bucket.A}), "c")',
                'bucket.A\n\tnot startswith(g({"a": bucket.A}), "c")',
                'f({"a": {"K": t}}) := t\n\ng(t) := concat("", [h(t)])\n\nh(t) := "t"',
            ),
        )
    ),
    Case(
        "rego/not-undefined",
        body("f(bucket)", 'f(x) if not startswith(x.A, "a")'),
        body("f(bucket.A)", 'f(x) if not startswith(x, "a")'),
    ),
    Case(
        "rego/not-undefined",
        body('every a in [1] { a == 1; not startswith(bucket.A, "a") }'),
        body('every a in bucket.A { is_string(a.B); not startswith(a.B, "a") }'),
    ),
    Case("rego/not-undefined", body('every a in bucket.L { not startswith(a.B, "a") }'), {}),
    Case(
        "rego/not-undefined",
        body('count([a | some a in bucket.L; not startswith(a.B, "a")]) > 0'),
        body('count([a | some a in bucket.L; not startswith(a, "a")]) > 0'),
    ),
)

RANGING = ("some t in bucket.L", "some i; t := bucket.L[i]", "t := bucket.L[_]")
UNDEFINED_HEADS = (
    *(
        Case(
            "rego/undefined-head",
            element('{"message": "m", "at": [t.K]}', statement),
            element('{"message": "m", "at": [k]}', f"{statement}\n\tk := t.K"),
        )
        for statement in RANGING
    ),
    *(
        Case("rego/undefined-head", element(bad, statement), element(good, more))
        for bad, statement, good, more in (
            (
                '{"message": t.K}',
                "some t in bucket.L",
                '{"message": object.get(t, "K", "?")}',
                "some t in bucket.L",
            ),
            (
                '{"message": sprintf("%s", [t.K])}',
                "some t in bucket.L",
                '{"message": sprintf("%s", [t.K])}',
                'some t in bucket.L\n\tt.K != "z"',
            ),
            (
                '{"message": t.K}',
                'some t in object.get(bucket, "L", [])',
                '{"message": t.K}',
                'some t in object.get(bucket, "L", [])\n\tis_string(t.K)',
            ),
            (
                '{"message": t.K}',
                "some t in [x | x := bucket.L[_]]",
                '{"message": t.K}',
                'some t in [{"K": "a"}]',
            ),
            (
                '{"message": bucket.L[i].K}',
                "some i in [0, 1]",
                '{"message": bucket.L[i].K}',
                "some i in [0, 1]\n\tbucket.L[i].K",
            ),
            (
                '{"message": t.K}',
                "walk(bucket, [_, t])\n\tis_object(t)",
                '{"message": t.K}',
                "walk(bucket, [_, t])\n\tis_object(t)\n\tt.K",
            ),
            (
                '{"message": concat("", [t.K])}',
                "some s in bucket.L\n\tt := s.S",
                '{"message": concat("", [t.K])}',
                "some s in bucket.L\n\tt := s.S\n\tt.K",
            ),
            (
                '{"message": object.get(t, t.K, "x")}',
                "some t in bucket.L",
                '{"message": concat("", [k | k := t.K])}',
                "some t in bucket.L",
            ),
        )
    ),
    *(
        Case("rego/undefined-head", body("count(names) > 0", bad), body("count(names) > 0", good))
        for bad, good in (
            ("names contains t.K if some t in bucket.L", "names contains k if k := bucket.L[_].K"),
            ("names[t.K] if some t in bucket.L", "names[k] if k := bucket.L[_].K"),
            (
                "names[k] := t.V if { t := bucket.L[_]; k := t.K }",
                "names[k] := v if { t := bucket.L[_]; k := t.K; v := t.V }",
            ),
            (
                "names[i] contains t.K if some i, t in bucket.L",
                "names[i] contains k if k := bucket.L[i].K",
            ),
            (
                "names[i].x := t.K if some i, t in bucket.L",
                "names[i].x := k if k := bucket.L[i].K",
            ),
            (
                "names := t.K if { some t in bucket.L; t.V > 0 }",
                "names := t.K if { t := bucket.L[0]; t.V > 0 }",
            ),
            (
                "names := 1 if bucket.B\n\nelse := t.K if { some t in bucket.L; t.V > 0 }",
                "names := 1 if bucket.B\n\nelse := k if { some t in bucket.L; k := t.K }",
            ),
            (
                "names contains f(t) if some t in bucket.L\n\nf(t) := t.K",
                'names contains f(t) if some t in bucket.L\n\nf(t) := object.get(t, "K", "?")',
            ),
            (
                'names contains f(t) if some t in bucket.L\n\nf(t) := "b" if t.K',
                'names contains f(t) if some t in bucket.L\n\nf(t) := "b" if t.K\n\nelse := "o"',
            ),
            (
                "names contains f(t) if some t in bucket.L\n\nf(t) := t.K",
                "names contains k if { some t in bucket.L; k := f(t) }\n\nf(t) := t.K",
            ),
            (
                'names contains m[n] if some n in bucket.L\n\nm := {"a": "one"}',
                'names contains m[n] if some n in ["a"]\n\nm := {"a": "one"}',
            ),
            (
                'names contains m[n] if some n in ["a", "z"]\n\nm := {"a": "one"}',
                'names contains m[n] if some n, _ in m\n\nm := {"a": "one"}',
            ),
            (
                'names contains m[t.K] if some t in bucket.L\n\nm := {"a": "one"}',
                'names contains m[t.K] if { some t in bucket.L; m[t.K] }\n\nm := {"a": "one"}',
            ),
            (
                "names := bucket.L[i].K if bucket.L[i].V > 0",
                "names := f(bucket.L)\n\nf(l) := t.K if { some t in l; t.V > 0 }",
            ),
        )
    ),
)

LOST = tuple(
    Case("rego/lost-result", element(bad, statement), element(good, more))
    for bad, statement, good, more in (
        (
            '{"message": bucket.B}',
            "bucket.A == 1",
            '{"message": bucket.B}',
            "bucket.A == 1\n\tis_string(bucket.B)",
        ),
        (
            "said",
            'bucket.A == 1\n\tsaid := {"message": sprintf("%s", [bucket.B])}',
            "said",
            'b := object.get(bucket, "B", "?")\n\tsaid := {"message": sprintf("%s", [b])}',
        ),
        (
            "said",
            'some t in bucket.L\n\tsaid := {"message": "m", "at": [t.K]}',
            "said",
            'some t in bucket.L\n\tkey := t.K\n\tsaid := {"message": "m", "at": [key]}',
        ),
        (
            '{"message": text}',
            'some t in bucket.L\n\ttext := sprintf("%s", [t.K])',
            '{"message": text}',
            'some t in bucket.L\n\tis_string(t.K)\n\ttext := sprintf("%s", [t.K])',
        ),
        (
            '{"message": sprintf("%s", [input.resource.properties.B])}',
            "bucket.A == 1",
            '{"message": sprintf("%s %s", [input.resource.address, input.params.wanted])}',
            "bucket.A == 1",
        ),
    )
)

SOME_IN = (
    *(
        Case("rego/some-in", body(f"some t in {bad}\n\tt"), body(f"{good}\n\tt"))
        for bad, good in (
            ("bucket.L", "t := bucket.L[_]"),
            ("bucket.L", "is_array(bucket.L)\n\tsome t in bucket.L"),
            ('object.get(bucket, "L", [])', 't := object.get(bucket, "L", [])[_]'),
            ('object.get(bucket, ["L", "M"], [])', "some t in [x | x := bucket.L[_]]"),
            ('object.get(input.resource, ["properties", "L"], [])', "some t in input.params"),
            ("input.related.policies[0].properties.L", "some t in input.related.policies"),
            ("bucket.L[_].M", "every t in bucket.L { t }\n\tsome t in {1, 2}"),
        )
    ),
    Case("rego/some-in", body("some t in bucket.L\n\tis_array(bucket.L)\n\tt"), {}),
    Case("rego/some-in", body("l := bucket.L\n\tsome t in l\n\tt"), {}),
    Case(
        "rego/some-in",
        body('l := object.get(bucket, "L", [])\n\tsome t in l\n\tt'),
        body('l := object.get(bucket, "L", [])\n\tis_array(l)\n\tsome t in l\n\tt'),
    ),
    Case(
        "rego/some-in",
        body("some t in list\n\tt", 'list := object.get(bucket, "L", [])'),
        body("some t in list\n\tt", "list contains t if t := bucket.L[_]"),
    ),
    Case(
        "rego/some-in",
        body("f(bucket)", "f(x) if some t in x.L"),
        body("f([1])", "f(x) if some t in x"),
    ),
    Case("rego/some-in", body("x := [t | some t in bucket.L]\n\tx[0]"), {}),
)

PYTHON_CASES = (
    Case("python/syntax", python(("def shape(subject):", "def shape(subject)")), {}, 15),
    Case("python/function-name", python(("def shape", "def form")), {}, 15),
    Case("python/function-name", python(("@policy(", "@rule(")), {}, 1),
    Case(
        "python/forbidden-import",
        code("pass", "import os"),
        code(
            "pass",
            "import re\nfrom collections.abc import Iterator\nfrom urllib.parse import quote",
        ),
    ),
    Case("python/forbidden-import", code("import socket"), {}),
    Case("python/forbidden-import", code("from random import choice"), {}),
    Case(
        "python/forbidden-import",
        code("pass", "from jurat.judge import judge"),
        code("pass", "from jurat.iam.globs import covers\nfrom jurat import net"),
    ),
    Case("python/forbidden-import", code("pass", "from . import shades"), {}),
    Case("python/foreign-import", code("pass", "import netaddr"), code("pass", "import ipaddress")),
    Case("python/forbidden-call", code('open("/etc/hosts")'), code("bucket_open = 1")),
    Case("python/forbidden-call", code('eval("1")'), code("input = 1\n    input + 1")),
    Case("python/forbidden-call", code("run = exec"), code("x = subject.open")),
    Case(
        "python/forbidden-call",
        code("datetime.now()", "from datetime import datetime"),
        code('datetime.fromisoformat("2026-01-01")', "from datetime import datetime"),
    ),
    Case(
        "python/forbidden-call",
        code("datetime.date.today()", "import datetime"),
        code("subject.calendar.today()"),
    ),
    Case("python/forbidden-call", code("().__class__"), code("shape.__name__")),
    Case(
        "python/broad-except",
        code("try:\n        pass\n    except:\n        pass"),
        code("try:\n        pass\n    except ValueError:\n        pass"),
    ),
    Case(
        "python/broad-except",
        code("try:\n        pass\n    except (ValueError, Exception):\n        pass"),
        code("try:\n        pass\n    except Exception:\n        raise"),
    ),
    Case(
        "python/result-form",
        python(('Failure("it has no shape", at="BucketName")', '"it has no shape", Failure')),
        code('yield from (Failure("m", at="A") for _ in ())'),
    ),
    Case(
        "python/result-form",
        code("yield from _more()", "def _more():\n    yield 1\n"),
        code("list(_more())", "def _more():\n    yield 1\n"),
    ),
    Case(
        "python/no-failure",
        python(("yield Failure(", "yield Undecided("), ("import Failure", "import Undecided")),
        python(
            (
                'yield Failure("it has no shape", at="BucketName")',
                'yield from map(Failure, ["it has no shape"])',
            )
        ),
    ),
    Case(
        "python/message-without-value",
        python((', at="BucketName"', "")),
        python((', at="BucketName"', ', "BucketName"')),
        19,
    ),
    Case(
        "python/message-without-value",
        code('name = bucket["A"]\n    if name == 1:\n        yield Failure("m", at=None)'),
        code('name = bucket["A"]\n    if name == 1:\n        yield Failure(f"{name} is wrong")'),
    ),
    Case(
        "python/message-without-value",
        code('if bucket.get("A") == 1:\n        yield Failure(MESSAGE)', 'MESSAGE = "m"'),
        code('if not subject.related["policies"]:\n        yield Failure("no policy is there")'),
    ),
)

RAW_HEAD = "package names\n\nimport data.shades\nimport rego.v1\n\n"
FUNCTION = "package names\n\nimport rego.v1\n\nf(x) if x\n"
SHADES = "package shades\n\nimport rego.v1\n\ndark(x) if x\n"


def raw(condition: str, **others: str) -> Files:
    """Add a set of raw policies whose ``deny`` has a condition."""
    files: Files = {"names": f'{RAW_HEAD}deny contains "m" if {condition}\n', "shades": SHADES}
    return {f"conftest/{name}.rego": text for name, text in {**files, **others}.items()}


RAW = (
    Case("rego/syntax", raw("shades.dark(input.a"), raw("shades.dark(input.a)")),
    Case("rego/syntax", raw("input.a", more="deny := 1\n"), raw("input.a", more="package names\n")),
    Case(
        "rego/syntax",
        raw("input.a", old="package old\n\ndeny[msg] { msg = }\n"),
        raw("input.a", old='package old\n\ndeny[msg] { msg = "m" }\n'),
        3,
    ),
    Case("rego/forbidden-builtin", raw("time.now_ns() > 1"), raw("time.clock(1)[0] > 1"), 6),
    Case("rego/missing-builtin", raw('crypto.md5("a") == "b"'), raw('json.marshal("a") == "b"'), 6),
    Case("rego/deprecated-builtin", raw("any([input.a])"), raw('sprintf("%q", ["a"]) == "b"'), 6),
    Case(
        "rego/unknown-function", raw('parse_config("hcl2", input.a)'), raw("not f(1)", f=FUNCTION)
    ),
    Case("pack/unreadable", {**raw("input.a"), "conftest/more.rego": b"\xff"}, {}, 1),
    Case(
        "raw/data",
        {**raw("input.a"), "conftest/a.json": '{"a": 1}', "conftest/b.yaml": "a: 2"},
        {**raw("input.a"), "conftest/a.json": '{"a": 1}', "conftest/b/b.yaml": "a: 2"},
        1,
    ),
    Case(
        "raw/data",
        {**raw("input.a"), "conftest/a.yaml": "b: 1\na: [\n"},
        {**raw("input.a"), "conftest/a.yaml": "a: 2026-99-99\n"},
        3,
    ),
    Case("raw/data", {**raw("input.a"), "conftest/a.yaml": "a: &a [*a]"}, {}),
    Case("raw/data", {**raw("input.a"), "conftest/a.json": "[1]"}, {}),
    Case(
        "raw/unreached",
        raw("input.a", dead="package dead\n\nx := 1\n"),
        raw("input.a", dead_test="package dead\n\nx := 1\n", more="package names.more\n"),
        1,
    ),
    Case(
        "raw/unreached",
        raw("input.a", names='package names\n\ndeny := "m"\n'),
        raw("data.shades.dark(1)", names="package names\n\ndeny := data.shades.x\n"),
        1,
    ),
)

MAPPING = (
    Case("mapping/unreadable", links("own/colour,R.2"), {}, 4),
    Case("mapping/unreadable", links("own/colour,R.2,sub-of,primary,it is as good as any"), {}, 4),
    Case("mapping/unreadable", {"mappings/rules/framework.yaml": "id: other\n"}, {}),
    Case("mapping/unreadable", {"mappings/rules/rollups.csv": "child,parent\nR.7,R\n"}, {}, 2),
    Case(
        "mapping/unreadable", {"mappings/rules/controls.csv": CONTROLS + "R.1,,,,,,,,,,\n"}, {}, 6
    ),
    Case(
        "mapping/dead-policy",
        links("own/size,R.1,subset-of,primary,a size is an order too"),
        links("s3/bucket_versioning,R.1,subset-of,primary,a version is an order too"),
        4,
    ),
    Case(
        "mapping/dead-control", links("own/colour,R.7,subset-of,primary,it asks for colours"), {}, 4
    ),
    Case(
        "mapping/dead-control",
        {"mappings/gdpr/links.csv": LINKS + "own/colour,Art.999,subset-of,contributing,it is so\n"},
        {
            "mappings/gdpr/links.csv": LINKS
            + "own/colour,Art.32(1)(b),subset-of,contributing,a colour tells one from another\n"
        },
    ),
    Case(
        "mapping/duplicate-link",
        links("own/colour,R.1,subset-of,contributing,colours say more than names do"),
        links("own/colour,R.2,intersects-with,supporting,colours say more than names do"),
        4,
    ),
    Case("mapping/incomplete", links("own/colour,R.2,intersects-with,supporting,"), {}, 4),
    Case(
        "mapping/role", links("own/colour,R.2,intersects-with,primary,it bears on that a bit"), {}
    ),
    Case(
        "mapping/no-duty", links("own/colour,R.9,intersects-with,supporting,it bears on that"), {}
    ),
    Case(
        "mapping/manual",
        links("own/colour,R.2,subset-of,contributing,it tells people of the order"),
        links("own/colour,R.2,intersects-with,supporting,it tells people of the order"),
        4,
    ),
    Case(
        "mapping/attest",
        {
            TABLE: LINKS.replace("rationale", "rationale,attest")
            + "own/colour,R.2,subset-of,primary,it tells people of the order,1\n"
            + "own/shape,R.1,subset-of,primary,a shape is an order too,0\n"
        },
        {
            TABLE: LINKS.replace("rationale", "rationale,attest")
            + "own/colour,R.2,subset-of,primary,it tells people of the order,1\n"
            + "own/shape,R.1,subset-of,primary,a shape is an order too,0\n",
            **rego(("severity: high", "severity: high\n#   quantifier: attest")),
        },
    ),
    Case("mapping/boilerplate", links("own/colour,R.2,intersects-with,supporting,see above"), {}),
    Case(
        "mapping/boilerplate",
        links("own/colour,R.2,intersects-with,supporting,TODO write down the reason here"),
        links("own/colour,R.2,intersects-with,supporting,whoever sees colours needs no telling"),
    ),
    Case(
        "mapping/boilerplate",
        links("own/colour,R.2,intersects-with,supporting,A bucket with a colour is found again"),
        {},
    ),
    Case(
        "mapping/whole-claim",
        {TABLE: LINKS + ROWS.replace("colour,R.1,subset-of", "colour,R.1,equal")},
        {
            TABLE: LINKS
            + ROWS.replace("colour,R.1,subset-of", "colour,R.1,equal").replace(
                "is found again", "is found because nothing else is asked"
            )
        },
        2,
    ),
    Case(
        "mapping/broad-primary",
        links("own/colour,R,subset-of,primary,colours are all there is to order"),
        links("own/colour,R,subset-of,contributing,colours are part of what order is"),
        4,
    ),
    Case(
        "mapping/unmapped-policy",
        {TABLE: LINKS + ROWS.splitlines()[0] + "\n"},
        {
            TABLE: LINKS + ROWS.splitlines()[0] + "\n",
            **python(
                ('severity="high"', 'severity="high", unlinked="no control speaks of shapes"')
            ),
        },
    ),
    Case(
        "mapping/linked-unlinked",
        python(('severity="high"', 'severity="high", unlinked="no control speaks of shapes"')),
        {},
    ),
)

BLOCK = "Ext::S3::AccountPublicAccessBlock"
SHAPES = (
    Case(
        "shape/unknown-type",
        rego(('applies_to: ["AWS::S3::Bucket"]', 'applies_to: ["Ext::S3::Colour"]')),
        rego(('applies_to: ["AWS::S3::Bucket"]', 'applies_to: ["AWS::CodeArtifact::Domain"]')),
        8,
    ),
    Case(
        "shape/type-spelling",
        rego(('applies_to: ["AWS::S3::Bucket"]', 'applies_to: ["AWS::S3::Buckets"]')),
        {},
        8,
    ),
    Case(
        "shape/folded-type",
        rego(('applies_to: ["AWS::S3::Bucket"]', 'applies_to: ["AWS::IAM::RolePolicy"]')),
        rego(('applies_to: ["AWS::S3::Bucket"]', 'applies_to: ["AWS::IAM::Role"]')),
    ),
    Case(
        "shape/unknown-property",
        rego(('applies_to: ["AWS::S3::Bucket"]', f'applies_to: ["{BLOCK}"]')),
        rego(
            ('applies_to: ["AWS::S3::Bucket"]', f'applies_to: ["{BLOCK}"]'),
            ("bucket.BucketName", "bucket.BlockPublicAcls"),
            ('"BucketName"', '"BlockPublicAcls"'),
        ),
        18,
    ),
    Case(
        "shape/unknown-property",
        python(('applies_to=["AWS::S3::Bucket"]', f'applies_to=["{BLOCK}"]')),
        python(
            ('applies_to=["AWS::S3::Bucket"]', f'applies_to=["{BLOCK}"]'),
            ('bucket.get("BucketName")', 'bucket.get("BlockPublicAcls")'),
        ),
        18,
    ),
    Case(
        "shape/property-spelling",
        rego(("bucket.BucketName", "bucket.Bucketname")),
        rego(("bucket.BucketName", "bucket.InventoryConfigurations")),
        18,
    ),
    Case(
        "shape/property-spelling",
        body("bucket.PublicAccessBlockConfiguration.BlockPublicAcl"),
        body("bucket.PublicAccessBlockConfiguration.BlockPublicAcls.Odd"),
    ),
    Case(
        "shape/property-spelling",
        code('for each in subject.related["policies"]:\n        each.properties.get("Bucke")'),
        code('for each in subject.related["policies"]:\n        each.properties.get("Bucket")'),
    ),
)

PACK = (
    Case("pack/unreadable", {REGO: b"\xff\xfe"}, {}, 1),
    Case("pack/lint-file", {"lint.yaml": "rego/none: it is old\n"}, {}, 1),
    Case("pack/lint-file", {"lint.yaml": "# why\nrego/sprintf:\n"}, {}, 2),
    Case("pack/lint-file", {"lint.yaml": "pack/lint-file: no\n"}, {"lint.yaml": "# nothing\n"}),
    Case("pack/lint-file", {"lint.yaml": "- rego/sprintf\n"}, {"lint.yaml": "rego/sprintf: why\n"}),
    Case("pack/lint-file", {"lint.yaml": "rego/sprintf: [\n"}, {}),
)

CASES = (
    *METADATA,
    *FIXTURES,
    *REGO_CASES,
    *UNDEFINED,
    *UNDEFINED_INSIDE,
    *UNDEFINED_HEADS,
    *LOST,
    *SOME_IN,
    *PYTHON_CASES,
    *RAW,
    *MAPPING,
    *SHAPES,
    *PACK,
)


def _names() -> list[str]:
    counted: dict[str, int] = {}
    names = []
    for case in CASES:
        counted[case.rule] = counted.get(case.rule, 0) + 1
        names.append(f"{case.rule}-{counted[case.rule]}")
    return names


def test_every_rule_has_a_case() -> None:
    # What the loader refuses though every rule was kept has a test of its own.
    assert {case.rule for case in CASES} == RULES.keys() - {"pack/refused"}


def test_the_sound_pack_is_clean_and_loads(linted: Linted) -> None:
    assert linted().faults == ()


@pytest.mark.usefixtures("light")
@pytest.mark.parametrize("case", CASES, ids=_names())
def test_a_rule_finds_its_fault(case: Case, linted: Linted) -> None:
    found = [fault for fault in linted(case.bad).faults if fault.rule == case.rule]
    assert found
    if case.line is not None:
        assert case.line in {fault.place.line for fault in found}


@pytest.mark.usefixtures("light")
@pytest.mark.parametrize(
    "case",
    [pytest.param(c, id=n) for c, n in zip(CASES, _names(), strict=True) if c.good],
)
def test_what_is_alike_is_left_alone(case: Case, linted: Linted) -> None:
    assert case.rule not in {fault.rule for fault in linted(case.good).faults}
