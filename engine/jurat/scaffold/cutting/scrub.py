"""Take out of a document what must not leave its owner, and keep what policies compare.

The same text always becomes the same other text, so that what was equal stays equal.
"""

import base64
import itertools
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, Final

from jurat.iam.environments import DEFAULT_VOCABULARY
from jurat.redact import redactor
from jurat.scaffold.cutting.literals import (
    each_assignment,
    each_literal,
    is_common,
    is_secret,
    is_trivial,
    name_of,
)

_SHORTEST: Final = 6
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4}){4,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_COMPRESSED: Final = "H4sI"
"""How gzip begins in base64: nobody can see what is in it."""

_ACCOUNTS: Final = ("123456789012", "111122223333", "444455556666", "777788889999")
_UUID: Final = (
    r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z])"
)
_ACCOUNT: Final = r"(?<!\d)\d{12}(?!\d)"
_EMAIL: Final = r"(?<![\w.+-])[\w.+-]+@[A-Za-z0-9](?:[\w-]*\w)?(?:\.[A-Za-z0-9-]+)+"
_ENDINGS: Final = (
    "app at be biz ch cloud co com corp cz de dev dk edu es eu fi fr gov home ie info int internal "
    "intranet io it lan local lt lu lv mil net nl no org pl private pt ro se si sk uk us"
)
_HOST: Final = (
    r"(?:(?<![\w.-])|(?<=\*\.))(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+"
    rf"(?:{'|'.join(_ENDINGS.split())})(?![\w-]|\.\w)"
)
# Hosts of services that everybody uses, which policies know, and of nobody.
_PUBLIC: Final = (
    *("amazon.com", "amazonaws.com", "awsapps.com", "cloudfront.net", "docker.io", "example.com"),
    *("example.net", "example.org", "ghcr.io", "github.com", "githubusercontent.com", "gitlab.com"),
    *("google.com", "k8s.io", "kubernetes.io", "quay.io", "terraform.io"),
)
# Neither what is reserved for AWS nor an id that it gives, such as vpc-0d41c5f6a7b8c9d01.
_NAME: Final = re.compile(
    r"(?!aws|[a-z]+-[0-9a-f]{8,17}$)[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)+"
)
_IN_ARN: Final = re.compile(
    r"arn:aws[a-z-]*:(?:s3:::|[\w-]+:[\w-]*:\d*:(?:[\w.-]*[:/])*)([\w.-]+)(?![\w.:*?-])"
)
_WILDCARD: Final = re.compile(r"[*?]")
_RUN: Final = re.compile(r"[\w-]+")
_NEVER: Final = "(?!)"


class Scrubber:
    """Replaces secrets, account ids, addresses of people and hosts, UUIDs, and names."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = {t for t in secrets if not is_trivial(t) and not is_common(t)}
        self._names: frozenset[str] = frozenset()
        self._known: dict[str, dict[str, str]] = {}
        self._tokens = redactor(())
        self._compile()

    @property
    def counts(self) -> dict[str, int]:
        """How many different texts of each kind were replaced."""
        return {kind: len(found) for kind, found in self._known.items() if found}

    def adopt(self) -> None:
        """Replace from now on wherever it stands what was hidden because it is called a secret."""
        found = self._known.get("secret", {})
        self._secrets |= {t for t in found if len(t) > _SHORTEST and not t.isalpha()}
        self._compile()

    def rename(self, names: Iterable[str], document: Any) -> None:
        """Replace these names too, and those in ARNs, but not what a policy may have to understand.

        Such are names that say an environment, and those that a pattern in the document may match.
        """
        texts = list(_texts(document))
        told = {match[1] for text in texts for match in _IN_ARN.finditer(text)}
        beside = {run.lower() for text in texts for run in _beside_wildcards(text)}
        self._names = frozenset(name for name in {*names, *told} if _is_free(name, beside))
        self._compile()

    def hidden(self, secret: str) -> str:
        """Return what stands for a secret; that itself is none."""
        if secret in self._known.get("secret", {}).values():
            return secret
        return self._neutral("secret", secret)

    def text(self, text: str) -> str:
        """Return a text without what must not be shown."""
        shown = self._tokens.text(self._hidden.sub(self._replacement, text))
        return self._everywhere.sub(self._replacement, shown)

    def value(self, value: Any) -> Any:
        """Return a JSON value, cleaned in its texts, its keys, and what its texts hold."""
        if isinstance(value, str):
            clean = self._inner(value)
            return value if clean == value else type(value)(clean)
        if isinstance(value, dict):
            return {
                self._name(name): self.member(name_of(name, value), item)
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if type(value) is int and re.fullmatch(_ACCOUNT, str(value)):
            return int(self._neutral("account id", str(value)))
        return value

    def member(self, name: str, value: Any) -> Any:
        """Return what bears a name; where that is called a secret, each literal in it is one."""
        if is_secret(name):
            return each_literal(value, self.hidden, self.value)
        return self.value(value)

    def _name(self, name: str) -> str:
        """Clean the name of a member, unless it is made of letters as the words of a format are."""
        return name if name.replace("_", "").isalpha() else self.text(name)

    def _inner(self, text: str) -> str:
        """Clean a text, and the document or script that it may hold."""
        if text in self._secrets:
            return self.hidden(text)
        document = _parsed(text)
        if document is not None:
            clean = self.value(document)
            return text if clean == document else json.dumps(clean, ensure_ascii=False)
        if _BASE64.fullmatch(text):
            return self._encoded(text)
        return self.text(each_assignment(text, self.hidden))

    def _encoded(self, text: str) -> str:
        if text.startswith(_COMPRESSED):
            return base64.b64encode(self.hidden(text).encode()).decode()
        try:
            plain = base64.b64decode(text, validate=True).decode()
        except ValueError:
            return self.text(text)
        clean = self._inner(plain)
        return self.text(text) if clean == plain else base64.b64encode(clean.encode()).decode()

    def _compile(self) -> None:
        # Very short ones would tear words apart: they are replaced where they stand alone.
        long = (text for text in self._secrets if len(text) >= _SHORTEST)
        self._hidden = re.compile(f"(?P<secret>{_any_of(long)})")
        names = rf"(?<![\w-])(?P<name>{_any_of(self._names)})(?![\w-])"
        inside = f"(?P<uuid>{_UUID})|(?P<account>{_ACCOUNT})|{names}"
        self._everywhere = re.compile(f"(?P<email>{_EMAIL})|(?P<host>{_HOST})|{inside}")
        self._inside = re.compile(inside)

    def _replacement(self, match: re.Match[str]) -> str:
        group, text = str(match.lastgroup), match[0]
        if group == "host" and _is_public(text):
            return self._inside.sub(self._replacement, text)
        return self._neutral(_KINDS[group], text)

    def _neutral(self, kind: str, text: str) -> str:
        known = self._known.setdefault(kind, {})
        if text not in known:
            known[text] = _NEUTRAL[kind](text, len(known))
        return known[text]


def _account(text: str, count: int) -> str:
    """Return another account id; whether YAML could read it as an octal number stays as it is."""
    if text.startswith("0"):
        octal = all(digit in "01234567" for digit in text)
        return f"01234567{count:04o}" if octal else f"0987654321{count:02d}"
    return _ACCOUNTS[count] if count < len(_ACCOUNTS) else str(10**11 + count)


_KINDS: Final = {
    "secret": "secret",
    "email": "e-mail address",
    "host": "host name",
    "uuid": "UUID",
    "account": "account id",
    "name": "name",
}
_NEUTRAL: Final[dict[str, Callable[[str, int], str]]] = {
    "secret": lambda _, count: f"secret-{count + 1}",
    "e-mail address": lambda _, count: f"person-{count + 1}@example.com",
    "host name": lambda _, count: f"host-{count + 1}.example.com",
    "UUID": lambda _, count: f"00000000-0000-4000-8000-{count + 1:012x}",
    "account id": _account,
    "name": lambda _, count: f"name-{count + 1}",
}


def _any_of(texts: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(texts, key=len, reverse=True))) or _NEVER


def _is_public(host: str) -> bool:
    return host.lower().endswith(tuple(f".{known}" for known in _PUBLIC)) or host.lower() in _PUBLIC


def _is_free(name: str, beside: Collection[str]) -> bool:
    """Tell whether the words of a name matter to nobody; ``beside`` is what stands at wildcards."""
    vocabulary = DEFAULT_VOCABULARY
    if not _NAME.fullmatch(name) or vocabulary.is_production(name) or vocabulary.is_other(name):
        return False
    return not any(part in name.lower() for part in beside)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _beside_wildcards(text: str) -> Iterator[str]:
    """Yield the letters and digits directly before and behind each wildcard of a pattern."""
    parts = _WILDCARD.split(text)
    for before, behind in itertools.pairwise(parts):
        if run := _RUN.match(before[::-1]):
            yield run[0][::-1]
        if run := _RUN.match(behind):
            yield run[0]


def _parsed(text: str) -> Any:
    """Return the object or list that a text is in JSON, if it is one."""
    if text.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict | list) else None
