from typing import Any

import pytest

from jurat.readers.terraform.address import place
from jurat.readers.terraform.configuration import (
    Configured,
    expressions,
    is_expression,
    read_configuration,
)


def written(section: Any, address: str) -> Configured | None:
    found = place(address)
    assert found is not None
    return read_configuration(section).resource(found)


@pytest.mark.parametrize("section", [None, [], "x", {}, {"root_module": 1}, {"root_module": []}])
def test_any_section_can_be_read(section: Any) -> None:
    assert written(section, "aws_x.y") is None


def test_resources_are_found_by_their_module(make: Any) -> None:
    child = {"resources": [make.resource("aws_x.y", {"a": {}})]}
    root = {"module_calls": {"m": {"module": child}}}
    assert written({"root_module": root}, "aws_x.y") is None
    found = written({"root_module": root}, "module.m[1].aws_x.y")
    assert found is not None
    assert found.expressions == {"a": {}}


def test_a_call_tells_what_it_is_repeated_over() -> None:
    call = {"module": {}, "count_expression": {"constant_value": 2}}
    configuration = read_configuration({"root_module": {"module_calls": {"m": call}}})
    scope = configuration.scope((("m", 1),))
    assert scope is not None
    assert scope.each == {"constant_value": 2}


def test_a_resource_without_expressions_is_written(make: Any) -> None:
    found = written({"root_module": {"resources": [make.resource("aws_x.y")]}}, "aws_x.y")
    assert found is not None
    assert found.expressions == {}


def test_a_resource_of_the_wrong_shape_counts_as_missing(make: Any) -> None:
    entries = [make.resource("aws_x.y", ["no"]), {"mode": 1}, None, "x"]
    assert written({"root_module": {"resources": entries}}, "aws_x.y") is None


def test_expressions_are_told_from_blocks() -> None:
    assert is_expression({})
    assert is_expression({"constant_value": None})
    assert is_expression({"references": ["x.y"]})
    assert not is_expression({"references": {"constant_value": 1}})
    assert not is_expression({"name": {"constant_value": 1}})
    assert not is_expression([{}])
    assert not is_expression(None)


def test_every_expression_of_a_block_is_found() -> None:
    node = [{"a": {"references": ["x"]}, "b": [{"c": {"constant_value": 1}}]}, "noise"]
    assert list(expressions(node)) == [{"references": ["x"]}, {"constant_value": 1}]
