"""Names: package, imports, keywords, and references to data."""

from jurat.languages.rego_reads import kind_of
from jurat.lint.fault import Faults, quote
from jurat.lint.rego.module import RegoModule, of_kind, root_of, walk

_KEYWORDS = {
    "as",
    "contains",
    "default",
    "else",
    "every",
    "false",
    "if",
    "import",
    "in",
    "not",
    "null",
    "package",
    "some",
    "true",
    "with",
}


def package_faults(module: RegoModule, expected: str) -> Faults:
    """Yield a package that is not the path of the file."""
    if module.package != expected:
        message = f"the package is {quote(module.package)}, the path asks for {quote(expected)}"
        yield module.fault("rego/package", module.tree["package"], message)


def import_faults(module: RegoModule) -> Faults:
    """Yield imports of what is no part of a policy's world: regorus takes any without a word."""
    for path, _, node in module.imports:
        inside = path == "input" or path.startswith(("input.", "data.jurat."))
        if path != "rego.v1" and not inside:
            message = f"{quote(path)} may not be imported: only rego.v1, input and data.jurat"
            yield module.fault("rego/import", node, message)


def keyword_faults(module: RegoModule) -> Faults:
    """Yield keywords that serve as names, which one of the engines takes and the other refuses."""
    called = {id(call["fcn"]) for call in of_kind(module.tree["rules"], "Call")}
    for node in walk(module.tree["rules"]):
        kind, body = kind_of(node)
        if kind == "Var" and body["value"] in _KEYWORDS and id(node) not in called:
            message = f"the keyword `{body['value']}` is used as a name"
            yield module.fault("rego/keyword-name", node, message)


def data_faults(module: RegoModule) -> Faults:
    """Yield references to data by a variable: regorus may take them for recursion."""
    for body in of_kind(module.tree["rules"], "RefBrack"):
        index = kind_of(body["index"])[0]
        if root_of(body["refr"]) == "data" and index not in {"String", "RawString"}:
            message = "a reference to data has a variable part"
            yield module.fault("rego/dynamic-data", body, message)
