import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jurat.languages.opa.choice import Opa
from jurat.languages.opa.engine import OpaEngine, opened
from jurat.model import Policy, Severity

WrittenPolicy = Callable[[str], Policy]

METADATA = """# METADATA
# title: A policy
# description: For tests.
# custom:
#   severity: high
#   applies_to: ["AWS::S3::Bucket"]
#   remediation: Mend it.
#   unlinked: for tests
"""


@pytest.fixture(scope="session")
def opa_program() -> str:
    """The genuine OPA; the gate requires one, a developer may go without."""
    found = shutil.which("opa")
    if found is None:
        why = "no `opa` on the search path: go install github.com/open-policy-agent/opa@v1.22.2"
        if os.environ.get("JURAT_TEST_OPA") == "required":
            pytest.fail(why)
        pytest.skip(why)
    return found


@pytest.fixture(scope="session")
def opa(opa_program: str) -> Iterator[OpaEngine]:
    """A private server for all tests of this process."""
    assert opa_program
    with opened(Opa(), seconds=10) as engine:
        yield engine


@pytest.fixture
def write(tmp_path: Path) -> WrittenPolicy:
    """Write the body of a policy ``try/p1``, ``try/p2``, … into a pack below ``tmp_path``."""
    folder = tmp_path / "policies" / "try"
    folder.mkdir(parents=True)

    def write(body: str) -> Policy:
        name = f"p{len(list(folder.iterdir())) + 1}"
        file = folder / f"{name}.rego"
        file.write_text(f"{METADATA}package jurat.policies.try.{name}\n\n{body}\n")
        return Policy(
            id=f"try/{name}",
            title="A policy",
            description="For tests.",
            severity=Severity.HIGH,
            applies_to=("AWS::S3::Bucket",),
            remediation="Mend it.",
            language="rego",
            file=str(file),
        )

    return write


@dataclass(frozen=True)
class Foreign:
    """A server that somebody else runs, and what it takes to talk to it."""

    url: str
    ca: str
    token: str


@pytest.fixture
def foreign(opa_program: str, tmp_path: Path) -> Iterator[Foreign]:
    """Somebody else's OPA: with TLS, a token, and a policy in a package as ours are."""
    import trustme  # noqa: PLC0415 - only these tests need it

    folder = tmp_path / "server"
    folder.mkdir()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
    certificate.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    (folder / "rules.rego").write_text(
        'package system.authz\n\ndefault allow := false\n\nallow if input.identity == "open"\n'
    )
    (folder / "theirs.rego").write_text(
        'package jurat.policies.try.p1\n\ndeny contains {"message": "theirs", "at": []}\n'
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [opa_program, "run", "--server", "--addr", f"127.0.0.1:{port}", "--log-level=error"]
    command += ["--skip-version-check", "--authentication=token", "--authorization=basic"]
    command += ["--tls-cert-file", "cert.pem", "--tls-private-key-file", "key.pem"]
    with subprocess.Popen(
        [*command, "rules.rego", "theirs.rego"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _await(port)
            yield Foreign(f"https://127.0.0.1:{port}", str(folder / "ca.pem"), "open")
        finally:
            process.kill()


def _await(port: int) -> None:
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < end, "the server does not come up"
            time.sleep(0.01)
        else:
            return
