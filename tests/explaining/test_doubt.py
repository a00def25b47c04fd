"""Unknown verdicts: completions that disagree, and what would have to be known."""

import pytest
from tests.explaining.conftest import Ask, only_case, only_run, template

from jurat.explaining.explanation import CaseExplained, Doubt
from jurat.explaining.values import in_words
from jurat.judge.candidates import OPAQUE, SUPPLIED
from jurat.model import ABSENT, Reference, Sensitive, Unknown, Value, Verdict

TWO = template(
    {"BucketName": {"Ref": "Name"}, "AccessControl": {"Ref": "Control"}},
    Parameters={
        "Name": {"Type": "String", "AllowedValues": ["a", "b", "c"]},
        "Control": {"Type": "String", "AllowedValues": ["Private", "PublicRead"]},
    },
)
BOTH = {
    "rego": """
p := input.resource.properties

deny contains {"message": "public", "at": ["AccessControl"]} if {
	p.AccessControl == "PublicRead"
	p.BucketName != "c"
}
""",
    "python": """
p = subject.resource.properties
if p.get("AccessControl") == "PublicRead" and p.get("BucketName") != "c":
    yield Failure("public", at=("AccessControl",))
""",
}


def doubt_of(case: CaseExplained) -> Doubt:
    assert case.verdict is Verdict.UNKNOWN
    assert case.doubt is not None
    return case.doubt


@pytest.mark.parametrize("language", BOTH)
def test_a_smallest_pair_differs_in_one_value_and_each_decisive_one_is_named(
    ask: Ask, language: str
) -> None:
    case = only_case(ask(TWO, **{language: BOTH[language]}))
    doubt = doubt_of(case)
    assert {each.path: dict(each.outcomes) for each in doubt.decisive} == {
        "BucketName": {"fail": ('"a"', '"b"'), "pass": ('"c"',)},
        "AccessControl": {"fail": ('"PublicRead"',), "pass": ('"Private"',)},
    }
    assert all("parameter" in each.why.lower() for each in doubt.decisive)
    assert all(each.location and each.location.line for each in doubt.decisive)
    fails, passes = case.runs
    assert (fails.verdict, passes.verdict) == ("fail", "pass")
    assert fails.said == ("public",)
    differing = set(fails.assumed) ^ set(passes.assumed)
    assert {each.path for each in differing} == {fails.assumed[0].path}
    assert doubt.tried == 6


def test_what_is_decisive_only_beside_another_answer_is_told_there(ask: Ask) -> None:
    document = template(
        {
            "BucketName": {"Ref": "Name"},
            "AccessControl": {"Ref": "Control"},
            "ObjectLockEnabled": {"Ref": "Lock"},
        },
        Parameters={
            "Name": {"Type": "String", "AllowedValues": ["a", "b"]},
            "Control": {"Type": "String", "AllowedValues": ["Private", "PublicRead"]},
            "Lock": {"Type": "String", "AllowedValues": ["yes", "no"]},
        },
    )
    rego = """
p := input.resource.properties

deny contains {"message": "m", "at": []} if {
	p.BucketName == "a"
	p.AccessControl == "PublicRead"
}

deny contains {"message": "n", "at": []} if {
	p.BucketName == "b"
	p.ObjectLockEnabled == "no"
}
"""
    doubt = doubt_of(only_case(ask(document, rego=rego)))
    assert {each.path: set(each.outcomes) for each in doubt.decisive} == {
        "BucketName": {"fail", "pass"},
        "AccessControl": {"fail", "pass"},
        "ObjectLockEnabled": {"fail", "pass"},
    }


@pytest.mark.parametrize("language", BOTH)
def test_the_runs_are_traced_each_on_its_completion(ask: Ask, language: str) -> None:
    case = only_case(ask(TWO, **{language: BOTH[language]}))
    fails, passes = case.runs
    texts = [
        {line.text: str(line.reached) for line in run.trace.blocks[0].lines} for run in case.runs
    ]
    assert texts[0] != texts[1]
    if language == "rego":
        assert [run.trace.blocks[0].reached for run in case.runs] == ["held", "failed"]
    else:
        assert [run.trace.blocks[0].lines[-1].reached for run in (fails, passes)] == [
            "ran",
            "not-reached",
        ]


CONDITION = template(
    {
        "BucketName": {"Fn::If": ["IsLive", "live", "idle"]},
        "AccessControl": {"Fn::If": ["IsLive", "Private", "PublicRead"]},
    },
    Parameters={"Stage": {"Type": "String"}},
    Conditions={"IsLive": {"Fn::Equals": [{"Ref": "Stage"}, "live"]}},
)


def test_values_of_one_condition_are_one_answer(ask: Ask) -> None:
    case = only_case(ask(CONDITION, rego=BOTH["rego"]))
    (decisive,) = doubt_of(case).decisive
    assert decisive.path == "the condition IsLive"
    assert dict(decisive.outcomes) == {"fail": ("false",), "pass": ("true",)}
    assert [run.assumed[0].value for run in case.runs] == ["false", "true"]


def test_a_relative_that_may_be_one(ask: Ask) -> None:
    document = template(
        {"BucketName": "orders"},
        Parameters={"Trailed": {"Type": "String"}},
        Resources={
            "Trail": {
                "Type": "AWS::CloudTrail::Trail",
                "Properties": {"S3BucketName": {"Ref": "Trailed"}},
            }
        },
    )
    more = '#   related:\n#     trails: {types: ["AWS::CloudTrail::Trail"], where: S3BucketName}\n'
    rego = 'deny contains {"message": "m", "at": []} if not input.related.trails[0].address\n'
    (decisive,) = doubt_of(only_case(ask(document, rego=rego, more=more))).decisive
    assert decisive.path == "whether Trail is in trails"
    assert dict(decisive.outcomes) == {"fail": ("no",), "pass": ("yes",)}


def test_agreement_on_examples_is_said_to_prove_nothing(ask: Ask) -> None:
    document = template(
        {"Tags": [{"Ref": "Tag"}]}, Parameters={"Tag": {"Type": "CommaDelimitedList"}}
    )
    rego = """
deny contains {"message": "m", "at": []} if {
	some tag in input.resource.properties.Tags
	some part in tag
	part.deep.inside == "nobody would guess"
}
"""
    case = only_case(ask(document, rego=rego))
    doubt = doubt_of(case)
    assert doubt.sentence.startswith("all completions that were tried say pass, but they are exam")
    assert [dict(each.outcomes) for each in doubt.decisive] == [{}]
    assert only_run(case).verdict is Verdict.PASS


def test_a_completion_that_breaks_the_policy(ask: Ask) -> None:
    document = template(
        {"BucketName": {"Ref": "Name"}},
        Parameters={"Name": {"Type": "String", "AllowedValues": ["1", "b"]}},
    )
    rego = """
deny contains {"message": "m", "at": []} if to_number(input.resource.properties.BucketName) > 1
"""
    case = only_case(ask(document, rego=rego))
    (decisive,) = doubt_of(case).decisive
    assert dict(decisive.outcomes) == {"error": ('"b"',), "pass": ('"1"',)}
    assert "makes it break, another makes it pass" in doubt_of(case).sentence
    assert [run.verdict for run in case.runs] == ["error", "pass"]


def test_a_made_up_name_is_said_to_be_one(ask: Ask) -> None:
    document = template(
        {"BucketName": {"Ref": "Other"}}, Resources={"Other": {"Type": "AWS::SNS::Subscription"}}
    )
    rego = """
deny contains {"message": "m", "at": []} if {
	startswith(input.resource.properties.BucketName, "arn:")
}
"""
    doubt = doubt_of(only_case(ask(document, rego=rego)))
    assert "made up for the name of a resource" in doubt.sentence


def test_a_policy_that_cannot_tell_is_quoted(ask: Ask) -> None:
    case = only_case(ask(template({}), python='yield Undecided("no class is declared")'))
    assert doubt_of(case).sentence == (
        "the policy says itself that it cannot tell: no class is declared"
    )
    assert only_run(case).said == ("no class is declared",)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (ABSENT, "absent"),
        (True, "true"),
        ("x", '"x"'),
        (f"{OPAQUE}a.b", "any other text"),
        (f"x{OPAQUE}", 'a text that begins with "x"'),
        (SUPPLIED, "a secret supplied at deployment"),
        (Sensitive("hunter2"), "(sensitive)"),
        ({"a": Sensitive("hunter2")}, '{"a": {"$sensitive": true}}'),
        (Reference("Topic", "Arn"), "Topic.Arn"),
        (Unknown("w", parts=("a-", Unknown("x"), "-b", "*")), '"a-*-b"'),
        (Unknown("w", parts=("a", Sensitive("hunter2"), Unknown("x"), OPAQUE)), '"a..."'),
        (Unknown("w", parts=(Reference("T", "Arn"), "/", Unknown("x"), "")), '"${T.Arn}/"'),
        (["y" * 500], f'["{"y" * 500}"]'),
    ],
)
def test_values_in_words_tell_no_secret(value: Value, words: str) -> None:
    assert in_words(value) == words
