"""Verdicts in spite of unknowns, in both languages."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jurat.judge.completions import decide
from jurat.judge.standins import Targets
from jurat.languages import Evaluator, load
from jurat.model import ABSENT, Policy, Reference, Sensitive, Severity, Unknown, Verdict

FAIL, PASS, UNKNOWN, ERROR = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.ERROR


def verdict(evaluator: Evaluator, properties: dict[str, Any], **types: str) -> Verdict:
    document = {
        "resource": {"properties": properties},
        "related": {},
        "scope": {},
        "params": {},
    }
    return decide(evaluator, document, Targets(types)).verdict


OPEN_SSH = {
    "rego": """
deny contains {"message": "open", "at": []} if {
	some rule in input.resource.properties.SecurityGroupIngress
	rule.CidrIp == "0.0.0.0/0"
	rule.FromPort <= 22
	rule.ToPort >= 22
}""",
    "python": """
    for rule in p.get("SecurityGroupIngress", []):
        ssh = rule.get("FromPort", 0) <= 22 <= rule.get("ToPort", 0)
        if rule.get("CidrIp") == "0.0.0.0/0" and ssh:
            yield Failure("open")
""",
}
ENCRYPTED = {
    "rego": """
deny contains {"message": "off", "at": []} if not input.resource.properties.StorageEncrypted
""",
    "python": """
    if not p.get("StorageEncrypted"):
        yield Failure("off")
""",
}
OWN_KEY = {
    "rego": """
deny contains {"message": "no key", "at": []} if not input.resource.properties.KmsKeyId
deny contains {"message": "aws key", "at": []} if {
	startswith(input.resource.properties.KmsKeyId, "alias/aws/")
}""",
    "python": """
    key = p.get("KmsKeyId")
    if not key:
        yield Failure("no key")
    elif key.startswith("alias/aws/"):
        yield Failure("aws key")
""",
}
PUBLIC_ACL = {
    "rego": """
deny contains {"message": "public", "at": []} if {
	input.resource.properties.AccessControl in {"PublicRead", "PublicReadWrite"}
	not ignored
}
ignored if input.resource.properties.PublicAccessBlockConfiguration.IgnorePublicAcls == true
""",
    "python": """
    block = p.get("PublicAccessBlockConfiguration", {})
    if p.get("AccessControl") in {"PublicRead", "PublicReadWrite"}:
        if block.get("IgnorePublicAcls") is not True:
            yield Failure("public")
""",
}
UNTAGGED = {
    "rego": """
tags := object.get(input.resource.properties, "Tags", [])
deny contains {"message": "none", "at": []} if count(tags) == 0
""",
    "python": """
    if len(p.get("Tags", [])) == 0:
        yield Failure("none")
""",
}
SECOND = {
    "rego": """
deny contains {"message": "open", "at": []} if input.resource.properties.Rules[1] == "open"
""",
    "python": """
    rules = p.get("Rules", [])
    if len(rules) > 1 and rules[1] == "open":
        yield Failure("open")
""",
}
ALIKE = {
    "rego": """
deny contains {"message": "same", "at": []} if {
	input.resource.properties.Region == input.resource.properties.CopyRegion
}
""",
    "python": """
    if p.get("Region") is not None and p.get("Region") == p.get("CopyRegion"):
        yield Failure("same")
""",
}
NAMED = {
    "rego": """
deny contains {"message": "named", "at": []} if {
	some rule in input.resource.properties.Rules
	rule.Level < 3
	rule.Name in input.resource.properties.Names
}
""",
    "python": """
    for rule in p.get("Rules", []):
        if rule["Level"] < 3 and rule["Name"] in list(p.get("Names", [])):
            yield Failure("named")
""",
}
LEVELS = [{"Name": "old", "Level": 1}, {"Name": "new", "Level": 4}]
PERHAPS = Unknown("c", oneof=("one", ABSENT))
HTTP = {"CidrIp": Unknown("later"), "FromPort": 443, "ToPort": 443}
SSH = {"CidrIp": Unknown("later"), "FromPort": 22, "ToPort": 22}
WORLD = {"CidrIp": "0.0.0.0/0", "FromPort": 0, "ToPort": 65535}

CASES: list[tuple[dict[str, str], dict[str, Any], Verdict]] = [
    (ALIKE, {"Region": "eu-central-1", "CopyRegion": "us-east-1"}, PASS),
    (ALIKE, {"Region": Unknown("later"), "CopyRegion": "us-east-1"}, UNKNOWN),
    (ALIKE, {"Region": "us-east-1", "CopyRegion": Unknown("later", kind="string")}, UNKNOWN),
    (NAMED, {"Rules": LEVELS, "Names": ["new"]}, PASS),
    (NAMED, {"Rules": LEVELS, "Names": [Unknown("later", kind="string")]}, UNKNOWN),
    (UNTAGGED, {"Tags": ["one"]}, PASS),
    (UNTAGGED, {"Tags": []}, FAIL),
    (UNTAGGED, {"Tags": [PERHAPS]}, UNKNOWN),
    (UNTAGGED, {"Tags": ["one", PERHAPS]}, PASS),
    (UNTAGGED, {"Tags": {"a": PERHAPS}}, UNKNOWN),
    (SECOND, {"Rules": [PERHAPS, "shut", "open"]}, UNKNOWN),
    (SECOND, {"Rules": [PERHAPS, "open", "open"]}, FAIL),
    (SECOND, {"Rules": [PERHAPS, "shut", "shut"]}, PASS),
    (OPEN_SSH, {"SecurityGroupIngress": [SSH]}, UNKNOWN),
    (OPEN_SSH, {"SecurityGroupIngress": [HTTP]}, PASS),
    (OPEN_SSH, {"SecurityGroupIngress": [HTTP, WORLD]}, FAIL),
    (OPEN_SSH, {"SecurityGroupIngress": [Unknown("later"), WORLD]}, FAIL),
    (OPEN_SSH, {"SecurityGroupIngress": Unknown("later")}, UNKNOWN),
    (OPEN_SSH, {"SecurityGroupIngress": []}, PASS),
    (OPEN_SSH, {}, PASS),
    (OPEN_SSH, {"SecurityGroupIngress": [Unknown("c", oneof=(WORLD, ABSENT))]}, UNKNOWN),
    (OPEN_SSH, {"SecurityGroupIngress": [Unknown("c", oneof=({**HTTP}, ABSENT))]}, PASS),
    (ENCRYPTED, {"StorageEncrypted": Unknown("later", kind="boolean")}, UNKNOWN),
    (ENCRYPTED, {"StorageEncrypted": Unknown("later", oneof=(True, True))}, PASS),
    (ENCRYPTED, {"StorageEncrypted": Unknown("later", oneof=(False, ABSENT))}, FAIL),
    (ENCRYPTED, {"StorageEncrypted": True, "KmsKeyId": Unknown("later")}, PASS),
    (ENCRYPTED, {"StorageEncrypted": Unknown("whatever")}, UNKNOWN),
    (OWN_KEY, {"KmsKeyId": Reference("key", "Arn")}, PASS),
    (OWN_KEY, {"KmsKeyId": Unknown("later")}, UNKNOWN),
    (OWN_KEY, {"KmsKeyId": "alias/aws/rds"}, FAIL),
    (OWN_KEY, {"KmsKeyId": Sensitive("alias/aws/rds")}, FAIL),
    (OWN_KEY, {"KmsKeyId": Unknown("c", oneof=("alias/aws/rds", ABSENT), condition="X")}, FAIL),
    (PUBLIC_ACL, {"AccessControl": Unknown("later")}, UNKNOWN),
    (
        PUBLIC_ACL,
        {
            "AccessControl": Unknown("later"),
            "PublicAccessBlockConfiguration": {"IgnorePublicAcls": True},
        },
        PASS,
    ),
    (
        PUBLIC_ACL,
        {
            "AccessControl": "Private",
            "PublicAccessBlockConfiguration": {"IgnorePublicAcls": Unknown("later")},
        },
        PASS,
    ),
    (
        PUBLIC_ACL,
        {
            "AccessControl": "PublicRead",
            "PublicAccessBlockConfiguration": {"IgnorePublicAcls": Unknown("later")},
        },
        UNKNOWN,
    ),
    (
        PUBLIC_ACL,
        {"AccessControl": "PublicRead", "PublicAccessBlockConfiguration": Unknown("later")},
        UNKNOWN,
    ),
]


@pytest.mark.parametrize("language", ["rego", "python"])
@pytest.mark.parametrize("case", range(len(CASES)))
def test_constructed_cases(write: Any, case: int, language: str) -> None:
    policy, properties, expected = CASES[case]
    assert verdict(write(language, policy[language]), properties) is expected


@pytest.mark.parametrize(
    ("policy", "properties", "expected"),
    [
        # A pattern match cannot be inverted: agreement on a few texts proves nothing.
        (
            'deny contains {"message": "m", "at": []} if '
            'regex.match("^x[0-9]{7}$", input.resource.properties.Name)',
            {"Name": Unknown("later")},
            UNKNOWN,
        ),
        (
            'deny contains {"message": "m", "at": []} if '
            'lower(input.resource.properties.Name) == "public"',
            {"Name": Unknown("later")},
            UNKNOWN,
        ),
        # A threshold: the numbers around the policy's own constant decide.
        (
            'deny contains {"message": "m", "at": []} if input.resource.properties.Days < 90',
            {"Days": Unknown("later")},
            UNKNOWN,
        ),
        # Two unknowns are not equal by accident, and may be equal.
        (
            'deny contains {"message": "m", "at": []} if '
            "input.resource.properties.A == input.resource.properties.B",
            {"A": Unknown("later", oneof=("x", "y")), "B": Unknown("later", oneof=("y", "z"))},
            UNKNOWN,
        ),
        # A key computed from the document reads everything below.
        (
            'deny contains {"message": "m", "at": []} if {\n'
            "\tsome key, value in input.resource.properties.Tags\n"
            '\tvalue == "yes"\n\tkey == "public"\n}',
            {"Tags": {"public": Unknown("later")}},
            UNKNOWN,
        ),
        (
            'deny contains {"message": "m", "at": []} if '
            'net.cidr_contains(input.resource.properties.Cidr, "10.0.0.1/32")',
            {"Cidr": Unknown("later")},
            UNKNOWN,
        ),
        # A helper function sees the value whole.
        (
            "bad(x) if x.Public == true\n"
            'deny contains {"message": "m", "at": []} if bad(input.resource.properties.Config)',
            {"Config": {"Public": Unknown("later", kind="boolean")}},
            UNKNOWN,
        ),
    ],
)
def test_what_rego_cannot_invert_stays_open(
    write: Any, policy: str, properties: dict[str, Any], expected: Verdict
) -> None:
    assert verdict(write("rego", policy), properties) is expected


@pytest.mark.parametrize(
    ("body", "properties", "expected"),
    [
        ("    if p.get('A') is None: yield Failure('m')", {"A": Unknown("x")}, UNKNOWN),
        ("    if p.get('A') is not True: yield Failure('m')", {"A": Unknown("x")}, UNKNOWN),
        ("    if 'A' not in p: yield Failure('m')", {"A": Unknown("x")}, UNKNOWN),
        ("    if not list(p.get('L', [])): yield Failure('m')", {"L": [Unknown("x")]}, UNKNOWN),
        ("    if len(p.get('L', [])) < 1: yield Failure('m')", {"L": Unknown("x")}, UNKNOWN),
        ("    if plain(p) == {}: yield Failure('m')", {"A": Unknown("x")}, UNKNOWN),
        ("    if {**p}.get('A') == 'x': yield Failure('m')", {"A": Unknown("y")}, UNKNOWN),
        ("    if p.get('A') == p.get('B'): yield Failure('m')", {"A": Unknown("x")}, UNKNOWN),
        ("    if p['A']['B'] == 1: yield Failure('m')", {"A": {"B": 1}}, FAIL),
        ("    if p['A']['B'] == 1: yield Failure('m')", {}, ERROR),
        ("    yield from ()", {"A": Unknown("x")}, PASS),
        (
            "    match dict(p):\n        case {'A': 'x'}: yield Failure('m')",
            {"A": Unknown("y")},
            UNKNOWN,
        ),
    ],
)
def test_no_way_of_looking_escapes(
    write: Any, body: str, properties: dict[str, Any], expected: Verdict
) -> None:
    assert verdict(write("python", body + "\n    yield from ()"), properties) is expected


def test_text_invented_for_a_reference_decides_nothing(write: Any) -> None:
    body = """
deny contains {"message": "m", "at": []} if {
	startswith(input.resource.properties.Target, "arn:aws:")
}"""
    assert verdict(write("rego", body), {"Target": Reference("x", "some_attribute")}) is UNKNOWN


def test_a_reference_equals_itself_and_nothing_else(write: Any) -> None:
    same = """
deny contains {"message": "m", "at": []} if {
	input.resource.properties.A != input.resource.properties.B
}"""
    policy = write("rego", same)
    one, other = Reference("key", "Arn"), Reference("other", "Arn")
    assert verdict(policy, {"A": one, "B": one}) is PASS
    assert verdict(policy, {"A": one, "B": other}) is FAIL


def test_one_condition_decides_all_its_values(write: Any) -> None:
    body = """
deny contains {"message": "m", "at": []} if {
	input.resource.properties.A == "on"
	input.resource.properties.B == "off"
}"""
    together = {
        "A": Unknown("c", oneof=("on", "x"), condition="C"),
        "B": Unknown("c", oneof=("x", "off"), condition="C"),
    }
    apart = {**together, "B": Unknown("d", oneof=("x", "off"), condition="D")}
    policy = write("rego", body)
    assert verdict(policy, together) is PASS
    assert verdict(policy, apart) is UNKNOWN


def test_many_unknowns_that_only_together_fail_stay_open(write: Any) -> None:
    names = [f"P{n}" for n in range(8)]
    conditions = "\n".join(f'\tinput.resource.properties.{n} == "bad"' for n in names)
    policy = write("rego", f'deny contains {{"message": "m", "at": []}} if {{\n{conditions}\n}}')
    assert verdict(policy, {name: Unknown("later") for name in names}) is UNKNOWN


# Random policies over three properties, checked against every completion there is.

VALUES = st.sampled_from(["a", "b", True, False, 3])
ATOMS = st.tuples(st.just("is"), st.sampled_from("ABC"), VALUES)
FORMULAS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner),
    ),
    max_leaves=5,
)
LEAVES = st.one_of(
    VALUES,
    st.just(ABSENT),
    st.lists(st.one_of(VALUES, st.just(ABSENT)), min_size=1, max_size=3).map(
        lambda choices: Unknown("later", oneof=tuple(choices))
    ),
)


def _holds(formula: Any, values: dict[str, Any]) -> bool:
    kind = formula[0]
    if kind == "is":
        found = values.get(formula[1], ABSENT)
        return type(found) is type(formula[2]) and bool(found == formula[2])
    if kind == "not":
        return not _holds(formula[1], values)
    one, other = _holds(formula[1], values), _holds(formula[2], values)
    return (one and other) if kind == "and" else (one or other)


def _python(formula: Any) -> str:
    kind = formula[0]
    if kind == "is":
        value = formula[2]
        name = f"p.get({formula[1]!r})"
        return f"(type({name}) is {type(value).__name__} and {name} == {value!r})"
    if kind == "not":
        return f"(not {_python(formula[1])})"
    return f"({_python(formula[1])} {kind} {_python(formula[2])})"


def _rego(formula: Any, rules: list[str]) -> str:
    """Add a rule for ``formula`` and return its name."""
    kind, name = formula[0], f"r{len(rules)}"
    rules.append("")
    here = len(rules) - 1
    if kind == "is":
        value = (
            {True: "true", False: "false"}.get(formula[2]) if isinstance(formula[2], bool) else None
        )
        shown = value or (f'"{formula[2]}"' if isinstance(formula[2], str) else formula[2])
        rules[here] = f"{name} if input.resource.properties.{formula[1]} == {shown}"
    elif kind == "not":
        rules[here] = f"{name} if not {_rego(formula[1], rules)}"
    else:
        one, other = _rego(formula[1], rules), _rego(formula[2], rules)
        rules[here] = (
            f"{name} if {{ {one}; {other} }}"
            if kind == "and"
            else f"{name} if {one}\n{name} if {other}"
        )
    return name


def _expected(formula: Any, leaves: dict[str, Any]) -> Verdict:
    choices = [
        [(name, value) for value in (leaf.oneof if isinstance(leaf, Unknown) else (leaf,))]
        for name, leaf in leaves.items()
    ]
    seen = {_holds(formula, dict(combination)) for combination in itertools.product(*choices)}
    return UNKNOWN if len(seen) > 1 else FAIL if seen == {True} else PASS


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(formula=FORMULAS, a=LEAVES, b=LEAVES, c=LEAVES)
def test_finite_unknowns_are_decided_exactly(
    tmp_path: Path, formula: Any, a: Any, b: Any, c: Any
) -> None:
    leaves = {"A": a, "B": b, "C": c}
    properties = {name: leaf for name, leaf in leaves.items() if leaf is not ABSENT}
    expected = _expected(formula, leaves)
    python = (
        "from jurat.policy import Failure\n\ndef q(subject):\n"
        "    p = subject.resource.properties\n"
        f"    if {_python(formula)}:\n        yield Failure('m')\n"
    )
    rules: list[str] = []
    top = _rego(formula, rules)
    rego = "\n".join(
        [
            "package jurat.policies.try.q",
            *rules,
            f'deny contains {{"message": "m", "at": []}} if {top}',
        ]
    )
    for suffix, text in ((".py", python), (".rego", rego)):
        file = tmp_path / f"q{suffix}"
        file.write_text(text)
        policy = Policy("try/q", "t", "d", Severity.LOW, ("X",), "r", file=str(file))
        assert verdict(load(policy), properties) is expected, (suffix, text, properties)


def test_an_unknown_among_the_choices_stays_open(write: Any) -> None:
    body = 'deny contains {"message": "m", "at": []} if input.resource.properties.A == "bad"'
    inner = Unknown("later")
    assert verdict(write("rego", body), {"A": Unknown("c", oneof=("good", inner))}) is UNKNOWN
    deep = Unknown("c", oneof=({"B": Unknown("x", oneof=("ok",))}, {"B": Unknown("later")}))
    nested = 'deny contains {"message": "m", "at": []} if input.resource.properties.A.B == "bad"'
    assert verdict(write("rego", nested), {"A": deep}) is UNKNOWN


def test_a_secret_supplied_at_deployment_is_no_literal(write: Any) -> None:
    body = (
        'deny contains {"message": "m", "at": []} if '
        '{ x := input.resource.properties.A; not startswith(x, "{{resolve:") }'
    )
    assert verdict(write("rego", body), {"A": Unknown("later", sensitive=True)}) is PASS


UNDECIDED = {
    "rego": """
deny contains {"message": "m", "at": []} if input.resource.properties.Bad
undecided contains {"message": "the policy is not part of the input", "at": ["Attached"]} if {
	input.resource.properties.Attached
}""",
    "python": """
    from jurat.policy import Undecided
    if p.get("Bad"):
        yield Failure("m")
    if p.get("Attached"):
        yield Undecided("the policy is not part of the input", at="Attached")
""",
}


@pytest.mark.parametrize("language", ["rego", "python"])
@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, PASS),
        ({"Attached": "x"}, UNKNOWN),
        ({"Bad": True, "Attached": "x"}, FAIL),
        ({"Attached": Unknown("c", oneof=("x", ABSENT))}, UNKNOWN),
    ],
)
def test_a_policy_may_say_that_the_input_lacks_something(
    write: Any, language: str, properties: dict[str, Any], expected: Verdict
) -> None:
    assert verdict(write(language, UNDECIDED[language]), properties) is expected


@pytest.mark.parametrize("language", ["rego", "python"])
def test_a_text_made_of_references_is_known_but_for_names(write: Any, language: str) -> None:
    text = Unknown("later", parts=("arn:aws:s3:::", Reference("b", "Ref"), "/*"))
    body = {
        "rego": 'deny contains {"message": "m", "at": []} if '
        'startswith(input.resource.properties.A, "arn:aws:s3:::")',
        "python": '    if p.get("A", "").startswith("arn:aws:s3:::"): yield Failure("m")',
    }
    assert verdict(write(language, body[language]), {"A": text}) is FAIL
    chosen = Unknown("c", oneof=(Reference("b", "Arn"), text))
    assert verdict(write(language, body[language]), {"A": chosen}, b="AWS::S3::Bucket") is FAIL


def test_looking_into_what_a_resource_returns_decides_nothing(write: Any) -> None:
    body = """
deny contains {"message": "m", "at": []} if {
	some rule in input.resource.properties.Rules
	rule.Open
}"""
    assert verdict(write("rego", body), {"Rules": Reference("x", "Rules")}) is UNKNOWN
