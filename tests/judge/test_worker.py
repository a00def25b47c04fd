"""Policies that misbehave cost their own verdict and nothing else."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jurat.errors import PackError
from jurat.judge import Limits, Settings, judge
from jurat.judge.worker import Broken, Plan, run
from jurat.model import Estate, Policy, Resource, Scope, Severity, Verdict

GOOD = """
from jurat.policy import Failure

def good(subject):
    if subject.resource.properties.get("Bad"):
        yield Failure("bad", at="Bad")
"""
# Each breaks on the second resource only.
BROKEN = {
    "loop": "        while True: pass\n",
    "exit": "        import os; os._exit(7)\n",
    "crash": "        import os; os.abort()\n",
    "recursion": "        f = lambda: f()\n        f()\n",
    "memory": "        x = bytearray(1 << 34)\n",
    "exception": "        raise ValueError('hunter2-secret')\n",
    "system_exit": "        raise SystemExit(0)\n",
}
LOOPING_REGO = """package jurat.policies.try.rego_loop

deny contains {"message": "m", "at": []} if {
	input.resource.properties.Number == 2
	count([x | some x in numbers.range(1, 100000); some y in numbers.range(1, 100000); x == y]) > 0
}
"""
CRASHING_REGO = """package jurat.policies.try.rego_crash

f(x) := f(x + 1)
deny contains {"message": "m", "at": []} if {
	input.resource.properties.Number == 2
	f(0) == 1
}
"""


def _policy(file: Path) -> Policy:
    return Policy(
        id=f"try/{file.stem}",
        title="T",
        description="D",
        severity=Severity.LOW,
        applies_to=("X",),
        remediation="R",
        language="python" if file.suffix == ".py" else "rego",
        file=str(file),
    )


def _estate() -> Estate:
    scope = Scope("123456789012", "eu-central-1")
    return Estate(
        resources=tuple(
            Resource(f"r{n}", "X", {"Number": n, "Bad": n == 3}, scope, "x.json") for n in range(5)
        )
    )


def _verdicts(tmp_path: Path, file: Path) -> dict[str, dict[str, Verdict]]:
    good = tmp_path / "good.py"
    good.write_text(GOOD)
    found = judge(
        _estate(), [_policy(good), _policy(file)], Settings(limits=Limits(1.0, 256 << 20))
    )
    result: dict[str, dict[str, Verdict]] = {}
    for finding in found:
        result.setdefault(finding.policy, {})[finding.subject.address] = finding.verdict
    return result


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_policy_is_an_error_for_its_resource_alone(tmp_path: Path, name: str) -> None:
    file = tmp_path / f"{name}.py"
    file.write_text(
        f"def {name}(subject):\n    if subject.resource.properties.get('Number') == 2:\n"
        f"{BROKEN[name]}    yield from ()\n"
    )
    found = _verdicts(tmp_path, file)
    assert found[f"try/{name}"] == {
        f"r{n}": Verdict.ERROR if n == 2 else Verdict.PASS for n in range(5)
    }
    assert found["try/good"] == {
        f"r{n}": Verdict.FAIL if n == 3 else Verdict.PASS for n in range(5)
    }


@pytest.mark.parametrize(
    ("name", "text"), [("rego_loop", LOOPING_REGO), ("rego_crash", CRASHING_REGO)]
)
def test_a_broken_rego_policy_is_an_error_too(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / f"{name}.rego"
    file.write_text(text)
    found = _verdicts(tmp_path, file)
    assert found[f"try/{name}"]["r2"] is Verdict.ERROR
    assert {found[f"try/{name}"][f"r{n}"] for n in (0, 1, 3, 4)} == {Verdict.PASS}
    assert len(found["try/good"]) == 5


def test_the_text_of_an_exception_is_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "exception.py"
    file.write_text("def exception(subject):\n    raise ValueError('hunter2-secret')\n    yield\n")
    (finding, *_) = judge(_estate(), [_policy(file)])
    assert "hunter2" not in finding.message
    assert "ValueError" in finding.message
    assert f"{file}:2" in finding.message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bad.py", "import nothing_of_that_name\n\ndef bad(subject):\n    yield\n"),
        ("bad.rego", "package jurat.policies.try.bad\n\ndeny contains x if {\n"),
        ("hang.py", "while True: pass\n"),
        (
            "net.rego",
            'package jurat.policies.try.net\ndeny contains x if x := http.send({"url": ""})\n',
        ),
    ],
)
def test_a_policy_that_cannot_be_loaded_stops_the_run(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(PackError) as caught:
        judge(_estate(), [_policy(file)], Settings(limits=Limits(1.0)))
    assert "\n" not in str(caught.value)
    assert name in str(caught.value) or "hung" in str(caught.value)


def test_policies_see_no_environment(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("CI_TOKEN", "hunter2")
    file = tmp_path / "env.py"
    file.write_text(
        "import os\nfrom jurat.policy import Failure\n\ndef env(subject):\n"
        "    yield Failure(f'{len(os.environ)} variables')\n"
    )
    assert judge(_estate(), [_policy(file)])[0].message == "0 variables"


def test_many_crashes_do_not_multiply_the_time(tmp_path: Path) -> None:
    file = tmp_path / "always.py"
    file.write_text("import os\n\ndef always(subject):\n    os._exit(1)\n    yield\n")
    start = time.monotonic()
    found = judge(_estate(), [_policy(file)], Settings(limits=Limits(5.0)))
    assert [finding.verdict for finding in found] == [Verdict.ERROR] * 5
    assert time.monotonic() - start < 5


def _number(topic: int) -> Callable[[int], int]:
    def do(job: int) -> int:
        if job < 0:
            os._exit(3)
        return 100 * topic + job

    return do


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize(
    "tasks",
    [
        [(1, [1, 2, 3]), (2, [4])],
        [(n, list(range(n))) for n in range(1, 9)],
        [(1, [1, -1]), (2, [2]), (3, [-1]), (4, [4, 5])],
        [(1, [-1, -1, 1]), (2, [-1, 2, -1])],
        [(1, [*range(600), -1, *range(600, 700)]), (2, [7])],
        [],
    ],
)
def test_every_job_is_done_or_blamed(tasks: list[tuple[int, list[int]]], workers: int) -> None:
    results = run(Plan(lambda: _number, tasks, Limits(5.0)), workers)
    assert [len(found) for found in results] == [len(jobs) for _, jobs in tasks]
    for (topic, jobs), found in zip(tasks, results, strict=True):
        for job, result in zip(jobs, found, strict=True):
            if job < 0:
                assert isinstance(result, Broken)
                assert "exit status 3" in result.reason
            else:
                assert result == 100 * topic + job


def test_progress_counts_every_job_once() -> None:
    told: list[tuple[int, int]] = []
    tasks = [(1, [1, -1, 2]), (2, [3, 4])]
    run(
        Plan(lambda: _number, tasks, Limits(5.0)), 2, lambda done, total: told.append((done, total))
    )
    assert told[-1] == (5, 5)
    assert told == sorted(told)


@pytest.mark.skipif(sys.platform != "linux", reason="needs prctl(2)")
def test_workers_do_not_outlive_a_run_that_is_killed(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    code = (
        "import os, time\nfrom pathlib import Path\n"
        "from jurat.judge.worker import Limits, Plan, run\n"
        "def setup():\n    return lambda topic: work\n"
        f"def work(job):\n    Path({str(pid)!r}).write_text(str(os.getpid()))\n"
        "    while True: pass\n"
        "run(Plan(setup, [(0, [0])], Limits(60.0)))\n"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as parent:
        while not (pid.exists() and pid.read_text()):
            assert parent.poll() is None
            time.sleep(0.02)
        worker = int(pid.read_text())
        parent.kill()
    for _ in range(250):
        if not _runs(worker):
            break
        time.sleep(0.02)
    assert not _runs(worker)


def _runs(pid: int) -> bool:
    """Tell whether a process does anything; one that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
