"""Documents: every JSON has statements, and none looks safer than it is."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.iam.breadth import administers
from jurat.iam.document import load, statements
from jurat.iam.outsiders import public
from jurat.iam.principals import Kind

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
LAWS = settings(max_examples=100, deadline=None, derandomize=True)

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=5,
)
ELEMENTS = [
    *("Sid", "Effect", "Condition"),
    *("Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal"),
]
WEIRD = st.dictionaries(st.sampled_from(ELEMENTS), ANY_JSON) | ANY_JSON


@LAWS
@given(st.lists(WEIRD, max_size=3) | WEIRD)
def test_nothing_makes_reading_fail(value: Any) -> None:
    for statement in statements({"Statement": value}):
        assert isinstance(public(statement), bool)
        assert isinstance(administers((statement,)), tuple)


@pytest.mark.parametrize("text", [json.dumps, lambda d: quote(json.dumps(d)), lambda d: d])
@pytest.mark.parametrize("one", [ALLOW, [ALLOW]])
def test_every_spelling_of_a_document_means_the_same(text: Any, one: Any) -> None:
    (found,) = statements(text({"Version": "2012-10-17", "Statement": one}))
    assert found.allows
    assert found.action.patterns == ("s3:GetObject",)
    assert found.readable


def test_paths_lead_to_the_elements() -> None:
    single, listed = {"Statement": ALLOW}, {"Statement": [ALLOW, ALLOW]}
    assert statements(single)[0].path == ("Statement",)
    found = statements(listed, ("Policies", 2, "PolicyDocument"), "inline:x")[1]
    assert found.path == ("Policies", 2, "PolicyDocument", "Statement", 1)
    assert found.action_path == (*found.path, "Action")
    assert found.resource_path == (*found.path, "Resource")
    assert found.principal_path == found.path
    assert found.source == "inline:x"


def test_paths_name_the_negated_elements() -> None:
    (found,) = statements(
        [{"Effect": "Deny", "NotAction": "a:b", "NotResource": "*", "NotPrincipal": "*"}]
    )
    assert [found.action_path[-1], found.resource_path[-1], found.principal_path[-1]] == [
        "NotAction",
        "NotResource",
        "NotPrincipal",
    ]


def test_nothing_has_no_statements() -> None:
    assert statements(None) == ()
    assert statements({}) == ()
    assert statements({"Statement": []}) == ()


@pytest.mark.parametrize(
    "document",
    [
        "{",
        "no json",
        '"' * 3,
        5,
        True,
        {"Statement": "x"},
        {"Statement": [7]},
        {"Statement": [[ALLOW]]},
        {"Statement": {}},
        {"Statement": {"Effect": "Allow"}},
        {"Statement": {"Effect": "Allow", "Action": 5, "Resource": "*"}},
        {"Statement": {"Effect": "Allow", "Action": "a:b", "NotAction": "c:d", "Resource": "*"}},
        {"Statement": {"Action": "*", "Resource": "*"}},
        {"Statement": {"Effect": ["Deny"], "Action": "*", "Resource": "*"}},
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        "[" * 5000,
    ],
)
def test_what_cannot_be_read_may_allow_everything(document: Any) -> None:
    assert administers(statements(document))


@pytest.mark.parametrize(
    "deny",
    [
        {"Effect": "Deny"},
        {"Effect": "Deny", "Action": 5, "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": [{}]},
        {"Effect": "Deny", "NotAction": [5], "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "NotAction": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": "x"},
        {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringEquals": "x"}},
        {"Effect": "Deny", "Action": "*"},
    ],
)
def test_a_denial_that_cannot_be_read_denies_nothing(deny: Any) -> None:
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    assert administers(statements({"Statement": [everything, deny]}))


def test_effect_and_element_names_are_read_without_case() -> None:
    (found,) = statements({"statement": {"EFFECT": " deny ", "action": "*", "RESOURCE": "*"}})
    assert not found.allows
    assert found.resource is not None


def test_documents_in_a_list_keep_their_places() -> None:
    found = statements([{"Statement": [ALLOW]}, ALLOW])
    assert [s.path for s in found] == [(0, "Statement", 0), (1,)]


def test_a_resource_policy_without_resource_speaks_of_what_it_is_attached_to() -> None:
    (trust,) = statements([{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}])
    assert trust.resource is None
    assert trust.principal is not None
    assert trust.principal.members[0].kind is Kind.EVERYONE


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="deep"):
        load("[" * 100_000)
    assert load("%7B%22a%22%3A1%7D") == {"a": 1}
