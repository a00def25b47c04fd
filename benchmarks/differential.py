"""Compare the embedded Rego engine with a genuine OPA on generated documents, verdict by verdict.

    python benchmarks/differential.py [--verdicts N] [--seed N] [--policy ID] [--pack DIR]

Each Rego policy gets its share of N documents, made from what it reads: the documents of its
fixtures with some values changed, and new ones. Values are the policy's own constants and
parameters, absent, of another type, null, out of range, or nested where none belongs. Both engines
must find the same failures with the same places, the same gaps, or break. Needs `opa` on the search
path. The first difference is printed with the smallest document that shows it, and the status is 1.
"""

import argparse
import copy
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from jurat.errors import PolicyError
from jurat.judge.judgement import Bench
from jurat.languages import Evaluator, Outcome, load
from jurat.languages.contract import Traits
from jurat.languages.opa.choice import Opa
from jurat.languages.opa.engine import OpaEngine, opened
from jurat.languages.opa.evaluator import OpaEvaluator
from jurat.languages.rego import engine_version
from jurat.model import Policy
from jurat.model.reads import ANY
from jurat.pack import Pack, bundled, load_pack
from jurat.readers import read
from jurat.testing import fixtures

BATCH = 256
SHARE_OF_NEW = 0.2
ODD_TEXTS = (*("", " ", "*", "0", "-1", "1.5", "true", "null"), *("%d %s", "a/b", "é", "\u0000"))
ODD_NUMBERS = (
    *(0, -1, 1, 1.0, 1.5, 0.1 + 0.2, -0.0, 1e21, 1e300, 5e-324),
    *(2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**64, 10**22 + 1),
)
FRAMES = {"resource": 2, "related": 4, "scope": 1}
"""How far into a document the judge alone decides what is there."""
EMPTY: tuple[Any, ...] = ([], {}, [[]], [{}], {"": {}}, [None])

Document = dict[str, Any]
Said = tuple[frozenset[Any], ...] | str


@dataclass(frozen=True)
class Difference:
    """A document on which the engines do not agree, and what each says."""

    policy: str
    document: Document
    embedded: Said
    opa: Said


def said(outcome: Outcome) -> Said:
    """Return what counts in an outcome: sets have no order."""
    parts = (outcome.failures, outcome.undecided, outcome.not_applicable)
    return tuple(frozenset((type(x).__name__, *told(x)) for x in part) for part in parts)


def told(item: Any) -> tuple[Any, ...]:
    """Return the text of a failure or gap, and its place with the types of its steps."""
    text = getattr(item, "message", None) or getattr(item, "reason", None)
    return text, repr(item.at)


def ask(evaluator: Evaluator, document: Document) -> Said:
    """Evaluate one document; a policy that breaks says so with its place."""
    try:
        return said(evaluator.evaluate(document))
    except PolicyError as error:
        return str(error)


class Source:
    """Makes documents for one policy."""

    def __init__(
        self, policy: Policy, traits: Traits, seeds: Sequence[Document], seed: int
    ) -> None:
        self._random = random.Random(f"{seed} {policy.id}")  # noqa: S311 - to be repeated
        self._policy = policy
        self._paths = [path for path in traits.reads.paths() if path] if traits.reads else []
        self._seeds = seeds
        self._values = [
            *traits.constants.strings,
            *traits.constants.numbers,
            *_scalars(policy.params),
            *(value for seed in seeds for value in _scalars(seed)),
        ]
        self._names = sorted({str(step) for path in self._paths for step in path if step != ANY})

    def document(self) -> Document:
        """Make the next document; its frame is whole, as the judge builds it."""
        pick = self._random
        if self._seeds and pick.random() > SHARE_OF_NEW:
            made = copy.deepcopy(pick.choice(self._seeds))
            changes = pick.choice((1, 1, 1, 2, 4))
            paths = pick.choices(self._paths, k=changes) if self._paths else []
        else:
            made = {"scope": {}, "params": copy.deepcopy(self._policy.params)}
            made["resource"] = {"properties": {}}
            made["related"] = {
                name: [{"properties": {}} for _ in range(pick.choice((0, 1, 1, 2)))]
                for name in self._policy.related
            }
            paths = [path for path in self._paths for _ in range(pick.choice((0, 1, 1, 2)))]
        for path in paths:
            if path[0] != "params":
                self._put(made, path)
        if pick.random() < 0.3:  # noqa: PLR2004 - most organisations keep the defaults
            made["params"] = {name: self._param(value) for name, value in made["params"].items()}
        return made

    def _param(self, default: Any) -> Any:
        """Return another value that the command line accepts: it has the type of the default."""
        pick = self._random
        if isinstance(default, list):
            return [
                self._param(item) for item in pick.sample(default, pick.randrange(len(default) + 1))
            ]
        alike = [value for value in self._values if type(value) is type(default)]
        return pick.choice([default, *alike])

    def _put(self, document: Any, path: Sequence[str | int]) -> None:
        """Put a value where a path leads, or something that does not fit on the way there."""
        pick = self._random
        frame = FRAMES.get(str(path[0]), 1)
        node = document
        for place, step in enumerate(path):
            below: Any = [] if path[place + 1 :][:1] in ((ANY,), (0,)) else {}
            odd = pick.random() < 0.02  # noqa: PLR2004 - now and then a parent is of another kind
            if place >= frame and (odd or place == len(path) - 1):
                self._set(node, step)
                return
            node = self._enter(node, step, below, may_add=place >= frame)
            if node is None:
                return

    def _set(self, node: Any, step: str | int) -> None:
        pick = self._random
        if isinstance(node, dict):
            key = pick.choice(self._names) if step == ANY and self._names else str(step)
            if pick.random() < 0.25:  # noqa: PLR2004 - often enough to be absent together
                node.pop(key, None)
            else:
                node[key] = self._value()
        elif isinstance(node, list):
            if node and pick.random() < 0.5:  # noqa: PLR2004 - as often replaced as added
                node[pick.randrange(len(node))] = self._value()
            elif node and pick.random() < 0.2:  # noqa: PLR2004 - lists also get shorter
                node.pop()
            else:
                node.append(self._value())

    def _enter(self, node: Any, step: str | int, below: Any, *, may_add: bool) -> Any:
        """Step into a container; make the way where it is missing, stop where it is blocked."""
        if isinstance(node, dict):
            if step == ANY:
                step = self._random.choice(sorted(node) or self._names or ["k"])
            return node.setdefault(str(step), below)
        if isinstance(node, list):
            if may_add and (not node or self._random.random() < 0.3):  # noqa: PLR2004 - some more
                node.append(below)
                return below
            place = step if isinstance(step, int) and step < len(node) else -1
            return node[place] if node else None
        return None

    def _value(self, depth: int = 0) -> Any:
        pick = self._random
        kinds: list[Callable[[], Any]] = [
            lambda: pick.choice(self._values) if self._values else None,
            lambda: pick.choice(self._values) if self._values else None,
            lambda: pick.choice((True, False)),
            lambda: None,
            lambda: pick.choice(ODD_TEXTS),
            lambda: pick.choice(ODD_NUMBERS),
            lambda: copy.deepcopy(pick.choice(EMPTY)),
        ]
        if depth < 3:  # noqa: PLR2004 - deep enough for any policy
            kinds += [
                lambda: [self._value(depth + 1) for _ in range(pick.randrange(4))],
                lambda: {
                    pick.choice(self._names or ["k"]): self._value(depth + 1)
                    for _ in range(pick.randrange(4))
                },
            ]
        return pick.choice(kinds)()


def _scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _scalars(item)
    elif isinstance(value, list):
        for item in value:
            yield from _scalars(item)
    else:
        yield value


class Listening:
    """The embedded engine, with a note of each document it is asked about."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.documents: list[Document] = []
        self.traits = evaluator.traits
        self._evaluator = evaluator

    def evaluate(self, document: Document) -> Outcome:
        """Note and evaluate."""
        self.documents.append(document)
        return self._evaluator.evaluate(document)


def seeds(policy: Policy, evaluator: Evaluator, files: Sequence[Path]) -> list[Document]:
    """Return the documents that the judge asks about in a policy's fixtures."""
    listening = Listening(evaluator)
    for file in files:
        bench = Bench(read([str(file)], BytesIO()).estate)
        case = bench.case(policy, listening)
        for resource in bench.estate.resources:
            if resource.type in policy.applies_to:
                case.findings(resource)
    return [framed(document) for document in listening.documents]


def framed(document: Document) -> Document:
    """Return a document with what the judge left out because the policy does not read it."""
    resource = {"properties": {}, **document.get("resource", {})}
    return {"related": {}, "params": {}, "scope": {}, **document, "resource": resource}


def differences(
    policy: Policy, embedded: Evaluator, opa: OpaEvaluator, documents: Sequence[Document]
) -> Iterator[Difference]:
    """Yield the documents on which the engines do not agree."""
    answers = [ask(embedded, document) for document in documents]
    # OPA is asked at once about what should not break it; what does is asked for singly.
    opa.expect(d for d, a in zip(documents, answers, strict=True) if not isinstance(a, str))
    for document, answer in zip(documents, answers, strict=True):
        other = ask(opa, document)
        if other != answer:
            yield Difference(policy.id, document, answer, other)


def smallest(difference: Difference, embedded: Evaluator, opa: Evaluator) -> Difference:
    """Take away from a document whatever the difference does not need."""
    found, shrunk = difference, True
    while shrunk:
        shrunk = False
        for document in _within_the_frame(found.document):
            one, other = ask(embedded, document), ask(opa, document)
            if one != other:
                found, shrunk = Difference(found.policy, document, one, other), True
                break
    return found


def _within_the_frame(document: Document) -> Iterator[Document]:
    """Yield copies of a document that lack something the judge does not guarantee."""
    for less in _smaller(document["resource"]["properties"]):
        yield {**document, "resource": {**document["resource"], "properties": less}}
    for name, members in document["related"].items():
        for less in _smaller(members):
            if all(isinstance(member.get("properties"), dict) for member in less):
                yield {**document, "related": {**document["related"], name: less}}


def _smaller(value: Any) -> Iterator[Any]:
    """Yield copies of a value that lack one part of it."""
    if isinstance(value, dict):
        for key in value:
            yield {name: item for name, item in value.items() if name != key}
        for key, item in value.items():
            for less in _smaller(item):
                yield {**value, key: less}
    elif isinstance(value, list):
        for place in range(len(value)):
            yield value[:place] + value[place + 1 :]
        for place, item in enumerate(value):
            for less in _smaller(item):
                yield [*value[:place], less, *value[place + 1 :]]


def compare(policy: Policy, pack: Pack, engine: OpaEngine, count: int, seed: int) -> Counter[str]:
    """Compare ``count`` documents of one policy; ends the program at the first difference."""
    embedded = load(policy, pack.library)
    opa = engine.evaluator(policy, pack.library)
    files = [
        fixture.file for fixture in fixtures(bundled() / "fixtures") if fixture.policy == policy.id
    ]
    source = Source(policy, embedded.traits, seeds(policy, embedded, files), seed)
    kinds: Counter[str] = Counter()
    for first in range(0, count, BATCH):
        documents = [source.document() for _ in range(min(BATCH, count - first))]
        for difference in differences(policy, embedded, opa, documents):
            report(smallest(difference, embedded, opa))
            sys.exit(1)
        kinds.update(kind(ask(embedded, document)) for document in documents)
    return kinds


def kind(answer: Said) -> str:
    """Name what an answer amounts to."""
    if isinstance(answer, str):
        return "broke"
    failures, undecided, not_applicable = answer
    return (
        "failed"
        if failures
        else "undecided"
        if undecided
        else "not applicable"
        if not_applicable
        else "silent"
    )


def report(difference: Difference) -> None:
    """Print a difference for people."""
    print(f"DIFFERENCE in {difference.policy}")
    print(json.dumps(difference.document, indent=1))
    for name, answer in (("embedded", difference.embedded), ("opa", difference.opa)):
        text = answer if isinstance(answer, str) else [sorted(part) for part in answer]
        print(f"{name}: {text}")


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--verdicts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--policy", action="append", default=[], metavar="ID")
    parser.add_argument("--pack", action="append", default=[], type=Path, metavar="DIR")
    options = parser.parse_args()
    pack = load_pack(options.pack)
    policies = [
        policy
        for policy in pack.policies
        if policy.language == "rego" and (not options.policy or policy.id in options.policy)
    ]
    start = time.perf_counter()
    total: Counter[str] = Counter()
    with opened(Opa(), seconds=10) as engine:
        for number, policy in enumerate(policies):
            share = options.verdicts * (number + 1) // len(policies)
            share -= options.verdicts * number // len(policies)
            kinds = compare(policy, pack, engine, share, options.seed)
            total += kinds
            print(f"{policy.id:32} {share:7}  {dict(sorted(kinds.items()))}", flush=True)
        took = time.perf_counter() - start
        print(f"{total.total()} verdicts compared, no difference: {dict(sorted(total.items()))}")
        print(f"{engine_version()} and {engine.described}, seed {options.seed}, {took:.0f} s")


if __name__ == "__main__":
    main()
