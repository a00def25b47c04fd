import json
from typing import Any

from jurat.model import Reference, Sensitive, Unknown
from jurat.readers.terraform.documents import build_document

OPEN = Unknown("known after apply", references=("aws_x.y.arn",))


def statement(**values: Any) -> Any:
    return {"sid": None, "effect": None, "actions": ["s3:*"], "resources": ["*"], **values}


def built(*statements: Any, **values: Any) -> Any:
    return build_document({"version": None, "statement": list(statements), **values})


def only(**values: Any) -> Any:
    return built(statement(**values))["Statement"][0]


def text(*statements: Any) -> Any:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_defaults_are_filled_in() -> None:
    assert built(statement()) == {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
    }


def test_every_part_of_a_statement() -> None:
    made = only(
        sid="S",
        effect="Deny",
        actions=None,
        not_actions=["a:b", "a:c"],
        resources=[],
        not_resources=["arn:x"],
        not_principals=[{"type": "AWS", "identifiers": ["1"]}],
    )
    assert made == {
        "Sid": "S",
        "Effect": "Deny",
        "NotAction": ["a:b", "a:c"],
        "NotResource": "arn:x",
        "NotPrincipal": {"AWS": "1"},
    }


def test_version_and_id_are_kept() -> None:
    document = built(statement(), version="2008-10-17", policy_id="P")
    assert (document["Version"], document["Id"]) == ("2008-10-17", "P")


def test_principals_of_one_type_are_put_together() -> None:
    blocks = [
        {"type": "AWS", "identifiers": ["1"]},
        {"type": "Service", "identifiers": ["s"]},
        {"type": "AWS", "identifiers": ["2"]},
    ]
    assert only(principals=blocks)["Principal"] == {"AWS": ["1", "2"], "Service": "s"}


def test_anyone_is_a_star() -> None:
    assert only(principals=[{"type": "*", "identifiers": ["*"]}])["Principal"] == "*"
    assert only(principals=[{"type": "AWS", "identifiers": ["*"]}])["Principal"] == {"AWS": "*"}
    assert "Principal" not in only(principals=[])


def test_conditions_are_grouped_by_test_and_variable() -> None:
    blocks = [
        {"test": "StringLike", "variable": "a", "values": ["1"]},
        {"test": "StringLike", "variable": "b", "values": ["2", "3"]},
        {"test": "StringLike", "variable": "a", "values": ["4"]},
    ]
    assert only(condition=blocks)["Condition"] == {"StringLike": {"a": ["1", "4"], "b": ["2", "3"]}}


def test_policy_variables_are_written_as_iam_does() -> None:
    made = only(
        resources=["arn:aws:s3:::b/&{aws:username}", Sensitive("&{x}")],
        condition=[{"test": "T", "variable": "v", "values": ["&{y}"]}],
    )
    assert made["Resource"] == ["arn:aws:s3:::b/${aws:username}", Sensitive("${x}")]
    assert made["Condition"] == {"T": {"v": "${y}"}}


def test_unknown_leaves_stay_in_their_place() -> None:
    reference = Reference("aws_iam_role.r", "arn")
    made = only(
        resources=["lit", OPEN],
        actions=OPEN,
        effect=OPEN,
        principals=[{"type": "AWS", "identifiers": ["*", reference]}],
        condition=[{"test": "T", "variable": "v", "values": OPEN}],
    )
    assert made == {
        "Effect": OPEN,
        "Action": OPEN,
        "Resource": ["lit", OPEN],
        "Principal": {"AWS": ["*", reference]},
        "Condition": {"T": {"v": OPEN}},
    }


def test_an_unknown_shape_makes_its_element_unknown() -> None:
    assert only(principals=OPEN)["Principal"] == OPEN
    assert only(principals=[{"type": OPEN, "identifiers": ["1"]}])["Principal"] == OPEN
    assert only(condition=[OPEN])["Condition"] == OPEN
    assert only(condition=[{"test": "T", "variable": OPEN, "values": []}])["Condition"] == OPEN
    assert built(OPEN)["Statement"] == [OPEN]
    assert build_document({"statement": OPEN})["Statement"] == OPEN


def test_a_later_statement_replaces_one_of_the_same_sid_in_its_place() -> None:
    document = built(
        statement(sid="A", actions=["own"]),
        statement(sid="C"),
        source_policy_documents=[
            text({"Sid": "A", "Action": "source"}, {"Sid": "B", "Action": "source"}),
        ],
        override_policy_documents=[
            text({"Sid": "B", "Action": "first"}),
            text({"Sid": "B", "Action": "last"}, {"Action": "added"}),
        ],
    )
    assert [(s.get("Sid"), s["Action"]) for s in document["Statement"]] == [
        ("A", "own"),
        ("B", "last"),
        ("C", "s3:*"),
        (None, "added"),
    ]


def test_statements_without_sid_are_never_replaced() -> None:
    document = built(statement(), source_policy_documents=[text({"Action": "x"}, {"Action": "y"})])
    assert [s["Action"] for s in document["Statement"]] == ["x", "y", "s3:*"]


def test_a_document_may_have_one_bare_statement() -> None:
    source = json.dumps({"Statement": {"Sid": "A", "Action": "x"}})
    document = build_document({"source_policy_documents": [source], "statement": []})
    assert document["Statement"] == [{"Sid": "A", "Action": "x"}]


def test_the_older_names_of_sources_count() -> None:
    document = built(source_json=text({"Action": "x"}), override_json="")
    assert [s["Action"] for s in document["Statement"]] == ["x"]


def test_rebuilt_sources_are_merged() -> None:
    source = {"Version": "2012-10-17", "Statement": [{"Sid": "A", "Resource": OPEN}]}
    document = built(source_policy_documents=[source, None])
    assert document["Statement"] == [{"Sid": "A", "Resource": OPEN}]


def test_an_unknown_source_makes_the_document_unknown() -> None:
    assert built(statement(), source_policy_documents=[text(), OPEN]) == OPEN
    assert built(statement(), override_policy_documents=OPEN) == OPEN
    assert isinstance(built(statement(), source_policy_documents=["not json"]), Unknown)
    assert isinstance(built(statement(), source_policy_documents=["[]"]), Unknown)


def test_an_unknown_sid_leaves_open_what_is_replaced() -> None:
    document = built(statement(sid=OPEN), source_policy_documents=[text({"Sid": "A"})])
    assert isinstance(document, Unknown)
    assert built(statement(sid=OPEN))["Statement"][0]["Sid"] == OPEN


def test_the_newer_version_wins() -> None:
    document = built(version="2008-10-17", source_policy_documents=[text({"Action": "x"})])
    assert document["Version"] == "2012-10-17"
