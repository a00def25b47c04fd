"""Rego, line by line: what holds together, what does not, what was never asked."""

from tests.explaining.conftest import Ask, only_case, only_run, shape, template

from jurat.explaining.explanation import Block

THREE = {"BucketName": "b", "Tags": [{"Key": k, "Value": v} for k, v in ("ax", "by", "cz")]}


def trace(ask: Ask, rego: str, properties: dict[str, object] | None = None) -> tuple[Block, ...]:
    document = template(THREE if properties is None else properties)
    return only_run(only_case(ask(document, rego=rego))).trace.blocks


def test_the_first_line_that_does_not_hold_ends_a_body(ask: Ask) -> None:
    (block,) = trace(
        ask,
        """
deny contains {"message": "m", "at": []} if {
	some tag in input.resource.properties.Tags
	tag.Key == "b"
	tag.Value == "z"
	tag.Key != "q"
}
""",
    )
    assert shape(block) == [
        ("some tag in input.resource.properties.Tags", "held"),
        ('tag.Key == "b"', "held"),
        ('tag.Value == "z"', "failed"),
        ('tag.Key != "q"', "not-reached"),
    ]
    assert [line.decides for line in block.lines] == [False, False, True, False]
    assert block.reached == "failed"


def test_lines_hold_together_not_each_for_itself(ask: Ask) -> None:
    """Some tag has the key, another the value; coverage of lines could not tell."""
    (block,) = trace(
        ask,
        """
deny contains {"message": "m", "at": []} if {
	some i
	input.resource.properties.Tags[i].Key == "a"
	input.resource.properties.Tags[i].Value == "y"
}
""",
    )
    assert [reached for _, reached in shape(block)] == ["held", "held", "failed"]


def test_for_which_values_a_line_held(ask: Ask) -> None:
    (block,) = trace(
        ask,
        """
deny contains {"message": key, "at": []} if {
	some i, tag in input.resource.properties.Tags
	key := tag.Key
	i > 0
}
""",
    )
    assert block.lines[1].note == 'i = 0, key = "a"; i = 1, key = "b"; i = 2, key = "c"'
    assert block.lines[2].note == 'i = 1, key = "b"; i = 2, key = "c"'
    assert block.reached == "held"


def test_a_line_that_leans_on_a_later_one_is_not_misread(ask: Ask) -> None:
    rule = """
deny contains {{"message": "m", "at": []}} if {{
	name == {value}
	name = input.resource.properties.BucketName
}}
"""
    (held,) = trace(ask, rule.format(value='"b"'))
    assert [reached for _, reached in shape(held)] == ["held", "held"]
    (failed,) = trace(ask, rule.format(value='"c"'))
    assert [reached for _, reached in shape(failed)] == ["unclear", "failed"]


def test_rules_that_are_leant_on_follow_and_constants_do_not(ask: Ask) -> None:
    blocks = trace(
        ask,
        """
wanted := {"a", "b"}

tags := input.resource.properties.Tags

missing := input.resource.properties.Missing

unused if input.resource.properties.BucketName == "b"

default good := false

good if count(tags) > 5

good if missing

deny contains {"message": "m", "at": []} if {
	not good
	"a" in wanted
}
""",
    )
    assert [(block.name, str(block.reached)) for block in blocks] == [
        ('deny contains {"message": "m", "at": []}', "held"),
        ("tags := input.resource.properties.Tags", "held"),
        ("missing := input.resource.properties.Missing", "failed"),
        ("good", "failed"),
        ("good", "failed"),
    ]
    assert shape(blocks[0])[1] == ('"a" in wanted', "held")
    assert blocks[2].lines[0].note == "has no value"


def test_a_head_without_a_value_is_where_a_rule_fails(ask: Ask) -> None:
    blocks = trace(
        ask,
        """
others contains tag.Other if some tag in input.resource.properties.Tags

deny contains {"message": "m", "at": []} if count(others) > 0
""",
    )
    others = next(block for block in blocks if block.name.startswith("others"))
    assert shape(others) == [
        ("some tag in input.resource.properties.Tags", "held"),
        ("others contains tag.Other", "failed"),
    ]
    assert others.lines[1].note == "has no value"


def test_of_a_function_the_lines_that_were_evaluated(ask: Ask) -> None:
    blocks = trace(
        ask,
        """
bad(tag) if {
	tag.Key == "q"
	tag.Value == "z"
}

idle(tag) if {
	tag.Key == "q"
}

deny contains {"message": "m", "at": []} if {
	some tag in input.resource.properties.Tags
	bad(tag)
	idle(tag)
}
""",
    )
    assert [(block.name, str(block.reached)) for block in blocks[1:]] == [
        ("bad(tag)", "ran"),
        ("idle(tag)", "not-reached"),
    ]
    assert [reached for _, reached in shape(blocks[1])] == ["ran", "not-reached"]


def test_with_every_raw_text_and_else(ask: Ask) -> None:
    blocks = trace(
        ask,
        """
level := 1 if {
	input.resource.properties.BucketName == `x`
} else := 2 if {
	every tag in input.resource.properties.Tags { tag.Value != "q" }
}

deny contains {"message": "m", "at": []} if {
	level == 2 with input.resource.properties.BucketName as "b"
}
""",
    )
    names = [(block.name, str(block.reached)) for block in blocks]
    assert names == [
        ('deny contains {"message": "m", "at": []}', "held"),
        ("level := 1", "failed"),
        ("level := 1 (else)", "held"),
    ]
    assert shape(blocks[1])[0] == ("input.resource.properties.BucketName == `x`", "failed")


def test_no_values_are_shown_beside_a_secret(ask: Ask) -> None:
    document = template(
        {"BucketName": {"Ref": "Secret"}, "Tags": [{"Key": "a", "Value": {"Ref": "Secret"}}]},
        Parameters={"Secret": {"Type": "String", "NoEcho": True, "Default": "pw7"}},
    )
    rego = """
deny contains {"message": concat("", ["it is ", half]), "at": []} if {
	some tag in input.resource.properties.Tags
	half := substring(tag.Value, 0, 2)
}
"""
    (block,) = only_run(only_case(ask(document, rego=rego))).trace.blocks
    assert [line.reached for line in block.lines] == ["held", "held"]
    assert [line.note for line in block.lines] == ["", ""]


def test_rules_without_a_body(ask: Ask) -> None:
    blocks = trace(
        ask,
        """
names contains input.resource.properties.BucketName

others contains input.resource.properties.Other

deny contains {"message": "always", "at": []}

deny contains {"message": names[_], "at": others[_]}
""",
    )
    assert [(block.name.split("{")[0], str(block.reached)) for block in blocks] == [
        ("deny contains ", "held"),
        ("deny contains ", "failed"),
        ("names contains input.resource.properties.BucketName", "held"),
        ("others contains input.resource.properties.Other", "failed"),
    ]
