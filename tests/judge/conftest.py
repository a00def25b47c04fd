from collections.abc import Callable
from pathlib import Path

import pytest

from jurat.languages import Evaluator, load
from jurat.model import Policy, Severity

Written = Callable[[str, str], Evaluator]


def policy_at(file: Path) -> Policy:
    return Policy(
        id=f"try/{file.stem}",
        title="A policy",
        description="For tests.",
        severity=Severity.HIGH,
        applies_to=("AWS::S3::Bucket",),
        remediation="Mend it.",
        language="python" if file.suffix == ".py" else "rego",
        file=str(file),
    )


@pytest.fixture
def write(tmp_path: Path) -> Written:
    """Write a policy's body and load it: ``write("rego", body)`` or ``write("python", body)``."""
    count = 0

    def write(language: str, body: str) -> Evaluator:
        nonlocal count
        count += 1
        name = f"p{count}"
        if language == "rego":
            file = tmp_path / f"{name}.rego"
            file.write_text(f"package jurat.policies.try.{name}\n\n{body}\n")
        else:
            file = tmp_path / f"{name}.py"
            file.write_text(
                "from jurat.policy import Failure, plain\n\n"
                f"def {name}(subject):\n    p = subject.resource.properties\n{body}\n"
            )
        return load(policy_at(file))

    return write
