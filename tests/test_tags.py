"""Tags in both of the shapes that AWS has."""

import pytest

from jurat.tags import is_of_class, tag_values

LIST = [{"Key": "team", "Value": "checkout"}, {"Key": "class", "Value": "restricted"}]


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        (LIST, [("restricted", (1, "Value"))]),
        ({"team": "checkout", "class": "public"}, [("public", ("class",))]),
        ([{"Key": "Class", "Value": "public"}], []),
        ([{"Key": "class"}], [(None, (0, "Value"))]),
        (None, []),
        ("class", []),
        ([None, 1, "class", ["class"], {"Key": ["class"]}], []),
    ],
)
def test_values_with_their_places(tags: object, found: list[tuple[object, object]]) -> None:
    assert list(tag_values(tags, "class")) == found


@pytest.mark.parametrize(
    ("value", "expected"),
    [("restricted", True), ("public", False), ("Restricted", None), ("secret", None), ([], None)],
)
def test_only_declared_classes_say_something(value: object, expected: bool | None) -> None:
    tags = [{"Key": "class", "Value": value}]
    assert is_of_class(tags, "class", ["restricted"], ["public"]) is expected


def test_without_the_tag_nobody_knows() -> None:
    assert is_of_class([], "class", ["restricted"], ["public"]) is None
    assert is_of_class(LIST, "Class", ["restricted"], ["public"]) is None
