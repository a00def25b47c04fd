import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.errors import InputError
from jurat.readers.source import Hints
from jurat.readers.terraform.plan import Plan, is_plan, read_plan

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)

SECTIONS = (
    "variables",
    "planned_values",
    "resource_drift",
    "output_changes",
    "prior_state",
    "configuration",
    "deferred_changes",
    "complete",
    "errored",
)
HOSTILE = settings(max_examples=100, deadline=None, derandomize=True)
REAL = json.loads((Path(__file__).parent / "data" / "links" / "plan.json").read_text())


def test_every_kind_of_change_in_a_real_plan(make: Any) -> None:
    plan = make.read(make.stored("change"))
    assert {one.address: one.action for one in plan.instances} == {
        "aws_ebs_volume.changed": "update",
        "aws_ebs_volume.kept": "no-op",
        "aws_ebs_volume.new_name": "no-op",
        "aws_ecr_repository.drifted": "update",
        "aws_sqs_queue.created": "create",
        "aws_sqs_queue.replaced": "replace",
    }
    moved = next(one for one in plan.instances if one.previous_address)
    assert (moved.address, moved.previous_address) == (
        "aws_ebs_volume.new_name",
        "aws_ebs_volume.old_name",
    )
    assert plan.incomplete is None
    assert [note.text for note in plan.notes] == [
        "not judged, because Terraform forgets them: aws_ebs_volume.forgotten"
    ]


def test_drift_is_kept_apart(make: Any) -> None:
    plan = make.read(make.stored("change"))
    (drifted,) = plan.drift
    (planned,) = (one for one in plan.instances if one.address == drifted.address)
    assert drifted.values["image_tag_mutability"] == "IMMUTABLE"
    assert planned.values["image_tag_mutability"] == "MUTABLE"


def test_an_instance_is_taken_apart(make: Any) -> None:
    plan = make.document([make.change('module.m["k"].aws_x.y[2]', {"a": 1})])
    one = make.instance(plan, 'module.m["k"].aws_x.y[2]')
    assert (one.module, one.mode, one.type, one.name, one.key) == (
        (("m", "k"),),
        "managed",
        "aws_x",
        "y",
        2,
    )


def test_data_sources_come_from_changes_and_from_the_prior_state(make: Any) -> None:
    deferred = make.change("data.aws_x.later", {"a": 1}, {"id": True}, "read")
    entry = {"address": "data.aws_x.now", "mode": "data", "values": {"id": "i"}}
    state = {"values": {"root_module": {"child_modules": [{"resources": [entry]}]}}}
    plan = make.read(make.document([deferred], prior_state=state))
    assert [(one.address, one.mode, one.action) for one in plan.instances] == [
        ("data.aws_x.later", "data", "read"),
        ("data.aws_x.now", "data", "read"),
    ]


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.2", "1.99", "1"])
def test_formats_that_are_read(make: Any, version: Any) -> None:
    plan = make.document([make.change("aws_x.y", {})], format_version=version)
    assert len(make.read(plan).instances) == 1


@pytest.mark.parametrize("version", ["2.0", "10.1", "", "x", "1.x", "-1"])
def test_formats_that_are_not_read(make: Any, version: Any) -> None:
    plan = make.document([make.change("aws_x.y", {})], format_version=version)
    with pytest.raises(InputError) as error:
        make.read(plan)
    expected = f"plan.json: plan format {version} is not supported (0.x and 1.x are)"
    assert str(error.value) == expected


@pytest.mark.parametrize("version", [None, 1, 1.2, ["1.2"]])
def test_a_plan_without_a_format_is_not_read(make: Any, version: Any) -> None:
    plan = make.document([make.change("aws_x.y", {})], format_version=version)
    with pytest.raises(InputError, match="plan format without a version is not supported"):
        make.read(plan)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "a plan is a JSON object"),
        ("1.2", "a plan is a JSON object"),
        ({"format_version": "1.0", "values": {}}, "holds no plan"),
        ({"format_version": "1.2", "resource_changes": {}}, "resource_changes is not a list"),
        (
            {"format_version": "1.2", "resource_changes": [], "resource_drift": 1},
            "resource_drift is not a list",
        ),
    ],
)
def test_what_is_no_plan_is_refused(make: Any, document: Any, message: Any) -> None:
    with pytest.raises(InputError, match=f"^plan.json: {message}"):
        make.read(document)


def test_plans_are_recognised_by_content() -> None:
    assert is_plan({"resource_changes": []})
    assert is_plan({"planned_values": {}})
    assert is_plan({"format_version": "9", "terraform_version": "1"})
    assert not is_plan({"Resources": {}})
    assert not is_plan({"format_version": "1.0"})
    assert not is_plan([])


def gap(make: Any, **more: Any) -> Any:
    return make.read(make.document([make.change("aws_x.y", {})], **more)).incomplete


def test_a_complete_plan_is_complete(make: Any) -> None:
    assert gap(make) is None
    assert gap(make, complete=True, errored=False, applyable=True) is None


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"errored": True}, "planning ended with an error"),
        ({"complete": False}, "Terraform calls the plan incomplete"),
        ({"complete": "false"}, "Terraform calls the plan incomplete"),
        ({"deferred_changes": [{}, {}]}, "2 changes are deferred"),
        ({"deferred_changes": {"x": 1}}, "some changes are deferred"),
    ],
)
def test_what_makes_a_plan_incomplete(make: Any, more: Any, reason: Any) -> None:
    assert reason in gap(make, **more)


def test_several_reasons_are_all_given(make: Any) -> None:
    reason = gap(make, errored=True, complete=False)
    assert reason.startswith("planning ended with an error; Terraform calls")


def test_a_change_that_cannot_be_understood_makes_the_plan_incomplete(make: Any) -> None:
    good, bad = make.change("aws_x.y", {}), {"address": "aws_x.z", "change": {"actions": []}}
    plan = make.read(make.document([bad, good]))
    assert [one.address for one in plan.instances] == ["aws_x.y"]
    assert plan.incomplete == "1 entries could not be understood"
    assert [str(note.location) for note in plan.notes] == ["plan.json"]
    assert plan.notes[0].text == "resource_changes[0]: aws_x.z has no list of actions"


def test_a_planned_resource_without_a_change_makes_the_plan_incomplete(make: Any) -> None:
    listed = [{"address": f"aws_x.{name}", "mode": "managed"} for name in "abcdefgh"]
    planned = {"root_module": {"child_modules": [{"resources": listed}]}}
    plan = make.document([make.change("aws_x.a", {})], planned_values=planned)
    assert make.read(plan).incomplete == (
        "resource_changes leaves out planned resources "
        "(aws_x.b, aws_x.c, aws_x.d, aws_x.e, aws_x.f and 2 more)"
    )


def test_a_forgotten_resource_may_stay_in_planned_values(make: Any) -> None:
    planned = {"root_module": {"resources": [{"address": "aws_x.y", "mode": "managed"}]}}
    changes = [make.change("aws_x.y", None, {}, "forget"), make.change("aws_x.z", {})]
    assert make.read(make.document(changes, planned_values=planned)).incomplete is None


def test_a_plan_that_only_deletes_has_nothing_to_judge(make: Any) -> None:
    plan = make.read(make.document([make.change("aws_x.y", None, {}, "delete")]))
    assert plan.instances == ()
    assert [note.text for note in plan.notes] == [
        "the plan only deletes (1): there is nothing to judge"
    ]


def test_an_empty_plan_has_nothing_to_judge(make: Any) -> None:
    plan = make.read({"format_version": "1.2", "planned_values": {"root_module": {}}})
    assert [note.text for note in plan.notes] == [
        "the plan holds no resources: there is nothing to judge"
    ]


def test_deep_nesting_is_refused(make: Any) -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    plan = make.document([make.change("aws_x.y", {"a": deep}, {"a": deep, "b": True})])
    with pytest.raises(InputError, match=r"^plan.json: the plan is nested too deeply$"):
        make.read(plan)


def attempt(document: Any) -> Any:
    """Read a plan, or return ``None`` if it is refused."""
    try:
        return read_plan(document, "plan.json", Hints())
    except InputError:
        return None


@HOSTILE
@given(st.dictionaries(st.sampled_from(["resource_changes", "planned_values", "x"]), JSON), JSON)
def test_any_json_is_read_or_refused(parts: Any, version: Any) -> None:
    result = attempt({"format_version": version, **parts})
    assert result is None or isinstance(result, Plan)


@HOSTILE
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(SECTIONS, JSON)))
def test_no_other_section_loses_a_change(parts: Any) -> None:
    entry = {"address": "aws_x.y", "change": {"actions": ["create"], "after": {"a": 1}}}
    plan = attempt({"format_version": "1.2", "resource_changes": [entry], **parts})
    assert plan is None or [one.address for one in plan.instances] == ["aws_x.y"]


@HOSTILE
@given(st.lists(st.fixed_dictionaries({"address": st.just("aws_x.y")}, optional={"change": JSON})))
def test_what_is_not_read_makes_the_plan_incomplete(entries: Any) -> None:
    plan = attempt({"format_version": "1.2", "resource_changes": entries})
    assert plan is not None
    assert (plan.incomplete is None) == (not entries)


def spoil(node: Any, path: Any, value: Any) -> Any:
    """Return ``node`` with ``value`` in the place that ``path`` leads to, as far as it leads."""
    if not path or not isinstance(node, dict | list) or not node:
        return value
    if isinstance(node, dict):
        key = sorted(node)[path[0] % len(node)]
        return {**node, key: spoil(node[key], path[1:], value)}
    index = path[0] % len(node)
    return [*node[:index], spoil(node[index], path[1:], value), *node[index + 1 :]]


@HOSTILE
@given(st.lists(st.integers(0, 40), min_size=1, max_size=9), JSON)
def test_a_real_plan_spoilt_anywhere_is_read_or_refused(path: Any, value: Any) -> None:
    plan = spoil(REAL, path, value)
    result = attempt(plan)
    assert isinstance(result, Plan) or result is None
