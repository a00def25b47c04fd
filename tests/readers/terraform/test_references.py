from typing import Any

import pytest

from jurat.readers.terraform.address import place
from jurat.readers.terraform.configuration import read_configuration, references
from jurat.readers.terraform.references import FANOUT, Frame, Resolver


def resolver(addresses: Any, root: Any = None) -> Any:
    configuration = read_configuration({"root_module": root or {}})
    places = [(address, place(address)) for address in addresses]
    return Resolver(configuration, [(address, found) for address, found in places if found])


def resolve(addresses: Any, *texts: Any, root: Any = None, frame: Any = None) -> Any:
    found = resolver(addresses, root).resolve({"references": list(texts)}, frame or Frame(()))
    return [str(target) for target in found.targets], list(found.loose)


def test_prefixes_of_a_traversal_are_not_traversals() -> None:
    texts = ['a.b["k"].c', 'a.b["k"]', "a.b", "a.b", "x.y.z", "x.y", "x.yy"]
    assert references({"references": texts}) == ['a.b["k"].c', "a.b", "x.y.z", "x.yy"]


def test_a_repeated_traversal_is_listed_again() -> None:
    assert resolve(["x.y"], "x.y.id", "x.y", "x.y.id", "x.y")[0] == ["x.y.id", "x.y.id"]


def test_a_literal_key_names_one_instance() -> None:
    assert resolve(["x.y[0]", "x.y[1]"], "x.y[1].id") == (["x.y[1].id"], [])
    assert resolve(["x.y[0]"], "x.y[5].id") == ([], ["x.y"])


def test_a_splat_names_all_instances() -> None:
    assert resolve(["x.y[0]", "x.y[1]"], "x.y[*].id") == (["x.y[0].id", "x.y[1].id"], [])


@pytest.mark.parametrize("text", ["count.index", "path.module", "terraform.workspace", "each.key"])
def test_the_context_leads_nowhere_and_is_known(text: Any) -> None:
    assert resolve([], text) == ([], [])


@pytest.mark.parametrize(
    "text", ["local.x", "each.value.id", "ephemeral.x.y", "not an address", "x"]
)
def test_dead_ends_are_named(text: Any) -> None:
    assert resolve([], text) == ([], [text])


def test_a_resource_without_instances_is_not_what_is_unknown() -> None:
    root = {"resources": [{"mode": "managed", "type": "x", "name": "y"}]}
    assert resolve([], "x.y.id", root=root) == ([], [])
    assert resolve([], "x.z.id", root=root) == ([], ["x.z"])


def test_an_index_into_an_output_picks_the_key() -> None:
    root = {
        "module_calls": {
            "m": {"module": {"outputs": {"arns": {"expression": {"references": ["x.y"]}}}}}
        }
    }
    addresses = ['module.m.x.y["a"]', 'module.m.x.y["b"]']
    assert resolve(addresses, 'module.m.arns["b"]', root=root)[0] == ['module.m.x.y["b"]']
    assert resolve(addresses, 'module.m.arns["c"]', root=root)[0] == addresses
    assert resolve(addresses, "module.m.gone", root=root) == ([], ["module.m.gone"])


def test_an_argument_leads_to_the_caller_with_the_key_of_the_module() -> None:
    call = {
        "expressions": {"arn": {"references": ["each.value.arn", "each.value"]}},
        "for_each_expression": {"references": ["x.y"]},
        "module": {},
    }
    addresses = ['x.y["a"]', 'x.y["b"]', 'module.m["b"].z.w']
    frame = Frame((("m", "b"),))
    found = resolve(addresses, "var.arn", root={"module_calls": {"m": call}}, frame=frame)
    assert found == (['x.y["b"].arn'], [])


def test_a_part_of_an_object_built_around_an_identifier_is_the_identifier() -> None:
    root = {
        "module_calls": {
            "m": {"module": {"outputs": {"info": {"expression": {"references": ["x.y.arn"]}}}}}
        }
    }
    assert resolve(["module.m.x.y"], "module.m.info.key", root=root)[0] == ["module.m.x.y.arn"]


def test_circles_end() -> None:
    outputs = {"a": {"expression": {"references": ["var.a"]}}}
    call = {"expressions": {"a": {"references": ["module.m.a"]}}, "module": {"outputs": outputs}}
    targets, loose = resolve(["module.m.x.y"], "module.m.a", root={"module_calls": {"m": call}})
    assert targets == []
    assert loose == ["a chain of references that does not end"]


def test_branching_circles_end_soon() -> None:
    texts = [f"module.m.a.{name}" for name in "bcdefgh"]
    outputs = {"a": {"expression": {"references": ["var.a"]}}}
    call = {"expressions": {"a": {"references": texts}}, "module": {"outputs": outputs}}
    _, loose = resolve(["module.m.x.y"], "module.m.a", root={"module_calls": {"m": call}})
    assert "more references than are followed" in loose


def test_very_many_instances_are_not_listed() -> None:
    addresses = [f"x.y[{n}]" for n in range(FANOUT + 1)]
    assert resolve(addresses, "x.y") == ([], ["x.y"])
