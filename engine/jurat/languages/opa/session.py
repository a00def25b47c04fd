"""One process's dealings with a server: the modules of one policy below a root of its own."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from jurat.errors import PackError, PolicyError
from jurat.languages.opa.client import Address, Client, RefusedError
from jurat.languages.opa.isolation import under
from jurat.languages.opa.server import PrivateServer

# Many documents in one request: a request costs milliseconds, a document a fraction of one.
_ANSWERS = """package {root}.jurat_answers

answers := [answer |
	some document in input.documents
	answer := {{{sets}}}
]
"""
_SET = '"{name}": [value | value := data.{root}.{package}.{name} with input as document]'
_VERSION = "package {root}.jurat_version\n\nversion := opa.runtime().version\n"


class Modules(Protocol):
    """What a session uploads of a policy: its package, its result sets, its parsed modules."""

    @property
    def package(self) -> str: ...
    @property
    def sets(self) -> Sequence[str]: ...
    @property
    def modules(self) -> Sequence[Any]: ...


class Session:
    """A connection whose server holds one policy at a time, with its library.

    OPA compiles all it holds at each upload, so the less the faster; nor can one policy disturb
    another.
    """

    def __init__(self, place: Address | str, run: str) -> None:
        self._server: PrivateServer | None = None
        if not isinstance(place, Address):
            self._server = PrivateServer(place)
            place = self._server.address
        self._client = Client(place)
        self._root = f"{run}_{secrets.token_hex(4)}"
        self._uploaded: dict[str, str] = {}
        self._files: dict[str, str] = {}
        self._policy: Modules | None = None

    def version(self) -> str:
        """Return the server's version; this shows as well that we may upload and ask."""
        self._client.put(f"{self._root}/version", _VERSION.format(root=self._root))
        return str(self._client.ask(f"{self._root}.jurat_version", "version", {}))

    def admit(self, policy: Modules) -> None:
        """Upload a policy in place of the last; raises ``PackError`` with what OPA says of it."""
        if policy is self._policy:
            return
        self._policy = None
        *library, own = policy.modules
        modules = {f"{self._root}/library/{n}": module for n, module in enumerate(library)}
        modules[f"{self._root}/policy"] = own
        self._files = {key: module["source"]["file"] for key, module in modules.items()}
        texts = {key: under(self._root, module) for key, module in modules.items()}
        sets = ", ".join(
            _SET.format(name=name, root=self._root, package=policy.package) for name in policy.sets
        )
        answers = {f"{self._root}/answers": _ANSWERS.format(root=self._root, sets=sets)}
        try:
            self._upload(texts)
            self._upload(answers)
        except RefusedError as error:
            text = str(error).replace(f"{self._root}.", "")
            raise PackError(f"{self._place(error, policy)}: {text}") from error
        self._policy = policy

    def _upload(self, texts: Mapping[str, str]) -> None:
        """Upload what is not there yet; what needs another module waits until that is there."""
        pending = {key: text for key, text in texts.items() if self._uploaded.get(key) != text}
        while pending:
            refused: dict[str, RefusedError] = {}
            for key, text in pending.items():
                try:
                    self._client.put(key, text)
                    self._uploaded[key] = text
                except RefusedError as error:
                    refused[key] = error
            if len(refused) == len(pending):
                raise next(iter(refused.values()))
            pending = {key: pending[key] for key in refused}

    def ask(
        self, policy: Modules, documents: Sequence[Any], seconds: float | None = None
    ) -> list[dict[str, Any]]:
        """Return the values of a policy's result sets for each document.

        Raises ``PolicyError`` if the policy breaks on one of them, or a set is undefined, and
        ``NoAnswerError``.
        """
        self.admit(policy)
        package = f"{self._root}.jurat_answers"
        try:
            answers = self._client.ask(package, "answers", {"documents": documents}, seconds)
        except RefusedError as error:
            # OPA's words may quote a value of the document.
            place = self._place(error, policy)
            raise PolicyError(f"{place}: the policy broke on this document") from error
        if not _answers(answers, len(documents), policy.sets):
            raise self._client.misunderstood()
        return [self._defined(answer, policy) for answer in answers]

    def _defined(self, answer: Mapping[str, Sequence[Any]], policy: Modules) -> dict[str, Any]:
        """Take the one value of each set: one that is undefined must not read as empty."""
        missing = [name for name, values in answer.items() if not values]
        if missing:
            file = policy.modules[-1]["source"]["file"]
            raise PolicyError(f"{file}: `{missing[0]}` is undefined; define it by `contains`")
        return {name: values[0] for name, values in answer.items()}

    def _place(self, error: RefusedError, policy: Modules) -> str:
        """Return file and row of an error; the policy's file if it is not in a module of ours."""
        if error.module in self._files:
            return f"{self._files[error.module]}:{error.row}"
        return str(policy.modules[-1]["source"]["file"])

    def close(self) -> None:
        """Close the connection, and end the server if it is our own."""
        self._client.close()
        if self._server is not None:
            self._server.stop()


def _answers(given: Any, count: int, sets: Sequence[str]) -> bool:
    """Tell whether these are answers about so many documents: a list of values for each set."""
    return (
        isinstance(given, list)
        and len(given) == count
        and all(isinstance(each, dict) and each.keys() == set(sets) for each in given)
        and all(isinstance(values, list) for each in given for values in each.values())
    )
