"""One policy on one resource: every verdict in both languages, values, relatives, reads."""

import pytest
from tests.explaining.conftest import Ask, only_case, only_run, template

from jurat.errors import UsageError
from jurat.model import Verdict

# What decides is the name, so that one template serves every verdict.
REGO = """
name := input.resource.properties.BucketName

deny contains {"message": "the name is bad", "at": ["BucketName"]} if name == "bad"

deny contains {"message": "never", "at": []} if {
	name == "broken"
	count(name, 1) == 2
}

undecided contains {"message": "the name is odd", "at": ["BucketName"]} if name == "odd"

not_applicable contains {"message": "the name is foreign", "at": ["BucketName"]} if {
	name == "foreign"
}
"""
PYTHON = """
name = subject.resource.properties.get("BucketName")
if name == "bad":
    yield Failure("the name is bad", at=("BucketName",))
if name == "broken":
    raise ValueError(name)
if name == "odd":
    yield Undecided("the name is odd", at=("BucketName",))
if name == "foreign":
    yield NotApplicable("the name is foreign", at=("BucketName",))
"""
BREAKS = """
deny contains {"message": "x", "at": []} if {
	startswith(input.resource.properties.VersioningConfiguration, "x")
}
"""
LANGUAGES = {"rego": {"rego": REGO}, "python": {"python": PYTHON}}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "verdict", "said"),
    [
        ("good", "pass", "The bucket is in order"),
        ("bad", "fail", "the name is bad"),
        ("odd", "unknown", "not decided: BucketName not known"),
        ("foreign", "not-applicable", "the name is foreign"),
    ],
)
def test_every_verdict_with_its_message_and_its_run(
    ask: Ask, language: str, name: str, verdict: str, said: str
) -> None:
    case = only_case(ask(template({"BucketName": name}), **LANGUAGES[language]))
    assert case.verdict == verdict
    assert [finding.message for finding in case.findings] == [said]
    assert only_run(case).verdict == verdict
    assert [(read.path, read.state, read.value) for read in case.reads] == [
        ("BucketName", "known", name)
    ]
    deciding = [
        line.text for block in only_run(case).trace.blocks for line in block.lines if line.decides
    ]
    assert deciding or verdict == "unknown"
    if verdict not in {"pass", "unknown"}:
        assert any(f'"{name}"' in text for text in deciding) or language == "rego"


def test_a_policy_that_breaks_shows_where_in_python(ask: Ask) -> None:
    case = only_case(ask(template({"BucketName": "broken"}), python=PYTHON))
    assert case.verdict is Verdict.ERROR
    lines = [line for block in only_run(case).trace.blocks for line in block.lines]
    broke = [line for line in lines if line.reached == "broke"]
    assert [(line.text, line.note) for line in broke] == [
        ("    raise ValueError(name)", "raised ValueError")
    ]
    assert "broken" not in case.findings[0].message.replace(only_run(case).trace.file, "")


def test_a_policy_that_breaks_shows_where_in_rego(ask: Ask) -> None:
    broken = template({"VersioningConfiguration": {"Status": "Enabled"}})
    case = only_case(ask(broken, rego=BREAKS))
    assert case.verdict is Verdict.ERROR
    (block,) = only_run(case).trace.blocks
    assert [(line.reached, line.decides) for line in block.lines] == [("broke", True)]


def test_a_policy_that_never_ends_is_cut_short_and_has_no_trace(ask: Ask) -> None:
    case = only_case(ask(template({}), python="import os\nos._exit(3)\nyield"))
    assert case.verdict is Verdict.ERROR
    assert "exit status 3" in case.findings[0].message
    assert only_run(case).trace.blocks == ()
    assert "exit status 3" in only_run(case).trace.note


STATES = template(
    {
        "BucketName": {"Ref": "Name"},
        "AccessControl": "Private",
        "LifecycleConfiguration": {"Rules": [{"Id": {"Ref": "Secret"}}]},
        "NotificationConfiguration": {
            "TopicConfigurations": [{"Topic": {"Ref": "Alerts"}, "Event": "s3:*"}]
        },
        "Tags": [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": "d"}],
    },
    Parameters={
        "Name": {"Type": "String"},
        "Secret": {"Type": "String", "NoEcho": True, "Default": "hunter2-hunter2"},
    },
    Resources={"Alerts": {"Type": "AWS::SNS::Topic"}},
)
LOOKS = """
looked := [
	input.resource.properties.BucketName,
	input.resource.properties.LifecycleConfiguration.Rules[0].Id,
	input.resource.properties.NotificationConfiguration.TopicConfigurations[0].Topic,
	input.resource.properties.Tags[1].Value,
	object.get(input.resource.properties, "ObjectLockEnabled", false),
	object.get(input.resource.properties, "CorsConfiguration", false),
]

deny contains {"message": "x", "at": []} if looked[4] == true
"""


def test_values_have_their_state_and_where_they_stand(ask: Ask) -> None:
    case = only_case(ask(STATES, rego=LOOKS))
    found = {part.value.path: part for part in case.parts}
    states = {path: str(part.value.state) for path, part in found.items()}
    topic = "NotificationConfiguration.TopicConfigurations[0].Topic"
    assert states == {
        "BucketName": "unknown",
        "AccessControl": "known",
        "LifecycleConfiguration.Rules[0].Id": "sensitive",
        topic: "reference",
        "NotificationConfiguration.TopicConfigurations[0].Event": "known",
        "Tags[0].Key": "known",
        "Tags[0].Value": "known",
        "Tags[1].Key": "known",
        "Tags[1].Value": "known",
        "ObjectLockEnabled": "default",
        "CorsConfiguration": "absent",
    }
    read = {path for path, part in found.items() if part.looked_at}
    assert read >= {"BucketName", topic, "Tags[1].Value", "ObjectLockEnabled", "CorsConfiguration"}
    assert not read & {"AccessControl", "Tags[0].Key"}
    location = found["AccessControl"].value.location
    assert location is not None
    assert location.line is not None
    assert found[topic].value.value == {"$reference": "Alerts", "attribute": "Ref"}


RELATED = """
deny contains {"message": "alone", "at": []} if {
	count(input.related.named) + count(input.related.naming) + count(input.related.around) == 0
}
"""
RELATIONS = """#   related:
#     named: {types: ["AWS::S3::Bucket"], via: "LoggingConfiguration.DestinationBucketName"}
#     naming: {types: ["AWS::CloudTrail::Trail"], where: "S3BucketName"}
#     around: {types: ["AWS::KMS::Key"]}
"""
FAMILY = template(
    {
        "BucketName": "orders",
        "LoggingConfiguration": {"DestinationBucketName": {"Ref": "Logs"}},
    },
    Parameters={"Trailed": {"Type": "String"}},
    Resources={
        "Logs": {"Type": "AWS::S3::Bucket"},
        "Trail": {"Type": "AWS::CloudTrail::Trail", "Properties": {"S3BucketName": "orders"}},
        "Maybe": {
            "Type": "AWS::CloudTrail::Trail",
            "Properties": {"S3BucketName": {"Ref": "Trailed"}},
        },
        "Key": {"Type": "AWS::KMS::Key"},
    },
)


def test_relatives_say_how_they_were_found(ask: Ask) -> None:
    case = only_case(ask(FAMILY, rego=RELATED, more=RELATIONS, account="111122223333"))
    found = {
        relation.name: [(each.address, each.how, each.doubt) for each in relation.members]
        for relation in case.relatives
    }
    place = "LoggingConfiguration.DestinationBucketName"
    assert found["named"] == [("Logs", f"by reference: its {place} refers to its Ref", None)]
    trail, maybe = found["naming"]
    assert trail == ("Trail", "by name: the other's S3BucketName is orders", None)
    assert maybe[:2] == ("Maybe", "perhaps: the other's S3BucketName is not known")
    assert maybe[2] is not None
    assert found["around"] == [("Key", "by account: both are in 111122223333", None)]
    asked = {relation.name: relation.asks for relation in case.relatives}
    assert asked == {
        "named": f"AWS::S3::Bucket that its {place} names",
        "naming": "AWS::CloudTrail::Trail whose S3BucketName names it",
        "around": "AWS::KMS::Key of its account",
    }


def test_without_a_resource_the_worst_is_explained_and_the_others_are_named(ask: Ask) -> None:
    buckets = {
        "A": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "good"}},
        "C": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "odd"}},
    }
    document = template({"BucketName": "bad"}, Resources=buckets)
    explanation = ask(document, rego=REGO, resource=None)
    assert only_case(explanation).subject.address == "B"
    assert [(f.verdict, f.subject.address) for f in explanation.others] == [
        ("unknown", "C"),
        ("pass", "A"),
    ]


def test_a_fingerprint_names_one_finding(ask: Ask) -> None:
    two = REGO.replace('"odd"', '"bad"').replace("undecided contains", "deny contains")
    document = template({"BucketName": "bad"})
    both = only_case(ask(document, rego=two)).findings
    assert len(both) == 2
    for finding in both:
        case = only_case(ask(document, rego=two, resource=None, name=finding.fingerprint))
        assert case.findings == (finding,)


@pytest.mark.parametrize(
    ("name", "resource", "said"),
    [
        ("own/on", "B", "own/on: no such policy, control or finding; did you mean own/one?"),
        ("own/one", "Bb", "Bb: no such resource in the inputs; did you mean B?"),
        ("own/one", "T", "T: own/one does not judge AWS::SNS::Topic; it judges AWS::S3::Bucket"),
        ("0123456789abcdef", None, "0123456789abcdef: no finding of these inputs"),
    ],
)
def test_a_slip_is_told_with_what_was_perhaps_meant(
    ask: Ask, name: str, resource: str | None, said: str
) -> None:
    document = template({}, Resources={"T": {"Type": "AWS::SNS::Topic"}})
    with pytest.raises(UsageError) as raised:
        ask(document, rego=REGO, name=name, resource=resource)
    assert str(raised.value).startswith(said)
    assert "\n" not in str(raised.value)


def test_nothing_to_judge_is_an_error(ask: Ask) -> None:
    document = {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}
    with pytest.raises(UsageError, match="hold nothing that it judges: AWS::S3::Bucket"):
        ask(document, rego=REGO, resource=None)


def test_a_scope_policy_says_what_counts_in_its_account(ask: Ask) -> None:
    more = "#   quantifier: exists-account\n"
    good = {"A": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "good"}}}
    document = template({"BucketName": "bad"}, Resources=good)
    case = only_case(ask(document, rego=REGO, more=more))
    assert case.verdict is Verdict.FAIL
    assert case.note == (
        "one resource in order suffices for the whole account; what counts there: pass by A"
    )


def test_a_resource_that_may_not_exist_is_said_to_be_the_doubt(ask: Ask) -> None:
    document = template({"BucketName": "bad"}, Parameters={"Live": {"Type": "String"}})
    document["Conditions"] = {"IsLive": {"Fn::Equals": [{"Ref": "Live"}, "yes"]}}
    document["Resources"]["B"]["Condition"] = "IsLive"
    case = only_case(ask(document, rego=REGO))
    assert case.verdict is Verdict.UNKNOWN
    assert case.doubt is not None
    assert case.doubt.sentence.startswith("it fails if it exists, and whether it does is not known")
    assert only_run(case).verdict is Verdict.FAIL
