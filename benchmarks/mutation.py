"""Put mutants of every bundled policy on trial, and write the table of scores.

    python benchmarks/mutation.py [--policy AREA/NAME]... [--budget SECONDS] [--seed N]
                                  [--state FILE] [--table FILE]

Meant to run at night: policy by policy in the order of their names. With --state what is done is
kept there and not done again while policy, fixtures, explanations and jurat stay the same, so that
a run that was stopped goes on where it was. --table replaces the figures in a file such as
benchmarks/mutation.md. Status 1 if less than 90 % is noticed, a survivor is not explained or an
explanation is stale, 3 if the budget left mutants untried.
"""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from jurat.model import Policy
from jurat.testing.mutation import Outcome, Report, Settings, explanations, mutate_pack, percent
from jurat.testing.suite import Suite, gather

ROOT = Path(__file__).resolve().parent.parent
WANTED = 90.0
COLUMNS = {
    "mutants": "mutants",
    "killed": "killed",
    "failures": "of these by other messages or places only",
    "stopped": "by a crash or the limit",
    "explained": "explained",
    "survived": "not noticed",
}
BEGIN = "<!-- figures -->"

Row = dict[str, Any]


def digest(policy: Policy, suite: Suite) -> str:
    """Return what tells whether a policy's result may have changed."""
    files = [
        Path(policy.file),
        ROOT / "fixtures" / "mutants.yaml",
        *sorted((ROOT / "fixtures" / policy.id).rglob("*")),
        *sorted((ROOT / "engine" / "jurat").rglob("*.py")),
        *sorted((ROOT / "engine" / "jurat").rglob("*.yaml")),
        *map(Path, suite.pack.library),
    ]
    whole = hashlib.sha256()
    for file in files:
        if file.is_file():
            whole.update(f"{file}\0".encode() + file.read_bytes() + b"\0")
    return whole.hexdigest()


def row(report: Report, seconds: float) -> Row:
    """Return the figures of one policy."""
    (score,) = report.scores
    return {
        "policy": score.policy,
        "fixtures": score.fixtures,
        "mutants": len(score.results),
        "killed": score.killed,
        "failures": score.count(Outcome.FAILURES),
        "stopped": score.count(Outcome.STOPPED),
        "explained": score.explained,
        "survived": len(score.survivors),
        "untried": report.untried,
        "score": round(percent([score]), 1),
        "seconds": round(seconds, 1),
        "missing": [f"{r.mutant.place}: {r.mutant.key}" for r in score.survivors],
        "stale": list(report.stale),
        "unsound": report.unsound,
    }


def rows(suite: Suite, options: argparse.Namespace) -> Iterator[Row]:
    """Yield the figures policy by policy; what the state holds already is not done again."""
    state = Path(options.state) if options.state else None
    known = json.loads(state.read_text(encoding="utf-8")) if state and state.exists() else {}
    end = time.monotonic() + options.budget if options.budget is not None else None
    for index, policy in enumerate(suite.policies):
        mark = digest(policy, suite)
        if known.get(policy.id, {}).get("digest") == mark:
            yield known[policy.id]["row"]
            continue
        share = None
        if end is not None:
            share = max(0.0, end - time.monotonic()) / (len(suite.policies) - index)
        start = time.monotonic()
        report = mutate_pack(
            suite.pack,
            [policy],
            [fixture for fixture in suite.fixtures if fixture.policy == policy.id],
            explanations([ROOT]),
            Settings(budget=share, seed=options.seed),
        )
        found = row(report, time.monotonic() - start)
        if state and not found["untried"]:
            known[policy.id] = {"digest": mark, "row": found}
            state.write_text(json.dumps(known, indent=1), encoding="utf-8")
        yield found


def total(found: Sequence[Row], name: str) -> int:
    """Return the sum of a column."""
    return sum(each[name] for each in found)


def figures(found: Sequence[Row]) -> Iterator[str]:
    """Write the table, one line a policy, and the sums."""
    names = list(COLUMNS)
    yield "| policy | fixtures | " + " | ".join(COLUMNS.values()) + " | score |"
    yield "|---|" + "---:|" * (len(names) + 2)
    for each in found:
        cells = " | ".join(str(each[name]) for name in names)
        yield f"| {each['policy']} | {each['fixtures']} | {cells} | {each['score']} % |"
    cells = " | ".join(str(total(found, name)) for name in names)
    yield f"| **all** | {total(found, 'fixtures')} | {cells} | {score(found):.1f} % |"


def score(found: Sequence[Row]) -> float:
    """Return the killed share of the mutants that are not explained, in percent."""
    counted = total(found, "killed") + total(found, "survived")
    return 100.0 * total(found, "killed") / counted if counted else 100.0


def write(file: Path, lines: Iterable[str]) -> None:
    """Replace everything behind the mark in ``file``."""
    head = file.read_text(encoding="utf-8").partition(BEGIN)[0]
    file.write_text(f"{head}{BEGIN}\n\n" + "\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--policy", action="append", default=[])
    parser.add_argument("--budget", type=float)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--state")
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    suite = gather([ROOT], policies=options.policy)
    start, found = time.monotonic(), []
    for each in rows(suite, options):
        found.append(each)
        print(
            f"{each['policy']:45} {each['killed']:4} of {each['mutants']:4} killed, "
            f"{each['explained']} explained, {each['survived']} not noticed, {each['seconds']} s",
            flush=True,
        )
        for name in ("missing", "stale", "unsound"):
            for text in each[name]:
                print(f"    {name}: {text}")
    took = time.monotonic() - start
    made, untried = total(found, "mutants"), total(found, "untried")
    print(f"{made - untried} of {made} mutants tried in {took:.0f} s; score {score(found):.1f} %")
    if options.table:
        write(options.table, figures(found))
    wanting = any(each["missing"] or each["stale"] for each in found)
    if score(found) < WANTED or wanting:
        return 1
    return 3 if untried else 0


if __name__ == "__main__":
    sys.exit(main())
