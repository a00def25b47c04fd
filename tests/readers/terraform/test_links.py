from typing import Any

import pytest

from jurat.model import Reference, Unknown, markers

STORE = 'module.region["a.b[0]\\"c"].module.store["data"]'
KEY = 'module.region["a.b[0]\\"c"].aws_kms_key.this'


@pytest.fixture
def real(make: Any) -> Any:
    plan = make.stored("links")
    return lambda address: make.values(plan, address)


def test_arguments_lead_up_and_outputs_lead_down(real: Any) -> None:
    encryption = f"{STORE}.module.vault[0].aws_s3_bucket_server_side_encryption_configuration.this"
    values = real(encryption)
    assert values["bucket"] == Reference(f"{STORE}.aws_s3_bucket.this", "id")
    (rule,) = values["rule"]
    (by_default,) = rule["apply_server_side_encryption_by_default"]
    assert by_default == {
        "sse_algorithm": "aws:kms",
        "kms_master_key_id": Reference(KEY, "arn"),
    }


def test_a_for_each_over_a_module_keeps_the_key(real: Any) -> None:
    versioning = 'module.region["a.b[0]\\"c"].aws_s3_bucket_versioning.all["logs"]'
    bucket = 'module.region["a.b[0]\\"c"].module.store["logs"].aws_s3_bucket.this'
    assert real(versioning)["bucket"] == Reference(bucket, "id")


def test_a_key_with_dots_and_quotes_is_found(real: Any) -> None:
    assert real("aws_kms_alias.shared")["target_key_id"] == Reference(KEY, "key_id")


def test_an_argument_passed_on_leads_to_what_was_given(real: Any) -> None:
    values = real('module.west.module.store["data"].aws_s3_bucket_replication_configuration.this')
    assert values["bucket"] == Reference(
        'module.west.module.store["data"].aws_s3_bucket.this', "id"
    )
    assert values["role"] == Reference("aws_iam_role.reader", "arn")


def test_a_splat_becomes_a_list_of_references(real: Any) -> None:
    assert real("aws_db_subnet_group.west")["subnet_ids"] == [
        Reference("module.west.aws_subnet.this[0]", "id"),
        Reference("module.west.aws_subnet.this[1]", "id"),
    ]


def test_a_document_is_rebuilt_and_merged(real: Any) -> None:
    bucket = Reference('module.west.module.store["data"].aws_s3_bucket.this', "arn")
    document = real("aws_iam_policy.reader")["policy"]
    shared, buckets = document["Statement"]
    assert shared["Sid"] == "Shared"
    assert shared["Principal"] == {"Service": "ec2.amazonaws.com"}
    assert buckets["Action"] == "s3:GetObject"
    assert buckets["Condition"] == {"StringEquals": {"aws:ResourceTag/team": "data"}}
    known, arn = buckets["Resource"]
    assert known == "arn:aws:s3:::public/${aws:username}/*"
    assert arn.parts[0] == bucket
    assert arn.references == ('module.west.module.store["data"]',)


def test_a_document_read_at_plan_time_is_known(real: Any) -> None:
    assert '"Sid": "Shared"' in real("aws_iam_role.reader")["assume_role_policy"]


def test_sets_are_paired_by_their_constants(real: Any) -> None:
    first, second = real("aws_autoscaling_group.web")["tag"]
    assert (first["key"], first["value"]) == ("a", "known")
    assert second["key"] == "z"
    assert second["value"].references == ("aws_iam_policy.reader.arn",)


def test_what_is_merely_computed_is_left_out(make: Any) -> None:
    key = make.instance(make.stored("links"), "module.west.aws_kms_key.this")
    assert "arn" not in key.values
    assert {"arn", "key_id", "policy"} <= key.computed
    assert not list(markers(key.values))


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


def test_a_plain_null_counts_as_not_configured(make: Any) -> None:
    values = linked(make, {"kms_key_id": make.constant(None)}, {"kms_key_id": True})
    assert values == {}


def test_a_variable_that_is_null_counts_as_not_configured(make: Any) -> None:
    thing = make.change("aws_thing.t", {}, {"kms_key_id": True})
    resources = [make.resource("aws_thing.t", {"kms_key_id": make.to("var.key")})]
    root = {"resources": resources, "variables": {"key": {"default": None}}}
    plan = make.document([thing], root=root)
    assert make.instance(plan, "aws_thing.t").computed == {"kms_key_id"}
    plan["variables"] = {"key": {"value": "set"}}
    assert make.values(plan, "aws_thing.t") == {"kms_key_id": Unknown("known after apply")}


def test_an_expression_without_content_is_still_configured(make: Any) -> None:
    assert linked(make, {"policy": {}}, {"policy": True}) == {
        "policy": Unknown("known after apply")
    }


def test_inside_a_block_too_the_computed_is_left_out(make: Any) -> None:
    disk = {"size": make.constant(8), "kms_key_id": make.to("aws_kms_key.k.arn")}
    after = {"disk": [{"size": 8, "name": None}]}
    unknown = {"disk": [{"iops": True, "kms_key_id": True}]}
    assert linked(make, {"disk": [disk]}, unknown, after)["disk"] == [
        {"size": 8, "name": None, "kms_key_id": Reference("aws_kms_key.k", "arn")}
    ]


def test_an_unknown_list_inside_a_block_is_kept(make: Any) -> None:
    change = make.change(
        "aws_thing.t",
        {"disk": [{"size": 8}]},
        {"disk": [{"parts": True}]},
        after_sensitive={"disk": [{"parts": []}]},
    )
    resources = [make.resource("aws_thing.t", {"disk": [{"size": make.constant(8)}]})]
    values = make.values(make.document([change], resources), "aws_thing.t")
    assert values["disk"] == [{"size": 8, "parts": Unknown("known after apply", kind="array")}]


def test_blocks_that_cannot_be_told_apart_name_all_candidates(make: Any) -> None:
    disks = [{"key_arn": make.to(f"aws_kms_key.{name}.arn")} for name in "kl"]
    after = {"disk": [{"size": 1}, {"size": 2}]}
    unknown = {"disk": [{"key_arn": True}, {"key_arn": True}]}
    for disk in linked(make, {"disk": disks}, unknown, after)["disk"]:
        assert disk["key_arn"].references == ("aws_kms_key.k.arn", "aws_kms_key.l.arn")


def test_a_block_of_a_dynamic_one_is_not_explained_by_another(make: Any) -> None:
    disks = [{"size": make.constant(1), "key_arn": make.to("aws_kms_key.k.arn")}]
    after = {"disk": [{"size": 1}, {"size": 2}]}
    unknown = {"disk": [{"key_arn": True}, {"key_arn": True, "iops": True}]}
    first, second = linked(make, {"disk": disks}, unknown, after)["disk"]
    assert first["key_arn"] == Reference("aws_kms_key.k", "arn")
    assert isinstance(second["key_arn"], Unknown)
    assert isinstance(second["iops"], Unknown)


def test_a_single_nested_block_is_an_object(make: Any) -> None:
    written = {"key_arn": make.to("aws_kms_key.k.arn"), "size": make.constant(1)}
    values = linked(make, {"disk": written}, {"disk": {"key_arn": True}}, {"disk": {"size": 1}})
    assert values["disk"] == {"size": 1, "key_arn": Reference("aws_kms_key.k", "arn")}


def test_a_block_that_others_leave_empty_is_not_computed(make: Any) -> None:
    """The source has a dynamic block over something unknown; the configuration shows nothing."""
    changes = [
        make.change("aws_thing.t", {}, {"rule": True, "id": True}),
        make.change("aws_thing.other", {"rule": []}, {"id": True}),
    ]
    resources = [make.resource("aws_thing.t"), make.resource("aws_thing.other")]
    plan = make.document(changes, resources)
    assert make.instance(plan, "aws_thing.t").values == {"rule": Unknown("known after apply")}
    resources[1]["expressions"] = {"rule": make.constant([])}
    assert make.instance(plan, "aws_thing.t").values == {}


def test_without_configuration_nothing_counts_as_computed(make: Any) -> None:
    plan = make.document([make.change("aws_thing.t", {}, {"id": True})])
    assert make.values(plan, "aws_thing.t") == {"id": Unknown("known after apply")}
    plan["configuration"] = {"root_module": {}}
    assert make.values(plan, "aws_thing.t") == {"id": Unknown("known after apply")}


def test_an_output_that_the_plan_does_not_name_is_found_by_type(make: Any) -> None:
    outputs = {
        "key": {"expression": make.to("aws_kms_key.k.arn")},
        "alias": {"expression": make.to("aws_kms_alias.a.arn")},
    }
    child = {"outputs": outputs, "resources": []}
    call = {"module": child, "for_each_expression": make.constant({"a": 1, "b": 1})}
    changes = [
        make.change(f'module.m["{key}"].{what}', {}, {"arn": True, "id": True})
        for key in "ab"
        for what in ("aws_kms_key.k", "aws_kms_alias.a")
    ]
    things = [make.change(f'aws_thing.t["{key}"]', {}, {"kms_key_id": True}) for key in "ab"]
    cut = {"references": ["module.m", "each.key"]}
    resources = [make.resource("aws_thing.t", {"kms_key_id": cut, "other": cut})]
    root = {"resources": resources, "module_calls": {"m": call}}
    plan = make.document([*changes, *things], root=root)
    expected = Reference('module.m["b"].aws_kms_key.k', "id")
    assert make.values(plan, 'aws_thing.t["b"]') == {"kms_key_id": expected}


def test_a_sensitive_unknown_keeps_its_flag(make: Any) -> None:
    thing = make.change("aws_thing.t", {}, {"key_id": True}, after_sensitive={"key_id": True})
    key = make.change("aws_kms_key.k", {}, {"id": True})
    resources = [make.resource("aws_thing.t", {"key_id": make.to("aws_kms_key.k.id")})]
    values = make.values(make.document([thing, key], resources), "aws_thing.t")
    assert values["key_id"].sensitive


def test_an_unknown_document_says_why(make: Any) -> None:
    document = make.change(
        "data.aws_iam_policy_document.d",
        {},
        {"json": True, "override_policy_documents": True},
        "read",
    )
    role = make.change("aws_iam_role.r", {}, {"assume_role_policy": True})
    name = "data.aws_iam_policy_document.d"
    resources = [
        make.resource("aws_iam_role.r", {"assume_role_policy": make.to(f"{name}.json")}),
        make.resource(name, {"override_policy_documents": make.to("local.documents")}),
    ]
    values = make.values(make.document([document, role], resources), "aws_iam_role.r")
    assert values["assume_role_policy"].references == (f"{name}.json",)


def test_documents_in_a_circle_end(make: Any) -> None:
    names = [f"data.aws_iam_policy_document.{name}" for name in "ab"]
    changes = [
        make.change(
            name, {"source_policy_documents": [None]}, {"source_policy_documents": [True]}, "read"
        )
        for name in names
    ]
    resources = [
        make.resource(name, {"source_policy_documents": make.to(f"{other}.json")})
        for name, other in zip(names, reversed(names), strict=True)
    ]
    plan = make.document(changes, resources)
    for name in names:
        (source,) = make.values(plan, name)["source_policy_documents"]
        assert isinstance(source, Unknown)
