"""Which literals of a document are secrets, told by what they are called."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from jurat.iam.environments import DEFAULT_VOCABULARY, words

Replace = Callable[[Any], Any]

_WORDS: Final = frozenset(
    {
        *("accesskey", "apikey", "credential", "credentials", "creds", "pass", "passcode"),
        *("passphrase", "passwd", "password", "passwords", "privatekey", "pwd", "secret"),
        *("secretkey", "secrets", "token"),
    }
)
_PAIRS: Final = frozenset(
    {
        *((first, "key") for first in ("access", "api", "auth", "private", "secret", "shared")),
        *(("secret", last) for last in ("binary", "string", "value")),
    }
)
_NO_SECRET: Final = re.compile(
    r"|(?i:true|false|yes|no|null|none|enabled|disabled|required|optional)|\d{1,3}|\W{1,3}"
    r"|(?:arn:|\{\{|ssm:|secretsmanager:|vault:|op://|file:|s3://).*"
    r"|\$[A-Z_][A-Z0-9_]*|\$\{[^{}]*\}|\$\(.*\)|(?:/[\w.-]+){2,}|<[^<>]*>",
    re.DOTALL,
)
_COMMON: Final = re.compile(
    r"[a-z]{2,4}(?:-[a-z]+)+-\d|trace|debug|info|warn|warning|error|json|text|utf-8", re.IGNORECASE
)
_ASSIGNMENT: Final = re.compile(
    r"""(?<![\w.-])(?:--)?([A-Za-z][\w.-]{0,80})["']?(?:=|:[ \t]+|[ \t]+=[ \t]+)"""
    r"""(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'&;|`<>,]+))"""
)
_VARIABLE: Final = re.compile(r"(\$\{[^{}]*\})")
_NAMES: Final = ("Key", "Name", "key", "name")
_VALUES: Final = frozenset({"Value", "value"})


def is_secret(name: str) -> bool:
    """Tell whether what bears a name is called a secret: ``DB_PASSWORD``, ``ClientSecret``."""
    found = words(name)
    return bool(found) and (found[-1] in _WORDS or found[-2:] in _PAIRS)


def is_trivial(text: str) -> bool:
    """Tell whether a text is no secret whatever it is called, or only points to one."""
    return _NO_SECRET.fullmatch(text) is not None


def is_common(text: str) -> bool:
    """Tell whether a value that is kept secret is a word that stands for itself elsewhere."""
    environments = DEFAULT_VOCABULARY.production | DEFAULT_VOCABULARY.other
    return text.lower() in environments or _COMMON.fullmatch(text) is not None


def name_of(member: str, owner: Mapping[str, Any]) -> str:
    """Return what a member of an object is called: in a pair of name and value, by that name."""
    said = next((owner[name] for name in _NAMES if isinstance(owner.get(name), str)), None)
    return str(said) if said and member in _VALUES else member


def each_literal(value: Any, hide: Replace, keep: Replace) -> Any:
    """Replace the literals in what is called a secret by ``hide``, all else by ``keep``.

    Functions of templates are looked into; what only points to a secret is no literal.
    """
    if isinstance(value, str):
        return _hidden(value, hide, keep)
    if isinstance(value, list):
        return [each_literal(item, hide, keep) for item in value]
    if not isinstance(value, dict) or len(value) != 1:
        return keep(value)
    ((function, argument),) = value.items()
    match function, argument:
        case ("Fn::If" | "Fn::Join", [first, *rest]):
            return {function: [keep(first), *(each_literal(item, hide, keep) for item in rest)]}
        case ("Fn::Sub", [str(text), dict(variables)]):
            inside = {name: each_literal(item, hide, keep) for name, item in variables.items()}
            return {function: [_hidden(text, hide, keep), inside]}
        case ("Fn::Sub" | "Fn::Base64", str(text)):
            return {function: _hidden(text, hide, keep)}
    return keep(value)


def each_assignment(text: str, hide: Callable[[str], str]) -> str:
    """Replace the secrets that a script or command line assigns: ``export DB_PASSWORD=…``."""

    def replaced(match: re.Match[str]) -> str:
        value = match[2] or match[3] or match[4]
        if not is_secret(match[1]) or is_trivial(value):
            return match[0]
        start = match[0].rindex(value)
        return match[0][:start] + hide(value) + match[0][start + len(value) :]

    return _ASSIGNMENT.sub(replaced, text)


def _hidden(text: str, hide: Replace, keep: Replace) -> Any:
    if is_trivial(text):
        return keep(text)
    parts = _VARIABLE.split(text)
    if len(parts) == 1:
        return hide(text)
    return "".join(
        part if index % 2 or not part else hide(part) for index, part in enumerate(parts)
    )
