"""The text of a new policy: complete metadata, one look at a property, and nothing refused yet."""

import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import yaml

from jurat.model import Severity

PLACEHOLDER: Final = "value-that-nobody-writes"
"""What a new policy refuses; its author puts there what is wrong."""

_LINE: Final = 100
UNLINKED: Final = "no control is linked yet"
_DESCRIPTION: Final = "Say what can happen where this is not so, and to whom."
_MESSAGE: Final = "say what is wrong; name things, never values"
_REMEDIATION: Final = "Say how to put it right:"
STUBS: Final = (_DESCRIPTION, _REMEDIATION, UNLINKED, _MESSAGE, PLACEHOLDER)
"""All texts of a new policy that its author is to replace; lint tells those that are left."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said of a new policy; ``path`` leads to the property that it looks at."""

    id: str
    title: str
    severity: Severity
    types: tuple[str, ...]
    path: tuple[str, ...]
    terraform_type: str

    @property
    def remediation(self) -> str:
        """How to put right what the policy finds, in either language of infrastructure."""
        fix = f"{_REMEDIATION} {self.terraform_type} in Terraform"
        if self.types[0].startswith("AWS::"):
            fix += f", {'.'.join(self.path)} in CloudFormation"
        return f"{fix}."

    @property
    def reference(self) -> str:
        """The page of AWS about the type, as far as one can be told."""
        if not self.types[0].startswith("AWS::"):
            return "https://docs.aws.amazon.com/"
        _, service, resource = self.types[0].lower().split("::")
        guide = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide"
        return f"{guide}/aws-resource-{service}-{resource}.html"


def rego(wording: Wording) -> str:
    """Write the policy in Rego, in words that every engine understands alike."""
    title = yaml.safe_dump({"title": wording.title}, allow_unicode=True, width=1 << 16).strip()
    at = _listed(wording.path)
    return f"""\
# METADATA
# {title}
# description: |
#   {_DESCRIPTION}
# related_resources:
#   - ref: {wording.reference}
# custom:
#   severity: {wording.severity}
#   applies_to: {_listed(wording.types)}
#   remediation: |
#     {wording.remediation}
#   unlinked: {UNLINKED}
package jurat.policies.{wording.id.replace("/", ".")}

# What is set, or null. Where nothing is, there is no key: that may be what is wrong.
setting := object.get(input.resource.properties, {at}, null)

deny contains finding if {{
	# Put what is wrong in place of this line. Until then the policy finds nothing.
	setting == "{PLACEHOLDER}"
	finding := {{
		"message": "{_MESSAGE}",
		"at": {at},
	}}
}}
"""


def python(wording: Wording) -> str:
    """Write the policy in Python."""
    name = wording.id.rpartition("/")[2]
    lines = [
        f'"""{name.replace("_", " ").capitalize()}."""',
        "",
        f"from collections.abc import Iterator{', Mapping' if len(wording.path) > 1 else ''}",
        "",
        "from jurat.policy import Failure, Subject, policy",
        "",
        "",
        "@policy(",
        f"    title={_quoted(wording.title)},",
        f'    severity="{wording.severity}",',
        *_exploded("applies_to", "[]", (f"{_quoted(kind)}," for kind in wording.types)),
        *_sentence("remediation", wording.remediation),
        *_exploded("references", "[]", [f"{_quoted(wording.reference)},"]),
        f"    unlinked={_quoted(UNLINKED)},",
        ")",
        f"def {name}(subject: Subject) -> Iterator[Failure]:",
        f'    """{_DESCRIPTION}"""',
        "    # What is set, or None. Where nothing is, there is no key: that may be what is wrong.",
        *(f"    {line}" for line in _look(wording.path)),
        "    # Put what is wrong in place of this line. Until then the policy finds nothing.",
        f'    if setting == "{PLACEHOLDER}":',
        "        yield Failure(",
        f"            {_quoted(_MESSAGE)},",
        f"            at={_tuple(wording.path)},",
        "        )",
        "",
    ]
    return "\n".join(lines)


def _exploded(name: str, brackets: str, lines: Iterable[str]) -> list[str]:
    """Return an argument whose parts stand on lines of their own."""
    return [
        f"    {name}={brackets[0]}",
        *(f"        {line}" for line in lines),
        f"    {brackets[1]},",
    ]


def _sentence(name: str, text: str) -> list[str]:
    """Return an argument that is a text, on as many lines as it needs."""
    if len(text) <= _LINE - len(f'    {name}="",'):
        return [f"    {name}={_quoted(text)},"]
    room = _LINE - len('        ""')
    parts = [text] if len(text) <= room else textwrap.wrap(text, room - 1)
    spaced = [*(f"{part} " for part in parts[:-1]), parts[-1]]
    return _exploded(name, "()", map(_quoted, spaced))


def _look(path: tuple[str, ...]) -> Iterator[str]:
    """Yield the statements that follow a path as far as there is one."""
    yield f"setting = subject.resource.properties.get({_quoted(path[0])})"
    for name in path[1:]:
        yield f"setting = setting.get({_quoted(name)}) if isinstance(setting, Mapping) else None"


def _listed(texts: tuple[str, ...]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)


def _tuple(texts: tuple[str, ...]) -> str:
    return f"({', '.join(map(_quoted, texts))}{',' if len(texts) == 1 else ''})"


def _quoted(text: str) -> str:
    """Return a literal of Python, in the quotes that need no escape."""
    if '"' in text and "'" not in text and "\\" not in text:
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)
