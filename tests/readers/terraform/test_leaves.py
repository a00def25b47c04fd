"""What stands for one unknown value."""

from typing import Any

from jurat.model import Reference, Unknown


def linked(make: Any, expressions: Any, unknown: Any, after: Any = None) -> Any:
    """Plan a thing with these expressions beside two keys, and return its values."""
    keys = [make.change(f"aws_kms_key.{name}", {}, {"arn": True, "id": True}) for name in "kl"]
    thing = make.change("aws_thing.t", after or {}, unknown)
    resources = [
        make.resource("aws_thing.t", expressions),
        make.resource("aws_kms_key.k"),
        make.resource("aws_kms_key.l"),
    ]
    return make.values(make.document([thing, *keys], resources), "aws_thing.t")


def test_an_identifier_becomes_a_reference(make: Any) -> None:
    values = linked(make, {"kms_key_id": make.to("aws_kms_key.k.arn")}, {"kms_key_id": True})
    assert values == {"kms_key_id": Reference("aws_kms_key.k", "arn")}


def test_what_is_built_around_a_reference_is_not_one(make: Any) -> None:
    values = linked(make, {"policy": make.to("aws_kms_key.k.arn")}, {"policy": True})
    assert values == {"policy": Unknown("known after apply", references=("aws_kms_key.k.arn",))}


def test_two_possible_targets_are_none(make: Any) -> None:
    expression = make.to("aws_kms_key.k.arn", "aws_kms_key.l.arn")
    values = linked(make, {"kms_key_id": expression}, {"kms_key_id": True})
    assert values["kms_key_id"].references == ("aws_kms_key.k.arn", "aws_kms_key.l.arn")


def test_a_known_target_cannot_be_what_is_unknown(make: Any) -> None:
    known = make.change("aws_kms_key.k", {"arn": "arn:k", "id": "k"}, {}, "no-op")
    new = make.change("aws_kms_key.l", {}, {"arn": True})
    thing = make.change("aws_thing.t", {}, {"key_arn": True})
    expression = make.to("aws_kms_key.k.arn", "aws_kms_key.l.arn")
    resources = [make.resource("aws_thing.t", {"key_arn": expression})]
    plan = make.document([thing, known, new], resources)
    assert make.values(plan, "aws_thing.t") == {"key_arn": Reference("aws_kms_key.l", "arn")}


def test_a_local_is_a_dead_end(make: Any) -> None:
    values = linked(make, {"kms_key_id": make.to("local.key")}, {"kms_key_id": True})
    assert values["kms_key_id"].references == ("local.key",)
    both = make.to("aws_kms_key.k.arn", "local.key")
    values = linked(make, {"kms_key_id": both}, {"kms_key_id": True})
    assert values["kms_key_id"].references == ("aws_kms_key.k.arn", "local.key")


def test_a_reference_without_attribute_gets_the_likely_one(make: Any) -> None:
    cut = {"references": ["aws_kms_key.k"]}
    expressions = {"kms_key_id": cut, "key_arn": cut}
    values = linked(make, expressions, {"kms_key_id": True, "key_arn": True})
    assert values["kms_key_id"] == Reference("aws_kms_key.k", "id")
    assert values["key_arn"] == Reference("aws_kms_key.k", "arn")


def test_values_of_another_provider_are_no_identity(make: Any) -> None:
    random = make.change("random_id.r", {}, {"id": True}, provider_name="r/hashicorp/random")
    thing = make.change("aws_thing.t", {}, {"kms_key_id": True})
    resources = [make.resource("aws_thing.t", {"kms_key_id": make.to("random_id.r.id")})]
    values = make.values(make.document([thing, random], resources), "aws_thing.t")
    assert values["kms_key_id"].references == ("random_id.r.id",)


def test_the_same_key_is_meant_by_each_key(make: Any) -> None:
    keys = [make.change(f'aws_kms_key.k["{key}"]', {}, {"id": True}) for key in "ab"]
    things = [make.change(f'aws_thing.t["{key}"]', {}, {"key_id": True}) for key in "ab"]
    cut = {"references": ["aws_kms_key.k", "each.key"]}
    plan = make.document([*keys, *things], [make.resource("aws_thing.t", {"key_id": cut})])
    assert make.values(plan, 'aws_thing.t["b"]') == {
        "key_id": Reference('aws_kms_key.k["b"]', "id")
    }


def test_each_value_may_hold_any_key(make: Any) -> None:
    keys = [make.change(f'aws_kms_key.k["{key}"]', {}, {"id": True}) for key in "ab"]
    things = [make.change(f'aws_thing.t["{key}"]', {}, {"key_id": True}) for key in "ab"]
    cut = {"references": ["aws_kms_key.k", "each.value.key", "each.value"]}
    each = make.constant({"a": {"key": "b"}, "b": {"key": "a"}})
    resources = [make.resource("aws_thing.t", {"key_id": cut}, for_each_expression=each)]
    values = make.values(make.document([*keys, *things], resources), 'aws_thing.t["b"]')
    assert values["key_id"].references == ('aws_kms_key.k["a"]', 'aws_kms_key.k["b"]')


def test_a_count_may_index_a_for_each_over_a_tuple(make: Any) -> None:
    keys = [make.change(f'aws_kms_key.k["{n}"]', {}, {"id": True}) for n in range(2)]
    things = [make.change(f"aws_thing.t[{n}]", {}, {"key_id": True}) for n in range(2)]
    cut = {"references": ["aws_kms_key.k", "count.index"]}
    plan = make.document([*keys, *things], [make.resource("aws_thing.t", {"key_id": cut})])
    assert make.values(plan, "aws_thing.t[1]") == {"key_id": Reference('aws_kms_key.k["1"]', "id")}


def test_list_elements_are_dealt_out_if_there_are_as_many(make: Any) -> None:
    expression = make.to("aws_kms_key.k.id", "aws_kms_key.l.id")
    after, unknown = {"key_ids": ["known", None, None]}, {"key_ids": [False, True, True]}
    assert linked(make, {"key_ids": expression}, unknown, after)["key_ids"] == [
        "known",
        Reference("aws_kms_key.k", "id"),
        Reference("aws_kms_key.l", "id"),
    ]
    after, unknown = {"key_ids": [None]}, {"key_ids": [True]}
    (one,) = linked(make, {"key_ids": expression}, unknown, after)["key_ids"]
    assert one.references == ("aws_kms_key.k.id", "aws_kms_key.l.id")


def test_a_list_of_unknown_length_stays_unknown(make: Any) -> None:
    thing = make.change("aws_thing.t", {}, {"key_ids": True}, after_sensitive={"key_ids": []})
    key = make.change("aws_kms_key.k", {}, {"id": True})
    resources = [make.resource("aws_thing.t", {"key_ids": make.to("aws_kms_key.k.id")})]
    values = make.values(make.document([thing, key], resources), "aws_thing.t")
    assert values["key_ids"].kind == "array"
    assert values["key_ids"].references == ("aws_kms_key.k.id",)


def test_keys_of_a_map_are_attribute_names(make: Any) -> None:
    after = {"variables": {"PLAIN": "x"}}
    unknown = {"variables": {"key_arn": True, "TEXT": True}}
    expression = make.to("aws_kms_key.k.arn")
    values = linked(make, {"variables": expression}, unknown, after)
    assert values["variables"] == {
        "PLAIN": "x",
        "key_arn": Reference("aws_kms_key.k", "arn"),
        "TEXT": Unknown("known after apply", references=("aws_kms_key.k.arn",)),
    }
