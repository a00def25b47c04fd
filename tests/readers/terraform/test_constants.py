from typing import Any

import pytest

from jurat.readers.terraform.configuration import read_configuration
from jurat.readers.terraform.constants import OPEN, evaluate

CONFIGURATION = read_configuration(
    {
        "root_module": {
            "variables": {
                "region": {"default": "eu-west-1"},
                "required": {},
                "null": {"default": None},
            },
            "module_calls": {
                "m": {
                    "expressions": {
                        "zone": {"references": ["var.zones[1]", "var.zones"]},
                        "built": {"references": ["var.region", "var.required"]},
                        "fixed": {"constant_value": {"a": 1}},
                    },
                    "module": {
                        "variables": {
                            "zone": {},
                            "built": {},
                            "fixed": {"default": None},
                            "own": {"default": "d"},
                        }
                    },
                }
            },
        }
    }
)
VARIABLES = {"zones": {"value": ["a", "b"]}, "required": {"value": "r"}}
MODULE = (("m", None),)


@pytest.mark.parametrize(
    ("text", "module", "expected"),
    [
        ("var.region", (), "eu-west-1"),
        ("var.required", (), "r"),
        ("var.null", (), None),
        ("var.missing", (), OPEN),
        ("var.zones[1]", (), "b"),
        ("var.zones[7]", (), OPEN),
        ("local.region", (), OPEN),
        ("var.zone", MODULE, "b"),
        ("var.built", MODULE, OPEN),
        ("var.fixed.a", MODULE, 1),
        ("var.own", MODULE, "d"),
        ("var.own", (("gone", None),), OPEN),
    ],
)
def test_bare_variables_are_followed_to_the_root(text: Any, module: Any, expected: Any) -> None:
    result = evaluate(CONFIGURATION, VARIABLES, {"references": [text]}, module)
    assert result is expected if expected is OPEN else result == expected


def test_a_constant_is_its_value() -> None:
    assert evaluate(CONFIGURATION, {}, {"constant_value": [1]}, ()) == [1]


def test_what_is_built_or_no_expression_is_open() -> None:
    assert evaluate(CONFIGURATION, {}, {"references": ["var.region", "var.null"]}, ()) is OPEN
    assert evaluate(CONFIGURATION, {}, {}, ()) is OPEN
    assert evaluate(CONFIGURATION, {}, [{}], ()) is OPEN
    assert evaluate(CONFIGURATION, {}, None, ()) is OPEN
