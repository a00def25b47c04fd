from typing import Any

from jurat.model import Sensitive
from jurat.readers.terraform.secrets import collect_secrets, guess_sensitive


def test_a_real_plan_gives_its_secrets_away(make: Any) -> None:
    plan = make.read(make.stored("links"))
    assert plan.secrets == {"hunter2-very-secret", "user:hunter2-very-secret"}


def test_marks_before_and_after_count(make: Any) -> None:
    change = make.change(
        "aws_x.y",
        {"a": ["new", "open"], "b": {"c": "deep"}},
        before={"a": ["old", "plain"]},
        before_sensitive={"a": [True]},
        after_sensitive={"a": [True, False], "b": True},
    )
    assert collect_secrets({"resource_changes": [change]}) == {"new", "old", "deep"}
    assert collect_secrets({"resource_drift": [change]}) == {"new", "old", "deep"}


def test_deleted_resources_have_secrets_too(make: Any) -> None:
    change = make.change("aws_x.y", None, {}, "delete", before={"p": "gone"}, before_sensitive=True)
    assert collect_secrets({"resource_changes": [change]}) == {"gone"}


def test_sensitive_outputs_count() -> None:
    change = {"before": None, "after": "o1", "after_sensitive": True}
    outputs = {"o": {"sensitive": True, "value": {"k": "o2"}}, "p": {"value": "public"}}
    plan = {
        "output_changes": {"o": change},
        "planned_values": {"outputs": outputs},
        "prior_state": {"values": {"outputs": {"o": {"sensitive": True, "value": ["o3"]}}}},
    }
    assert collect_secrets(plan) == {"o1", "o2", "o3"}


def test_the_prior_state_counts() -> None:
    resource = {"values": {"a": "s", "b": "t"}, "sensitive_values": {"a": True}}
    child = {"child_modules": [{"resources": [resource]}]}
    assert collect_secrets({"prior_state": {"values": {"root_module": child}}}) == {"s"}


def test_sensitive_variables_count_with_default_and_value() -> None:
    root = {"variables": {"p": {"sensitive": True, "default": "d"}, "q": {"default": "plain"}}}
    plan = {
        "configuration": {"root_module": root},
        "variables": {"p": {"value": "v"}, "q": {"value": "open"}},
    }
    assert collect_secrets(plan) == {"d", "v"}


def test_an_ephemeral_variable_counts_where_it_is_marked() -> None:
    root = {"variables": {"p": {"ephemeral": True}}}
    plan = {"configuration": {"root_module": root}, "variables": {"p": {"value": "v"}}}
    assert collect_secrets(plan) == {"v"}


def test_what_feeds_a_sensitive_variable_of_a_module_counts() -> None:
    inner = {"variables": {"p": {"sensitive": True}, "q": {"sensitive": True}}}
    outer = {
        "variables": {"r": {}},
        "module_calls": {
            "n": {
                "module": inner,
                "expressions": {"p": {"references": ["var.r"]}, "q": {"constant_value": "c"}},
            }
        },
    }
    call = {"module": outer, "expressions": {"r": {"references": ["var.root"]}}}
    root = {"variables": {"root": {}, "free": {}}, "module_calls": {"m": call}}
    plan = {
        "configuration": {"root_module": root},
        "variables": {"root": {"value": "v"}, "free": {"value": "open"}},
    }
    assert collect_secrets(plan) == {"c", "v"}


def test_the_empty_string_is_no_secret(make: Any) -> None:
    change = make.change("aws_x.y", {"a": ""}, after_sensitive={"a": True})
    assert collect_secrets({"resource_changes": [change]}) == frozenset()


def test_old_plans_are_guessed_by_name(make: Any) -> None:
    change = make.change("aws_x.y", {"password": "p", "db": [{"auth_token": "t"}], "name": "n"})
    del change["change"]["after_sensitive"]
    plan = make.document([change], format_version="0.1")
    assert make.read(plan).secrets == {"p", "t"}
    assert make.values(plan, "aws_x.y") == {
        "password": Sensitive("p"),
        "db": [{"auth_token": Sensitive("t")}],
        "name": "n",
    }


def test_a_guess_marks_nothing_without_reason() -> None:
    assert guess_sensitive({"name": "x", "tags": [{"passwords": "y"}]}) is False


def test_wrong_shapes_are_no_obstacle() -> None:
    assert (
        collect_secrets({"resource_changes": [{"change": 1}], "output_changes": []}) == frozenset()
    )
    change = {"after": {"a": "s"}, "after_sensitive": [True]}
    assert collect_secrets({"resource_changes": [{"change": change}]}) == {"s"}
