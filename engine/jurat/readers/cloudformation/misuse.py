"""The signal that a template asks for something that is wrong or not supported."""


class Misuse(Exception):  # noqa: N818 - never leaves the reader: it becomes a note
    """Say in words why a value cannot be worked out although nothing in it is unknown."""
