"""Companions are folded into what they configure, and never silently lost."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.model import ABSENT, Origin, Reference, Resource, Scope, Tier, Unknown
from jurat.shapes import Part, fold, normal_form

SCOPE = Scope("123456789012", "eu-central-1", tier=Tier.TEMPLATE)
BUCKET = "AWS::S3::Bucket"
BLOCK = {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}


def resource(address: str, kind: str = BUCKET, /, **given: Any) -> Resource:
    properties = given.pop("properties", {})
    return Resource(address, kind, properties, SCOPE, "t.yaml", **given)


def fragment(properties: Any = None, **given: Any) -> Resource:
    origins = {(): Origin("block"), tuple(BLOCK): Origin("block", "flags")}
    return resource("block", properties=properties or BLOCK, origins=origins, **given)


def test_a_reference_names_the_whole() -> None:
    (bucket,) = fold([resource("b")], [Part(Reference("b", "Ref"), fragment())])
    assert bucket.properties == BLOCK
    assert bucket.origin(("PublicAccessBlockConfiguration", "BlockPublicAcls")).address == "block"


def test_a_known_name_names_the_whole() -> None:
    buckets = [resource("b", identities={"Ref": "exports"}), resource("c", identities={"Ref": "x"})]
    one, other = fold(buckets, [Part("exports", fragment())])
    assert (one.properties, other.properties) == (BLOCK, {})


def test_a_reference_to_another_type_names_nothing() -> None:
    topic, left = fold(
        [resource("t", "AWS::SNS::Topic")], [Part(Reference("t", "Ref"), fragment())]
    )
    assert topic.properties == {}
    assert left.address == "block"


def test_a_companion_of_something_elsewhere_stays_as_a_fragment() -> None:
    bucket, left = fold([resource("b")], [Part("of-another-stack", fragment())])
    assert bucket.properties == {}
    assert (left.type, left.properties) == (BUCKET, BLOCK)


def test_an_orphan_makes_the_property_unknown_on_every_candidate() -> None:
    *buckets, left = fold([resource("b"), resource("c")], [Part(Unknown("later"), fragment())])
    for bucket in buckets:
        unknown = bucket.properties["PublicAccessBlockConfiguration"]
        assert isinstance(unknown, Unknown)
        assert unknown.oneof == (ABSENT, BLOCK["PublicAccessBlockConfiguration"])
        assert "block" in unknown.why
    assert left.address == "block"


def test_two_orphans_leave_every_possibility_open() -> None:
    parts = [
        Part(Unknown("later"), fragment({"AccessControl": acl}))
        for acl in ("Private", "PublicRead")
    ]
    bucket = fold([resource("b")], parts)[0]
    assert set(bucket.properties["AccessControl"].oneof) >= {ABSENT, "Private", "PublicRead"}


def test_a_companion_that_may_not_exist_leaves_both_open() -> None:
    part = Part(Reference("b", "Ref"), fragment(exists=Unknown("condition IsProd")))
    (bucket,) = fold([resource("b")], [part])
    unknown = bucket.properties["PublicAccessBlockConfiguration"]
    assert ABSENT in unknown.oneof
    assert bucket.exists is None


def test_lists_are_appended_and_traced() -> None:
    rules = {"SecurityGroupIngress": [{"FromPort": 22}]}
    group = resource(
        "g", "AWS::EC2::SecurityGroup", properties={"SecurityGroupIngress": [{"FromPort": 80}]}
    )
    part = Resource("rule", "AWS::EC2::SecurityGroup", rules, SCOPE, "t.yaml")
    (folded,) = fold([group], [Part(Reference("g", "GroupId"), part)])
    assert folded.properties["SecurityGroupIngress"] == [{"FromPort": 80}, {"FromPort": 22}]
    assert folded.origin(("SecurityGroupIngress", 1, "FromPort")).address == "rule"
    assert folded.origin(("SecurityGroupIngress", 0)).address == "g"


def test_one_companion_may_belong_to_several() -> None:
    roles = [resource("r", "AWS::IAM::Role"), resource("s", "AWS::IAM::Role")]
    document: Any = {"Statement": []}
    policy = resource(
        "p",
        "AWS::IAM::Policy",
        properties={
            "PolicyName": "n",
            "PolicyDocument": document,
            "Roles": [Reference("r", "Ref"), Reference("s", "Ref")],
        },
    )
    for role in normal_form([*roles, policy]):
        assert role.properties["Policies"] == [{"PolicyName": "n", "PolicyDocument": document}]


WHOLES = st.lists(
    st.one_of(
        st.sampled_from(["one", "two", "elsewhere"]),
        st.builds(Reference, st.sampled_from(["a", "b", "zzz"]), st.just("Ref")),
        st.just(Unknown("later")),
    ),
    max_size=5,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(WHOLES)
def test_no_companion_is_ever_lost(wholes: list[Any]) -> None:
    buckets = [
        resource("a", identities={"Ref": "one"}),
        resource("b", identities={"Ref": "two"}),
    ]
    parts = [
        Part(whole, resource(f"p{n}", properties={"Tags": [f"t{n}"]}))
        for n, whole in enumerate(wholes)
    ]
    seen: set[str] = set()
    for found in fold(buckets, parts):
        tags = found.properties.get("Tags", [])
        choices = tags.oneof if isinstance(tags, Unknown) else (tags,)
        seen |= {tag for choice in choices if choice is not ABSENT for tag in choice}
    assert seen == {f"t{n}" for n in range(len(wholes))}
