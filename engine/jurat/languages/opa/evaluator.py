"""A Rego policy that OPA evaluates; what shows without running it, the embedded engine says."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from jurat.errors import PolicyError
from jurat.languages.contract import Outcome, Traits
from jurat.languages.opa.client import NoAnswerError
from jurat.languages.rego import RegoEvaluator

if TYPE_CHECKING:
    from jurat.languages.opa.engine import OpaEngine

_BATCH = 128
_BATCH_BYTES = 4 << 20
_BATCH_SHARE = 0.25
"""Of the time that one document may take, what a batch may: after that each is asked singly."""


class OpaEvaluator:
    """One Rego policy, uploaded, and asked about one document or about many at once."""

    def __init__(self, embedded: RegoEvaluator, engine: "OpaEngine") -> None:
        self.traits: Traits = embedded.traits  # refuses, before OPA sees it, what reaches out
        self.package = embedded.package
        self.sets = embedded.sets
        self.modules = embedded.modules
        self._embedded = embedded
        self._engine = engine
        self._foreseen: dict[bytes, Outcome] = {}

    def evaluate(self, document: dict[str, Any]) -> Outcome:
        """Evaluate the result sets on one document; raises ``PolicyError``."""
        known = self._foreseen.get(_digest(self._text(document)))
        return self._ask([document], self._engine.seconds)[0] if known is None else known

    def expect(self, documents: Iterable[dict[str, Any]]) -> None:
        """Ask at once about documents that will be asked for; what breaks waits for its turn."""
        for batch in self._batches(documents):
            try:
                outcomes = self._ask(list(batch.values()), self._engine.seconds * _BATCH_SHARE)
            except PolicyError:
                continue  # which document broke it shows when each is asked for
            self._foreseen |= zip(batch, outcomes, strict=True)

    def _batches(self, documents: Iterable[dict[str, Any]]) -> Iterator[dict[bytes, Any]]:
        batch: dict[bytes, Any] = {}
        size = 0
        for document in documents:
            try:
                text = self._text(document)
            except PolicyError:
                continue  # as above
            digest = _digest(text)
            if digest in self._foreseen or digest in batch:
                continue
            if batch and (len(batch) == _BATCH or size + len(text) > _BATCH_BYTES):
                yield batch
                batch, size = {}, 0
            batch[digest] = document
            size += len(text)
        if batch:
            yield batch

    def _ask(self, documents: Sequence[Any], seconds: float) -> list[Outcome]:
        try:
            answers = self._engine.session().ask(self, documents, seconds)
        except NoAnswerError as error:
            self._engine.leave()  # the next one starts afresh
            raise PolicyError(f"{self._file}: OPA: {error.reason}") from error
        return [self._embedded.outcome(answer) for answer in answers]

    def _text(self, document: dict[str, Any]) -> bytes:
        """Write a document as it is sent; what is no JSON breaks here as in the embedded engine."""
        try:
            return json.dumps(document, allow_nan=False, ensure_ascii=False).encode()
        except ValueError as error:
            raise PolicyError(f"{self._file}: the policy broke on this document") from error

    @property
    def _file(self) -> str:
        return str(self.modules[-1]["source"]["file"])


def _digest(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=16).digest()
