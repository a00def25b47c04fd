"""Reading no further than a question needs, and nothing that it is not about."""

from typing import Any

import pytest

from jurat.iam.document import Statement
from jurat.iam.globs import arn_globs
from jurat.iam.grants import covers_resources, selects_action
from jurat.iam.reading import (
    BUCKET,
    PRINCIPALS,
    Question,
    chosen,
    denies_everyone,
    lean,
    let_everyone_in,
    of_one_bucket,
)
from jurat.languages.python import MappingView
from jurat.model.reads import ReadSet, Touch

READ = {"Sid": "a", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
WRITE = {"Sid": "b", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}
SHUT = {"Sid": "c", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}


def reading(statement: Statement) -> bool:
    return selects_action(statement, "s3:GetObject")


READING = Question(reading)


def looked_at(document: Any, question: Question, *path: str | int) -> bool:
    reads = ReadSet()
    chosen(MappingView(document, reads), (), question)
    return reads.touch(path) is not Touch.NOT


def test_statements_that_matter_keep_their_places() -> None:
    found = chosen({"Statement": [WRITE, READ]}, ("PolicyDocument",), READING)
    assert [s.path for s in found] == [("PolicyDocument", "Statement", 1)]
    assert found[0].action.patterns == ("s3:GetObject",)


def test_a_single_statement_needs_no_list() -> None:
    assert [s.path for s in chosen({"Statement": READ}, (), READING)] == [("Statement",)]
    assert chosen({"Statement": WRITE}, (), READING) == ()


@pytest.mark.parametrize(
    ("element", "expected"),
    [("Effect", True), ("Action", True), ("Resource", True), ("Sid", False)],
)
def test_names_of_statements_are_not_read(element: str, expected: object) -> None:
    assert looked_at({"Statement": [READ]}, READING, "Statement", 0, element) is expected


@pytest.mark.parametrize(
    ("element", "expected"), [("Effect", True), ("Action", True), ("Resource", False)]
)
def test_of_other_statements_only_what_tells_them(element: str, expected: object) -> None:
    assert looked_at({"Statement": [WRITE]}, READING, "Statement", 0, element) is expected


def test_of_statements_with_the_other_effect_only_that() -> None:
    denials = Question(denies_everyone, PRINCIPALS, denies=True)
    assert looked_at({"Statement": [READ]}, denials, "Statement", 0, "Effect")
    assert not looked_at({"Statement": [READ]}, denials, "Statement", 0, "Action")
    assert [s.sid for s in chosen({"Statement": [READ, SHUT]}, (), denials)] == [""]
    assert chosen({"Statement": [SHUT]}, (), Question(denies=False)) == ()


@pytest.mark.parametrize(
    "odd",
    [
        {"effect": "Allow", "action": "s3:*", "resource": "*"},
        {"Effect": "Allow", "Resource": "*"},
        {"Action": "s3:*", "Resource": "*"},
        "s3:*",
        None,
    ],
    ids=str,
)
def test_what_is_not_regular_is_read_as_a_whole(odd: Any) -> None:
    (found,) = chosen({"Statement": [odd]}, (), Question(lambda _: False))
    assert found.allows
    assert selects_action(found, "s3:GetObject")


@pytest.mark.parametrize("odd", ["{not json", 7, {"Statement": "x"}, {"Statement": 7}], ids=str)
def test_a_document_that_cannot_be_read_allows_everything(odd: Any) -> None:
    (found,) = chosen(odd, (), Question(lambda _: False))
    assert not found.readable


def test_texts_are_documents_too() -> None:
    text = '{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}'
    assert len(chosen(text, ())) == 1
    assert chosen(None, ()) == ()
    assert chosen({}, ()) == ()


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "", "*", "\u27e8unknown\u27e9"])
def test_the_partition_decides_nothing(partition: str) -> None:
    arns = [f"arn:{partition}:s3:::b", "*"]
    document = {"Statement": [{**READ, "Resource": arns}, {**WRITE, "Resource": arns[0]}]}
    resources = [s["Resource"] for s in lean(document)["Statement"]]
    assert resources == [["arn:*:s3:::b", "*"], "arn:*:s3:::b"]


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [
        ("arn:aws:s3:::meridian", [True, False]),
        ("arn:aws:s3:::meridian/*", [False, True]),
        ("arn:aws:s3:::meridian/daily/*", [False, False]),
        ("arn:aws:s3:::meridian*", [True, True]),
        ("arn:aws:s3:::*", [True, True]),
        ("arn:aws:s3:::mer?dian", [False, False]),
        ("*", [True, True]),
        ("arn:aws:sqs:eu:1:meridian", [False, False]),
    ],
)
def test_a_bucket_policy_speaks_of_its_own_bucket(pattern: str, covered: list[bool]) -> None:
    (found,) = chosen({"Statement": {**SHUT, "Resource": pattern}}, ())
    one = of_one_bucket(found)
    parts = (BUCKET, f"{BUCKET}/*")
    assert [covers_resources(one.resource, arn_globs(part)) for part in parts] == covered


def test_a_statement_without_resources_stays_as_it_is() -> None:
    (found,) = chosen({"Statement": {k: v for k, v in SHUT.items() if k != "Resource"}}, ())
    assert of_one_bucket(found) == found


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": "123456789012"}}, False),
        ({"Principal": None, "NotPrincipal": {"AWS": "123456789012"}}, False),
        ({"Effect": "Allow"}, False),
    ],
    ids=str,
)
def test_denials_that_nobody_is_exempt_from(change: dict[str, Any], expected: object) -> None:
    whole = {k: v for k, v in {**SHUT, **change}.items() if v is not None}
    (found,) = chosen({"Statement": whole}, ())
    assert denies_everyone(found) is expected


EVERYBODY = {**READ, "Principal": "*"}
PARTNER = {**READ, "Principal": {"AWS": "123456789012"}}


def test_who_lets_everybody_in() -> None:
    found = let_everyone_in({"Statement": [PARTNER, EVERYBODY]}, ("PolicyDocument",))
    assert [s.path for s in found] == [("PolicyDocument", "Statement", 1)]
    assert let_everyone_in({"Statement": [PARTNER]}, ()) == ()
    assert let_everyone_in({"Statement": [EVERYBODY, SHUT]}, ()) == ()


def test_denials_are_read_only_if_somebody_lets_everybody_in() -> None:
    def resource_is_read(allow: dict[str, Any]) -> bool:
        reads = ReadSet()
        let_everyone_in(MappingView({"Statement": [allow, SHUT]}, reads), ())
        return reads.touch(("Statement", 1, "Resource")) is not Touch.NOT

    assert resource_is_read(EVERYBODY)
    assert not resource_is_read(PARTNER)
