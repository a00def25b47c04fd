"""The bytes of a template as nodes: JSON if they are JSON, else YAML."""

from functools import lru_cache

from jurat.errors import InputError
from jurat.readers.cloudformation.collector import collector_paused
from jurat.readers.cloudformation.json_nodes import read_json
from jurat.readers.cloudformation.node import MAX_BYTES, Node
from jurat.readers.cloudformation.yaml_nodes import read_yaml
from jurat.readers.jsontext import decode_text
from jurat.readers.source import Source


# Recognising and reading a template ask for the same document one after the other.
@lru_cache(maxsize=1)
def load(source: Source) -> Node:
    """Return the document of a source; raise ``InputError`` if it is malformed or hostile."""
    if len(source.data) > MAX_BYTES:
        raise InputError(f"{source.path}: larger than {MAX_BYTES // 2**20} MiB")
    with collector_paused():
        return _parse(source.path, decode_text(source))


def _parse(path: str, text: str) -> Node:
    if not text.lstrip().startswith("{"):
        return read_yaml(path, text)
    try:
        return read_json(path, text)
    except InputError as not_json:
        try:
            return read_yaml(path, text)  # a flow mapping, or JSON with a comma too many
        except InputError:
            raise not_json from None
